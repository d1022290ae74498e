// Freezing is a breadth-first walk over a queue that lives in a Lua table: any depth, any cycle.
// Tables are frozen as they are queued, so the frozen bit is also the mark "seen"; if the walk
// fails, they are thawed again from the queue.  Beside each object the queue remembers the position
// of the one that led to it, which is enough to name the path when something is refused.
#include "vm/freeze.h"

#include <cctype>
#include <cstring>

#include "vm/environment.h"
#include "vm/internals.h"
#include "vm/libraries.h"
#include "vm/shared.h"
#include "vm/transfer.h"

namespace lagoon::vm {
namespace {

constexpr int kPathShown = 20;  // steps of a path that are named, the last ones

// The walk's stack frame.
enum Slot { kQueue = 1, kParents, kSeen, kModules, kFunctions, kObject, kKey, kValue };

struct Walk {
  lua_Integer queued;
  lua_Integer at;  // position of the object whose parts are looked at
};

enum class Part { Field, Key, Metatable, Upvalue };

// --- The path to what is refused -----------------------------------------------------------------

bool is_name(const char* s, size_t size) {
  if (size == 0 || strlen(s) != size || isdigit(static_cast<unsigned char>(s[0]))) return false;
  for (; *s != '\0'; ++s) {
    if (!isalnum(static_cast<unsigned char>(*s)) && *s != '_') return false;
  }
  return true;
}

// Pushes the step to a part: ".name", "[1]", ...  [-0, +1, m]
void push_step(lua_State* L, Part part, int key) {
  switch (part) {
    case Part::Key: lua_pushliteral(L, "(key)"); return;
    case Part::Metatable: lua_pushliteral(L, "(metatable)"); return;
    case Part::Upvalue: lua_pushvalue(L, key); return;
    case Part::Field: break;
  }
  size_t size = 0;
  const char* name = lua_type(L, key) == LUA_TSTRING ? lua_tolstring(L, key, &size) : nullptr;
  if (name != nullptr && is_name(name, size)) {
    lua_pushfstring(L, ".%s", name);
  } else if (name != nullptr) {
    lua_pushfstring(L, "[\"%s\"]", name);
  } else if (lua_type(L, key) == LUA_TTABLE || lua_type(L, key) == LUA_TFUNCTION) {
    lua_pushfstring(L, "[%s]", luaL_typename(L, key));
  } else {
    lua_pushfstring(L, "[%s]", luaL_tolstring(L, key, nullptr));
    lua_remove(L, -2);
  }
}

// Pushes the step from the object at `from` to the one at `to`.  [-0, +1, m]
void push_step_between(lua_State* L, int from, int to) {
  if (lua_type(L, from) == LUA_TFUNCTION) {
    for (int n = 1; const char* name = lua_getupvalue(L, from, n); ++n) {
      const bool found = lua_rawequal(L, -1, to);
      lua_pop(L, 1);
      if (!found) continue;
      lua_pushstring(L, name);
      return;
    }
  }
  if (lua_getmetatable(L, from)) {
    const bool found = lua_rawequal(L, -1, to);
    lua_pop(L, 1);
    if (found) return push_step(L, Part::Metatable, 0);
  }
  lua_pushnil(L);
  while (lua_next(L, from)) {
    const int key = lua_absindex(L, -2);
    const bool value_is_it = lua_rawequal(L, -1, to);
    if (value_is_it || lua_rawequal(L, key, to)) {
      push_step(L, value_is_it ? Part::Field : Part::Key, key);
      lua_replace(L, key);
      lua_settop(L, key);
      return;
    }
    lua_pop(L, 1);
  }
  lua_pushliteral(L, "?");
}

// Pushes "<file.lua:12>" for the Lua function at idx.  [-0, +1, m]
void push_place(lua_State* L, int idx) {
  lua_Debug ar;
  lua_pushvalue(L, idx);
  lua_getinfo(L, ">S", &ar);
  lua_pushfstring(L, "<%s:%d>", ar.short_src, ar.linedefined);
}

// Pushes "field 'a.b'" or "upvalue 'a.b' of function <file.lua:12>", where the steps so far are the
// `steps` values from `first` on, outermost first.  [-steps, +1, m]
void join_path(lua_State* L, int first, int steps, int function) {
  lua_concat(L, steps);
  const char* path = lua_tostring(L, first);
  if (path[0] == '.' && path[1] != '.') ++path;
  if (function != 0) {
    push_place(L, function);
    lua_pushfstring(L, "upvalue '%s' of function %s", path, lua_tostring(L, -1));
    lua_remove(L, -2);
  } else {
    lua_pushfstring(L, "field '%s'", path);
  }
  lua_replace(L, first);
}

// Pushes the path to a part of the queue's object w.at: from the innermost function, or the root.
// [-0, +1, m]
void push_path(lua_State* L, const Walk& w, Part part, int key) {
  luaL_checkstack(L, kPathShown + 10, "too many nested values");
  lua_Integer at = w.at;
  lua_rawgeti(L, kQueue, at);
  const int child = lua_gettop(L);  // the object the path has reached, going outwards
  const int first = child + 1;
  push_step(L, part, key);
  int steps = 1;
  while (lua_type(L, child) != LUA_TFUNCTION && at != 1) {
    if (steps == kPathShown) {
      lua_pushliteral(L, "...");
      lua_insert(L, first);
      ++steps;
      break;
    }
    lua_rawgeti(L, kParents, at);
    at = lua_tointeger(L, -1);
    lua_pop(L, 1);
    lua_rawgeti(L, kQueue, at);
    const int parent = lua_gettop(L);
    push_step_between(L, parent, child);
    lua_insert(L, first);
    lua_replace(L, child);
    ++steps;
  }
  join_path(L, first, steps, lua_type(L, child) == LUA_TFUNCTION ? child : 0);
  lua_replace(L, child);
}

// Raises "cannot freeze <path>: <why>"; why is on top.
int refuse(lua_State* L, const Walk& w, Part part, int key) {
  const char* why = lua_tostring(L, -1);
  push_path(L, w, part, key);
  lua_pushfstring(L, "cannot freeze %s: %s", lua_tostring(L, -1), why);
  return lua_error(L);
}

// --- What goes by name ---------------------------------------------------------------------------

// The sets of modules and of functions in modules are made when first asked for: many frozen tables
// hold nothing that could be in them.

// Adds the value on top to the set at `set`, if it is of that type, and pops it.  [-1, +0, m]
void add(lua_State* L, int set, int type) {
  if (lua_type(L, -1) == type) {
    lua_pushboolean(L, 1);
    lua_rawset(L, set);
  } else {
    lua_pop(L, 1);
  }
}

// Adds the values of the table on top to the set.
void add_values(lua_State* L, int set, int type) {
  const int table = lua_gettop(L);
  lua_pushnil(L);
  while (lua_next(L, table)) add(L, set, type);
}

void collect_modules(lua_State* L) {
  lua_newtable(L);
  lua_replace(L, kModules);
  lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  add(L, kModules, LUA_TTABLE);
  lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  add_values(L, kModules, LUA_TTABLE);
  lua_pop(L, 1);
}

// The functions in _G are the user's own: they go by their code.
void collect_functions(lua_State* L) {
  lua_newtable(L);
  lua_replace(L, kFunctions);
  lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  const int loaded = lua_gettop(L);
  add_values(L, kFunctions, LUA_TFUNCTION);
  lua_pushnil(L);
  while (lua_next(L, loaded)) {
    const bool is_G = lua_type(L, -2) == LUA_TSTRING && strcmp(lua_tostring(L, -2), LUA_GNAME) == 0;
    if (!is_G && lua_type(L, -1) == LUA_TTABLE) add_values(L, kFunctions, LUA_TFUNCTION);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

bool is_in(lua_State* L, int set, int idx, void (*collect)(lua_State*)) {
  if (lua_isnil(L, set)) collect(L);
  lua_pushvalue(L, idx);
  const bool found = lua_rawget(L, set) != LUA_TNIL;
  lua_pop(L, 1);
  return found;
}

// Is the table somebody's globals, or a library of the running goroutine?
bool is_environment(lua_State* L, int idx) {
  const Transfer& t = transfer_of(L);
  const void* table = lua_topointer(L, idx);
  return is_globals(t, table) || which_library(t, current_globals(transfer_of(L)), table) >= 0;
}

// --- The walk ------------------------------------------------------------------------------------

void enqueue(lua_State* L, Walk& w, int idx) {
  lua_pushinteger(L, w.at);
  lua_rawseti(L, kParents, w.queued + 1);
  lua_pushvalue(L, idx);
  lua_rawseti(L, kQueue, ++w.queued);
}

void admit_table(lua_State* L, Walk& w, int idx) {
  if (is_frozen(L, idx) || is_in(L, kModules, idx, collect_modules) || is_environment(L, idx)) return;
  enqueue(L, w, idx);
  set_frozen(L, idx);
}

void admit_function(lua_State* L, Walk& w, int idx, Part part, int key) {
  if (lua_iscfunction(L, idx) || is_in(L, kFunctions, idx, collect_functions)) return;
  lua_pushvalue(L, idx);
  const bool seen = lua_rawget(L, kSeen) != LUA_TNIL;
  lua_pop(L, 1);
  if (seen) return;
  const Assignment assigned = captured_assignment(L, idx);
  if (assigned.name != nullptr) {
    push_place(L, idx);
    lua_pushfstring(L, "function %s assigns the %s '%s'", lua_tostring(L, -1),
                    assigned.global ? "global" : "captured variable", assigned.name);
    refuse(L, w, part, key);
  }
  lua_pushvalue(L, idx);
  lua_pushboolean(L, 1);
  lua_rawset(L, kSeen);
  enqueue(L, w, idx);
}

// Sees to it that the value at idx, that part of the object w.at, is frozen in its turn, or raises.
void admit(lua_State* L, Walk& w, int idx, Part part, int key) {
  switch (lua_type(L, idx)) {
    case LUA_TTABLE: admit_table(L, w, idx); break;
    case LUA_TFUNCTION: admit_function(L, w, idx, part, key); break;
    case LUA_TTHREAD:
      lua_pushliteral(L, "thread");
      refuse(L, w, part, key);
      break;
    case LUA_TUSERDATA:
      if (to_any_shared(L, idx) != nullptr) break;
      if (luaL_getmetafield(L, idx, "__name") != LUA_TSTRING) lua_pushliteral(L, "userdata");
      refuse(L, w, part, key);
      break;
    default: break;  // a plain value
  }
}

void admit_metatable(lua_State* L, Walk& w) {
  if (!lua_getmetatable(L, kObject)) return;
  lua_pushliteral(L, "__gc");
  if (lua_rawget(L, kKey) != LUA_TNIL) {
    lua_pushliteral(L, "it has __gc");
    refuse(L, w, Part::Metatable, 0);
  }
  lua_pop(L, 1);
  admit(L, w, kKey, Part::Metatable, 0);
  lua_pop(L, 1);
}

void admit_parts(lua_State* L, Walk& w) {
  if (lua_type(L, kObject) == LUA_TTABLE) {
    admit_metatable(L, w);
    lua_pushnil(L);
    while (lua_next(L, kObject)) {
      admit(L, w, kKey, Part::Key, kKey);
      admit(L, w, kValue, Part::Field, kKey);
      lua_pop(L, 1);
    }
    return;
  }
  for (int n = 1; const char* name = lua_getupvalue(L, kObject, n); ++n) {
    lua_pushstring(L, name);
    lua_insert(L, kKey);
    admit(L, w, kValue, Part::Upvalue, kKey);
    lua_settop(L, kObject);
  }
}

// (queue, parents, table)
int walk(lua_State* L) {
  lua_newtable(L);
  lua_pushnil(L);
  lua_pushnil(L);
  lua_rotate(L, 3, 3);
  Walk w{0, 0};
  enqueue(L, w, kObject);
  set_frozen(L, kObject);
  for (w.at = 1; w.at <= w.queued; ++w.at) {
    lua_rawgeti(L, kQueue, w.at);
    lua_replace(L, kObject);
    admit_parts(L, w);
  }
  for (lua_Integer i = 1; i <= w.queued; ++i) {
    lua_rawgeti(L, kQueue, i);
    detach_upvalues(L, -1);
    lua_pop(L, 1);
  }
  return 0;
}

// Undoes what the walk froze.
void thaw(lua_State* L, int queue) {
  for (lua_Integer i = 1; lua_rawgeti(L, queue, i) != LUA_TNIL; ++i) {
    if (lua_type(L, -1) == LUA_TTABLE) set_frozen(L, -1, false);
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

}  // namespace

void freeze(lua_State* L, int idx) {
  idx = lua_absindex(L, idx);
  luaL_checktype(L, idx, LUA_TTABLE);
  if (is_frozen(L, idx)) return;
  luaL_checkstack(L, 6, nullptr);
  lua_newtable(L);
  const int queue = lua_gettop(L);
  lua_pushcfunction(L, walk);
  lua_pushvalue(L, queue);
  lua_newtable(L);
  lua_pushvalue(L, idx);
  const int status = hold(L, 3, 0);
  if (status != LUA_OK) {
    thaw(L, queue);
    raise(L, status);
  }
  lua_pop(L, 1);
}

}  // namespace lagoon::vm
