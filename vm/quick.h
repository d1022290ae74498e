#pragma once
// Quick methods (patch 0007): what a method of a shared object mostly does, without a call.
//
// A Lua function that calls one has put it and its arguments into its own registers; the quick form
// works on those, leaves the results there, and costs a fifth of a call.  It neither raises, but for
// memory, nor runs anything; where it would have to, it answers kNot, and the function is called.
// Never tried while debug hooks are on, so a script cannot tell but by the clock, and by the traceback of
// a coroutine that waits in one: that has no level for it.
//
// It may also have the coroutine yield (kPark).  Nothing of it is then on the stack but the call's
// registers; when the coroutine is resumed, the state's end of quick methods puts the results there.

#include <lua.hpp>

#include "vm/message.h"

namespace lagoon::vm {

class Shared;

// What quick methods answer instead of a number of results.
constexpr int kNot = -1;
constexpr int kPark = -2;  // the coroutine yields.  REQUIRES: it can

// A call, in the registers of who calls.  Good until Lua allocates.
struct QuickCall {
  lua_State* L;
  void* func;  // the function's register; arguments follow, and results begin there
  int nargs;   // the object included
};

// Does what `f`, a method of `object`, is called for.
using QuickMethod = int (*)(Shared& object, const QuickCall& call);

struct QuickReg {
  lua_CFunction f;
  QuickMethod quick;
};

// Puts argument `arg` (the object is 1) into *out if it fits into a message as it is; false: it does not.   [-]
bool quick_pack(const QuickCall& call, int arg, Message* out) noexcept;

// Results, counted from 0; each returns how many there are with it.
int quick_boolean(const QuickCall& call, int result, bool value) noexcept;  // [-]
int quick_object(const QuickCall& call) noexcept;                           // the object itself, alone  [-]
// A message that owns no memory, and then, if `also_true`, true.               [m]
int quick_value(const QuickCall& call, const Message& m, bool also_true);

// Instead of leaving results: has `f` called for the method, and answers so.  After a yield its argument is the
// object alone; or it is `instead`, which takes the object's place.   [-]
int quick_finish_by(const QuickCall& call, lua_CFunction f) noexcept;
int quick_finish_by(const QuickCall& call, lua_CFunction f, lua_Integer instead) noexcept;

// Makes methods of L's state quick from now on, and sets what ends those that yielded: it leaves results for
// the call in QuickCall{L, func, 1} and returns their number, or quick_finish_by's.  A Lua frame.
void set_quick_end(lua_State* L, int (*end)(lua_State* L, void* func)) noexcept;

// The handle on top, just made, is of a type with quick methods.   [-0, +0, -]
void mark_quick(lua_State* L) noexcept;

}  // namespace lagoon::vm
