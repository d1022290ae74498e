#pragma once
// Frozen tables across states: one table per state, for everybody.
//
// The first time a frozen table crosses, everything it reaches becomes a FrozenRoot: a counted
// graph whose objects are its tables by number.  In each state a root has one Lua table, its
// `parts`:
//   parts[number] = frozen table, parts[frozen table] = number, parts[0] = userdata that holds the
//   root
// and the side table leads from every frozen table to its parts, so any of them keeps all of them.
// In the state where it was frozen these are the originals.

#include <lua.hpp>

#include "vm/graph.h"
#include "vm/raw.h"

namespace lagoon::vm {

struct Transfer;

// The root a frozen table belongs to and its number in it, or null if it has not crossed yet.
FrozenRoot* frozen_root_of(const Transfer& t, raw::Object table, uint32_t* number) noexcept;

// Makes the root of the frozen table at idx.  Null; or why something in it cannot cross (on top).
// [-0, +0|1, m]
const char* make_frozen_root(lua_State* L, int idx);

// Pushes the table that is `number` of `root` in this state, building it if needed.     [-0, +1, e]
void push_frozen(lua_State* L, FrozenRoot* root, uint32_t number);

}  // namespace lagoon::vm
