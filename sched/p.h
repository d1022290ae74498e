#pragma once
// P: the right to run, with what goes with it: a run queue, timers, free Gs, a home strand.
//
// States are ownership, in the low bits of one word whose upper bits count changes, so that an M
// coming out of a system call recognises *its* P and not one that has been through other hands:
//   Idle      in the list of idle Ps, under the scheduler's lock; its ring is empty
//   Running   of the M in `m`
//   Syscall   of nobody: the M in `m` has it back by one compare-and-swap unless sysmon is first
//   Retired   beyond the wanted number; its ring and timers are empty
// A P beyond the wanted number may also be a spare: while another P's M is stuck in a call that was
// not declared, the spare runs what waits behind it.
// Everything not atomic belongs to the owner.

#include <atomic>
#include <cstdint>

#include "sched/check.h"
#include "sched/queues.h"
#include "sched/shake.h"
#include "sched/timer.h"

namespace lagoon::sched {

class M;

// The state alone, with the count.  `Atomics` is the seam of the model checker (sched/shake.h).
template <class Atomics>
class BasicPState {
 public:
  enum Status : uint64_t { Idle, Running, Syscall, Retired };
  using Word = uint64_t;  // Status | count << 2

  Status status() const noexcept { return static_cast<Status>(word() & 3); }
  Word word() const noexcept { return word_.load(Atomics::acquire); }

  // Changes the state from `from`; the owner.  Returns the new word.
  Word become(Status from, Status to) noexcept {
    Word seen = word_.load(Atomics::relaxed);
    CHECK((seen & 3) == from);
    Word next = ((seen >> 2) + 1) << 2 | to;
    word_.store(next, Atomics::release);
    return next;
  }

  // Takes a P out of a system call if its word is still `seen`.  Its M, or sysmon.
  [[nodiscard]] bool retake(Word seen) noexcept {
    return (seen & 3) == Syscall && word_.compare_exchange_strong(seen, seen - Syscall + Running, Atomics::acq_rel);
  }

 private:
  typename Atomics::template Atomic<Word> word_{Retired};
};

class alignas(64) P : public BasicPState<StdAtomics> {
 public:
  explicit P(unsigned id) : id(id), random_(id * 2654435761u + 1) {}
  P(const P&) = delete;

  // Whether this is a spare that is still needed.  Any thread.
  bool stands_in() const noexcept {
    P* other = stuck.load(std::memory_order_acquire);
    return other != nullptr && other->status() == Running &&
           other->runs.get() == stuck_run.load(std::memory_order_relaxed);
  }

  // A cheap random number.  The owner.
  uint32_t random() noexcept {
    random_ ^= random_ << 13, random_ ^= random_ >> 17, random_ ^= random_ << 5;
    return random_;
  }

  const unsigned id;
  LocalQueue queue;
  TimerHeap timers;
  std::atomic<M*> m{nullptr};             // the M that has it, or is in a system call with it
  std::atomic<uint32_t> schedtick{0};     // turns begun; owner writes
  std::atomic<Strand*> strand{nullptr};   // what it runs or takes along into Syscall; stale otherwise
  std::atomic<bool> strand_ready{false};  // in Syscall: that strand had ready Gs on entry
  int64_t spent_at = 0;                   // when it last took from the spent; coarse
  P* next_idle = nullptr;                 // link in the list of idle Ps
  std::atomic<P*> stuck{nullptr};         // a spare's: the P it stands in for
  std::atomic<uint64_t> stuck_run{0};     // and which of its runs does not end

  // Whether this P itself runs what it puts into `next`: how often it has done so in a row, and whether
  // something was put there since it last took one.
  uint32_t kept = 0;
  bool offers = false;

  // Starting Gs.
  Strand* home = nullptr;  // where its fresh Gs start while that is free; see place.h
  uint32_t home_room = 0;  // and has no more than so many live ones
  unsigned waited = 0;     // how often in a row one had to wait for a strand
  static constexpr unsigned kFreeGs = 64;
  G* free_gs[kFreeGs];  // that one last that ended last
  unsigned free_count = 0;
  uint64_t next_id = 0, last_id = 0;  // ids it may give out: [next_id, last_id)

  // Counters, written by the owner, read by anyone.
  struct Count {
    std::atomic<uint64_t> n{0};
    void add(uint64_t by = 1) noexcept { n.store(n.load(std::memory_order_relaxed) + by, std::memory_order_release); }
    uint64_t get() const noexcept { return n.load(std::memory_order_acquire); }
  };
  Count runs, spawned, finished, steals, parks, preemptions, overflows;

 private:
  uint32_t random_;  // xorshift state, never 0
};

}  // namespace lagoon::sched
