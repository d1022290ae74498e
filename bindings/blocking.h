#pragma once
// The shape that most blocking methods share: start, perhaps park, finish, push the results.
//
// An Op describes one method; all its functions are Lua frames:
//   static constexpr sched::Reason kReason;
//   static Object& object(lua_State* L);                       // argument 1; also on the way back
//   static int64_t deadline(lua_State* L);                     // checked before anything happens
//   static sched::Result begin(lua_State* L, Object& object);  // checks first, then starts
//   static sched::Result finish(lua_State* L, Object& object); // after Blocked; Blocked: park
//   again static int end(lua_State* L, sched::Result result);        // pushes or raises

#include "bindings/block.h"
#include "sched/source.h"

namespace lagoon::bindings {

// What a method that waits returns: true, or false, "timeout"; raises a cancellation.
inline int push_waited(lua_State* L, sched::Result result) {
  switch (result) {
    case sched::Result::Done: lua_pushboolean(L, 1); return 1;
    case sched::Result::Timeout:
      lua_pushboolean(L, 0);
      lua_pushliteral(L, "timeout");
      return 2;
    case sched::Result::NoMemory: return luaL_error(L, "not enough memory");
    default: return raise_canceled(L);
  }
}

template <class Op>
struct Blocking {
  // The method itself.
  static int call(lua_State* L) {
    auto& object = Op::object(L);
    int64_t deadline = Op::deadline(L);
    return go_on(L, object, Op::begin(L, object), deadline);
  }

 private:
  static_assert(sizeof(lua_KContext) >= sizeof(int64_t));

  template <class Object>
  static int go_on(lua_State* L, Object& object, sched::Result result, int64_t deadline) {
    if (result != sched::Result::Blocked) return Op::end(L, result);
    return park(L, Op::kReason, &object, deadline, static_cast<lua_KContext>(deadline), resumed);
  }

  static int resumed(lua_State* L, int, lua_KContext deadline) {
    finish_park(L);
    auto& object = Op::object(L);
    return go_on(L, object, Op::finish(L, object), deadline);
  }
};

}  // namespace lagoon::bindings
