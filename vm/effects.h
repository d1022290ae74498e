#pragma once
// What loading a module does to the globals and the libraries, beside returning a value.
//
// A module's chunk runs with the base's globals and libraries, once per state; the goroutines have
// copies. So what has changed when the chunk ends is recorded, and every goroutine that requires
// the module, the first as well as the next, gets it once.

#include <lua.hpp>

#include "vm/raw.h"

namespace lagoon::vm {

struct Globals;
struct Transfer;

// Pushes copies of the base's globals and libraries as they are.                        [-0, +1, m]
void push_base_snapshot(lua_State* L, Transfer& t);
// Records what differs from the snapshot (at idx) as the effects of module `name` (at name_idx).
// [-0, +0, m]
void record_effects(lua_State* L, Transfer& t, int name_idx, int snapshot_idx);
// Does to `globals` what the module at name_idx did, if that was not done yet.           [-0, +0,
// e]
void apply_effects(lua_State* L, Transfer& t, Globals& globals, int name_idx);

}  // namespace lagoon::vm
