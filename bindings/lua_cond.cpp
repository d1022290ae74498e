// go.sync.cond(m): waits for a signal under a mutex.

#include "bindings/sync.h"

namespace lagoon::bindings {

namespace {

using sched::Result;

extern const vm::SharedType kCondType;

class Cond final : public vm::Shared {
 public:
  explicit Cond(Mutex& mutex) noexcept : Shared(kCondType), mutex(mutex) { mutex.retain(); }
  ~Cond() override { mutex.release(); }
  Mutex& mutex;
  sched::Cond cond;
};

Cond& check_cond(lua_State* L) { return vm::check_shared<Cond>(L, 1, kCondType); }

// --- wait --------------------------------------------------------------------------------------

// The state of a wait travels in the continuation's context.
lua_KContext encode(const sched::CondWait& w) noexcept {
  return static_cast<lua_KContext>(w.how) | (w.relocking ? 0x100 : 0) | (w.put_back ? 0x200 : 0);
}

sched::CondWait decode(lua_KContext ctx) noexcept {
  sched::CondWait w;
  w.how = static_cast<Result>(ctx & 0xff);
  w.relocking = (ctx & 0x100) != 0;
  w.put_back = (ctx & 0x200) != 0;
  return w;
}

int cond_resumed(lua_State* L, int, lua_KContext ctx);

// The stack: the cond, the deadline.
int park_wait(lua_State* L, Cond& c, const sched::CondWait& w) {
  const vm::Shared* object = w.relocking ? static_cast<const vm::Shared*>(&c.mutex) : &c;
  int64_t deadline = w.relocking ? sched::kNever : lua_tointeger(L, 2);
  return park(L, w.reason(), object, deadline, encode(w), cond_resumed);
}

int cond_resumed(lua_State* L, int, lua_KContext ctx) {
  finish_park(L);
  Cond& c = check_cond(L);
  sched::CondWait w = decode(ctx);
  Result result = c.cond.finish_wait(current(L), c.mutex.mutex, w);
  return result == Result::Blocked ? park_wait(L, c, w) : push_waited(L, result);
}

// c:wait([timeout]) -> true | false, "timeout": unlocks the mutex, waits for a signal, locks it
// again; it is locked however that ends.  Raises when the mutex is not locked.         may block
int cond_wait(lua_State* L) {
  Cond& c = check_cond(L);
  int64_t deadline = opt_deadline(L, 2);
  lua_settop(L, 1);
  lua_pushinteger(L, deadline);
  if (c.cond.wait(current(L), c.mutex.mutex) == Result::Misuse) {
    return luaL_error(L, "sync: wait without holding the mutex");
  }
  return park_wait(L, c, {});
}

// --- The rest ----------------------------------------------------------------------------------

// c:signal(): wakes the longest waiter, if there is one.
int cond_signal(lua_State* L) {
  check_cond(L).cond.signal();
  return 0;
}

// c:broadcast(): wakes all waiters.
int cond_broadcast(lua_State* L) {
  check_cond(L).cond.broadcast();
  return 0;
}

int cond_tostring(lua_State* L) {
  lua_pushfstring(L, "cond: %p", static_cast<void*>(&check_cond(L)));
  return 1;
}

const luaL_Reg kMethods[] = {
    {"wait", cond_wait},
    {"signal", cond_signal},
    {"broadcast", cond_broadcast},
    {nullptr, nullptr},
};

const luaL_Reg kMetamethods[] = {{"__tostring", cond_tostring}, {nullptr, nullptr}};

const vm::SharedType kCondType = {"cond", kMethods, kMetamethods};

}  // namespace

// go.sync.cond(m) -> a condition whose waiters hold the mutex m.
int new_cond(lua_State* L) {
  Mutex& mutex = vm::check_shared<Mutex>(L, 1, kMutexType);
  return push_made(L, new (std::nothrow) Cond(mutex));
}

}  // namespace lagoon::bindings
