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

// Where the function that has called the running one is: its chunk as messages name it, and the line, -1 for a C
// function.  False: nothing has.  What lua_getinfo says, for each goroutine that starts.  [-0, +0, -]
struct Place {
  char chunk[LUA_IDSIZE];
  int line;
};
bool calling_place(lua_State* L, Place* place) noexcept;

// In a metamethod that a Lua function calls by reading the global `name`: the field that the function then reads of what it
// gets, if nothing else can be done with it, as in `name.field`; else null.  Both are strings by their
// address.  [-0, +0, -]
const void* only_field(lua_State* L, const void* name) noexcept;

// Stands for the place of a Lua function's call: while two are equal, so are the places.  [-0, +0, -]
struct CallSite {
  const void* code = nullptr;  // null: a C function called, or nothing
  size_t freed = 0;
  bool operator==(const CallSite&) const = default;
};
CallSite calling_site(lua_State* L) noexcept;

// Gives the Lua function at idx captured variables of its own, with the values they have now, so
// that no other function can assign them.  [-0, +0, m]
void detach_upvalues(lua_State* L, int idx);

// --- Ends (patch 0003) ---------------------------------------------------------------------------

// The status of what end() ended.
constexpr int kEnded = 7;

// Ends L's coroutine: an error that no script catches.  Its <close> variables run, as far as C frames are
// left on the way; lua_closethread does the rest.  The last statement of a Lua frame.
[[noreturn]] void end(lua_State* L);

// lua_pcall for C frames that must return: an end, too, stops here.  The frame passes it on by raise().
int hold(lua_State* L, int nargs, int nresults) noexcept;
// Raises the error on top of the stack, or ends as hold() was told.  The last statement of a Lua frame.
[[noreturn]] void raise(lua_State* L, int status);

// At the end of a slice: is the next instruction the one that makes a value just got a <close> variable?  Whoever ends
// before it never closes it.
bool closes_next(lua_State* L) noexcept;

// Is a finalizer running in L's state?
bool finalizing(lua_State* L) noexcept;

// Sets what L's state calls when a coroutine runs out of memory, before that is raised, on this coroutine and its
// thread; 1: it is an end, which no script catches.  Must not touch Lua.
void set_memory_hook(lua_State* L, int (*ends)(lua_State* L)) noexcept;

// Raises "not enough memory" for native memory, without a position as Lua does.  The last statement of a Lua frame.
[[noreturn]] void raise_memory(lua_State* L);

// --- Opaque calls (patch 0004) -------------------------------------------------------------------

// lua_callk for C functions in place of stock's, which a script's yields do not cross: ours do, and
// k(L, LUA_YIELD, 0) goes on.
void call_opaque(lua_State* L, int nargs, int nresults, lua_KFunction k);

// lua_isyieldable for a script, asked by a C function it has called: opaque calls count.  co: L, or a coroutine that
// is suspended or has resumed another one.
bool script_may_yield(lua_State* co) noexcept;

// --- Coroutines ----------------------------------------------------------------------------------

// Slots allocated for L's stack.
int stack_slots(lua_State* L) noexcept;

}  // namespace lagoon::vm
