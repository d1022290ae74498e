// Does the Lua we run on survive a __concat metamethod that moves the stack?
//
// Lua 5.4.0 to 5.4.4 do not: luaV_concat goes on with the stack's old address.  A coroutine's stack
// starts small, so the move is everyday code.  Our own build is sound; a system's Lua is asked when
// the build is configured and may be asked again when the program starts.
#pragma once

namespace lagoon::vm {

// Any thread.  Makes and closes a state of its own; about 20 us.
bool lua_is_sound() noexcept;

}  // namespace lagoon::vm
