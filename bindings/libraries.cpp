#include "bindings/libraries.h"

#include <cstring>

#include "bindings/lua_file.h"
#include "bindings/lua_load_file.h"
#include "bindings/lua_tostring.h"
#include "bindings/modules.h"
#include "bindings/stdlib_embedded.h"
#include "vm/transfer.h"

namespace lagoon::bindings {

namespace {

struct Module {
  const char* name;
  lua_CFunction open;
};

// The modules in C++; those in Lua are embedded (stdlib/).
constexpr Module kModules[] = {
    {"go.sync", open_sync},       {"go.time", open_time},         {"go.context", open_context},
    {"go.runtime", open_runtime}, {"go.net.socket", open_socket},
};

// What of the base library is ours; the rest is stock.
constexpr luaL_Reg kBaseFunctions[] = {
    {"dofile", dofile}, {"loadfile", loadfile}, {"print", print}, {"tostring", tostring}};

// The loader of an embedded module: its upvalue is the index in the table.
int load_embedded(lua_State* L) {
  const auto& entry = lagoon_stdlib[lua_tointeger(L, lua_upvalueindex(1))];
  lua_pushfstring(L, "=%s.lua", entry.name);
  if (luaL_loadbufferx(L, entry.data, entry.size, lua_tostring(L, -1), "t") != LUA_OK) {
    return lua_error(L);
  }
  lua_pushvalue(L, 1);
  lua_call(L, 1, 1);
  return 1;
}

void preload_modules(lua_State* L) {
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  for (const Module& module : kModules) {
    lua_pushcfunction(L, module.open);
    lua_setfield(L, -2, module.name);
  }
  for (int i = 0; lagoon_stdlib[i].name != nullptr; ++i) {
    lua_pushinteger(L, i);
    lua_pushcclosure(L, load_embedded, 1);
    lua_setfield(L, -2, lagoon_stdlib[i].name);
  }
  lua_pop(L, 1);
}

// Pushes what `open` makes and names it as a global and a loaded module.
void install(lua_State* L, const char* name, lua_CFunction open) {
  luaL_requiref(L, name, open, 1);
  lua_pop(L, 1);
}

void install_select(lua_State* L) {
  lua_pushcfunction(L, open_select);
  lua_call(L, 0, 1);
  lua_getglobal(L, "chan");
  lua_pushvalue(L, -2);
  lua_setfield(L, -2, "select");
  lua_pop(L, 1);
  lua_setglobal(L, "select");
}

}  // namespace

bool has_module(const char* name) noexcept {
  for (const Module& module : kModules) {
    if (std::strcmp(module.name, name) == 0) return true;
  }
  for (int i = 0; lagoon_stdlib[i].name != nullptr; ++i) {
    if (std::strcmp(lagoon_stdlib[i].name, name) == 0) return true;
  }
  return false;
}

void open_libraries(lua_State* L) {
  lua_getfield(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
  for (const char* name : {"coroutine", "io"}) {  // stock's, replaced below
    lua_pushnil(L);
    lua_setfield(L, -2, name);
  }
  lua_pop(L, 1);
  install(L, "coroutine", open_coroutine);
  install(L, "io", open_io);
  lua_pushcfunction(L, open_chan);
  lua_call(L, 0, 1);
  lua_setglobal(L, "chan");  // no module: argument errors would call select "chan.select"
  install(L, "go", open_go);
  install_select(L);
  preload_modules(L);
  install_module_wait(L);
  lua_getglobal(L, "os");
  luaL_setfuncs(L, kOsFunctions, 0);
  lua_pop(L, 1);
  for (const luaL_Reg& function : kBaseFunctions) {
    lua_pushcfunction(L, function.func);
    lua_setglobal(L, function.name);
  }
  lua_getglobal(L, "package");
  lua_pushcfunction(L, search_path);
  lua_setfield(L, -2, "searchpath");
  lua_pop(L, 1);
  vm::transfer_of(L).search_path = search_path;
  vm::transfer_of(L).load_file = load_file;
}

}  // namespace lagoon::bindings
