// The note: no wake is lost, what the waker wrote is seen, and a note can be used again and again,
// also after a sleep that ran out of time.

#include "sched/note.h"

#include "model.h"

namespace lagoon::model {
namespace {

struct Futex {
  using Word = Atomics::Atomic<uint32_t>;
  static constexpr int64_t kDeadline = 1;

  static void wait(Word& word, uint32_t value, int64_t timeout_ns) {
    if (word.futex_wait(value, timeout_ns >= 0)) clock = kDeadline;
  }
  static void wake(Word& word, int count) { word.futex_wake(count); }
  static int64_t now() { return clock; }

  static inline int64_t clock = 0;  // passes when a sleep has timed out
};

using Note = sched::BasicNote<Atomics, Futex>;

// Two threads pass one value to and fro, each sleeping until it is its turn.
struct PingPong : rl::test_suite<PingPong, 2> {
  static constexpr int kRounds = 3;
  Note notes[2];
  Plain<int> value{0};

  void thread(unsigned me) {
    for (int round = 0; round < kRounds; ++round) {
      if (me == 1 || round > 0) notes[me].sleep();
      RL_ASSERT(value.get() == 2 * round + static_cast<int>(me));
      value.set(value.get() + 1);
      if (me == 0 || round + 1 < kRounds) notes[1 - me].wake();
    }
  }
};

// Two wakers, one sleeper that waits for both: one remembered wake must do for what both have
// written.
struct TwoWakers : rl::test_suite<TwoWakers, 3> {
  Note note;
  Atomics::Atomic<int> done[2];
  Plain<int> value[2];

  void thread(unsigned me) {
    if (me < 2) {
      value[me].set(1);
      done[me].store(1, Atomics::relaxed);
      return note.wake();
    }
    while (done[0].load(Atomics::relaxed) + done[1].load(Atomics::relaxed) < 2) note.sleep();
  }

  void after() { RL_ASSERT(value[0].get() + value[1].get() == 2); }
};

// A sleep with a deadline is true if the wake came; otherwise the next sleep finds the wake.
struct Deadline : rl::test_suite<Deadline, 2> {
  static constexpr int kRounds = 2;
  Note there, back;
  Plain<int> value{0};

  void before() { Futex::clock = 0; }

  void thread(unsigned me) {
    for (int round = 1; round <= kRounds; ++round) {
      if (me == 0) {
        value.set(round);
        there.wake();
        back.sleep();
      } else {
        if (!there.sleep_until(Futex::kDeadline)) there.sleep();
        RL_ASSERT(value.get() == round);
        back.wake();
      }
    }
  }
};

}  // namespace
}  // namespace lagoon::model

int main(int argc, char** argv) {
  using namespace lagoon::model;
  Counts counts(argc, argv, 300'000, 300'000);
  bool good = explore<PingPong>("PingPong", counts) && explore<TwoWakers>("TwoWakers", counts) &&
              explore<Deadline>("Deadline", counts);
  return good ? 0 : 1;
}
