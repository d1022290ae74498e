#pragma once
// Guard: a <close> variable of a C function, for what must be undone however a call of a script's
// function ends: by return, error, go.exit or kill.

#include "vm/shared.h"

namespace lagoon::bindings {

struct Guard {
  // Undoes it.  `error`: the index of the error that ended the call, or 0.  A Lua frame that does
  // not yield.
  using Leave = void (*)(lua_State* L, Guard& guard, int error);

  Leave leave = nullptr;        // null: nothing to undo (any more)
  vm::Shared* owner = nullptr;  // counted
  void* item = nullptr;         // owner's business
};

// Inserts a guard at stack index `at`; it is to be closed when the calling C function ends. `leave`
// may be set later.  Retains the owner.                                             [-0, +1, m]
Guard& insert_guard(lua_State* L, int at, vm::Shared& owner, Guard::Leave leave);

// Runs the guard now; its end runs nothing then.
void leave_now(lua_State* L, Guard& guard);

}  // namespace lagoon::bindings
