// Wake-up: nothing stays queued while everybody sleeps.
//
// Core itself cannot be instantiated with the model's atomics.  This is its protocol, step by step
// and in its order, over the real run queue, global queue and note; the functions bear the names
// they have in sched/find.cpp and sched/procs.cpp, and must be kept like them.  Left out: timers,
// the poller, the number of Ps, and what makes work go fair.

#include <algorithm>

#include "model.h"
#include "sched/injectq.h"
#include "sched/note.h"
#include "sched/runq.h"

namespace lagoon::model {
namespace {

struct Futex {
  using Word = Atomics::Atomic<uint32_t>;
  static void wait(Word& word, uint32_t value, int64_t) { word.futex_wait(value, false); }
  static void wake(Word& word, int count) { word.futex_wake(count); }
};

struct Item {
  Item* next = nullptr;
  Plain<int> ran{0};
};

struct P {
  sched::BasicRunQueue<Atomics, Item, 2> queue;
  P* next_idle = nullptr;
  Exclusive owner;
};

struct M {
  sched::BasicNote<Atomics, Futex> note;
  P* p = nullptr;
  bool spinning = false;
  M* next_idle = nullptr;
};

template <int Threads, int Ms>
struct Core : rl::test_suite<Core<Threads, Ms>, Threads> {
  static constexpr int kPs = 2;
  Mutex lock;
  sched::BasicInjectQueue<Atomics, Item> global;  // guarded by lock, but for its size
  P ps[kPs];
  M ms[Ms];
  P* idle_ps = nullptr;  // guarded by lock
  M* idle_ms = nullptr;  // guarded by lock
  P* fresh = nullptr;    // guarded by lock; given to threads still being made
  Atomics::Atomic<unsigned> idle_count{0};
  Atomics::Atomic<unsigned> spinning{0};
  Atomics::Atomic<int> left{0};  // items that have not run

  static void full(Item* const*, uint32_t) { RL_ASSERT(!"there is room for all"); }

  // --- making things runnable ---

  void submit(P* p, Item& item) {
    if (p != nullptr) {
      p->queue.put_next(&item, full);
    } else {
      Guard guard(lock);
      global.push(item);
    }
    wakep();
  }

  void wakep() {
    Atomics::fence_seq_cst();
    if (idle_count.load(Atomics::seq_cst) == 0) return;
    unsigned none = 0;
    if (spinning.load(Atomics::seq_cst) != 0 || !spinning.compare_exchange_strong(none, 1, Atomics::seq_cst)) {
      return;
    }
    start_m();
  }

  // --- Ps and Ms ---

  void push_idle_p(P& p) {
    p.owner.leave();
    p.next_idle = idle_ps;
    idle_ps = &p;
    idle_count.fetch_add(1, Atomics::seq_cst);
  }

  P* pop_idle_p() {
    P* p = idle_ps;
    if (p == nullptr) return nullptr;
    idle_ps = p->next_idle;
    idle_count.fetch_sub(1, Atomics::seq_cst);
    p->owner.take();
    return p;
  }

  void start_m() {
    P* p;
    M* m;
    {
      Guard guard(lock);
      p = pop_idle_p();
      if (p == nullptr) {
        spinning.fetch_sub(1, Atomics::seq_cst);
        return;
      }
      m = idle_ms;
      if (m == nullptr) {
        // A thread would be made; one of ours that is about to sleep stands in for it.
        p->next_idle = fresh;
        fresh = p;
        return;
      }
      idle_ms = m->next_idle;
    }
    m->spinning = true;
    m->p = p;
    m->note.wake();
  }

  void stop_m(M& m) {
    {
      Guard guard(lock);
      if (fresh != nullptr) {
        m.p = fresh;
        fresh = fresh->next_idle;
        m.spinning = true;
        return;
      }
      m.next_idle = idle_ms;
      idle_ms = &m;
    }
    m.note.sleep();
  }

  // --- finding ---

  Item* find(M& m) {
    for (;;) {
      Item* item = find_here(m);
      if (item == nullptr && may_spin(m)) item = steal(m);
      if (item == nullptr) item = let_go(m);
      if (item != nullptr) {
        if (m.spinning) looked_enough(m);
        return item;
      }
      if (m.p == nullptr && !look_again(m)) return nullptr;
      yield();
    }
  }

  Item* find_here(M& m) {
    if (Item* item = m.p->queue.take_next()) return item;
    if (Item* item = m.p->queue.get()) return item;
    return global.empty() ? nullptr : take_global(m);
  }

  Item* take_global(M& m) {
    Item* item;
    size_t n;
    {
      Guard guard(lock);
      size_t size = global.size();
      n = std::min(size, size / kPs + 1);
      item = global.pop();
      for (size_t i = 1; i < n; ++i) m.p->queue.put(global.pop(), full);
    }
    if (n > 1) wakep();
    return item;
  }

  bool may_spin(M& m) {
    if (m.spinning) return true;
    unsigned busy = kPs, idle = idle_count.load(Atomics::relaxed);
    busy = busy > idle ? busy - idle : 0;
    if (2 * spinning.load(Atomics::relaxed) >= busy) return false;
    start_spinning(m);
    return true;
  }

  void start_spinning(M& m) {
    m.spinning = true;
    spinning.fetch_add(1, Atomics::seq_cst);
  }

  void stop_spinning(M& m) {
    m.spinning = false;
    spinning.fetch_sub(1, Atomics::seq_cst);
  }

  void looked_enough(M& m) {
    stop_spinning(m);
    Atomics::fence_seq_cst();
    if (anything_queued()) wakep();
  }

  Item* steal(M& m) {
    for (P& victim : ps) {
      if (&victim == m.p) continue;
      if (Item* item = m.p->queue.steal(victim.queue, [] { return true; })) return item;
    }
    return nullptr;
  }

  Item* let_go(M& m) {
    if (!global.empty()) {
      if (Item* item = take_global(m)) return item;
    }
    Guard guard(lock);
    P& p = *m.p;
    m.p = nullptr;
    push_idle_p(p);
    return nullptr;
  }

  bool look_again(M& m) {
    if (m.spinning) stop_spinning(m);
    Atomics::fence_seq_cst();
    if (!anything_queued()) return false;
    P* p = acquire_idle_p();
    if (p == nullptr) return false;
    m.p = p;
    start_spinning(m);
    return true;
  }

  P* acquire_idle_p() {
    Guard guard(lock);
    return pop_idle_p();
  }

  bool anything_queued() const {
    bool found = !global.empty();
    for (const P& p : ps) found = found || !p.queue.empty();
    return found;
  }

  // --- threads ---

  // Runs items until all have run; run(m, item) may submit others.
  template <class Run>
  void loop(M& m, Run&& run) {
    while (left.load(Atomics::acquire) != 0) {
      if (m.p == nullptr) {
        stop_m(m);
      } else if (Item* item = find(m)) {
        item->ran.set(item->ran.get() + 1);
        run(m, *item);
        if (left.fetch_sub(1, Atomics::acq_rel) == 1) {
          for (M& other : ms) other.note.wake();
        }
      }
    }
  }

  // At the beginning ms[0..running) have a P each, and there will be `items` items to run.
  void begin(int items, int running) {
    left.store(items, Atomics::relaxed);
    for (int i = 0; i < kPs; ++i) {
      ps[i].owner.take();
      if (i < running) {
        ms[i].p = &ps[i];
      } else {
        push_idle_p(ps[i]);
      }
    }
  }
};

// Two items that each wait until the other one runs too, so two Ps must take part.
struct Pair {
  Item items[2];
  sched::BasicNote<Atomics, Futex> met[2];

  void meet(const Item& item) {
    auto me = &item - items;
    met[1 - me].wake();
    met[me].sleep();
  }
};

// A thread of the host submits two items to one running M and one asleep.
struct Foreign : Core<3, 2> {
  Item items[2];

  void before() { begin(2, 1); }

  void thread(unsigned me) {
    if (me < 2) return loop(ms[me], [](M&, Item&) {});
    for (Item& item : items) submit(nullptr, item);
  }

  void after() {
    for (Item& item : items) RL_ASSERT(item.ran.get() == 1);
  }
};

// The same, to `Running` Ms that are just giving up looking for work, with items that need two Ps.
template <int Running>
struct ForeignPair : Core<3, 2>, Pair {
  void before() { begin(2, Running); }

  void thread(unsigned me) {
    if (me < 2) return loop(ms[me], [this](M&, Item& item) { meet(item); });
    for (Item& item : items) submit(nullptr, item);
  }
};

// One item submits the other to its own P.
template <int Running>
struct LocalPair : Core<2, 2>, Pair {
  void before() {
    begin(2, Running);
    ps[0].queue.put(&items[0], full);
  }

  void thread(unsigned me) {
    loop(ms[me], [this](M& m, Item& item) {
      if (&item == &items[0]) submit(m.p, items[1]);
      meet(item);
    });
  }
};

}  // namespace
}  // namespace lagoon::model

int main(int argc, char** argv) {
  using namespace lagoon::model;
  Counts counts(argc, argv, 100'000, 100'000);
  bool good = explore<Foreign>("Foreign", counts) && explore<LocalPair<1>>("LocalPair<1>", counts) &&
              explore<LocalPair<2>>("LocalPair<2>", counts) && explore<ForeignPair<0>>("ForeignPair<0>", counts) &&
              explore<ForeignPair<1>>("ForeignPair<1>", counts) && explore<ForeignPair<2>>("ForeignPair<2>", counts);
  return good ? 0 : 1;
}
