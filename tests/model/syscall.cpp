// A system call: the M that comes out of it and sysmon compete for the P and the strand it left;
// one of them gets both, and an M whose P is gone gets its G back from whoever runs the strand
// next.

#include "model.h"
#include "sched/note.h"
#include "sched/p.h"
#include "sched/strand.h"

// What a failed CHECK calls.
void lagoon::sched::fatal(const char*, int, const char* what) noexcept {
  rl::ctx().fail_test(what, rl::test_result_user_assert_failed, model::Where());
  std::abort();
}

namespace lagoon::model {
namespace {

struct Futex {
  using Word = Atomics::Atomic<uint32_t>;
  static void wait(Word& word, uint32_t value, int64_t) { word.futex_wait(value, false); }
  static void wake(Word& word, int count) { word.futex_wake(count); }
};

using Note = sched::BasicNote<Atomics, Futex>;
using PState = sched::BasicPState<Atomics>;

struct G {
  G* next = nullptr;
  Plain<int> ran{0};
};

using Strand = sched::BasicStrand<Atomics, G>;

// Thread 0 is an M whose G makes two calls, thread 1 is sysmon, thread 2 an M that runs what is
// handed off.  The functions bear the names they have in sched/blocking.cpp and sched/sysmon.cpp.
struct Calls : rl::test_suite<Calls, 3> {
  PState p;
  Exclusive p_owner;
  Strand strand;
  Exclusive holder;
  G caller, other;
  Atomics::Atomic<int> queued{0};  // the strand is in a run queue
  Atomics::Atomic<int> handed{0};  // the P is thread 2's
  Atomics::Atomic<int> ended{0};
  Note caller_note, other_note;

  void before() {
    p.become(PState::Retired, PState::Running);
    p_owner.take();
    RL_ASSERT(strand.try_take());
    holder.take();
    strand.push_own(other);
  }

  void thread(unsigned me) {
    if (me == 0) return call();
    if (me == 1) return watch();
    run_others();
  }

  // --- the M that calls ---

  void call() {
    for (int i = 0; i < 2; ++i) {
      PState::Word word = enter_syscall();
      exit_syscall(word);
      caller.ran.set(caller.ran.get() + 1);
    }
    ended.store(1, Atomics::release);
    other_note.wake();
  }

  PState::Word enter_syscall() {
    holder.leave();
    p_owner.leave();
    return p.become(PState::Running, PState::Syscall);
  }

  void exit_syscall(PState::Word word) {
    if (p.retake(word)) {
      p_owner.take();
      return holder.take();
    }
    if (strand.push(caller)) submit();
    caller_note.sleep();
    p_owner.take();
    holder.take();
  }

  void submit() {
    RL_ASSERT(queued.exchange(1, Atomics::acq_rel) == 0);
    other_note.wake();
  }

  // --- sysmon, which looks at the word, and later takes the P if it has not changed; once ---

  void watch() {
    for (int i = 0; i < 3; ++i) {
      PState::Word seen = p.word();
      if (p.retake(seen)) return hand_off();
    }
  }

  void hand_off() {
    p_owner.take();
    holder.take();
    hand_strand();
    p_owner.leave();
    handed.store(1, Atomics::release);
    other_note.wake();
  }

  void hand_strand() {
    holder.leave();
    if (strand.release()) submit();
  }

  // --- the M that goes on with the P ---

  void run_others() {
    bool has_p = false;
    for (;;) {
      other_note.sleep();
      if (handed.exchange(0, Atomics::acq_rel) == 1) {
        p_owner.take();
        has_p = true;
        own_call();
      }
      if (has_p && queued.exchange(0, Atomics::acq_rel) == 1) has_p = turn();
      if (ended.load(Atomics::acquire) != 0) return;
    }
  }

  // A call of its own with the P that thread 0 may still think to be its own.
  void own_call() {
    p_owner.leave();
    PState::Word word = p.become(PState::Running, PState::Syscall);
    RL_ASSERT(p.retake(word));
    p_owner.take();
  }

  // False: P and strand were handed over.
  bool turn() {
    holder.take();
    while (G* g = strand.pop()) {
      if (g == &caller) {
        holder.leave();
        p_owner.leave();
        caller_note.wake();
        return false;
      }
      g->ran.set(g->ran.get() + 1);
    }
    hand_strand();
    return true;
  }

  void after() {
    RL_ASSERT(caller.ran.get() == 2);
    RL_ASSERT(other.ran.get() <= 1);
    RL_ASSERT(p.status() == PState::Running && queued.load(Atomics::relaxed) == 0);
  }
};

}  // namespace
}  // namespace lagoon::model

int main(int argc, char** argv) {
  using namespace lagoon::model;
  Counts counts(argc, argv, 300'000, 500'000);
  return explore<Calls>("Calls", counts) ? 0 : 1;
}
