#pragma once
// What became of an error: text that outlives the state it was raised in.

#include <lua.hpp>
#include <string>

namespace lagoon::vm {

class State;

struct Failure {
  std::string message;       // the error value as `lua` would print it
  std::string traceback;     // "stack traceback:\n\t..."; empty if there was no memory for it
  std::string text() const;  // both, as `lua` prints them
};

// A handler for lua_pcall that does what `lua`'s own does: turns any error value into text with the
// traceback of the running coroutine.  Its __tostring may raise; lua_pcall deals with that.
int message_handler(lua_State* L);

// Describes the error value on top of `co`, a coroutine that lua_resume left with an error, and its
// stack as it stands (so before the coroutine is closed).  The value stays where it is.  Works on
// L, another coroutine of that state that may run Lua (for __tostring).  Never raises; short of
// memory, the message is the best that could be had.
void describe(lua_State* L, lua_State* co, Failure* out) noexcept;

// The same for one that has not ended by an error: its traceback alone.
void trace(lua_State* L, lua_State* co, Failure* out) noexcept;

// Describes the error value on top of L's own stack, without a traceback, and pops it.
void describe_value(lua_State* L, Failure* out) noexcept;

}  // namespace lagoon::vm
