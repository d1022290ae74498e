// The wait word: of several wakers one ends a wait; the G then runs on exactly once, with the
// outcome visible, and never while its stack is in use; a stale ticket ends nothing; no
// cancellation is lost.

#include "sched/wait.h"

#include "model.h"

namespace lagoon::model {
namespace {

using Wait = sched::BasicWait<Atomics>;

// A G that blocks `kRounds` times.  Whoever is told to make it ready runs it on at once.
struct Blocking {
  static constexpr int kRounds = 3;

  Wait wait;
  Atomics::Atomic<uint64_t> published{0};  // the ticket, as a Waiter in some queue holds it
  Exclusive stack;
  Plain<int> outcome{0};  // which round has ended
  Plain<int> round{0};
  int ended[kRounds + 1] = {};  // how many have ended each round

  // Runs the G until it blocks, on the calling thread, perhaps several times.
  void run() {
    bool ready = true;
    while (ready) {
      stack.take();
      RL_ASSERT(outcome.get() == round.get());
      if (round.get() == kRounds) return stack.leave();
      round.set(round.get() + 1);
      Wait::Ticket ticket = wait.open();
      RL_ASSERT(ticket == static_cast<uint64_t>(round.get()));
      published.store(ticket, Atomics::release);
      stack.leave();
      ready = wait.leave(&ticket);
    }
  }

  // Tries to end the wait `ticket`.
  bool end(Wait::Ticket ticket) {
    if (ticket == 0 || !wait.claim(ticket)) return false;
    ++ended[ticket];
    outcome.set(static_cast<int>(ticket));
    if (wait.deliver()) run();
    return true;
  }
};

// A waker that found the G in a queue, and one (a timer, a canceller) that ends whatever is open.
struct TwoWakers : rl::test_suite<TwoWakers, 3>, Blocking {
  void thread(unsigned me) {
    if (me == 0) return run();
    Wait::Ticket ticket = 0;
    for (int i = 0; i < 3; ++i) {
      if (me == 1) {
        if (i != 1) ticket = published.load(Atomics::acquire);  // the second time it may be stale
        end(ticket);
      } else {
        end(wait.current());
      }
    }
  }

  void after() {
    int total = 0;
    for (int n : ended) {
      RL_ASSERT(n <= 1);
      total += n;
    }
    RL_ASSERT(outcome.get() == total);
    RL_ASSERT(round.get() == (total == kRounds ? total : total + 1));
  }
};

// cancel() sets the flag, then ends what is open; the G opens and leaves, then looks at the flag.
struct Cancel : rl::test_suite<Cancel, 2> {
  Wait wait;
  Atomics::Atomic<int> canceled{0};
  Plain<int> outcome{0};
  int ended = 0, ready = 0;

  bool end(Wait::Ticket ticket) {
    if (ticket == 0 || !wait.claim(ticket)) return false;
    ++ended;
    outcome.set(1);
    return wait.deliver();
  }

  bool left() {
    Wait::Ticket ticket;
    if (wait.leave(&ticket)) return true;
    return canceled.load(Atomics::seq_cst) != 0 && end(ticket);
  }

  void resumed() {
    ++ready;
    RL_ASSERT(outcome.get() == 1);
  }

  void thread(unsigned me) {
    if (me == 1) {
      canceled.store(1, Atomics::seq_cst);
      if (end(wait.current())) resumed();
      return;
    }
    wait.open();
    if (left()) resumed();
  }

  void after() { RL_ASSERT(ended == 1 && ready == 1); }
};

// A G that cannot leave its stack ends its own wait; if a waker was first, it waits for the
// outcome.
struct CannotLeave : rl::test_suite<CannotLeave, 2> {
  Wait wait;
  Plain<int> outcome{0};
  int ended = 0;

  bool end(Wait::Ticket ticket) {
    if (!wait.claim(ticket)) return false;
    ++ended;
    outcome.set(1);
    RL_ASSERT(!wait.deliver());
    return true;
  }

  void thread(unsigned me) {
    if (me == 1) {
      end(1);
      return;
    }
    RL_ASSERT(wait.open() == 1);
    if (!end(1)) {
      while (!wait.delivered()) yield();
    }
    RL_ASSERT(outcome.get() == 1);
    RL_ASSERT(wait.open() == 2 && !wait.delivered());
  }

  void after() { RL_ASSERT(ended == 1); }
};

}  // namespace
}  // namespace lagoon::model

int main(int argc, char** argv) {
  using namespace lagoon::model;
  Counts counts(argc, argv, 300'000, 300'000);
  bool good = explore<TwoWakers>("TwoWakers", counts) && explore<Cancel>("Cancel", counts) &&
              explore<CannotLeave>("CannotLeave", counts);
  return good ? 0 : 1;
}
