// go.limits: reads the table.  What the limits do is budget.h's.

#include <cmath>
#include <cstring>
#include <new>

#include "bindings/limits.h"

namespace lagoon::bindings {

namespace {

// Raises that the value on top, that of the limit `key`, is not what it has to be.
[[noreturn]] void refuse(lua_State* L, const char* key, const char* wanted) {
  const char* type = luaL_typename(L, -1);
  const char* value = lua_type(L, -1) == LUA_TNUMBER ? luaL_tolstring(L, -1, nullptr) : type;
  luaL_error(L, "go.limits: '%s' must be %s, not %s", key, wanted, value);
  __builtin_unreachable();
}

int64_t check_seconds(lua_State* L, const char* key) {
  const lua_Number seconds = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : -1;
  if (!(seconds >= 0)) refuse(L, key, "a number of seconds, 0 or more");
  constexpr lua_Number kMost = 9.2e9;
  return seconds >= kMost ? sched::kNever : static_cast<int64_t>(std::llround(seconds * 1e9));
}

size_t check_bytes(lua_State* L, const char* key) {
  constexpr const char* kWanted = "a whole number of bytes, 0 or more";
  if (lua_type(L, -1) != LUA_TNUMBER) refuse(L, key, kWanted);
  if (lua_tonumber(L, -1) == HUGE_VAL) return SIZE_MAX;
  int whole = 0;
  const lua_Integer bytes = lua_tointegerx(L, -1, &whole);
  if (!whole || bytes < 0) refuse(L, key, kWanted);
  return static_cast<size_t>(bytes);
}

// The limit whose name is below its value on top.
void read_limit(lua_State* L, Limits* limits) {
  const char* key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "";
  if (std::strcmp(key, "cpu") == 0) {
    limits->cpu_ns = check_seconds(L, key);
  } else if (std::strcmp(key, "wall") == 0) {
    limits->wall_ns = check_seconds(L, key);
  } else if (std::strcmp(key, "memory") == 0) {
    limits->memory = check_bytes(L, key);
  } else {
    luaL_error(L, "go.limits: unknown limit '%s' (cpu, memory or wall)", luaL_tolstring(L, -2, nullptr));
  }
}

// The number on top is the limit `name`.
void add_limit(lua_State* L, luaL_Buffer* text, const char* name) {
  lua_pushfstring(L, "%s%s = %s", luaL_bufflen(text) == 0 ? "" : ", ", name, lua_tostring(L, -1));
  lua_remove(L, -2);
  luaL_addvalue(text);
}

void add_seconds(lua_State* L, luaL_Buffer* text, const char* name, int64_t ns) {
  if (ns == sched::kNever) return;
  lua_pushnumber(L, static_cast<lua_Number>(ns) / 1e9);
  add_limit(L, text, name);
}

void add_bytes(lua_State* L, luaL_Buffer* text, const char* name, size_t bytes) {
  if (bytes == SIZE_MAX) return;
  lua_pushinteger(L, static_cast<lua_Integer>(bytes));
  add_limit(L, text, name);
}

int limits_tostring(lua_State* L) {
  const Limits& limits = vm::check_shared<LimitsObject>(L, 1, kLimitsType).limits;
  luaL_Buffer text;
  luaL_buffinit(L, &text);
  add_seconds(L, &text, "cpu", limits.cpu_ns);
  add_bytes(L, &text, "memory", limits.memory);
  add_seconds(L, &text, "wall", limits.wall_ns);
  luaL_pushresult(&text);
  lua_pushfstring(L, "limits(%s)", lua_tostring(L, -1));
  return 1;
}

const luaL_Reg kMetamethods[] = {{"__tostring", limits_tostring}, {nullptr, nullptr}};

}  // namespace

const vm::SharedType kLimitsType = {"limits", nullptr, kMetamethods};

int go_limits(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  Limits limits;
  for (lua_pushnil(L); lua_next(L, 1) != 0; lua_pop(L, 1)) read_limit(L, &limits);
  auto* object = new (std::nothrow) LimitsObject(limits);
  if (object == nullptr) return luaL_error(L, "not enough memory");
  vm::push_new_shared(L, object);
  return 1;
}

}  // namespace lagoon::bindings
