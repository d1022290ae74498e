#pragma once
// What every worker state has beyond the standard libraries.

#include <lua.hpp>

namespace lagoon::bindings {

// Installs coroutine, select, chan, go, print and the modules under `go`.  A Lua frame, once per
// state, before anything runs in it.                                               [-0, +0, m]
void open_libraries(lua_State* L);

}  // namespace lagoon::bindings
