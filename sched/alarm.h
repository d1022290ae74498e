#pragma once
// AlarmSource: a source whose moment is a point in time.
//
// Its timer is in a heap only while somebody waits (as in Go since 1.23): whether the moment has
// come is judged by the clock whenever someone looks.  So a forgotten ticker costs nothing and does
// not hide a deadlock, and a value that a stop or reset took back cannot be seen.
//
// Goes before the scheduler in whose heaps its timer was.
//
// Lock order: control_, then the heap's lock, then lock_.  ring() runs under the latter two.

#include "sched/source.h"

namespace lagoon::sched {

class AlarmSource : public Source {
 public:
  bool watch(G& g) noexcept override;

 protected:
  AlarmSource() noexcept;
  ~AlarmSource() override = default;  // the most derived destructor calls disarm() first

  // When ring() must be called although nobody looks, and then every `period` unless that is 0.
  struct Plan {
    int64_t when = kNever;
    int64_t period = 0;
  };
  virtual Plan plan() const noexcept = 0;  // under lock_
  // A moment has come, this one or an older one: wakes whom it concerns.  Under the heap's lock and
  // lock_.
  virtual void ring(int64_t now, Woken& woken) noexcept = 0;

  // Stops the timer; after this ring() does not run.  No lock held.
  void disarm() noexcept;
  // Runs change() under lock_ while the timer is stopped, then sets it anew if somebody waits.
  // False: out of memory, and whoever waits may wait for ever.
  template <class Change>
  bool change_while_stopped(Scheduler& scheduler, Change&& change) noexcept;

 private:
  struct Bell : Timer {
    AlarmSource* owner;
  };
  static G* on_fire(Timer& self, int64_t now) noexcept;
  bool arm(Scheduler& scheduler) noexcept;  // REQUIRES: control_ held, timer stopped

  Lock control_;            // held while the timer is started and stopped
  Bell bell_;               // its fields change only while it is stopped, or in on_fire()
  int64_t armed_ = kNever;  // under lock_: the timer is sure to ring then
};

template <class Change>
bool AlarmSource::change_while_stopped(Scheduler& scheduler, Change&& change) noexcept {
  LockGuard control(control_);
  stop_timer(bell_);
  {
    LockGuard hold(lock_);
    change();
  }
  return arm(scheduler);
}

}  // namespace lagoon::sched
