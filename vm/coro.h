#pragma once
// Coroutines of a state, pooled: starting one that ran before costs a tenth of a new one.
//
// A Coro is anchored from acquire to give_back or discard: the collector keeps it.  A pooled one
// stays anchored, with an empty stack and no hook.  Anchors are the slots of one table; the free
// slots form a list through the table itself, so returning one allocates nothing and cannot fail.

#include <cstdint>
#include <lua.hpp>

namespace lagoon::vm {

struct Coro {
  lua_State* lua = nullptr;
  uint32_t anchor = 0;
};

class CoroPool {
 public:
  static constexpr uint32_t kPooled = 512;  // at most so many wait for reuse
  static constexpr int kStackKept = 256;    // one whose stack grew beyond that many slots is not kept

  // Opens the pool of L's state.  A Lua frame.  [-0, +0, m]
  void open(lua_State* L);

  // An empty coroutine, anchored.  A Lua frame of this state; `L` is where it runs.  [-0, +0, m]
  Coro acquire(lua_State* L);
  // One that waits for reuse; empty: there is none.  Any frame.
  Coro reuse() noexcept;

  // Takes back a coroutine that returned (LUA_OK) and that nobody else can hold: never one that
  // raised, was closed, or was handed out by coroutine.running.  Drops its results.  Any frame.
  void give_back(Coro coro) noexcept;

  // Ends a coroutine whatever its state, running its <close> variables, and lets the collector have
  // it.  `from` is the coroutine that asks, or null.  Returns what close() does.  Any frame.
  int discard(Coro coro, lua_State* from) noexcept;

  // The two halves of discard.  close() leaves the coroutine anchored; LUA_OK, or the status of the
  // error it had ended with or a <close> handler raised, with the error's value alone on its stack.
  // REQUIRES: neither it nor a coroutine that it resumed is running.
  int close(Coro coro, lua_State* from) noexcept;
  // forget() lets the collector have a coroutine that returned (LUA_OK) or was closed.
  void forget(Coro coro) noexcept;

  // Has the caches fetch what is needed to resume and to end one that is suspended, once it is there itself.
  // The state's holder.
  void fetch_calls(Coro coro) const noexcept;

  // Discards what is left, the youngest anchor first, as the state is about to close.  L: its
  // main thread.
  void close_all(lua_State* L) noexcept;

  uint32_t live() const noexcept { return anchored_ - pooled_; }  // acquired and not returned
  uint32_t pooled() const noexcept { return pooled_; }

 private:
  int table_ = LUA_NOREF;  // the anchor table, in the registry
  const void* anchors_ = nullptr;
  uint32_t free_ = 0;   // first free slot; 0: none
  uint32_t slots_ = 0;  // slots in use so far
  uint32_t anchored_ = 0;
  uint32_t pooled_ = 0;
  Coro pool_[kPooled];
};

// From now on the collector cuts the stacks of L's state's coroutines to what they need while they are
// suspended in a C function with a continuation, if their own first function is `body`, which is in a call
// then and asks for room when that returns.  Whoever resumes one pushes at most 8 values onto it without
// asking.  Any frame.
void cut_parked_stacks(lua_State* L, lua_CFunction body) noexcept;
// Does so now.  The holder of its state, while co is suspended.
void cut_parked_stack(lua_State* co) noexcept;

// Starts or continues co with the top `nargs` values of its stack.  `from` is the coroutine that
// does, or null.  Returns LUA_OK, LUA_YIELD or an error's status; *nres values are on top of co's
// stack (an error value is one).  Any frame; never raises.
inline int resume(lua_State* co, lua_State* from, int nargs, int* nres) noexcept {
  int status = lua_resume(co, from, nargs, nres);
  if (status > LUA_YIELD) *nres = 1;
  return status;
}

// Has the caches fetch a coroutine that is suspended, or null.  Any thread that keeps it alive.
void fetch_coroutine(const lua_State* co) noexcept;

}  // namespace lagoon::vm
