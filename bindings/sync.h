#pragma once
// go.sync's objects, a file each (lua_<object>.cpp): shared objects around what sched/sync.h has.
//
// Their methods follow one pattern: waiting returns true, or false, "timeout" when the last
// argument, a number of seconds, has passed; a cancelled goroutine raises; misuse raises with Go's
// words.

#include <new>

#include "bindings/blocking.h"
#include "sched/sync.h"
#include "vm/shared.h"

namespace lagoon::bindings {

// Each pushes a new object.  Lua C functions: their arguments are the script's.
int new_mutex(lua_State* L);
int new_rwmutex(lua_State* L);
int new_waitgroup(lua_State* L);
int new_once(lua_State* L);
int new_cond(lua_State* L);
int new_semaphore(lua_State* L);
int new_atomic(lua_State* L);
int new_map(lua_State* L);
int new_singleflight(lua_State* L);

// For what a runtime has one of.  Null: no memory.
vm::Shared* make_singleflight() noexcept;

// The body of a goroutine that a wait group starts; go.sync names it, so that it can cross.
int waitgroup_body(lua_State* L);

extern const vm::SharedType kMutexType;

class Mutex final : public vm::Shared {
 public:
  Mutex() noexcept : Shared(kMutexType) {}
  sched::Mutex mutex;
};

// Pushes an object just made with new (std::nothrow); null raises.                 [-0, +1, m]
inline int push_made(lua_State* L, vm::Shared* object) {
  if (object == nullptr) return luaL_error(L, "not enough memory");
  vm::push_new_shared(L, object);
  return 1;
}

// Inserts the value on top, a guard that is the object itself, for `local _ <close> = m:lock()`.
inline int push_tried(lua_State* L, bool locked) {
  if (!locked) lua_pushboolean(L, 0);
  if (locked) lua_pushvalue(L, 1);
  return 1;
}
inline int push_locked(lua_State* L, sched::Result result) {
  if (result != sched::Result::Done) return push_waited(L, result);
  lua_pushvalue(L, 1);
  return 1;
}

}  // namespace lagoon::bindings
