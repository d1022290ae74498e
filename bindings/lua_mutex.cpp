// go.sync.mutex(): mutual exclusion, and the lock that a cond waits under.

#include "bindings/sync.h"

namespace lagoon::bindings {

namespace {

using sched::Result;

Mutex& check_mutex(lua_State* L) { return vm::check_shared<Mutex>(L, 1, kMutexType); }

// m:lock([timeout]) -> m | false, "timeout".  m is its own guard: `local _ <close> = m:lock()`
// unlocks at the end of the block.  Not reentrant.                                             may
// block
struct Lock {
  static constexpr sched::Reason kReason = sched::Reason::MutexLock;
  static Mutex& object(lua_State* L) { return check_mutex(L); }
  static int64_t deadline(lua_State* L) { return opt_deadline(L, 2); }
  static Result begin(lua_State* L, Mutex& m) { return m.mutex.lock(current(L)); }
  static Result finish(lua_State* L, Mutex& m) { return m.mutex.finish_lock(current(L)); }
  static int end(lua_State* L, Result result) { return push_locked(L, result); }
};

// m:try_lock() -> m, now ours | false
int mutex_try_lock(lua_State* L) { return push_tried(L, check_mutex(L).mutex.try_lock(current(L))); }

// m:unlock().  Any goroutine may unlock.  Raises when it is not locked.
int mutex_unlock(lua_State* L) {
  if (check_mutex(L).mutex.unlock() == Result::Misuse) {
    return luaL_error(L, "sync: unlock of unlocked mutex");
  }
  return 0;
}

// Where nobody has to wait.
int quick_lock(vm::Shared& object, const vm::QuickCall& call) {
  if (call.nargs != 1 || !static_cast<Mutex&>(object).mutex.try_lock(current(call.L))) return vm::kNot;
  return vm::quick_object(call);
}

int quick_unlock(vm::Shared& object, const vm::QuickCall&) {
  return static_cast<Mutex&>(object).mutex.unlock() == Result::Done ? 0 : vm::kNot;
}

int mutex_tostring(lua_State* L) {
  Mutex& m = check_mutex(L);
  lua_pushfstring(L, m.mutex.locked() ? "mutex(locked): %p" : "mutex: %p", static_cast<void*>(&m));
  return 1;
}

const luaL_Reg kMethods[] = {
    {"lock", Blocking<Lock>::call},
    {"try_lock", mutex_try_lock},
    {"unlock", mutex_unlock},
    {nullptr, nullptr},
};

const luaL_Reg kMetamethods[] = {
    {"__close", mutex_unlock},
    {"__tostring", mutex_tostring},
    {nullptr, nullptr},
};

const vm::QuickReg kQuick[] = {{Blocking<Lock>::call, quick_lock}, {mutex_unlock, quick_unlock}, {nullptr, nullptr}};

}  // namespace

const vm::SharedType kMutexType = {"mutex", kMethods, kMetamethods, 0, nullptr, kQuick};

// go.sync.mutex() -> a mutex, unlocked.
int new_mutex(lua_State* L) { return push_made(L, new (std::nothrow) Mutex); }

}  // namespace lagoon::bindings
