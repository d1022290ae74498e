#pragma once
// How a state collects: incrementally, and paced for many coroutines.

#include <lua.hpp>

namespace lagoon::vm {

// Sets the collector's pace.  A generational collector visits every coroutine in each young
// collection, so it is never used (README.md, "The heap").  A Lua frame.  [-0, +0, -]
void set_pace(lua_State* L);

// Replaces collectgarbage by one that answers as stock does for "generational" and "incremental"
// and remembers which was asked for, but always collects incrementally.  A Lua frame.  [-0, +0, m]
void install_collectgarbage(lua_State* L);

}  // namespace lagoon::vm
