#pragma once
// go.var: a table private to each goroutine, inherited as a copy.
//
// It lives in the goroutine's state, in a registry table keyed by the goroutine; a child carries a
// message with its parent's until it first asks.

#include "bindings/goroutine.h"

namespace lagoon::bindings {

// Pushes the running goroutine's table, making it on first use.                    [-0, +1, e]
int push_var(lua_State* L);

// Gives `child` a copy of what the running goroutine has, if anything.  A Lua frame; raises when
// something in it cannot cross.                                                    [-0, +0, v]
void inherit_var(lua_State* L, Goroutine& creator, Goroutine& child);

// Drops the table of a goroutine that has ended.  Never raises.
void forget_var(lua_State* L, Goroutine& g) noexcept;

}  // namespace lagoon::bindings
