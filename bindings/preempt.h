#pragma once
// Preemption: how a coroutine that has run for a whole slice is made to give way.
//
// sysmon asks (Runtime::interrupt); a signal reaches the thread; its handler arms a count hook of one
// instruction on the coroutine the thread runs (lua_sethook is documented as safe there); the hook
// yields.  Code that is not preempted pays nothing.  Where signals are forbidden, or never arrive
// (ThreadSanitizer defers them), the count mode keeps a hook armed that looks at a flag.
//
// Rules, each learnt the hard way: the handler may only touch a coroutine its own thread is running,
// so the pointer is thread-local and cleared around everything else; where a yield is impossible the
// hook re-arms with a large count, never 1.

#include <pthread.h>

#include <cstdint>

#include <lua.hpp>

namespace lagoon::bindings {

struct Goroutine;

// A hook of the script's, put by while ours is armed on the same coroutine.
struct ScriptHook {
  lua_State* on = nullptr;
  lua_Hook hook = nullptr;
  int mask = 0;
  int count = 0;
};

// The signal; SIGURG, as in Go: by default it is ignored, and libraries do not use it.
int preempt_signal() noexcept;

// Installs the handler, once per process.
void install_preempt_handler();
// Lets the signal through on this thread (threads are born with it blocked).
void allow_preempt_signal(bool allow) noexcept;

// Marks L as what this thread runs, for its lifetime; nests.
class Running {
 public:
  explicit Running(lua_State* L) noexcept;
  ~Running();
  Running(const Running&) = delete;

 private:
  lua_State* outer_;
};
// The same, by hand, for Lua frames (which own nothing): returns the outer one, to be put back.
lua_State* swap_running(lua_State* L) noexcept;

// Sends the signal to a thread.  Any thread.
void signal_preempt(pthread_t thread) noexcept;

// Makes L give way at its next instruction.  The holder of its state.
void arm_now(Goroutine& g, lua_State* L) noexcept;

// Arms the count mode's hook on a coroutine about to run.
void arm_count_hook(lua_State* L) noexcept;

}  // namespace lagoon::bindings
