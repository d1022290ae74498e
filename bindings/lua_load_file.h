#pragma once
// loadfile, dofile and package.searchpath, which open and read their files as `io` does: a slow file, pipe
// or terminal holds up nobody else.  Lua frames.

#include <lua.hpp>

namespace lagoon::bindings {

// luaL_loadfilex.                                                                          [-0, +1, e]
int load_file(lua_State* L, const char* name, const char* mode);

int loadfile(lua_State* L);
int dofile(lua_State* L);
int search_path(lua_State* L);

}  // namespace lagoon::bindings
