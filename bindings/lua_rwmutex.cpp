// go.sync.rwmutex(): many readers or one writer.  A waiting writer keeps new readers out.

#include "bindings/sync.h"

namespace lagoon::bindings {

namespace {

using sched::Result;

extern const vm::SharedType kRWMutexType;

class RWMutex final : public vm::Shared {
 public:
  RWMutex() noexcept : Shared(kRWMutexType) {}
  sched::RWMutex mutex;
};

RWMutex& check_rwmutex(lua_State* L) { return vm::check_shared<RWMutex>(L, 1, kRWMutexType); }

// rw:rlock([timeout]) -> rw | false, "timeout".  A read lock is not reentrant: a writer may come
// between.  rw is its own guard, as for a mutex.                                       may block
struct ReadLock {
  static constexpr sched::Reason kReason = sched::Reason::RWMutexRLock;
  static RWMutex& object(lua_State* L) { return check_rwmutex(L); }
  static int64_t deadline(lua_State* L) { return opt_deadline(L, 2); }
  static Result begin(lua_State* L, RWMutex& rw) { return rw.mutex.rlock(current(L)); }
  static Result finish(lua_State* L, RWMutex& rw) { return rw.mutex.finish_rlock(current(L)); }
  static int end(lua_State* L, Result result) { return push_locked(L, result); }
};

// rw:lock([timeout]) -> rw | false, "timeout".                                         may block
struct WriteLock {
  static constexpr sched::Reason kReason = sched::Reason::RWMutexLock;
  static RWMutex& object(lua_State* L) { return check_rwmutex(L); }
  static int64_t deadline(lua_State* L) { return opt_deadline(L, 2); }
  static Result begin(lua_State* L, RWMutex& rw) { return rw.mutex.lock(current(L)); }
  static Result finish(lua_State* L, RWMutex& rw) { return rw.mutex.finish_lock(current(L)); }
  static int end(lua_State* L, Result result) { return push_locked(L, result); }
};

// rw:try_rlock() -> rw, which we read now | false
int rwmutex_try_rlock(lua_State* L) { return push_tried(L, check_rwmutex(L).mutex.try_rlock()); }

// rw:try_lock() -> rw, which we write now | false
int rwmutex_try_lock(lua_State* L) { return push_tried(L, check_rwmutex(L).mutex.try_lock(current(L))); }

// rw:runlock().  Raises when no reader holds it.
int rwmutex_runlock(lua_State* L) {
  if (check_rwmutex(L).mutex.runlock() == Result::Misuse) {
    return luaL_error(L, "sync: RUnlock of unlocked RWMutex");
  }
  return 0;
}

// rw:unlock().  Raises when no writer holds it.
int rwmutex_unlock(lua_State* L) {
  if (check_rwmutex(L).mutex.unlock() == Result::Misuse) {
    return luaL_error(L, "sync: Unlock of unlocked RWMutex");
  }
  return 0;
}

// The guard's end.  Whoever leaves holds it, so a writer there is the one who leaves.
int rwmutex_leave(lua_State* L) { return check_rwmutex(L).mutex.locked() ? rwmutex_unlock(L) : rwmutex_runlock(L); }

int rwmutex_tostring(lua_State* L) {
  RWMutex& rw = check_rwmutex(L);
  if (rw.mutex.locked()) {
    lua_pushfstring(L, "rwmutex(writing): %p", static_cast<void*>(&rw));
  } else {
    lua_pushfstring(L, "rwmutex(%d reading): %p", static_cast<int>(rw.mutex.readers()), static_cast<void*>(&rw));
  }
  return 1;
}

const luaL_Reg kMethods[] = {
    {"rlock", Blocking<ReadLock>::call},
    {"lock", Blocking<WriteLock>::call},
    {"try_rlock", rwmutex_try_rlock},
    {"try_lock", rwmutex_try_lock},
    {"runlock", rwmutex_runlock},
    {"unlock", rwmutex_unlock},
    {nullptr, nullptr},
};

const luaL_Reg kMetamethods[] = {
    {"__close", rwmutex_leave},
    {"__tostring", rwmutex_tostring},
    {nullptr, nullptr},
};

const vm::SharedType kRWMutexType = {"rwmutex", kMethods, kMetamethods};

}  // namespace

// go.sync.rwmutex() -> a readers-writer lock, free.
int new_rwmutex(lua_State* L) { return push_made(L, new (std::nothrow) RWMutex); }

}  // namespace lagoon::bindings
