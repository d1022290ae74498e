#pragma once
// protect: how a host frame reaches Lua.  What runs inside is a Lua frame and may raise; protect
// always returns, so the caller may own what it likes (README.md, "The one rule").

#include <lua.hpp>
#include <memory>
#include <type_traits>

#include "vm/internals.h"
#include "vm/state.h"

namespace lagoon::vm {

// Runs frame(L, ud) under hold().  Returns LUA_OK, with the values that frame returned (it
// answers how many) on the stack, or an error status with the error value there.  [-0, +(n|1), -]
// REQUIRES: two free stack slots (a C function has 20 to begin with).  A yield inside is an error.
inline int protect(lua_State* L, int (*frame)(lua_State*, void*), void* ud) noexcept {
  struct Call {
    int (*frame)(lua_State*, void*);
    void* ud;
  } call{frame, ud};
  lua_pushcfunction(L, [](lua_State* l) -> int {
    Call* c = static_cast<Call*>(lua_touserdata(l, 1));
    lua_pop(l, 1);
    return c->frame(l, c->ud);
  });
  lua_pushlightuserdata(L, &call);
  return hold(L, 1, LUA_MULTRET);
}

// The same for a callable: void(lua_State*) leaves nothing, int(lua_State*) answers how many
// values. The callable itself lives in the host frame and may capture owners by reference; its body
// is a Lua frame, and owns nothing.
template <class F>
int protect(lua_State* L, F&& f) noexcept {
  using Fn = std::remove_reference_t<F>;
  return protect(
      L,
      [](lua_State* l, void* ud) -> int {
        Fn& fn = *static_cast<Fn*>(ud);
        if constexpr (std::is_void_v<std::invoke_result_t<Fn&, lua_State*>>) {
          fn(l);
          return 0;
        } else {
          return fn(l);
        }
      },
      const_cast<void*>(static_cast<const void*>(std::addressof(f))));
}

// On the state's main thread.
template <class F>
int protect(State& state, F&& f) noexcept {
  return protect(state.lua(), f);
}

}  // namespace lagoon::vm
