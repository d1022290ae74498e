#include "bindings/outside.h"

#include "bindings/runtime.h"
#include "sched/m.h"

namespace lagoon::bindings {

lua_State* set_out(Goroutine& g) noexcept {
  worker_of(g).on.store(nullptr, std::memory_order_relaxed);
  return swap_running(nullptr);
}

void get_back(Goroutine& g, lua_State* running, bool undisturbed) noexcept {
  if (!undisturbed) make_current(*worker_of(g).state, g);
  worker_of(g).on.store(sched::M::current(), std::memory_order_relaxed);
  swap_running(running);
  // A signal that was sent before now found nothing to interrupt, or nobody.
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (running != nullptr && (g.doomed() || g.interrupted.load())) arm_now(running);
}

bool leave_state(Goroutine& g, Takes takes, lua_State** running) noexcept {
  *running = set_out(g);
  if (g.scheduler->enter_syscall(g, takes == Takes::Long)) return true;
  get_back(g, *running, true);
  return false;
}

void return_to_state(Goroutine& g, lua_State* running) noexcept { get_back(g, running, g.scheduler->exit_syscall(g)); }

int raise_no_thread(lua_State* L) {
  return luaL_error(L, "cannot block here: all %d threads are blocked inside C functions",
                    static_cast<int>(current(L).scheduler->config().max_threads));
}

}  // namespace lagoon::bindings
