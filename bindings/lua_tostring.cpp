#include "bindings/lua_tostring.h"

#include "vm/internals.h"

namespace lagoon::bindings {

void push_text(lua_State* L, int idx, lua_KFunction k) {
  if (luaL_getmetafield(L, idx, "__tostring") != LUA_TNIL) {
    lua_pushvalue(L, idx);
    vm::call_opaque(L, 1, 1, k);
  } else if (lua_type(L, idx) == LUA_TSTRING) {
    lua_pushvalue(L, idx);
  } else {
    luaL_tolstring(L, idx, nullptr);
  }
}

void check_text(lua_State* L) {
  if (!lua_isstring(L, -1)) luaL_error(L, "'__tostring' must return a string");
  lua_tostring(L, -1);  // of a number
}

namespace {

int tostring_called(lua_State* L, int, lua_KContext) {
  check_text(L);
  return 1;
}

}  // namespace

int tostring(lua_State* L) {
  luaL_checkany(L, 1);
  push_text(L, 1, tostring_called);
  return tostring_called(L, LUA_OK, 0);
}

}  // namespace lagoon::bindings
