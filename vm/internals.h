#pragma once
// What the vm room needs of Lua beyond its public API, besides value transfer's own view of it
// (raw.h).  Lua's private headers come in through raw_lua.h alone.

#include <lua.hpp>

namespace lagoon::vm {

// --- Frozen tables (patch 0001) ------------------------------------------------------------------

// Is the table at idx frozen?  False for what is no table.  [-0, +0, -]
bool is_frozen(lua_State* L, int idx) noexcept;
// Makes the table at idx refuse writes; or accept them, only while a freeze is undone.  [-0, +0, -]
void set_frozen(lua_State* L, int idx, bool frozen = true) noexcept;

// --- Functions -----------------------------------------------------------------------------------

// An assignment to something a function captured.
struct Assignment {
  const char* name = nullptr;  // of the variable; null: there is no assignment
  bool global = false;         // it is a global: a field of the captured _ENV
};

// The first assignment to a captured variable in the Lua function at idx or in a function inside
// it.  A C function has none.  The name lives as long as the function.  [-0, +0, -]
Assignment captured_assignment(lua_State* L, int idx) noexcept;

// Gives the Lua function at idx captured variables of its own, with the values they have now, so
// that no other function can assign them.  [-0, +0, m]
void detach_upvalues(lua_State* L, int idx);

// --- Coroutines ----------------------------------------------------------------------------------

// Slots allocated for L's stack.
int stack_slots(lua_State* L) noexcept;

}  // namespace lagoon::vm
