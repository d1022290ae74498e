#include "sched/alarm.h"

#include <new>

#include "sched/scheduler.h"

namespace lagoon::sched {

AlarmSource::AlarmSource() noexcept {
  bell_.owner = this;
  bell_.fire = on_fire;
}

bool AlarmSource::watch(G& g) noexcept {
  LockGuard control(control_);
  {
    LockGuard hold(lock_);
    int64_t when = plan().when;
    if (when == kNever || when == armed_) return true;
  }
  stop_timer(bell_);
  return arm(*g.scheduler);
}

bool AlarmSource::arm(Scheduler& scheduler) noexcept {
  Plan wanted;
  {
    LockGuard hold(lock_);
    if (!receivers_.empty()) wanted = plan();
    armed_ = wanted.when;
  }
  if (wanted.when == kNever) return true;
  bell_.when = wanted.when;
  bell_.period = wanted.period;
  try {
    scheduler.start_timer(bell_);
    return true;
  } catch (const std::bad_alloc&) {
    LockGuard hold(lock_);
    armed_ = kNever;
    return false;
  }
}

void AlarmSource::disarm() noexcept {
  LockGuard control(control_);
  stop_timer(bell_);
}

G* AlarmSource::on_fire(Timer& self, int64_t now) noexcept {
  Bell& bell = static_cast<Bell&>(self);
  AlarmSource& owner = *bell.owner;
  Woken woken;
  LockGuard hold(owner.lock_);
  owner.ring(now, woken);
  int64_t next = owner.plan().when;
  bool again = bell.period != 0 && next != kNever && !owner.receivers_.empty();
  if (!again) bell.period = 0;
  owner.armed_ = again ? next : kNever;
  return woken.chain();
}

}  // namespace lagoon::sched
