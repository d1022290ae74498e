#pragma once
// Timepieces: timers and tickers as shared objects, and the two clocks scripts see.

#include "bindings/selectable.h"
#include "sched/clock.h"

namespace lagoon::bindings {

// The time of day: seconds since 1970, UTC, with fractions.
double wall_now() noexcept;
// The time of day at a monotonic moment, in nanoseconds, that is near; and back, saturating.
double to_wall(int64_t monotonic) noexcept;
int64_t from_wall(double wall) noexcept;

// go.time.sleep and go.sleep, one function.
int time_sleep(lua_State* L);

class Timepiece final : public Selectable {
 public:
  Timepiece(const vm::SharedType& type, sched::Scheduler& scheduler) noexcept : Selectable(type), clock(scheduler) {}
  sched::Source& source() noexcept override { return clock; }
  // Pushes the time of day at which it was due.
  int push_taken(lua_State* L, const sched::Parcel& parcel, bool ok) override;

  sched::Clock clock;
};

}  // namespace lagoon::bindings
