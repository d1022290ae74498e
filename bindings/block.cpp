#include "bindings/block.h"

#include <cmath>
#include <new>

#include "bindings/canceled.h"
#include "bindings/outside.h"
#include "bindings/runtime.h"
#include "sched/clock.h"
#include "sched/m.h"
#include "sched/source.h"
#include "vm/internals.h"

namespace lagoon::bindings {

bool prepare_wait(Goroutine& g, sched::Reason reason, const vm::Shared* object, int64_t deadline) noexcept {
  try {
    g.scheduler->prepare(g, reason, object, deadline);
    return true;
  } catch (const std::bad_alloc&) {
    return !sched::withdraw(g);
  }
}

bool block_thread(Goroutine& g) noexcept {
  lua_State* running = set_out(g);
  bool slept = g.scheduler->block_here(g);
  get_back(g, running, false);
  return slept;
}

// A long system call that ends at once: the goroutine comes back when its turn in the strand does.
void yield_thread(Goroutine& g) noexcept {
  if (sched::M::current() == nullptr) return;
  lua_State* running;
  if (leave_state(g, Takes::Long, &running)) return_to_state(g, running);
}

void lend_processor(Goroutine& g) noexcept {
  lua_State* running = set_out(g);
  g.scheduler->lend_processor(g);
  get_back(g, running, true);
}

namespace {

void give_way_in_place(lua_State* L, Goroutine& g) noexcept {
  if (sched::M::current() == nullptr) return;  // the state closes
  if (vm::finalizing(L)) return lend_processor(g);
  yield_thread(g);
}

// Why g, which runs L, must not wait.
NoPark refusal(lua_State* L, const Goroutine& g) noexcept {
  if (vm::finalizing(L)) return NoPark::Finalizer;
  bool ending = g.killed.load(std::memory_order_relaxed) || sched::M::current() == nullptr;
  return ending ? NoPark::Ending : NoPark::None;
}

// False: it cannot wait, g.failed says why, and the wait is closed.
bool prepare_park(lua_State* L, Goroutine& g, sched::Reason reason, const vm::Shared* object,
                  int64_t deadline) noexcept {
  const NoPark why = refusal(L, g);
  g.failed = why != NoPark::None && sched::withdraw(g) ? why : NoPark::None;
  if (g.failed == NoPark::None && !prepare_wait(g, reason, object, deadline)) g.failed = NoPark::Memory;
  return g.failed == NoPark::None;
}

}  // namespace

int park(lua_State* L, sched::Reason reason, const vm::Shared* object, int64_t deadline, lua_KContext ctx,
         lua_KFunction k) {
  Goroutine& g = current(L);
  if (!g.yieldable(L)) {
    park_in_place(L, reason, object, deadline);
    return k(L, LUA_YIELD, ctx);
  }
  if (!prepare_park(L, g, reason, object, deadline)) return k(L, LUA_YIELD, ctx);
  g.ask = Ask::Park;
  return lua_yieldk(L, 0, ctx, k);
}

void park_in_place(lua_State* L, sched::Reason reason, const vm::Shared* object, int64_t deadline) noexcept {
  Goroutine& g = current(L);
  if (prepare_park(L, g, reason, object, deadline) && !block_thread(g)) g.failed = NoPark::Threads;
}

bool may_park_quickly(lua_State* L, const Goroutine& g) noexcept {
  return g.yieldable(L) && !g.killed.load(std::memory_order_relaxed) && sched::M::current() != nullptr;
}

int park_quickly(Goroutine& g, const QuickWait& how, vm::Shared& object) noexcept {
  g.scheduler->prepare(g, how.reason, &object);
  g.failed = NoPark::None;
  g.ask = Ask::Park;
  g.quick = &how;
  g.quick_on = &object;
  return vm::kPark;
}

int end_quick_wait(lua_State* L, void* func) {
  Goroutine& g = current(L);
  g.scheduler->finish(g);
  return g.quick->end(g, vm::QuickCall{L, func, 1});
}

sched::Outcome finish_park(lua_State* L) noexcept {
  Goroutine& g = current(L);
  g.scheduler->finish(g);
  return g.outcome;
}

int leave(lua_State* L) {
  Goroutine& g = current(L);
  if (g.yieldable(L)) {
    g.ask = Ask::Exit;
    return lua_yield(L, 0);
  }
  g.closing = true;
  if (g.overdue()) arm_now(L);  // the next handler ends as it begins
  vm::end(L);
}

int raise_canceled(lua_State* L) {
  Goroutine& g = current(L);
  if (g.failed == NoPark::Finalizer) return luaL_error(L, "cannot block in a finalizer (__gc)");
  if (g.doomed()) return leave(L);
  if (g.interrupted.exchange(false)) return luaL_error(L, "interrupted!");
  switch (g.failed) {
    case NoPark::Memory: return luaL_error(L, "not enough memory");
    case NoPark::Threads: return raise_no_thread(L);
    case NoPark::Ending: return luaL_error(L, "cannot block: this goroutine is being ended");
    case NoPark::Finalizer:
    case NoPark::None: break;
  }
  return raise_cancellation(L, g);
}

bool is_asked_for(Goroutine& g) noexcept {
  return g.failed == NoPark::None && !g.doomed() && !g.interrupted.load() && !g.runtime->stopped();
}

int give_way(lua_State* L, lua_KContext ctx, lua_KFunction k) {
  Goroutine& g = current(L);
  if (!g.yieldable(L)) {
    give_way_in_place(L, g);
    return k(L, LUA_YIELD, ctx);
  }
  g.ask = Ask::Yield;
  return lua_yieldk(L, 0, ctx, k);
}

int64_t check_duration(lua_State* L, int arg) {
  lua_Number seconds = luaL_checknumber(L, arg);
  if (std::isnan(seconds)) luaL_argerror(L, arg, "a number of seconds expected, got nan");
  constexpr lua_Number kMost = 9.2e9;  // 292 years: beyond it, never
  if (seconds >= kMost) return sched::kNever;
  if (seconds <= -kMost) return -sched::kNever;
  return static_cast<int64_t>(std::llround(seconds * 1e9));
}

int64_t opt_deadline(lua_State* L, int arg) {
  if (lua_isnoneornil(L, arg)) return sched::kNever;
  int64_t duration = check_duration(L, arg);
  return duration == sched::kNever ? duration : sched::wake_after(duration);
}

}  // namespace lagoon::bindings
