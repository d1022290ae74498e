// go.sync.waitgroup(): waits for a number of things to be done.

#include "bindings/args.h"
#include "bindings/guard.h"
#include "bindings/sync.h"

namespace lagoon::bindings {

namespace {

using sched::Result;

extern const vm::SharedType kWaitGroupType;

class WaitGroup final : public vm::Shared {
 public:
  WaitGroup() noexcept : Shared(kWaitGroupType) {}
  sched::WaitGroup group;
};

WaitGroup& check_waitgroup(lua_State* L) { return vm::check_shared<WaitGroup>(L, 1, kWaitGroupType); }

int add(lua_State* L, WaitGroup& wg, lua_Integer n) {
  if (wg.group.add(n) == Result::Misuse) return luaL_error(L, "sync: negative WaitGroup counter");
  return 0;
}

// wg:add([n]): the counter grows by n (1; may be negative).  Raises when it would be negative.
int waitgroup_add(lua_State* L) {
  WaitGroup& wg = check_waitgroup(L);
  return add(L, wg, opt_integer(L, 2, 1));
}

// wg:done(): one less.  Raises when the counter is zero.
int waitgroup_done(lua_State* L) { return add(L, check_waitgroup(L), -1); }

int quick_done(vm::Shared& object, const vm::QuickCall&) {
  return static_cast<WaitGroup&>(object).group.add(-1) == Result::Misuse ? vm::kNot : 0;
}

// wg:wait([timeout]) -> true | false, "timeout", once the counter is zero.             may block
struct Wait {
  static constexpr sched::Reason kReason = sched::Reason::WaitGroupWait;
  static WaitGroup& object(lua_State* L) { return check_waitgroup(L); }
  static int64_t deadline(lua_State* L) { return opt_deadline(L, 2); }
  static Result begin(lua_State* L, WaitGroup& wg) { return wg.group.wait(current(L)); }
  static Result finish(lua_State* L, WaitGroup& wg) { return wg.group.finish_wait(current(L)); }
  static int end(lua_State* L, Result result) { return push_waited(L, result); }
};

// An error ends the program (or is its task's): the waiters are not released by it.
void leave_body(lua_State*, Guard& guard, int error) {
  if (error == 0) static_cast<WaitGroup*>(guard.owner)->group.add(-1);
}

int body_done(lua_State*, int, lua_KContext) { return 0; }

// wg:go(f, ...): add(1), and starts f(...) as a goroutine; done() when it has ended, but not by an
// error.  Raises when something cannot be copied.
int waitgroup_go(lua_State* L) {
  WaitGroup& wg = check_waitgroup(L);
  luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_pushcfunction(L, waitgroup_body);
  lua_insert(L, 1);
  Goroutine& g = make_goroutine(L, 1, lua_gettop(L) - 1, "waitgroup:go");
  wg.group.add(1);
  start(L, g);
  return 0;
}

int waitgroup_tostring(lua_State* L) {
  WaitGroup& wg = check_waitgroup(L);
  lua_pushfstring(L, "waitgroup(%I): %p", static_cast<LUAI_UACINT>(wg.group.count()), static_cast<void*>(&wg));
  return 1;
}

const luaL_Reg kMethods[] = {
    {"add", waitgroup_add}, {"done", waitgroup_done}, {"wait", Blocking<Wait>::call},
    {"go", waitgroup_go},   {nullptr, nullptr},
};

const luaL_Reg kMetamethods[] = {{"__tostring", waitgroup_tostring}, {nullptr, nullptr}};

const vm::QuickReg kQuick[] = {{waitgroup_done, quick_done}, {nullptr, nullptr}};

const vm::SharedType kWaitGroupType = {"waitgroup", kMethods, kMetamethods, 0, nullptr, kQuick};

}  // namespace

// (wg, f, ...)
int waitgroup_body(lua_State* L) {
  WaitGroup& wg = check_waitgroup(L);
  insert_guard(L, 2, wg, leave_body);
  lua_callk(L, lua_gettop(L) - 3, 0, 0, body_done);
  return body_done(L, LUA_OK, 0);
}

// go.sync.waitgroup() -> a wait group, its counter zero.
int new_waitgroup(lua_State* L) { return push_made(L, new (std::nothrow) WaitGroup); }

}  // namespace lagoon::bindings
