#pragma once
// A state for tests and a way to run Lua in it.

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "vm/protect.h"
#include "vm/state.h"

namespace lagoon::vm {

inline std::unique_ptr<State> open_state(const StateConfig& config = {}) {
  std::string why;
  std::unique_ptr<State> state = State::open(config, &why);
  EXPECT_TRUE(state != nullptr) << why;
  return state;
}

// Runs a chunk on L and answers its results, as tostring shows them, with commas between; an error
// as "error: <message>".
inline std::string run(lua_State* L, const std::string& code) {
  const int base = lua_gettop(L);
  const int status = protect(L, [&](lua_State* l) {
    if (luaL_loadbuffer(l, code.data(), code.size(), "=test") != LUA_OK) return lua_error(l);
    lua_call(l, 0, LUA_MULTRET);
    const int n = lua_gettop(l);
    luaL_checkstack(l, n + 2, nullptr);
    for (int i = 1; i <= n; ++i) luaL_tolstring(l, i, nullptr);
    return n;
  });
  std::string out = status == LUA_OK ? "" : "error: ";
  for (int i = base + 1; i <= lua_gettop(L); ++i) {
    if (i > base + 1) out += ", ";
    const char* text = lua_type(L, i) == LUA_TSTRING ? lua_tostring(L, i) : luaL_typename(L, i);
    out += text;
  }
  lua_settop(L, base);
  return out;
}

inline std::string run(State& state, const std::string& code) { return run(state.lua(), code); }

}  // namespace lagoon::vm
