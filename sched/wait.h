#pragma once
// Wait: the word through which one blocking operation of a G meets whatever ends it.
//
// A G that must block opens its Wait, publishes Waiters in the queues of everything it waits for,
// gives up its stack (a coroutine yield, or its M sleeps), and its M then calls leave().  The first
// waker to claim() the ticket owns the outcome: it writes the result into the G and calls
// deliver().  Whichever of leave() and deliver() comes second puts the G back on a run queue, so
// the G is queued exactly once and never while its stack is in use.
//
// Tried and dropped: publishing only after the stack was left (Go's unlockf).  It takes the
// object's lock twice for each blocking operation and buys nothing once the stack hand-over is in
// the word.
//
// The word is (ticket << 3 | bits).  Tickets only grow, so a late timer or canceller that still
// holds an old one loses its claim instead of ending the next wait.
//
// `Atomics` is the seam through which the model checker sees the atomics (sched/shake.h).

#include <cstdint>

#include "sched/shake.h"

namespace lagoon::sched {

template <class Atomics>
class BasicWait {
 public:
  using Ticket = uint64_t;

  // Starts a wait and returns its ticket.  Owner, running.
  Ticket open() noexcept {
    uint64_t ticket = (word_.load(Atomics::relaxed) >> kShift) + 1;
    word_.store(ticket << kShift | kOpen, Atomics::release);
    return ticket;
  }

  // Takes the right to end the wait `ticket`.  Any thread; true at most once for each ticket.
  bool claim(Ticket ticket) noexcept {
    uint64_t seen = word_.load(Atomics::seq_cst);
    while (seen >> kShift == ticket && (seen & kOpen) != 0) {
      if (word_.compare_exchange_weak(seen, seen & ~kOpen, Atomics::seq_cst)) return true;
    }
    return false;
  }

  // Publishes the outcome.  The claimer, once, after writing the result; it must not touch the
  // result afterwards.  True: the G has left its stack, and the caller must make it ready.
  [[nodiscard]] bool deliver() noexcept {
    uint64_t seen = word_.load(Atomics::acquire);
    if ((seen & kLeft) != 0) {  // claimed and left: nobody else writes, and how it becomes ready has the order
      word_.store(seen | kDelivered, Atomics::relaxed);
      return true;
    }
    return (word_.fetch_or(kDelivered, Atomics::acq_rel) & kLeft) != 0;
  }

  // The G has left its stack.  Its M, once per wait that blocked.  True: the outcome is already
  // there, and the caller must make the G ready.  False: *ticket is the wait's.  Who sets a flag and then
  // finds no open wait has set it for this M to see now, which then ends the wait itself.
  [[nodiscard]] bool leave(Ticket* ticket) noexcept {
    uint64_t seen = word_.fetch_or(kLeft, Atomics::seq_cst);
    *ticket = seen >> kShift;
    return (seen & kDelivered) != 0;
  }

  // Whether the outcome has been published.  For who has claimed in vain and need not leave.
  bool delivered() const noexcept { return (word_.load(Atomics::acquire) & kDelivered) != 0; }

  // The ticket of the wait that can be claimed now, or 0.  Any thread; stale at once.
  Ticket current() const noexcept {
    uint64_t seen = word_.load(Atomics::seq_cst);
    return (seen & kOpen) != 0 ? seen >> kShift : 0;
  }

 private:
  static constexpr uint64_t kOpen = 1, kLeft = 2, kDelivered = 4;
  static constexpr unsigned kShift = 3;

  typename Atomics::template Atomic<uint64_t> word_{0};
};

using Wait = BasicWait<StdAtomics>;

}  // namespace lagoon::sched
