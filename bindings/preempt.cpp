#include "bindings/preempt.h"

#include <csignal>
#include <mutex>

#include "bindings/block.h"
#include "bindings/budget.h"
#include "bindings/goroutine.h"
#include "bindings/outside.h"
#include "bindings/runtime.h"
#include "sched/m.h"
#include "vm/internals.h"
#include "vm/slice.h"

namespace lagoon::bindings {

constinit thread_local lua_State* volatile t_running = nullptr;

namespace {

using Mode = RuntimeConfig::Preempt;

constexpr int kCountStep = 2'000;     // count mode: instructions between two looks at the flag
constexpr int kNearStep = 2'000;      // near a limit of CPU time: between two looks at the clock
constexpr unsigned kMostApart = 100;  // chaos mode at random: instructions between two ends
constexpr unsigned kSleepEvery = 64;  // chaos mode: of so many ends at which a thread would sleep, one does

// Chaos mode: a deeper stack (in slots) does not yield.  A yield gives up the C stack, whose limit would no
// longer stop endless recursion through pcall; unwinding that takes Lua quadratic time.
constexpr int kDeepest = 60'000;

void on_signal(int) {
  lua_State* L = t_running;
  if (L != nullptr) vm::arm_slice(L, 1);
}

// The next of the goroutine's numbers.
unsigned chaotic(Goroutine& g, unsigned below) noexcept {
  g.chaos = g.chaos * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407;
  return static_cast<unsigned>(g.chaos >> 33) % below;
}

// Instructions until the next end that the mode itself, or a limit, wants; 0: none.
int next_end(Goroutine& g) noexcept {
  const RuntimeConfig& config = g.runtime->config();
  if (config.preempt == Mode::Count) return kCountStep;
  Meter* meter = g.meter();
  if (config.preempt != Mode::Every) return meter != nullptr && meter->near() ? kNearStep : 0;
  return config.chaos.every != 0 ? config.chaos.every : 1 + static_cast<int>(chaotic(g, kMostApart));
}

// Did sysmon, or whoever ends or interrupts the goroutine, ask?
bool asked() noexcept {
  sched::M* m = sched::M::current();
  return m != nullptr && m->preempt.load(std::memory_order_relaxed);
}

// The others run while this one's frames stay where they are.
void give_way_in_place(Goroutine& g, bool held, Mode mode) noexcept {
  if (mode == Mode::Every && chaotic(g, kSleepEvery) != 0) return;
  if (held) {
    lend_processor(g);
  } else {
    yield_thread(g);
  }
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

void signal_preempt(pthread_t thread) noexcept { pthread_kill(thread, preempt_signal()); }

void arm_now(lua_State* L) noexcept { vm::arm_slice(L, 1); }

void arm_first(Goroutine& g, lua_State* L) noexcept {
  if (int count = next_end(g)) vm::arm_slice(L, count);
}

// An end that nobody asked for is a signal for something that ran here before.
void slice_over(lua_State* L) {
  Goroutine& g = current(L);
  if (Meter* meter = g.meter()) meter->look();
  arm_first(g, L);
  if (g.interrupted.exchange(false)) {
    g.canceled.store(false);
    luaL_checkstack(L, LUA_MINSTACK, nullptr);
    luaL_error(L, "interrupted!");
  }
  if (g.top != L) return;
  if (vm::finalizing(L)) {
    if (g.overdue()) {
      arm_now(L);  // below the finalizer it goes on ending
      vm::end(L);
    }
  } else if (g.doomed()) {
    if (vm::closes_next(L)) return arm_now(L);
    luaL_checkstack(L, LUA_MINSTACK, nullptr);
    leave(L);
    return;
  }
  // After the scheduler has stopped nobody asks.
  if (sched::M::current() == nullptr) return vm::arm_slice(L, kCountStep);
  Mode mode = g.runtime->config().preempt;
  if (mode == Mode::Every ? vm::stack_slots(L) > kDeepest : !asked()) return;
  bool held = any_coroutine(g, vm::holds_state);
  if (held || !g.yieldable(L)) return give_way_in_place(g, held, mode);
  g.ask = Ask::Preempt;
  lua_yield(L, 0);
}

}  // namespace lagoon::bindings
