#include "sched/event.h"

namespace lagoon::sched {

Event::~Event() {
  if (deadline_ != kNever) disarm();
  value_.drop();
}

void Event::happen(State state, Woken& woken) noexcept {
  state_.store(state, std::memory_order_release);
  while (Waiter* w = receivers_.pop_claimed()) fire(*w, woken);  // w->ok is false
}

void Event::settle(int64_t now, Woken& woken) noexcept {
  if (pending() && now >= deadline_) happen(State::Expired, woken);
}

bool Event::set(Parcel& value) noexcept {
  Woken woken;
  bool first;
  {
    LockGuard hold(lock_);
    if (deadline_ != kNever) settle(now_ns(), woken);
    first = pending();
    if (first) {
      value_ = value.take();
      happen(State::Set, woken);
    }
  }
  woken.ready_all();
  return first;
}

bool Event::set() noexcept {
  Parcel none;
  return set(none);
}

Event::State Event::state() noexcept {
  if (!pending() || deadline_ == kNever) return state_.load(std::memory_order_acquire);
  int64_t now = now_ns();
  if (now < deadline_) return State::Pending;
  Woken woken;
  {
    LockGuard hold(lock_);
    settle(now, woken);
  }
  woken.ready_all();
  return state_.load(std::memory_order_acquire);
}

bool Event::take(Parcel* out, bool* ok, Woken& woken) noexcept {
  if (pending() && deadline_ != kNever) settle(now_ns(), woken);
  if (pending()) return false;
  *out = Parcel{};
  *ok = false;
  return true;
}

}  // namespace lagoon::sched
