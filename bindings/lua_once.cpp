// go.sync.once(): runs a function once, whoever comes first; everybody gets its results.

#include "bindings/guard.h"
#include "bindings/sync.h"

namespace lagoon::bindings {

namespace {

using Begin = sched::Once::Begin;

extern const vm::SharedType kOnceType;

class Once final : public vm::Shared {
 public:
  Once() noexcept : Shared(kOnceType) {}
  ~Once() override { vm::drop(results); }
  sched::Once once;
  vm::Message results;  // written before it is complete, read after
};

Once& check_once(lua_State* L) { return vm::check_shared<Once>(L, 1, kOnceType); }

// --- The one that runs it ----------------------------------------------------------------------

// However f ended, it has been run.
void leave_once(lua_State*, Guard& guard, int) { static_cast<Once*>(guard.owner)->once.complete(); }

// The stack: once, guard, results of f.  They are kept for the others.
int once_ran(lua_State* L, int, lua_KContext) {
  int count = lua_gettop(L) - 2;
  vm::Message results;
  if (const char* why = vm::pack(L, 3, count, &results)) {
    return luaL_error(L, "result of the once function: %s", why);
  }
  check_once(L).results = results;
  return count;
}

// The stack: once, guard, f, its arguments.
int run_once(lua_State* L) {
  lua_callk(L, lua_gettop(L) - 3, LUA_MULTRET, 0, once_ran);
  return once_ran(L, LUA_OK, 0);
}

// --- The others --------------------------------------------------------------------------------

int once_resumed(lua_State* L, int, lua_KContext);

int go_on(lua_State* L, Once& o, Begin begin) {
  switch (begin) {
    case Begin::Run: static_cast<Guard*>(lua_touserdata(L, 2))->leave = leave_once; return run_once(L);
    case Begin::Done: return vm::unpack(L, o.results);
    case Begin::Blocked: return park(L, sched::Reason::Once, &o, sched::kNever, 0, once_resumed);
    default: return raise_canceled(L);
  }
}

int once_resumed(lua_State* L, int, lua_KContext) {
  finish_park(L);
  Once& o = check_once(L);
  return go_on(L, o, o.once.finish_begin(current(L)));
}

// o:call(f, ...) -> what f(...) returned, the first time it was called: to the first caller as it
// is, to later ones a copy.  They wait until f has ended.  If f raises, that counts as having run:
// the first caller gets the error, the others nothing.  Raises when called inside f.       may
// block
int once_call(lua_State* L) {
  Once& o = check_once(L);
  luaL_checktype(L, 2, LUA_TFUNCTION);
  if (o.once.done()) return vm::unpack(L, o.results);
  Goroutine& g = current(L);
  if (o.once.owner() == g.id) return luaL_error(L, "once: call inside the function that it runs");
  insert_guard(L, 2, o, nullptr);
  return go_on(L, o, o.once.begin(g));
}

int once_tostring(lua_State* L) {
  Once& o = check_once(L);
  lua_pushfstring(L, o.once.done() ? "once(done): %p" : "once: %p", static_cast<void*>(&o));
  return 1;
}

const luaL_Reg kMethods[] = {{"call", once_call}, {nullptr, nullptr}};
const luaL_Reg kMetamethods[] = {{"__tostring", once_tostring}, {nullptr, nullptr}};

const vm::SharedType kOnceType = {"once", kMethods, kMetamethods};

}  // namespace

// go.sync.once() -> a once that has not run.
int new_once(lua_State* L) { return push_made(L, new (std::nothrow) Once); }

}  // namespace lagoon::bindings
