#pragma once
// Checks of arguments whose errors also tell the value.

#include <lua.hpp>

namespace lagoon::bindings {

// Argument `arg` as an integer; raises for anything else, naming a number that is none.   [-0, +0,
// v]
inline lua_Integer check_integer(lua_State* L, int arg) {
  int exact = 0;
  lua_Integer n = lua_tointegerx(L, arg, &exact);
  if (exact != 0) return n;
  if (!lua_isnumber(L, arg)) luaL_typeerror(L, arg, "number");
  luaL_argerror(L, arg, lua_pushfstring(L, "integer expected, got %f", lua_tonumber(L, arg)));
  return 0;
}

// The same with a default for none and nil.                                            [-0, +0, v]
inline lua_Integer opt_integer(lua_State* L, int arg, lua_Integer fallback) {
  return lua_isnoneornil(L, arg) ? fallback : check_integer(L, arg);
}

}  // namespace lagoon::bindings
