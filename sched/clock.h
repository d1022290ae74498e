#pragma once
// Clock: a timer or a ticker that can be received from.
//
// As in Go since 1.23: nothing is buffered (a moment that has come is there until it is taken), no
// stale value can be received after stop or reset returned, ticks that nobody took in time are
// dropped, and a ticker keeps its phase.  One value goes to one receiver.
//
// The value's parcel has words[0] = the moment it was due, in monotonic ns, and no dropper.

#include "sched/alarm.h"

namespace lagoon::sched {

// now + ns, at least now, never kNever.
int64_t time_after(int64_t ns) noexcept;

// When who waits for `ns` is to be woken: at the end of that, or later by at most a 64th of it and 1 ms,
// so that one wake-up does for many.  Of two that begin at the same time the shorter one ends first.
int64_t wake_after(int64_t ns) noexcept;

class Clock final : public AlarmSource {
 public:
  // Not running.
  explicit Clock(Scheduler& scheduler) noexcept : scheduler_(scheduler) {}
  ~Clock() override { disarm(); }  // REQUIRES: nobody waits

  // Lets it go off once at `when`, or then and every `period` > 0 after it; whatever it was set to
  // is forgotten.  Any thread.  *was: it was running, or had gone off and nobody had taken it.
  // Done, or NoMemory when receivers wait and the timer could not be armed: it is then stopped.
  Result reset(int64_t when, int64_t period = 0, bool* was = nullptr) noexcept;
  // Stops it.  Any thread.  False: it was not running, and nothing was there to be taken.
  bool stop() noexcept;

  bool running() noexcept;

  bool take(Parcel* out, bool* ok, Woken& woken) noexcept override;

 private:
  Plan plan() const noexcept override { return {due_, period_}; }
  void ring(int64_t now, Woken& woken) noexcept override;
  void advance(int64_t now) noexcept;

  Scheduler& scheduler_;
  int64_t due_ = kNever;  // under lock_: when it goes off next, or went off and was not taken
  int64_t period_ = 0;    // under lock_: 0 for once
};

}  // namespace lagoon::sched
