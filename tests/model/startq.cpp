// The queue of those to be started: what one owner puts, turns round and takes from both ends while two thieves
// steal comes out exactly once, with what was written into it before it was put; a full ring spills into the
// overflow; empty() tells the truth.

#include "sched/startq.h"

#include "model.h"
#include "sched/injectq.h"

namespace lagoon::model {
namespace {

struct Item {
  Item* next = nullptr;   // for the overflow
  Plain<int> written{0};  // by who puts it
  Plain<int> taken{0};    // by who takes it
};

template <uint32_t Capacity>
using Queue = sched::BasicStartQueue<Atomics, Item, Capacity>;

// The owner puts batches of one to three and takes some back; the thieves empty what they have stolen, the
// second of them also from the first.
template <uint32_t Capacity, int Items>
struct Theft : rl::test_suite<Theft<Capacity, Items>, 3> {
  Item items[Items];
  Queue<Capacity> queues[3];  // each its thread's
  sched::BasicInjectQueue<Atomics, Item> overflow;
  Mutex lock;  // for overflow

  void thread(unsigned me) {
    if (me == 0) return own();
    for (int round = 0; round < 2; ++round) {
      if (me == 2) steal(2, 1);  // of what it has not yet heard from the owner
      steal(me, 0);
    }
  }

  void own() {
    Item* both[] = {&items[0], &items[1]};
    for (int i = 0; i < 2; ++i) items[i].written.set(i + 1);
    queues[0].put_all(both, 2);
    take(queues[0].get());
    for (int i = 2, end = 3; i < Items; ++i) {
      items[i].written.set(i + 1);
      queues[0].put(&items[i], spill());
      if (i + 1 < end) continue;
      end += end % 3 + 1;
      take(end % 2 == 0 ? queues[0].get() : queues[0].get_oldest());
    }
    while (Item* item = queues[0].get()) take(item);
  }

  void steal(unsigned me, unsigned victim) {
    take(queues[me].steal(queues[victim]));
    while (Item* item = queues[me].get()) take(item);
  }

  auto spill() {
    return [this](Item* const* batch, uint32_t n) {
      RL_ASSERT(n == Capacity / 2 + 1);
      Guard guard(lock);
      for (uint32_t i = 0; i < n; ++i) overflow.push(*batch[i]);
    };
  }

  void take(Item* item) {
    if (item == nullptr) return;
    RL_ASSERT(item->written.get() == item - items + 1);
    item->taken.set(item->taken.get() + 1);
  }

  void after() {
    while (Item* item = overflow.pop()) take(item);
    for (auto& queue : queues) {
      while (Item* item = queue.get()) take(item);
      RL_ASSERT(queue.empty() && queue.size() == 0);
    }
    for (const Item& item : items) RL_ASSERT(item.taken.get() == 1);
  }
};

// One item or another is always there while batches are turned round and taken from.
struct NeverEmpty : rl::test_suite<NeverEmpty, 2> {
  Item items[4];
  Queue<4> queue;
  Atomics::Atomic<int> begun{0};

  void thread(unsigned me) {
    if (me == 1) {
      if (begun.load(Atomics::acquire) != 0) RL_ASSERT(!queue.empty());
      return;
    }
    auto none = [](Item* const*, uint32_t) { RL_ASSERT(!"no overflow"); };
    for (Item& item : items) queue.put(&item, none);
    begun.store(1, Atomics::release);
    for (int i = 0; i < 3; ++i) RL_ASSERT(queue.get() == &items[i]);
  }
};

}  // namespace
}  // namespace lagoon::model

int main(int argc, char** argv) {
  using namespace lagoon::model;
  Counts counts(argc, argv, 200'000, 200'000);
  bool good = explore<Theft<4, 8>>("Theft<4, 8>", counts) && explore<Theft<2, 6>>("Theft<2, 6>", counts) &&
              explore<NeverEmpty>("NeverEmpty", counts);
  return good ? 0 : 1;
}
