#pragma once
// Slices (patch 0002): how a coroutine that runs Lua is made to stop for a moment, and whether its
// state may run others meanwhile.
//
// A slice is invisible to the script: its own hooks, their counts and lines are as without it.
//
// While a function of a module is running, or a finalizer, the state is *held*: a library is never
// interrupted by another goroutine that uses it, and the collector by nobody.  Asking is cheap at any
// depth: each call remembers what was found out about it and the calls below.

#include <lua.hpp>

#include "vm/raw.h"

namespace lagoon::vm {

// Sets what the state of L calls when a slice is over, on the coroutine and before the instruction
// concerned: it may lua_yield(L, 0) as its last statement, sleep, or raise.  A Lua frame.
void set_slice_hook(lua_State* L, void (*over)(lua_State* L)) noexcept;

// The slice of L is over before the count-th instruction from now; 0: it lasts.  Whoever runs the
// state; in a signal handler, the thread that does.
void arm_slice(lua_State* L, int count) noexcept;

// Says that the Lua function at idx, and those inside it, are a module's.  Its copies are not.
void mark_module(lua_State* L, int idx) noexcept;
// The modules of Lagoon itself keep nothing that an interruption could tear: they do not count.
bool is_made_for_goroutines(const char* module) noexcept;
bool of_module(raw::Object prototype) noexcept;

// Is a module's function or a finalizer running in this coroutine?  Whoever runs the state.
bool holds_state(lua_State* L) noexcept;

}  // namespace lagoon::vm
