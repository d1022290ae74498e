// require and the searchers: stock behaviour and messages over the running goroutine's `package`.
#include <cstring>

#include "vm/classes.h"
#include "vm/effects.h"
#include "vm/environment.h"
#include "vm/internals.h"
#include "vm/modules.h"
#include "vm/slice.h"
#include "vm/transfer.h"

namespace lagoon::vm {
namespace {

const char guard_key = 0;  // registry: the metatable of guards

// Pushes the running goroutine's table of that library.                                 [-0, +1, e]
void push_own_library(lua_State* L, int id) {
  Transfer& t = transfer_of(L);
  if (t.sealed) return raw::push(L, raw::table_value(own_library(L, t, own_globals(L, t), id)));
  // The embedder, while it sets the state up.
  lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  lua_getfield(L, -1, "package");
  if (id == kLibPreload) lua_getfield(L, -1, "preload");
}

// --- Searchers

int search_preload(lua_State* L) {
  const char* name = luaL_checkstring(L, 1);
  push_own_library(L, kLibPreload);
  if (lua_getfield(L, -1, name) == LUA_TNIL) {
    lua_pushfstring(L, "no field package.preload['%s']", name);
    return 1;
  }
  lua_pushliteral(L, ":preload:");
  return 2;
}

// Pushes the file of module `name`, and returns it; or pushes why there is none, and returns null.
const char* find_file(lua_State* L, const char* name, const char* field) {
  push_own_library(L, kLibPackage);
  lua_getfield(L, -1, field);
  const char* path = lua_tostring(L, -1);
  if (path == nullptr) luaL_error(L, "'package.%s' must be a string", field);
  lua_pushcfunction(L, transfer_of(L).search_path);
  lua_pushstring(L, name);
  lua_pushstring(L, path);
  lua_call(L, 2, 2);
  if (lua_isnil(L, -2)) return nullptr;
  lua_pop(L, 1);
  return lua_tostring(L, -1);
}

int load_failed(lua_State* L, const char* file) {
  return luaL_error(L, "error loading module '%s' from file '%s':\n\t%s", lua_tostring(L, 1), file,
                    lua_tostring(L, -1));
}

int search_lua(lua_State* L) {
  const char* name = luaL_checkstring(L, 1);
  const char* file = find_file(L, name, "path");
  if (file == nullptr) return 1;
  if (transfer_of(L).load_file(L, file, nullptr) != LUA_OK) return load_failed(L, file);
  // A module is shared by the goroutines of its state: it belongs to none of their globals.
  raw::push(L, raw::table_value(transfer_of(L).base->table));
  if (lua_setupvalue(L, -2, 1) == nullptr) lua_pop(L, 1);
  lua_pushstring(L, file);
  return 2;
}

enum class Found { Yes, NoLibrary, NoFunction };

// package.loadlib: pushes the function or the message.
Found find_symbol(lua_State* L, const char* file, const char* symbol) {
  lua_pushcfunction(L, transfer_of(L).load_library);
  lua_pushstring(L, file);
  lua_pushstring(L, symbol);
  lua_call(L, 2, 3);
  if (lua_isfunction(L, -3)) {
    lua_pop(L, 2);
    return Found::Yes;
  }
  const bool no_function = strcmp(lua_tostring(L, -1), "init") == 0;
  lua_pop(L, 1);
  return no_function ? Found::NoFunction : Found::NoLibrary;
}

// "a.b-c" -> luaopen_a_b, else luaopen_c (what stands before the hyphen may be a version).
Found find_opener(lua_State* L, const char* file, const char* module) {
  const char* name = luaL_gsub(L, module, ".", "_");
  if (const char* hyphen = strchr(name, '-')) {
    lua_pushlstring(L, name, static_cast<size_t>(hyphen - name));
    const Found found = find_symbol(L, file, lua_pushfstring(L, "luaopen_%s", lua_tostring(L, -1)));
    if (found != Found::NoFunction) return found;
    name = hyphen + 1;
  }
  return find_symbol(L, file, lua_pushfstring(L, "luaopen_%s", name));
}

int search_c(lua_State* L) {
  const char* name = luaL_checkstring(L, 1);
  const char* file = find_file(L, name, "cpath");
  if (file == nullptr) return 1;
  if (find_opener(L, file, name) != Found::Yes) return load_failed(L, file);
  lua_pushstring(L, file);
  return 2;
}

int search_c_root(lua_State* L) {
  const char* name = luaL_checkstring(L, 1);
  const char* dot = strchr(name, '.');
  if (dot == nullptr) return 0;
  lua_pushlstring(L, name, static_cast<size_t>(dot - name));
  const char* file = find_file(L, lua_tostring(L, -1), "cpath");
  if (file == nullptr) return 1;
  switch (find_opener(L, file, name)) {
    case Found::Yes: break;
    case Found::NoLibrary: return load_failed(L, file);
    case Found::NoFunction: lua_pushfstring(L, "no module '%s' in file '%s'", name, file); return 1;
  }
  lua_pushstring(L, file);
  return 2;
}

// --- require

// Pushes the loader and its data, or raises.                                            [-0, +2, e]
void find_loader(lua_State* L, const char* name) {
  luaL_Buffer why;
  push_own_library(L, kLibPackage);
  if (lua_getfield(L, -1, "searchers") != LUA_TTABLE) {
    luaL_error(L, "'package.searchers' must be a table");
  }
  const int searchers = lua_gettop(L);
  luaL_buffinit(L, &why);
  luaL_addstring(&why, "\n\t");
  for (int i = 1;; ++i) {
    if (lua_rawgeti(L, searchers, i) == LUA_TNIL) {
      lua_pop(L, 1);
      luaL_buffsub(&why, 2);
      luaL_pushresult(&why);
      luaL_error(L, "module '%s' not found:%s", name, lua_tostring(L, -1));
    }
    lua_pushstring(L, name);
    lua_call(L, 1, 2);
    if (lua_isfunction(L, -2)) return;
    if (lua_isstring(L, -2)) {
      lua_pop(L, 1);
      luaL_addvalue(&why);
      luaL_addstring(&why, "\n\t");
    } else {
      lua_pop(L, 2);
    }
  }
}

// The guard's __close: the module `name` (its user value) is not being loaded any more.
int end_loading(lua_State* L) {
  Transfer& t = transfer_of(L);
  enter_environment(t.state, t.current);
  lua_settop(L, 1);
  lua_getiuservalue(L, 1, 1);
  raw::set(L, t.tables.loading, raw::at(L, -1), raw::Value());
  if (t.module_ended != nullptr) t.module_ended(L, lua_tostring(L, -1));
  return 0;
}

// Pushes a guard that says the running goroutine is loading the module, until it is closed, and a
// snapshot of the base.                                                                 [-0, +2, m]
void begin_loading(lua_State* L, Transfer& t) {
  lua_newuserdatauv(L, 1, 1);
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &guard_key) != LUA_TTABLE) {
    lua_pop(L, 1);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, end_loading);
    lua_setfield(L, -2, "__close");
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &guard_key);
  }
  lua_setmetatable(L, -2);
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, 1);
  lua_pushlightuserdata(L, t.current);
  raw::set(L, t.tables.loading, raw::at(L, 1), raw::at(L, -1));
  lua_pop(L, 1);
  lua_toclose(L, -1);
  if (!t.sealed) return lua_pushnil(L);
  push_base_snapshot(L, t);
}

// Its chunk sees the base's string library, also through strings.
void enter_module(Transfer& t) noexcept {
  const raw::Object m = t.sealed ? library_in_use(*t.base, kLibStringMetatable) : nullptr;
  if (m != nullptr) raw::set_string_metatable(t.state.lua(), m);
}

// Does the value of a module belong to each goroutine by itself: is it a library, or globals?
bool is_each_ones(const Transfer& t, const raw::Value& v) noexcept {
  return v.is(raw::Kind::Table) && (v.object == t.base->table || which_library(t, *t.base, v.object) >= 0);
}

// Replaces the value of a module, on top, by what is the goroutine's own.                [-1, +1, e]
void own_value(lua_State* L, Transfer& t) {
  const raw::Value v = raw::at(L, -1);
  if (!is_each_ones(t, v)) return;
  Globals& globals = own_globals(L, t);
  if (v.object == t.base->table) {
    complete(L, t, globals);  // whoever gets it may look at everything in it
    raw::push(L, raw::table_value(globals.table));
  } else {
    raw::push(L, raw::table_value(own_library(L, t, globals, which_library(t, *t.base, v.object))));
  }
  lua_replace(L, -2);
}

// Stack: name, loaded table, guard, snapshot, ..., loader data, result.
int module_loaded(lua_State* L, int, lua_KContext) {
  const char* name = lua_tostring(L, 1);
  if (!lua_isnil(L, -1)) {
    lua_setfield(L, 2, name);
  } else {
    lua_pop(L, 1);
  }
  if (lua_getfield(L, 2, name) == LUA_TNIL) {
    lua_pushboolean(L, 1);
    lua_copy(L, -1, -2);
    lua_setfield(L, 2, name);
  }
  Transfer& t = transfer_of(L);
  if (t.sealed) {
    index_module(L, t, name);
    record_effects(L, t, 1, 4);
    apply_effects(L, t, own_globals(L, t), 1);
    own_value(L, t);
  }
  lua_rotate(L, -2, 1);
  return 2;
}

// Is the module loaded?  Pushes it.  A library is the goroutine's own.                  [-0, +0|1,
// e]
bool push_loaded(lua_State* L, Transfer& t, const char* name) {
  lua_getfield(L, 2, name);
  if (!lua_toboolean(L, -1)) {
    lua_pop(L, 1);
    return false;
  }
  if (t.sealed && !raw::get(t.tables.effects, raw::at(L, 1)).is_nil()) {
    apply_effects(L, t, own_globals(L, t), 1);
  }
  own_value(L, t);
  return true;
}

// Loads it.  Stack: name, loaded table.
int load(lua_State* L, Transfer& t, const char* name) {
  begin_loading(L, t);
  find_loader(L, name);
  if (!is_made_for_goroutines(name)) mark_module(L, -2);
  lua_rotate(L, -2, 1);
  lua_pushvalue(L, 1);
  lua_pushvalue(L, -3);
  enter_module(t);
  // Stack: name, loaded table, guard, snapshot, ..., loader data, loader, name, loader data.
  call_opaque(L, 2, 1, module_loaded);
  return module_loaded(L, LUA_OK, 0);
}

int require_unasked(lua_State* L);

// Does something else than a call of require need the module, itself or through others?  [-0, +0, m]
bool is_unasked(lua_State* L) {
  lua_Debug at;
  for (int level = 0; lua_getstack(L, level, &at) != 0; ++level) {
    lua_getinfo(L, "f", &at);
    const bool found = lua_tocfunction(L, -1) == require_unasked;
    lua_pop(L, 1);
    if (found) return true;
  }
  return false;
}

int require(lua_State* L) {
  const char* name = luaL_checkstring(L, 1);
  Transfer& t = transfer_of(L);
  lua_settop(L, 1);
  lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  if (push_loaded(L, t, name)) return 1;
  const raw::Value loading = raw::get(t.tables.loading, raw::at(L, 1));
  if (loading.is_nil()) return load(L, t, name);
  if (loading.pointer == t.current) return luaL_error(L, "module '%s' requires itself", name);
  if (t.wait_for_module != nullptr) return t.wait_for_module(L, require, is_unasked(L));
  return luaL_error(L, "module '%s' is being loaded by another goroutine", name);
}

int require_unasked(lua_State* L) { return require(L); }

}  // namespace

void install_require(lua_State* L, Transfer& t) {
  lua_getglobal(L, "package");
  lua_getfield(L, -1, "loadlib");
  t.load_library = lua_tocfunction(L, -1);
  lua_getfield(L, -2, "searchpath");
  t.search_path = lua_tocfunction(L, -1);
  lua_getfield(L, -3, "searchers");
  const lua_CFunction searchers[] = {search_preload, search_lua, search_c, search_c_root};
  for (int i = 0; i < 4; ++i) {
    lua_pushcfunction(L, searchers[i]);
    lua_rawseti(L, -2, i + 1);
  }
  lua_pop(L, 4);
  lua_pushcfunction(L, require);
  lua_setglobal(L, "require");
}

void load_module(lua_State* L, Transfer& t) {
  // Mostly it is there, and has done nothing beside.
  lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  const raw::Value name = raw::at(L, -2), loaded = raw::get(raw::at(L, -1).object, name);
  lua_pop(L, 1);
  if (loaded.kind > raw::Kind::False && !is_each_ones(t, loaded) && raw::get(t.tables.effects, name).is_nil()) {
    raw::push(L, loaded);
    return lua_replace(L, -2);
  }
  lua_pushcfunction(L, require_unasked);
  lua_insert(L, -2);
  lua_call(L, 1, 1);
}

}  // namespace lagoon::vm
