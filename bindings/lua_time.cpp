// go.time: clocks, sleep, timers and tickers.
//
// Durations are seconds.  A timer goes off once; a ticker again and again.  Both can be received
// from and selected on, and hold no value back: one that is stopped or reset gives nothing stale.

#include <chrono>
#include <cmath>
#include <new>

#include "bindings/block.h"
#include "bindings/modules.h"
#include "bindings/timepiece.h"

namespace lagoon::bindings {

// --- Clocks ------------------------------------------------------------------------------------

double wall_now() noexcept {
  using std::chrono::system_clock;
  return std::chrono::duration<double>(system_clock::now().time_since_epoch()).count();
}

double to_wall(int64_t monotonic) noexcept {
  return wall_now() + static_cast<double>(monotonic - sched::now_ns()) * 1e-9;
}

int64_t from_wall(double wall) noexcept {
  constexpr double kMost = 9.2e9;  // 292 years: beyond it, never
  double from_now = wall - wall_now();
  if (from_now >= kMost) return sched::kNever;
  if (from_now <= 0) return sched::now_ns();
  return sched::time_after(std::llround(from_now * 1e9));
}

namespace {

using sched::Result;

// go.time.now() -> the time of day: seconds since 1970 with fractions, as os.time counts
int time_now(lua_State* L) {
  lua_pushnumber(L, wall_now());
  return 1;
}

// go.time.monotonic() -> seconds since some moment, never going back
int time_monotonic(lua_State* L) {
  lua_pushnumber(L, static_cast<lua_Number>(sched::now_ns()) * 1e-9);
  return 1;
}

// --- sleep -------------------------------------------------------------------------------------

int sleep_done(lua_State* L, int, lua_KContext) {
  return finish_park(L) == sched::Outcome::Canceled ? raise_canceled(L) : 0;
}

}  // namespace

// go.sleep(s), go.time.sleep(s): at least that long; not at all for 0 or less.          may block
int time_sleep(lua_State* L) {
  int64_t duration = check_duration(L, 1);
  if (duration <= 0) return 0;
  int64_t deadline = duration == sched::kNever ? duration : sched::wake_after(duration);
  current(L).wait.open();
  return park(L, sched::Reason::Sleep, nullptr, deadline, 0, sleep_done);
}

// --- Timers and tickers ------------------------------------------------------------------------

int Timepiece::push_taken(lua_State* L, const sched::Parcel& parcel, bool ok) {
  lua_pushnumber(L, to_wall(static_cast<int64_t>(parcel.words[0])));
  lua_pushboolean(L, ok);
  return 2;
}

namespace {

extern const vm::SharedType kTimerType;
extern const vm::SharedType kTickerType;

Timepiece& check_timer(lua_State* L) { return vm::check_shared<Timepiece>(L, 1, kTimerType); }
Timepiece& check_ticker(lua_State* L) { return vm::check_shared<Timepiece>(L, 1, kTickerType); }

Timepiece& check_timepiece(lua_State* L) {
  vm::Shared* ticker = vm::to_shared(L, 1, kTickerType);
  return ticker != nullptr ? *static_cast<Timepiece*>(ticker) : check_timer(L);
}

// Pushes a new one that is not running.
Timepiece& push_timepiece(lua_State* L, const vm::SharedType& type) {
  auto* t = new (std::nothrow) Timepiece(type, *current(L).scheduler);
  if (t == nullptr) luaL_error(L, "not enough memory");
  vm::push_new_shared(L, t);
  return *t;
}

// Sets it to go off `after` ns from now, and then every `period` unless that is 0.  Was it running?
bool start(lua_State* L, Timepiece& t, int64_t after, int64_t period) {
  bool was = false;
  int64_t when = after == sched::kNever ? after : sched::time_after(after);
  if (t.clock.reset(when, period, &was) == Result::NoMemory) luaL_error(L, "not enough memory");
  return was;
}

int64_t check_interval(lua_State* L, int arg, const char* what) {
  int64_t interval = check_duration(L, arg);
  if (interval <= 0) luaL_error(L, "non-positive interval for %s", what);
  return interval;
}

// t:stop() -> was it running, or had gone off and not been received?
int timepiece_stop(lua_State* L) {
  lua_pushboolean(L, check_timepiece(L).clock.stop());
  return 1;
}

// timer:reset(s) -> as stop; then it goes off in s seconds
int timer_reset(lua_State* L) {
  Timepiece& t = check_timer(L);
  lua_pushboolean(L, start(L, t, check_duration(L, 2), 0));
  return 1;
}

// ticker:reset(s): ticks every s seconds from now on.  Raises unless s > 0.
int ticker_reset(lua_State* L) {
  Timepiece& t = check_ticker(L);
  int64_t interval = check_interval(L, 2, "Ticker.Reset");
  start(L, t, interval, interval);
  return 0;
}

// --- recv --------------------------------------------------------------------------------------

int push_nothing(lua_State* L, const char* why) {
  lua_pushnil(L);
  lua_pushboolean(L, 0);
  lua_pushstring(L, why);
  return 3;
}

int end_recv(lua_State* L, Timepiece& t, Result result, const sched::Parcel& parcel) {
  switch (result) {
    case Result::Done: return t.push_taken(L, parcel, true);
    case Result::Timeout: return push_nothing(L, "timeout");
    case Result::Busy: return push_nothing(L, "empty");
    case Result::NoMemory: return luaL_error(L, "not enough memory");
    default: return raise_canceled(L);
  }
}

int recv_done(lua_State* L, int, lua_KContext) {
  finish_park(L);
  Timepiece& t = check_timepiece(L);
  sched::Parcel parcel;
  Result result = t.clock.finish_recv(current(L), parcel);
  return end_recv(L, t, result, parcel);
}

int recv_until(lua_State* L, int64_t deadline) {
  Timepiece& t = check_timepiece(L);
  sched::Parcel parcel;
  Result result = t.clock.recv(current(L), parcel);
  if (result != Result::Blocked) return end_recv(L, t, result, parcel);
  return park(L, sched::Reason::ChanReceive, &t, deadline, 0, recv_done);
}

// t:recv([timeout]) -> the time of day it was due, true | nil, false, "timeout".  A stopped one
// never goes off, and is waited for.                                                          may
// block
int timepiece_recv(lua_State* L) { return recv_until(L, opt_deadline(L, 2)); }

// for time in ticker do                                                                 may block
int ticker_next(lua_State* L) { return recv_until(L, sched::kNever); }

// t:try_recv() -> as recv | nil, false, "empty"
int timepiece_try_recv(lua_State* L) {
  Timepiece& t = check_timepiece(L);
  sched::Parcel parcel;
  Result result = t.clock.try_recv(parcel);
  return end_recv(L, t, result, parcel);
}

int timepiece_tostring(lua_State* L) {
  Timepiece& t = check_timepiece(L);
  lua_pushfstring(L, "%s(%s): %p", t.type().name, t.clock.running() ? "running" : "stopped", static_cast<void*>(&t));
  return 1;
}

// go.time.timer(s), go.time.after(s) -> a timer that goes off in s seconds (at once for 0 or less)
int time_timer(lua_State* L) {
  int64_t after = check_duration(L, 1);
  start(L, push_timepiece(L, kTimerType), after, 0);
  return 1;
}

int push_ticker(lua_State* L, int64_t interval) {
  start(L, push_timepiece(L, kTickerType), interval, interval);
  return 1;
}

// go.time.ticker(s) -> a ticker that ticks every s seconds.  Raises unless s > 0.
int time_ticker(lua_State* L) { return push_ticker(L, check_interval(L, 1, "NewTicker")); }

// go.time.tick(s) -> the same, or nil unless s > 0
int time_tick(lua_State* L) {
  int64_t interval = check_duration(L, 1);
  if (interval > 0) return push_ticker(L, interval);
  lua_pushnil(L);
  return 1;
}

const luaL_Reg kTimerMethods[] = {
    {"stop", timepiece_stop},         {"reset", timer_reset}, {"recv", timepiece_recv},
    {"try_recv", timepiece_try_recv}, {nullptr, nullptr},
};
const luaL_Reg kTimerMetamethods[] = {
    {"__close", timepiece_stop},
    {"__tostring", timepiece_tostring},
    {nullptr, nullptr},
};
const luaL_Reg kTickerMethods[] = {
    {"stop", timepiece_stop},         {"reset", ticker_reset}, {"recv", timepiece_recv},
    {"try_recv", timepiece_try_recv}, {nullptr, nullptr},
};
const luaL_Reg kTickerMetamethods[] = {
    {"__call", ticker_next},
    {"__close", timepiece_stop},
    {"__tostring", timepiece_tostring},
    {nullptr, nullptr},
};

const vm::SharedType kTimerType = {"timer", kTimerMethods, kTimerMetamethods};
const vm::SharedType kTickerType = {"ticker", kTickerMethods, kTickerMetamethods};

const luaL_Reg kFunctions[] = {
    {"now", time_now},     {"monotonic", time_monotonic}, {"sleep", time_sleep},   {"after", time_timer},
    {"timer", time_timer}, {"tick", time_tick},           {"ticker", time_ticker}, {nullptr, nullptr},
};

}  // namespace

int open_time(lua_State* L) {
  luaL_newlib(L, kFunctions);
  return 1;
}

}  // namespace lagoon::bindings
