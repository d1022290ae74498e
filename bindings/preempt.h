#pragma once
// Preemption: how a coroutine that has run for a whole slice is made to give way.
//
// sysmon asks (Runtime::interrupt); a signal reaches the thread; its handler arms a slice of one
// instruction on the coroutine the thread runs (vm/slice.h); when it is over, the coroutine yields.
// Code that is not preempted pays nothing, and scripts do not see it: debug.sethook is theirs alone.
// Where signals are forbidden, or never arrive (ThreadSanitizer defers them), the count mode keeps a
// slice armed at whose end it looks at a flag.  The chaos mode gives way at every n-th instruction.
//
// While a module's function or a finalizer runs, others get the P but not the state.  Where a yield is
// impossible the thread sleeps instead.
//
// The handler may only touch a coroutine its own thread is running, so the pointer is thread-local and
// cleared around everything else.

#include <pthread.h>

#include <cstdint>
#include <lua.hpp>

namespace lagoon::bindings {

struct Goroutine;

// LAGOON_DEBUG=preempt=every:N: to find what does not bear to be interrupted.
struct Chaos {
  int every = 0;      // instructions; 0: from 1 to 100, at random
  uint64_t seed = 0;  // of each goroutine's numbers, with its id
};

// The signal; SIGURG, as in Go: by default it is ignored, and libraries do not use it.
int preempt_signal() noexcept;

// Installs the handler, once per process.
void install_preempt_handler();
// Lets the signal through on this thread (threads are born with it blocked).
void allow_preempt_signal(bool allow) noexcept;

// What this thread runs; read by the handler on the same thread.
extern constinit thread_local lua_State* volatile t_running __attribute__((tls_model("initial-exec")));

// Marks L as what this thread runs, for its lifetime; nests.
class Running {
 public:
  explicit Running(lua_State* L) noexcept : outer_(t_running) { t_running = L; }
  ~Running() { t_running = outer_; }
  Running(const Running&) = delete;

 private:
  lua_State* outer_;
};
// The same, by hand, for Lua frames (which own nothing): returns the outer one, to be put back.
lua_State* swap_running(lua_State* L) noexcept;

// Sends the signal to a thread.  Any thread.
void signal_preempt(pthread_t thread) noexcept;

// Makes L give way at its next instruction.  The holder of its state.
void arm_now(lua_State* L) noexcept;

// What the goroutine's mode wants armed on a coroutine that it is about to enter.
void arm_first(Goroutine& g, lua_State* L) noexcept;

// What a state calls at the end of a slice.  A Lua frame.
void slice_over(lua_State* L);

}  // namespace lagoon::bindings
