#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <new>

#include "bindings/block.h"
#include "bindings/budget.h"
#include "bindings/file.h"
#include "bindings/libraries.h"
#include "bindings/preempt.h"
#include "bindings/report.h"
#include "bindings/runtime_impl.h"
#include "bindings/sync.h"
#include "bindings/task.h"
#include "sched/clock.h"
#include "sched/m.h"
#include "vm/heap.h"
#include "vm/internals.h"
#include "vm/protect.h"
#include "vm/slice.h"

namespace lagoon::bindings {
namespace {

constexpr uint64_t kLookups = 64;  // of names at a time

}  // namespace

// --- Opening -----------------------------------------------------------------------------------

Runtime::Runtime(const RuntimeConfig& config) : config_(config), impl_(std::make_unique<Impl>()) {
  std::FILE* const streams[] = {stdin, stdout, stderr};
  for (int i = 0; i < 3; ++i) standard_[i] = std::make_unique<File>(streams[i], File::Kind::Standard);
  lookup_slots_ = std::make_unique<sched::Semaphore>(kLookups);
  lookups_.reset(make_singleflight());
  if (lookups_ == nullptr) throw std::bad_alloc();
#if defined(__SANITIZE_THREAD__)
  // ThreadSanitizer defers signals until the next call it intercepts: never, in a Lua loop.
  if (config_.preempt == RuntimeConfig::Preempt::Signal) config_.preempt = RuntimeConfig::Preempt::Count;
#endif
}

std::unique_ptr<Runtime> Runtime::open(const RuntimeConfig& config, std::string* why) {
  std::unique_ptr<Runtime> runtime(new Runtime(config));
  if (runtime->config_.preempt == RuntimeConfig::Preempt::Signal) install_preempt_handler();
  runtime->scheduler_ = std::make_unique<sched::Scheduler>(config.sched, *runtime);
  runtime->scheduler_->add_source();  // the host may give a job at any time
  runtime->impl_->main = runtime->open_worker(true, why);
  if (runtime->impl_->main == nullptr) return nullptr;
  return runtime;
}

namespace {

// Runs in every new state: our libraries, then what the host adds.  A Lua frame.
void set_up_state(lua_State* L, void* ud) {
  Worker& worker = *static_cast<Worker*>(ud);
  vm::State::of(L).owner = &worker;
  vm::set_slice_hook(L, slice_over);
  vm::set_quick_end(L, end_quick_wait);
  vm::cut_parked_stacks(L, goroutine_body);
  open_libraries(L);
  for (const auto& [fn, fn_ud] : worker.runtime->config().on_state) fn(L, fn_ud);
}

}  // namespace

std::unique_ptr<Worker> Runtime::open_worker(bool is_main, std::string* why) {
  auto worker = std::make_unique<Worker>();
  worker->runtime = this;
  worker->reserved = is_main;
  vm::StateConfig config;
  config.memory_limit = config_.state_memory_limit;
  config.is_main = is_main;
  config.ignore_environment = config_.ignore_environment;
  config.on_open = set_up_state;
  config.on_open_ud = worker.get();
  worker->state = vm::State::open(config, why);
  if (worker->state == nullptr) return nullptr;
  return worker;
}

namespace {

// For <close> handlers and the description of the end, once the limit is reached.
constexpr size_t kReserve = size_t{64} << 10;

// A coroutine of a limited state has run out of memory: if it is the limit, all of the budget end.  What is
// running now does here, like a kill where a yield is impossible.
int ends_for_memory(lua_State* L) {
  vm::State& state = vm::State::of(L);
  Budget& budget = *static_cast<Worker*>(state.owner)->budget;
  if (!state.heap().refused()) return 0;
  budget.exceed(Budget::Over::Memory);
  state.heap().set_limit(budget.limits().memory + kReserve);
  Goroutine& g = current(L);  // when the state closes, it has ended
  if (!budget.includes(g)) return 0;
  // The end of a finalizer goes no farther; what it interrupted ends at its next instruction.
  if (!vm::finalizing(L)) g.closing = true;
  return 1;
}

// What is there already may be more than the limit: then nothing can be added.
bool limit_memory(Worker& worker, Budget& budget) noexcept {
  vm::Heap& heap = worker.state->heap();
  if (!heap.open_account()) return false;
  size_t limit = std::max<size_t>(budget.limits().memory, 1);
  heap.set_limit(heap.limit() == 0 ? limit : std::min(limit, heap.limit()));
  vm::set_memory_hook(worker.state->lua(), ends_for_memory);
  budget.retain();
  worker.budget = &budget;
  return true;
}

}  // namespace

Worker::~Worker() {
  state.reset();
  if (budget != nullptr) budget->release();
}

sched::Strand* Runtime::open_strand(sched::G* alone) {
  std::string why;
  try {
    std::unique_ptr<Worker> worker = open_worker(false, &why);
    if (worker == nullptr) return nullptr;
    if (alone != nullptr && !limit_memory(*worker, *static_cast<Goroutine*>(alone)->budget)) return nullptr;
    return worker.release();
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

void Runtime::close_strand(sched::Strand& strand) { delete static_cast<Worker*>(&strand); }

sched::G* Runtime::make_g() {
  Goroutine* g = impl_->slabs.make();
  if (g != nullptr) g->runtime = this;
  return g;
}

void Runtime::free_g(sched::G& g) { impl_->slabs.destroy(static_cast<Goroutine&>(g)); }

void Runtime::interrupt(sched::M& m) noexcept {
  if (config_.preempt == RuntimeConfig::Preempt::Signal) signal_preempt(m.thread());
}

void Runtime::interrupt_goroutine(Goroutine& g) noexcept {
  // Its strand is set while it is fresh, and looks by itself whether it is doomed when it starts.
  if (g.status.load(std::memory_order_seq_cst) == sched::Status::Fresh) return;
  sched::M* m = worker_of(g).on.load();
  if (m == nullptr) return;
  m->preempt.store(true);
  interrupt(*m);
}

void Runtime::thread_started(sched::M&) { allow_preempt_signal(config_.preempt == RuntimeConfig::Preempt::Signal); }

void Runtime::thread_ending(sched::M&) { allow_preempt_signal(false); }

// --- Running a goroutine -----------------------------------------------------------------------

// Gives g its coroutine.  False: no memory; g's coroutine is empty.
bool Runtime::begin(Worker& worker, Goroutine& g, int* nargs) {
  vm::State& state = *worker.state;
  if (g.coro.lua == nullptr) {
    g.coro = state.coros().reuse();
    int status = LUA_OK;
    if (g.coro.lua == nullptr) {
      status = vm::protect(state.lua(), [&](lua_State* L) { g.coro = state.coros().acquire(L); });
    }
    if (status != LUA_OK) {
      lua_pop(state.lua(), 1);
      return false;
    }
    lua_pushcfunction(g.coro.lua, goroutine_body);
  }
  *nargs = lua_gettop(g.coro.lua) - 1;
  g.top = g.coro.lua;
  g.started = true;
  g.chaos = config_.chaos.seed + g.id;
  arm_first(g, g.coro.lua);
  return true;
}

namespace {

// Of many that wake at the same time each has mostly been left alone for long.
[[gnu::noinline]] void fetch_next(const Worker& worker) noexcept {
  const auto& next = static_cast<const Goroutine&>(*worker.woken());
  if (next.coro.lua != nullptr) worker.state->coros().fetch_calls(next.coro);
}

}  // namespace

void Runtime::fetch(sched::G& sched_g) noexcept { vm::fetch_coroutine(static_cast<Goroutine&>(sched_g).coro.lua); }

sched::Step Runtime::run(sched::Strand& strand, sched::G& sched_g) {
  Worker& worker = static_cast<Worker&>(strand);
  if (worker.woken() != nullptr) [[unlikely]]
    fetch_next(worker);
  Goroutine& g = static_cast<Goroutine&>(sched_g);
  if (g.budget == nullptr) return run_on(worker, g);
  Meter meter(g);
  return run_on(worker, g);
}

// In a state that has so many goroutines, memory is worth more than time: the stack of one that parks at once,
// perhaps for long, need not wait for the collector to be cut.
constexpr uint32_t kMany = 4096;

sched::Step Runtime::run_on(Worker& worker, Goroutine& g) {
  make_current(*worker.state, g);
  if (!g.started && g.killed.load(std::memory_order_relaxed)) return end_by_exit(worker, g);
  if (!g.started && g.alone && worker.budget == nullptr) return end_by_error(worker, g);  // none was to be had
  int nargs = 0;
  const bool begins = !g.started;
  if (begins && !begin(worker, g, &nargs)) {
    return g.killed.load(std::memory_order_relaxed) ? end_by_exit(worker, g) : end_by_error(worker, g);
  }
  g.ask = Ask::None;
  int status, count;
  {
    Running mark(g.top);
    // Before the look at `killed`: a killer looks the other way.  If it is there already, a killer's signal comes
    // to this thread in any case.
    sched::M* m = sched::M::current();
    if (worker.on.load(std::memory_order_relaxed) != m) worker.on.store(m);
    if (Meter* meter = g.meter(); meter != nullptr && meter->near()) arm_first(g, g.top);
    if (g.killed.load()) arm_now(g.top);  // what it waits for is undone first, then it ends
    status = lua_resume(g.coro.lua, worker.state->lua(), nargs, &count);
  }
  if (status == LUA_OK) return end_normally(worker, g);
  if (status == vm::kEnded || (status != LUA_YIELD && g.doomed())) return end_by_exit(worker, g);
  if (status != LUA_YIELD) return end_by_error(worker, g);
  switch (g.ask) {
    case Ask::Park:
      if (begins && worker.state->coros().live() > kMany) vm::cut_parked_stack(g.coro.lua);
      return sched::Step::Park;
    case Ask::Preempt: return sched::Step::Preempt;
    case Ask::Exit: return end_by_exit(worker, g);
    case Ask::Yield:
    case Ask::None: return sched::Step::Yield;  // None: a C module yielded with nobody to resume it
  }
  return sched::Step::Yield;
}

// --- Fatal ends --------------------------------------------------------------------------------

void Runtime::report(const std::string& text) {
  std::lock_guard lock(impl_->report_lock);
  if (config_.report != nullptr) {
    config_.report(config_.report_ud, text.data(), text.size());
    return;
  }
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

void Runtime::fatal(const std::string& text) {
  report(text);
  exit_status_.store(2);
  if (config_.exit_on_fatal) {
    flush_output();
    _exit(2);
  }
  end_jobs(text, false);
}

void Runtime::all_asleep() {
  const char* what = scheduler_->live() == 0 ? "fatal error: no goroutines (main called go.exit) - deadlock!\n"
                                             : "fatal error: all goroutines are asleep - deadlock!\n";
  fatal(what + dump());
}

std::string Runtime::dump() { return dump_goroutines(*this); }

// --- Names -------------------------------------------------------------------------------------

const char* Runtime::intern(const char* name) {
  std::lock_guard lock(impl_->names_lock);
  try {
    return impl_->chunks.insert(name).first->c_str();
  } catch (const std::bad_alloc&) {
    return "?";
  }
}

void Runtime::set_name(Goroutine& g, std::string name) {
  std::lock_guard lock(impl_->names_lock);
  impl_->names[&g] = std::move(name);
  g.named.store(true, std::memory_order_relaxed);
}

std::string Runtime::name_of(Goroutine& g) {
  std::lock_guard lock(impl_->names_lock);
  auto it = impl_->names.find(&g);
  return it == impl_->names.end() ? std::string() : it->second;
}

void Runtime::forget_name(Goroutine& g) noexcept {
  if (!g.named.load(std::memory_order_relaxed)) return;
  g.named.store(false, std::memory_order_relaxed);
  std::lock_guard lock(impl_->names_lock);
  impl_->names.erase(&g);
}

Worker* Runtime::main_worker() noexcept { return impl_->main.get(); }

size_t Runtime::states() {
  size_t count = 0;
  scheduler_->each_strand([&](sched::Strand&) { ++count; });
  return count;
}

// --- The end -----------------------------------------------------------------------------------

// As if killed, by a thread that is no M: nothing runs any more.
void Runtime::abandon(Goroutine& g) {
  g.killed.store(true);
  if (!g.started || g.strand == nullptr) {
    if (g.status.load() == sched::Status::Dead) return;
    Task* task = g.task;
    if (task != nullptr) {
      task->abandon();
      task->release();
    }
    reset(g);
  } else {
    if (g.wait.claim(g.wait.current())) g.outcome = sched::Outcome::Canceled;
    for (int rounds = 0; rounds < 3 && run(*g.strand, g) != sched::Step::Done; ++rounds) {
    }
  }
  g.status.store(sched::Status::Dead);
}

bool Runtime::shutdown(int64_t grace_ns) {
  if (closed_) return true;
  stopped_.store(true);
  close_by_.store(sched::time_after(grace_ns));
  end_jobs("the runtime is shut down", false);
  if (!scheduler_->stop(grace_ns)) return false;  // may be tried again
  close_states(*this);
  drop_defaults(main_files_);
  closed_ = true;
  return true;
}

Runtime::~Runtime() {
  if (!shutdown(INT64_C(10'000'000'000))) {
    // A thread is still inside a call into this runtime: freeing what it uses would be worse.
    for (auto& file : standard_) (void)file.release();
    (void)lookup_slots_.release();
    (void)lookups_.release();
    (void)scheduler_.release();
    (void)impl_.release();
    return;
  }
  for (auto& file : standard_) file.reset();  // while the poller is there
  lookup_slots_.reset();
  lookups_.reset();
  scheduler_.reset();  // before main's strand, which it knows
  impl_->main.reset();
}

}  // namespace lagoon::bindings
