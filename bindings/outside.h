#pragma once
// Calls of the operating system that may block, made with P and worker state given up.

#include <cerrno>

#include "bindings/block.h"
#include "bindings/goroutine.h"
#include "vm/internals.h"

namespace lagoon::bindings {

// The goroutine that L's frames belong to, if others of its state may run while it waits; null in a finalizer
// (who else of the state ran then would find the collector locked), and where none runs, while a state opens
// or closes.
inline Goroutine* goroutine_here(lua_State* L) noexcept {
  if (sched::current_g() == nullptr) return nullptr;
  return vm::finalizing(L) ? nullptr : &current(L);
}

// How long a call takes: most come back before anybody misses their P; some never do, as a wait for a process.
enum class Takes : bool { Moments, Long };

// Marks that g's stack stays on this thread while others may run in its state, and that it is back:
// then g is current again, and ends soon if it was killed meanwhile.  `undisturbed`: nobody else
// has run.
[[nodiscard]] lua_State* set_out(Goroutine& g) noexcept;
void get_back(Goroutine& g, lua_State* running, bool undisturbed) noexcept;

// Gives up P and state, and has them back.  leave_state answers false, and nothing is to be had
// back, when no thread is left that could go on meanwhile; never for Moments.
[[nodiscard]] bool leave_state(Goroutine& g, Takes takes, lua_State** running) noexcept;
void return_to_state(Goroutine& g, lua_State* running) noexcept;

// Makes the call outside of L's state; other goroutines of it may run meanwhile, and collect
// garbage.  So call() touches nothing of Lua but what L's stack keeps alive, and takes no lock that
// one of them might wait for inside the state.  errno is what it left.  False: not called
// (raise_no_thread).
template <class Call>
[[nodiscard]] bool outside(lua_State* L, Takes takes, Call&& call) noexcept {
  Goroutine* g = goroutine_here(L);
  if (g == nullptr) {
    call();
    return true;
  }
  lua_State* running;
  if (!leave_state(*g, takes, &running)) return false;
  call();
  const int error = errno;
  return_to_state(*g, running);
  errno = error;
  return true;
}

// The same for calls of moments, which are always made.
template <class Call>
void outside(lua_State* L, Call&& call) noexcept {
  (void)outside(L, Takes::Moments, call);
}

// Raises that a long call found no thread.  The last statement of a Lua frame.
int raise_no_thread(lua_State* L);

}  // namespace lagoon::bindings
