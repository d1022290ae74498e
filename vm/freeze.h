#pragma once
// Frozen tables: deep, immutable values that goroutines share without copying.

#include <lua.hpp>

namespace lagoon::vm {

// Freezes the table at idx and everything it reaches: tables, their metatables and keys, functions
// and what they captured.  A function keeps the values its captured variables have now.  Left as
// they are: globals tables, modules and their functions (they go by name), shared objects. Raises,
// naming the path, and changes nothing, if there is something that cannot be frozen: coroutines,
// other userdata, functions that assign captured variables or globals, metatables with __gc.
// Frozen already: does nothing.  A Lua frame; does not yield.  [-0, +0, v]
void freeze(lua_State* L, int idx);

}  // namespace lagoon::vm
