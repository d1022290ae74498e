#pragma once
// The binding files' entry points: each pushes one table, the module `go.<name>` (or what its
// comment says).  Called once per worker state.  All are Lua frames and may raise.

#include <lua.hpp>

namespace lagoon::bindings {

int open_chan(lua_State* L);       // the callable table `chan`
int open_select(lua_State* L);     // the function `select` (stock form included)
int open_go(lua_State* L);         // the callable table `go`
int open_coroutine(lua_State* L);  // `coroutine`, ours
int open_io(lua_State* L);         // `io`, ours
int open_sync(lua_State* L);       // go.sync
int open_time(lua_State* L);       // go.time
int open_context(lua_State* L);    // go.context
int open_runtime(lua_State* L);    // go.runtime
int open_socket(lua_State* L);     // go.net.socket, on which go.net is built

extern const luaL_Reg kOsFunctions[];  // what of `os` is ours; the rest is stock
// Lets a goroutine that requires a module another one is loading wait for it.  Once per state.
void install_module_wait(lua_State* L) noexcept;

// Is there a built-in module of that name ("go.sync")?
bool has_module(const char* name) noexcept;

}  // namespace lagoon::bindings
