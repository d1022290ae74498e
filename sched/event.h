#pragma once
// Event: something that happens once and is then seen by everybody, for ever: a context is done, a
// task has ended.
//
// To a receiver it is a channel that gets closed: a receive waits until it has happened and then
// ends with Closed and an empty parcel, any number of times.  The value is looked at in place.
//
// An event may have a deadline, at which it happens by itself.  The deadline is judged whenever
// someone looks, so it is exact without a timer; a timer is armed only while somebody waits.

#include <atomic>

#include "sched/alarm.h"

namespace lagoon::sched {

class Event final : public AlarmSource {
 public:
  enum class State : uint8_t { Pending, Set, Expired };

  explicit Event(int64_t deadline = kNever) noexcept : deadline_(deadline) {}
  ~Event() override;  // drops the value.  REQUIRES: nobody waits

  // Makes it happen, wakes everybody, and takes the value.  Any thread.  False: it has happened
  // before, and the value stays with the caller.
  bool set(Parcel& value) noexcept;
  bool set() noexcept;

  // What has happened so far.  Any thread, no lock but at the moment the deadline passes.
  State state() noexcept;
  bool done() noexcept { return state() != State::Pending; }
  int64_t deadline() const noexcept { return deadline_; }

  // The value given to set(), for as long as the event lives.  REQUIRES: state() was Set.
  const Parcel& value() const noexcept { return value_; }

  bool take(Parcel* out, bool* ok, Woken& woken) noexcept override;
  bool watch(G& g) noexcept override { return deadline_ == kNever || AlarmSource::watch(g); }

 private:
  Plan plan() const noexcept override { return {pending() ? deadline_ : kNever, 0}; }
  void ring(int64_t now, Woken& woken) noexcept override { settle(now, woken); }
  bool pending() const noexcept { return state_.load(std::memory_order_acquire) == State::Pending; }
  void settle(int64_t now, Woken& woken) noexcept;  // under lock_, like all below
  void happen(State state, Woken& woken) noexcept;

  const int64_t deadline_;
  std::atomic<State> state_{State::Pending};  // written under lock_
  Parcel value_;                              // written before state_ becomes Set
};

}  // namespace lagoon::sched
