#include "vm/garbage.h"

namespace lagoon::vm {
namespace {

constexpr int kPause = 200;           // a collection starts when memory has doubled (stock: the same)
constexpr int kStepMultiplier = 400;  // and runs four times as fast as stock's: see README.md

// The mode scripts believe in is the closure's first upvalue: true for generational, in which `lua`
// starts its scripts.
int push_mode(lua_State* L, bool generational) {
  const bool before = lua_toboolean(L, lua_upvalueindex(1));
  lua_pushboolean(L, generational);
  lua_replace(L, lua_upvalueindex(1));
  lua_pushstring(L, before ? "generational" : "incremental");
  return 1;
}

// lua_gc answers -1 inside a finalizer.
int push_result(lua_State* L, int result) {
  if (result < 0) {
    luaL_pushfail(L);
  } else {
    lua_pushinteger(L, result);
  }
  return 1;
}

int push_flag(lua_State* L, int result) {
  if (result < 0) {
    luaL_pushfail(L);
  } else {
    lua_pushboolean(L, result);
  }
  return 1;
}

int push_count(lua_State* L) {
  const int kilobytes = lua_gc(L, LUA_GCCOUNT);
  if (kilobytes < 0) return push_result(L, kilobytes);
  lua_pushnumber(L, kilobytes + lua_gc(L, LUA_GCCOUNTB) / 1024.0);
  return 1;
}

int incremental(lua_State* L) {
  const int pause = static_cast<int>(luaL_optinteger(L, 2, 0));
  const int multiplier = static_cast<int>(luaL_optinteger(L, 3, 0));
  const int step = static_cast<int>(luaL_optinteger(L, 4, 0));
  if (lua_gc(L, LUA_GCINC, pause, multiplier, step) < 0) return push_result(L, -1);
  return push_mode(L, false);
}

int generational(lua_State* L) {
  luaL_optinteger(L, 2, 0);
  luaL_optinteger(L, 3, 0);
  if (lua_gc(L, LUA_GCISRUNNING) < 0) return push_result(L, -1);
  return push_mode(L, true);
}

// collectgarbage([opt [, arg ...]]), as in the manual
int collectgarbage(lua_State* L) {
  static const char* const kNames[] = {"stop",       "restart",   "collect",      "count",       "step", "setpause",
                                       "setstepmul", "isrunning", "generational", "incremental", nullptr};
  static const int kOptions[] = {LUA_GCSTOP,     LUA_GCRESTART,    LUA_GCCOLLECT,   LUA_GCCOUNT, LUA_GCSTEP,
                                 LUA_GCSETPAUSE, LUA_GCSETSTEPMUL, LUA_GCISRUNNING, LUA_GCGEN,   LUA_GCINC};
  const int option = kOptions[luaL_checkoption(L, 1, "collect", kNames)];
  switch (option) {
    case LUA_GCCOUNT: return push_count(L);
    case LUA_GCSTEP: return push_flag(L, lua_gc(L, option, static_cast<int>(luaL_optinteger(L, 2, 0))));
    case LUA_GCSETPAUSE:
    case LUA_GCSETSTEPMUL: return push_result(L, lua_gc(L, option, static_cast<int>(luaL_optinteger(L, 2, 0))));
    case LUA_GCISRUNNING: return push_flag(L, lua_gc(L, option));
    case LUA_GCGEN: return generational(L);
    case LUA_GCINC: return incremental(L);
    default: return push_result(L, lua_gc(L, option));
  }
}

}  // namespace

void set_pace(lua_State* L) { lua_gc(L, LUA_GCINC, kPause, kStepMultiplier, 0); }

void install_collectgarbage(lua_State* L) {
  lua_pushboolean(L, 1);
  lua_pushcclosure(L, collectgarbage, 1);
  lua_setglobal(L, "collectgarbage");
}

}  // namespace lagoon::vm
