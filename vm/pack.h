#pragma once
// Value transfer: Lua values to a Message in one state, and back to Lua values in another.
// What is copied, shared and refused: API.md section 1 (the reference manual), README.md of this room.

#include <cstddef>
#include <lua.hpp>

#include "vm/message.h"

namespace lagoon::vm {

class State;

// Packs the `count` values from stack index `first` into *out.                      [-0, +0|1, m]
// Returns null; or why a value cannot cross, a string left on top of the stack that names the path
// ("cannot copy field 'a.b' ...: thread").  Then *out is Empty.  A Lua frame; does not yield.
// Functions inside bring the globals they mention.
const char* pack(lua_State* L, int first, int count, Message* out);

// Packs the function at `func` and the `nargs` values above it as the start of a goroutine: like
// pack, and the environment they bring becomes the goroutine's own globals.          [-0, +0|1, m]
const char* pack_call(lua_State* L, int func, int nargs, Message* out);

// Pushes the values of m and returns how many.  m stays the caller's (it can be unpacked again).
// Raises when memory is short or a module it names fails to load; nothing of m is lost.   [-0, +n, e]
int unpack(lua_State* L, const Message& m);

// What a goroutine calls its globals, in the state it runs in.  The objects are anchored on the
// goroutine's own stack (unpack_call), below the function; this record is what a switch needs.
// All null: it has none of its own yet, and the state's pristine base stands for them.
struct Environment {
  void* globals = nullptr;  // Table*
  // This room's: the record of those globals (environment.h), and where its anchor is.
  void* record = nullptr;
  lua_State* co = nullptr;
  uint32_t anchor = 0;
  uint32_t glimpses = 0;  // how often it has read stock values without having them (glimpse.h)
};

// Runs inside the goroutine's own coroutine, in a C function that is its body: pushes, in this order, an
// anchor for the environment (nil while it needs none), the function of m (made by pack_call), and
// its arguments.  Returns the number of arguments; lua_callk starts it.  Fills *env and makes it
// the state's current one.  m stays the caller's.                                  [-0, +2+n, e]
int unpack_call(lua_State* co, const Message& m, Environment* env);
// Drops what unpack_call has built of.                                              [-0, +0, -]
void drop_call(lua_State* co, Message& m) noexcept;

// Gives `with` the globals of the running goroutine, for one that shares them: both see what either
// writes.  Pushes what anchors them, to be kept on the other's stack.                    [-0, +1, m]
void share_environment(lua_State* L, Environment* with);

// Makes env's globals the state's current ones: the registry's LUA_RIDX_GLOBALS and the string
// metatable; remembers env, which this room updates when the goroutine gets globals of its own.
// Called at each switch between goroutines; cheap when nothing differs.  env outlives its being
// current.  Null: none, the state's base.                                                   [-]
void enter_environment(State& state, Environment* env) noexcept;

}  // namespace lagoon::vm
