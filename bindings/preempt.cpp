#include "bindings/preempt.h"

#include <csignal>
#include <mutex>

#include "bindings/block.h"
#include "bindings/goroutine.h"
#include "bindings/runtime.h"
#include "sched/m.h"

namespace lagoon::bindings {

namespace {

// What this thread runs; read by the handler on the same thread.
thread_local lua_State* volatile t_running = nullptr;

thread_local unsigned t_repeats = 0;  // signals that found the hook armed

constexpr unsigned kSignalsPerArming = 16;
constexpr int kRetryCount = 10'000;  // where a yield is impossible: look again after so many instructions
constexpr int kCountStep = 2'000;    // count mode: instructions between two looks at the flag

void on_slice_end(lua_State* L, lua_Debug*);
void on_count(lua_State* L, lua_Debug*);

bool is_ours(lua_Hook hook) noexcept { return hook == on_slice_end || hook == on_count; }

// Arms on_slice_end over whatever hook the script has, which disarm() puts back.  In the handler too.
void arm(Goroutine& g, lua_State* L, int count) noexcept {
  lua_Hook script = lua_gethook(L);
  if (script != nullptr && !is_ours(script)) {
    if (g.script_hook.on != nullptr) return;  // another coroutine's is put by: the next signal will do
    g.script_hook = {L, script, lua_gethookmask(L), lua_gethookcount(L)};
  }
  lua_sethook(L, on_slice_end, LUA_MASKCOUNT, count);
}

void disarm(Goroutine& g, lua_State* L) noexcept {
  if (g.script_hook.on == L) {
    lua_sethook(L, g.script_hook.hook, g.script_hook.mask, g.script_hook.count);
    g.script_hook = {};
  } else if (g.runtime->config().preempt == RuntimeConfig::Preempt::Count) {
    arm_count_hook(L);
  } else {
    lua_sethook(L, nullptr, 0, 0);
  }
}

// The slice is over, or the goroutine was killed or interrupted.  A hook: its yield or raise is its
// last statement.
void on_slice_end(lua_State* L, lua_Debug*) {
  Goroutine& g = current(L);
  disarm(g, L);
  if (g.interrupted.exchange(false)) {
    g.canceled.store(false);
    luaL_error(L, "interrupted!");
  }
  if (g.top != L) {
    arm(g, L, kRetryCount);
  } else if (g.doomed()) {
    leave(L);
  } else if (g.yieldable()) {
    g.ask = Ask::Preempt;
    lua_yield(L, 0);
  } else {
    yield_thread(g);
  }
}

void on_count(lua_State* L, lua_Debug*) {
  sched::M* m = sched::M::current();
  if (m == nullptr || !m->preempt.load(std::memory_order_relaxed)) return;
  on_slice_end(L, nullptr);
}

// Arming walks all frames of the coroutine, so one that is armed and has not got to its next instruction
// yet (it grows its stack, say) is left alone; but not for ever, for the interpreter may just
// have switched the trap off under the handler.
void on_signal(int) {
  lua_State* L = t_running;
  if (L == nullptr) return;
  if (lua_gethook(L) == on_slice_end && ++t_repeats % kSignalsPerArming != 0) return;
  arm(current(L), L, 1);
}

}  // namespace

int preempt_signal() noexcept { return SIGURG; }

void install_preempt_handler() {
  static std::once_flag once;
  std::call_once(once, [] {
    struct sigaction action {};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(preempt_signal(), &action, nullptr);
  });
}

void allow_preempt_signal(bool allow) noexcept {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, preempt_signal());
  pthread_sigmask(allow ? SIG_UNBLOCK : SIG_BLOCK, &set, nullptr);
}

lua_State* swap_running(lua_State* L) noexcept {
  lua_State* outer = t_running;
  t_running = L;
  return outer;
}

Running::Running(lua_State* L) noexcept : outer_(swap_running(L)) {}
Running::~Running() { t_running = outer_; }

void signal_preempt(pthread_t thread) noexcept { pthread_kill(thread, preempt_signal()); }

void arm_now(Goroutine& g, lua_State* L) noexcept { arm(g, L, 1); }

void arm_count_hook(lua_State* L) noexcept { lua_sethook(L, on_count, LUA_MASKCOUNT, kCountStep); }

}  // namespace lagoon::bindings
