// go.context: what a request and everything done for it have in common - when it is over, and
// values.
//
// A context can be selected on (recv = ctx): it is ready, for ever, once the context is done.
// Causes and values are copied.

#include <new>

#include "bindings/block.h"
#include "bindings/context.h"
#include "bindings/incoming.h"
#include "bindings/modules.h"
#include "bindings/sync.h"
#include "bindings/timepiece.h"

namespace lagoon::bindings {

namespace {

using sched::Result;
using State = Context::State;
using vm::Message;

Context& check_context(lua_State* L) { return vm::check_shared<Context>(L, 1, kContextType); }

Context& check_parent(lua_State* L) {
  if (lua_isnoneornil(L, 1)) luaL_argerror(L, 1, "cannot create context from nil parent");
  return check_context(L);
}

// The optional cause at `arg`, absent as Empty.
Message check_cause(lua_State* L, int arg, const char* what) {
  Message cause;
  if (!lua_isnoneornil(L, arg)) check_pack(L, arg, what, &cause);
  return cause;
}

// --- Looking -----------------------------------------------------------------------------------

void push_error(lua_State* L, State state) {
  switch (state) {
    case State::Active: lua_pushnil(L); return;
    case State::Canceled: lua_pushliteral(L, "context canceled"); return;
    case State::Late: lua_pushliteral(L, "context deadline exceeded"); return;
  }
}

// ctx:err() -> nil | "context canceled" | "context deadline exceeded"
int context_err(lua_State* L) {
  push_error(L, check_context(L).state());
  return 1;
}

// ctx:done() -> is it over?
int context_done(lua_State* L) {
  lua_pushboolean(L, check_context(L).state() != State::Active);
  return 1;
}

// ctx:cause() -> nil while it is not over; then what cancel or with_timeout was given, else as err
int context_cause(lua_State* L) {
  Context& ctx = check_context(L);
  State state = ctx.state();
  const Message& cause = ctx.cause();
  if (cause.kind != Message::Kind::Empty) return vm::unpack(L, cause);
  push_error(L, state);
  return 1;
}

// ctx:value(key) -> a copy of the nearest value with that key, up the parents; or nil
int context_value(lua_State* L) {
  Context& ctx = check_context(L);
  const Message* value = ctx.value(check_key(L, 2));
  if (value != nullptr) return vm::unpack(L, *value);
  lua_pushnil(L);
  return 1;
}

// ctx:deadline() -> the time of day at which it ends at the latest, or nil
int context_deadline(lua_State* L) {
  double wall = 0;
  if (check_context(L).deadline(&wall)) {
    lua_pushnumber(L, wall);
  } else {
    lua_pushnil(L);
  }
  return 1;
}

// --- Ending and waiting ------------------------------------------------------------------------

// ctx:cancel([cause]) -> did this call end it?  Ends it and all contexts made from it before it
// returns; the first cause stays.  Does nothing to one that cannot end (background, with_value).
int context_cancel(lua_State* L) {
  Context& ctx = check_context(L);
  lua_pushboolean(L, ctx.cancel(check_cause(L, 2, "context:cancel")));
  return 1;
}

// after_func's c:stop() -> was f prevented from running?
int context_stop(lua_State* L) {
  lua_pushboolean(L, check_context(L).cancel({}));
  return 1;
}

// local ctx <close> = go.context.with_timeout(...): cancels it.
int context_leave(lua_State* L) {
  check_context(L).cancel({});
  return 0;
}

// ctx:wait([timeout]) -> true once it is over | false, "timeout"                       may block
struct Wait {
  static constexpr sched::Reason kReason = sched::Reason::Select;
  static Context& object(lua_State* L) { return check_context(L); }
  static int64_t deadline(lua_State* L) { return opt_deadline(L, 2); }
  static Result begin(lua_State* L, Context& ctx) {
    sched::Parcel nothing;
    return ctx.source().recv(current(L), nothing);
  }
  static Result finish(lua_State* L, Context& ctx) {
    sched::Parcel nothing;
    return ctx.source().finish_recv(current(L), nothing);
  }
  static int end(lua_State* L, Result result) {
    return push_waited(L, result == Result::Closed ? Result::Done : result);
  }
};

int context_tostring(lua_State* L) {
  Context& ctx = check_context(L);
  const char* state = "";
  if (ctx.state() == State::Canceled) state = "(canceled)";
  if (ctx.state() == State::Late) state = "(deadline exceeded)";
  lua_pushfstring(L, "context%s: %p", state, static_cast<void*>(&ctx));
  return 1;
}

const luaL_Reg kMethods[] = {
    {"err", context_err},     {"done", context_done},         {"cause", context_cause},
    {"value", context_value}, {"deadline", context_deadline}, {"cancel", context_cancel},
    {"stop", context_stop},   {"wait", Blocking<Wait>::call}, {nullptr, nullptr},
};

const luaL_Reg kMetamethods[] = {
    {"__close", context_leave},
    {"__tostring", context_tostring},
    {nullptr, nullptr},
};

// --- Making ------------------------------------------------------------------------------------

// go.context.background(), go.context.todo() -> the context that never ends
int new_background(lua_State* L) {
  vm::push_shared(L, Context::background());
  return 1;
}

// go.context.with_cancel(ctx) -> a child that can be cancelled
int with_cancel(lua_State* L) { return push_made(L, Context::with_cancel(check_parent(L))); }

// go.context.with_timeout(ctx, s [, cause]) -> a child that ends in s seconds at the latest
int with_timeout(lua_State* L) {
  Context& parent = check_parent(L);
  int64_t duration = check_duration(L, 2);
  Message late = check_cause(L, 3, "with_timeout");
  int64_t deadline = duration == sched::kNever ? duration : sched::time_after(duration);
  double wall = wall_now() + static_cast<double>(duration) * 1e-9;
  return push_made(L, Context::with_deadline(parent, deadline, wall, late));
}

// go.context.with_deadline(ctx, t [, cause]) -> a child that ends at the time of day t at the
// latest
int with_deadline(lua_State* L) {
  Context& parent = check_parent(L);
  lua_Number wall = luaL_checknumber(L, 2);
  luaL_argcheck(L, wall == wall, 2, "a time of day expected, got nan");
  Message late = check_cause(L, 3, "with_deadline");
  return push_made(L, Context::with_deadline(parent, from_wall(wall), wall, late));
}

// go.context.with_value(ctx, key, value) -> a child that has the value.  Keys as in go.sync.map.
int with_value(lua_State* L) {
  Context& parent = check_parent(L);
  KeyView key = check_key(L, 2);
  luaL_checkany(L, 3);
  Message value;
  check_pack(L, 3, "with_value", &value);
  return push_made(L, Context::with_value(parent, key, value));
}

// go.context.without_cancel(ctx) -> a child with ctx's values that does not end with it
int without_cancel(lua_State* L) { return push_made(L, Context::without_cancel(check_parent(L))); }

// --- after_func --------------------------------------------------------------------------------
//
// The function waits in a goroutine of its own on a child context: whatever ends that from above
// runs f; stop() ends it from below.

int body_done(lua_State*, int, lua_KContext) { return 0; }

// The stack: the child, f, its arguments.
int run_function(lua_State* L, Context& child, Result result) {
  if (result != Result::Closed) return raise_canceled(L);
  if (child.canceled_itself()) return 0;
  lua_callk(L, lua_gettop(L) - 2, 0, 0, body_done);
  return body_done(L, LUA_OK, 0);
}

int body_resumed(lua_State* L, int, lua_KContext) {
  finish_park(L);
  Context& child = check_context(L);
  return run_function(L, child, Wait::finish(L, child));
}

int after_func_body(lua_State* L) {
  Context& child = check_context(L);
  Result result = Wait::begin(L, child);
  if (result != Result::Blocked) return run_function(L, child, result);
  return park(L, sched::Reason::Select, &child, sched::kNever, 0, body_resumed);
}

// go.context.after_func(ctx, f, ...) -> c: f(...) runs as a goroutine once ctx is over, unless
// c:stop() came before, which says whether it did.  Raises when something cannot be copied.
int after_func(lua_State* L) {
  Context& parent = check_parent(L);
  luaL_checktype(L, 2, LUA_TFUNCTION);
  push_made(L, Context::with_cancel(parent));
  lua_replace(L, 1);
  lua_pushcfunction(L, after_func_body);
  lua_insert(L, 1);
  Goroutine& g = make_goroutine(L, 1, lua_gettop(L) - 1, "after_func");
  start(L, g);
  lua_settop(L, 2);
  return 1;
}

const luaL_Reg kFunctions[] = {
    {"background", new_background},
    {"todo", new_background},
    {"with_cancel", with_cancel},
    {"with_timeout", with_timeout},
    {"with_deadline", with_deadline},
    {"with_value", with_value},
    {"without_cancel", without_cancel},
    {"after_func", after_func},
    {"_after_func_body", after_func_body},  // a goroutine's body crosses by its name
    {nullptr, nullptr},
};

}  // namespace

const vm::SharedType kContextType = {"context", kMethods, kMetamethods};

int Context::push_taken(lua_State* L, const sched::Parcel&, bool ok) {
  lua_pushnil(L);
  lua_pushboolean(L, ok);
  push_error(L, state());
  return 3;
}

int open_context(lua_State* L) {
  luaL_newlib(L, kFunctions);
  return 1;
}

}  // namespace lagoon::bindings
