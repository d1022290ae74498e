#pragma once
// tostring, whose metamethod may block without a thread.  Lua frames.

#include <lua.hpp>

namespace lagoon::bindings {

// Pushes what tostring makes of the value at idx; when that has blocked, k(L, LUA_YIELD, 0) goes on, with it on
// top.                                                                                     [-0, +1, e]
void push_text(lua_State* L, int idx, lua_KFunction k);
// Raises if it is no text.  First thing after push_text and in k.                          [-0, +0, v]
void check_text(lua_State* L);

int tostring(lua_State* L);

}  // namespace lagoon::bindings
