// The strand: no ready node is lost, one thread holds it at a time, it is queued at most once, and
// nobody touches it after having given it away.

#include "sched/strand.h"

#include <optional>

#include "model.h"

namespace lagoon::model {
namespace {

struct Node {
  Node* next = nullptr;
  Plain<int> pushed{0};  // by who makes it ready
  Plain<int> ran{0};     // by the holder
};

using Strand = sched::BasicStrand<Atomics, Node>;

// The run queue, which here has room for one strand.
class Place {
 public:
  void put() { RL_ASSERT(full_.exchange(1, Atomics::acq_rel) == 0); }
  bool get() { return full_.exchange(0, Atomics::acq_rel) == 1; }

 private:
  Atomics::Atomic<int> full_{0};
};

// Two threads push, two take the strand and run what is ready.  Node 0 yields once; node 1 ends the
// turn; node 4 is new and looks for an idle strand first.
struct Turns : rl::test_suite<Turns, 4> {
  static constexpr int kNodes = 5;
  Strand strand;
  Node nodes[kNodes];
  Place queue;
  Exclusive holder;

  void thread(unsigned me) {
    if (me < 2) {
      push(nodes[2 * me]);
      push(nodes[2 * me + 1]);
      return;
    }
    if (me == 2) start(nodes[4]);
    for (int i = 0; i < 2; ++i) {
      if (queue.get()) take();
    }
  }

  void push(Node& node) {
    node.pushed.set(1);
    if (!strand.push(node)) return;
    holder.take();  // it has appended to what the last holder left
    holder.leave();
    queue.put();
  }

  void start(Node& node) {
    if (!strand.try_take()) return push(node);
    holder.take();
    node.pushed.set(1);
    strand.push_own(node);
    turn();
  }

  void take() {
    holder.take();
    turn();
  }

  void turn() {
    bool over = false;
    while (!over) {
      Node* node = strand.pop();
      if (node == nullptr) break;
      over = run(*node);
    }
    holder.leave();
    if (strand.release()) queue.put();
  }

  bool run(Node& node) {
    RL_ASSERT(node.pushed.get() == 1);
    node.ran.set(node.ran.get() + 1);
    if (&node == &nodes[0] && node.ran.get() == 1) strand.push_own(node);
    return &node == &nodes[1];
  }

  void after() {
    while (queue.get()) take();
    RL_ASSERT(strand.state() == sched::StrandState::Idle);
    for (int i = 0; i < kNodes; ++i) RL_ASSERT(nodes[i].ran.get() == (i == 0 ? 2 : 1));
  }
};

// The only node is readied, runs and ends; then whoever finds the strand idle may destroy it.
struct Closing : rl::test_suite<Closing, 3> {
  std::optional<Strand> strand{std::in_place};
  Node node;
  Place queue;
  Exclusive holder;
  Atomics::Atomic<int> live{1};

  void thread(unsigned me) {
    if (me == 0) {
      if (strand->push(node)) queue.put();
    } else if (me == 1) {
      turn();
    } else {
      close();
    }
  }

  void turn() {
    if (!queue.get()) return;
    holder.take();
    RL_ASSERT(strand->pop() == &node);
    live.fetch_sub(1, Atomics::relaxed);
    RL_ASSERT(strand->pop() == nullptr);
    holder.leave();
    RL_ASSERT(!strand->release());
  }

  void close() {
    if (live.load(Atomics::relaxed) != 0 || !strand->try_take()) return;
    holder.take();
    strand.reset();
  }
};

// A holder lays the strand aside, with a node that gave way; one thread pushes and takes it out of the
// queue of the spent, if it is there; another takes it from either queue.
struct Aside : rl::test_suite<Aside, 3> {
  Strand strand;
  Node nodes[2];
  Place queue;
  Exclusive holder;
  Mutex lock;
  Plain<bool> aside{false};  // in the queue of the spent; the strand's owner, who changes it under lock

  void before() {
    RL_ASSERT(strand.try_take());
    holder.take();
    nodes[0].pushed.set(1);
    strand.push_spent(nodes[0]);
  }

  void thread(unsigned me) {
    if (me == 0) return lay_aside();
    if (me == 1) return push();
    for (int i = 0; i < 2; ++i) {
      if (find()) turn();
    }
  }

  void lay_aside() {
    Guard guard(lock);
    aside.set(true);
    holder.leave();
    if (strand.release_spent()) return;
    aside.set(false);
    RL_ASSERT(strand.release());
    queue.put();
  }

  void push() {
    nodes[1].pushed.set(1);
    if (!strand.push(nodes[1])) return;
    holder.take();
    holder.leave();
    if (aside.get()) {
      Guard guard(lock);
      aside.set(false);
    }
    queue.put();
  }

  bool find() {
    if (queue.get()) return true;
    Guard guard(lock);
    if (!strand.take_spent()) return false;
    aside.set(false);
    return true;
  }

  void turn() {
    holder.take();
    while (Node* node = strand.pop()) {
      RL_ASSERT(node->pushed.get() == 1);
      node->ran.set(node->ran.get() + 1);
    }
    holder.leave();
    if (strand.release()) queue.put();
  }

  void after() {
    while (find()) turn();
    RL_ASSERT(strand.state() == sched::StrandState::Idle);
    for (Node& node : nodes) RL_ASSERT(node.ran.get() == 1);
  }
};

}  // namespace
}  // namespace lagoon::model

int main(int argc, char** argv) {
  using namespace lagoon::model;
  Counts counts(argc, argv, 300'000, 500'000);
  bool good = explore<Turns>("Turns", counts) && explore<Closing>("Closing", counts) && explore<Aside>("Aside", counts);
  return good ? 0 : 1;
}
