// go.sync.semaphore(n): n tokens, handed out strictly first come, first served.

#include "bindings/args.h"
#include "bindings/sync.h"

namespace lagoon::bindings {

namespace {

using sched::Result;

extern const vm::SharedType kSemaphoreType;

class Semaphore final : public vm::Shared {
 public:
  explicit Semaphore(uint64_t size) noexcept : Shared(kSemaphoreType), semaphore(size) {}
  sched::Semaphore semaphore;
};

Semaphore& check_semaphore(lua_State* L) { return vm::check_shared<Semaphore>(L, 1, kSemaphoreType); }

uint64_t check_tokens(lua_State* L, int arg) {
  lua_Integer n = check_integer(L, arg);
  if (n < 0) {
    luaL_argerror(L, arg, lua_pushfstring(L, "negative number of tokens: %I", static_cast<LUAI_UACINT>(n)));
  }
  return static_cast<uint64_t>(n);
}

uint64_t opt_tokens(lua_State* L, int arg) { return lua_isnoneornil(L, arg) ? 1 : check_tokens(L, arg); }

// s:acquire([k [, timeout]]) -> true | false, "timeout": takes k tokens (1) once they are there.
// More than there are in all: waits for ever, or until the timeout.                    may block
struct Acquire {
  static constexpr sched::Reason kReason = sched::Reason::Semaphore;
  static Semaphore& object(lua_State* L) { return check_semaphore(L); }
  static int64_t deadline(lua_State* L) { return opt_deadline(L, 3); }
  static Result begin(lua_State* L, Semaphore& s) { return s.semaphore.acquire(current(L), opt_tokens(L, 2)); }
  static Result finish(lua_State* L, Semaphore& s) { return s.semaphore.finish_acquire(current(L)); }
  static int end(lua_State* L, Result result) { return push_waited(L, result); }
};

// s:try_acquire([k]) -> were k tokens (1) there, and nobody waiting before us?
int semaphore_try_acquire(lua_State* L) {
  Semaphore& s = check_semaphore(L);
  lua_pushboolean(L, s.semaphore.try_acquire(opt_tokens(L, 2)));
  return 1;
}

// s:release([k]): gives k tokens (1) back.  Any goroutine.  Raises for more than are held.
int semaphore_release(lua_State* L) {
  Semaphore& s = check_semaphore(L);
  if (s.semaphore.release(opt_tokens(L, 2)) == Result::Misuse) {
    return luaL_error(L, "semaphore: released more than held");
  }
  return 0;
}

int semaphore_tostring(lua_State* L) {
  Semaphore& s = check_semaphore(L);
  lua_pushfstring(L, "semaphore(%I/%I): %p", static_cast<LUAI_UACINT>(s.semaphore.held()),
                  static_cast<LUAI_UACINT>(s.semaphore.size()), static_cast<void*>(&s));
  return 1;
}

const luaL_Reg kMethods[] = {
    {"acquire", Blocking<Acquire>::call},
    {"try_acquire", semaphore_try_acquire},
    {"release", semaphore_release},
    {nullptr, nullptr},
};

const luaL_Reg kMetamethods[] = {{"__tostring", semaphore_tostring}, {nullptr, nullptr}};

const vm::SharedType kSemaphoreType = {"semaphore", kMethods, kMetamethods};

}  // namespace

// go.sync.semaphore(n) -> a semaphore with n tokens, all there.
int new_semaphore(lua_State* L) {
  auto tokens = check_tokens(L, 1);  // may raise, so nothing may be allocated yet
  return push_made(L, new (std::nothrow) Semaphore(tokens));
}

}  // namespace lagoon::bindings
