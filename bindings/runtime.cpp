#include "bindings/runtime.h"

#include <semaphore.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <list>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <unordered_set>

#include "bindings/libraries.h"
#include "bindings/preempt.h"
#include "bindings/report.h"
#include "bindings/task.h"
#include "bindings/var.h"
#include "sched/m.h"
#include "vm/protect.h"

namespace lagoon::bindings {

struct Runtime::Impl {
  std::unique_ptr<Worker> main;

  std::mutex jobs_lock;
  std::condition_variable job_done;
  std::list<Job*> jobs;  // given and not ended; guarded by jobs_lock
  std::string fatal;     // why no job can run any more; guarded by jobs_lock

  std::mutex names_lock;
  std::unordered_map<Goroutine*, std::string> names;  // guarded by names_lock
  std::unordered_set<std::string> chunks;             // guarded by names_lock; never shrinks

  std::mutex report_lock;

  // interrupt_main() may be called in a signal handler, which may only post: this thread does the rest.
  sem_t interrupts;
  std::thread interrupter;
  Goroutine* main_g = nullptr;  // guarded by jobs_lock
  // Counts the changes of main_g, so that an interrupt hits the run it was meant for, or none.
  std::atomic<uint64_t> turn{0};
  std::atomic<uint64_t> interrupted_turn{0};
};

// --- Opening -----------------------------------------------------------------------------------

Runtime::Runtime(const RuntimeConfig& config) : config_(config), impl_(std::make_unique<Impl>()) {
  sem_init(&impl_->interrupts, 0, 0);
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
  runtime->impl_->interrupter = std::thread([rt = runtime.get()] { rt->pass_interrupts(); });
  return runtime;
}

namespace {

// Runs in every new state: our libraries, then what the host adds.  A Lua frame.
void set_up_state(lua_State* L, void* ud) {
  Worker& worker = *static_cast<Worker*>(ud);
  vm::State::of(L).owner = &worker;
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

sched::Strand* Runtime::open_strand() {
  std::string why;
  return open_worker(false, &why).release();
}

void Runtime::close_strand(sched::Strand& strand) { delete static_cast<Worker*>(&strand); }

sched::G* Runtime::make_g() {
  auto* g = new Goroutine;
  g->runtime = this;
  return g;
}

void Runtime::free_g(sched::G& g) { delete static_cast<Goroutine*>(&g); }

void Runtime::interrupt(sched::M& m) noexcept {
  if (config_.preempt == RuntimeConfig::Preempt::Signal) signal_preempt(m.thread());
}

void Runtime::interrupt_goroutine(Goroutine& g) noexcept {
  sched::M* m = g.strand == nullptr ? nullptr : static_cast<Worker*>(g.strand)->on.load();
  if (m == nullptr) return;
  m->preempt.store(true);
  interrupt(*m);
}

void Runtime::thread_started(sched::M&) {
  allow_preempt_signal(config_.preempt == RuntimeConfig::Preempt::Signal);
}

void Runtime::thread_ending(sched::M&) { allow_preempt_signal(false); }

// --- Running a goroutine -----------------------------------------------------------------------

// Gives g its coroutine.  False: no memory; g's coroutine is empty.
bool Runtime::begin(Worker& worker, Goroutine& g, int* nargs) {
  vm::State& state = *worker.state;
  if (g.coro.lua == nullptr) {
    int status = vm::protect(state.lua(), [&](lua_State* L) { g.coro = state.coros().acquire(L); });
    if (status != LUA_OK) {
      lua_pop(state.lua(), 1);
      return false;
    }
    lua_pushcfunction(g.coro.lua, goroutine_body);
  }
  *nargs = lua_gettop(g.coro.lua) - 1;
  g.top = g.coro.lua;
  g.started = true;
  if (config_.preempt == RuntimeConfig::Preempt::Count) arm_count_hook(g.coro.lua);
  return true;
}

sched::Step Runtime::run(sched::Strand& strand, sched::G& sched_g) {
  Worker& worker = static_cast<Worker&>(strand);
  Goroutine& g = static_cast<Goroutine&>(sched_g);
  make_current(*worker.state, g);
  if (g.killed.load(std::memory_order_relaxed)) {
    if (!g.started) return end_by_exit(worker, g);
    arm_now(g, g.top);  // what it waits for is undone first, then it ends
  }
  int nargs = 0;
  if (!g.started && !begin(worker, g, &nargs)) return end_by_error(worker, g);
  g.ask = Ask::None;
  int status, count;
  {
    Running mark(g.top);
    worker.on.store(sched::M::current(), std::memory_order_relaxed);
    status = lua_resume(g.coro.lua, worker.state->lua(), nargs, &count);
    worker.on.store(nullptr, std::memory_order_relaxed);
  }
  if (status == LUA_OK) return end_normally(worker, g);
  if (status != LUA_YIELD) return end_by_error(worker, g);
  switch (g.ask) {
    case Ask::Park: return sched::Step::Park;
    case Ask::Preempt: return sched::Step::Preempt;
    case Ask::Exit: return end_by_exit(worker, g);
    case Ask::Yield:
    case Ask::None: return sched::Step::Yield;  // None: a C module yielded with nobody to resume it
  }
  return sched::Step::Yield;
}

// --- Ending ------------------------------------------------------------------------------------

namespace {

// The error value on top of the dead coroutine, as a message if it can cross.
vm::Message pack_error(lua_State* L, lua_State* co) noexcept {
  vm::Message out;
  lua_settop(L, 0);
  int status = vm::protect(L, [&](lua_State* l) {
    lua_xmove(co, l, 1);  // a dead coroutine's stack may be full: take it and put it back
    lua_pushvalue(l, -1);
    lua_xmove(l, co, 1);
    vm::pack(l, lua_gettop(l), 1, &out);
  });
  if (status != LUA_OK) lua_settop(L, 0);
  return out;
}

}  // namespace

// Ends what g is inside of, innermost first, running <close> variables, and gives up its coroutine.
// True: it ends by an error, which is described: the one it had, or one of a handler that ran after.
bool Runtime::close_chain(Worker& worker, Goroutine& g, End* end) {
  lua_State* L = worker.state->lua();
  while (!g.nested.empty()) {
    lua_State* co = g.nested.back();
    continue_nested(g, co);
    lua_closethread(co, L);
    leave_nested(g, false);
  }
  g.pinned = 0;
  swap_running(nullptr);
  if (g.exposed) {
    worker.inside.erase(g.coro.lua);
    --worker.exposed;
  }
  if (g.coro.lua == nullptr) return false;
  bool failed = worker.state->coros().close(g.coro, L) != LUA_OK;
  if (failed) {
    vm::Failure last;
    vm::describe(L, g.coro.lua, &last);
    end->failure.message = std::move(last.message);
    if (g.task != nullptr) end->value = pack_error(L, g.coro.lua);
  }
  worker.state->coros().forget(g.coro);
  g.coro = {};
  if (g.has_var) forget_var(L, g);
  return failed;
}

sched::Step Runtime::end_normally(Worker& worker, Goroutine& g) {
  if (g.exposed) {
    End end;
    close_chain(worker, g, &end);
  } else {
    worker.state->coros().give_back(g.coro);
    if (g.has_var) forget_var(worker.state->lua(), g);
  }
  if (g.task != nullptr) {
    Task* task = g.task;
    vm::Message results = g.results;
    g.results = {};
    task->succeed(results);
    task->release();
  }
  if (g.job != nullptr) finish_job(g, true, {});
  reset(g);
  return sched::Step::Done;
}

sched::Step Runtime::end_by_error(Worker& worker, Goroutine& g) {
  End end;
  if (g.started) {
    vm::describe(worker.state->lua(), g.coro.lua, &end.failure);
  } else {
    end.failure.message = "not enough memory";
  }
  close_chain(worker, g, &end);
  return report_end(g, std::move(end));
}

sched::Step Runtime::end_by_exit(Worker& worker, Goroutine& g) {
  End end;
  bool killed = g.killed.load(std::memory_order_relaxed);
  if (close_chain(worker, g, &end) && !killed) return report_end(g, std::move(end));
  if (g.task != nullptr) {
    if (!killed) {
      g.task->succeed({});
    } else if (stopped_.load()) {
      g.task->abandon();
    } else {
      g.task->fail({{}, "killed", created_by(g)});
    }
    g.task->release();
  }
  if (exit_requested_.exchange(false)) end_jobs("os.exit", true);
  // At a prompt, go.exit ends what was typed; in a script the others go on without main.
  if (g.job != nullptr && config_.survive_errors) finish_job(g, true, {});
  reset(g);
  return sched::Step::Done;
}

// Tells whoever is to know that g has ended by an error.
sched::Step Runtime::report_end(Goroutine& g, End end) {
  end.failure.traceback += created_by(g);
  if (g.task != nullptr) {
    g.task->fail({end.value, std::move(end.failure.message), std::move(end.failure.traceback)});
    g.task->release();
  } else if (g.job != nullptr) {
    finish_job(g, false, std::move(end.failure));
  } else if (config_.survive_errors) {
    report(goroutine_error(*this, g, end.failure));
  } else {
    fatal(goroutine_error(*this, g, end.failure));
  }
  reset(g);
  return sched::Step::Done;
}

// --- Jobs --------------------------------------------------------------------------------------

void Runtime::run(Job& job) {
  std::unique_lock lock(impl_->jobs_lock);
  if (!impl_->fatal.empty() || stopped_.load()) {
    job.canceled = true;
    job.message = impl_->fatal.empty() ? "the runtime is shut down" : impl_->fatal;
    return;
  }
  auto* g = static_cast<Goroutine*>(scheduler_->acquire());
  if (g == nullptr) {
    job.message = "not enough memory";
    return;
  }
  if (impl_->jobs.empty()) g->id = 1;
  g->job = &job;
  g->is_main = true;
  g->random = vm::split(*impl_->main->state->random);
  impl_->main_g = g;
  ++impl_->turn;
  impl_->jobs.push_back(&job);
  auto place = std::prev(impl_->jobs.end());
  scheduler_->spawn_in(*impl_->main, *g);
  scheduler_->drop_source();
  impl_->job_done.wait(lock, [&] { return job.ended; });
  impl_->jobs.erase(place);
}

void Runtime::finish_job(Goroutine& g, bool ok, vm::Failure failure) {
  Job& job = *g.job;
  std::lock_guard lock(impl_->jobs_lock);
  if (impl_->main_g == &g) {
    impl_->main_g = nullptr;
    ++impl_->turn;
  }
  if (job.ended) return;  // a fatal error ended it before
  scheduler_->add_source();
  job.ok = ok;
  job.message = std::move(failure.message);
  job.traceback = std::move(failure.traceback);
  job.ended = true;
  impl_->job_done.notify_all();
}

void Runtime::interrupt_main() noexcept {
  impl_->interrupted_turn.store(impl_->turn.load());
  sem_post(&impl_->interrupts);
}

void Runtime::pass_interrupts() {
  for (;;) {
    while (sem_wait(&impl_->interrupts) != 0) {
    }
    if (stopped_.load()) return;
    std::lock_guard lock(impl_->jobs_lock);
    Goroutine* g = impl_->main_g;
    if (g == nullptr || impl_->interrupted_turn.load() != impl_->turn.load()) continue;
    g->job->interrupted = true;
    g->interrupted.store(true);
    scheduler_->cancel(*g);
    interrupt_goroutine(*g);
  }
}

void Runtime::request_exit(int status) {
  exit_status_.store(status);
  exit_requested_.store(true);
}

// No job can run from now on.
void Runtime::end_jobs(const std::string& message, bool exited) {
  std::lock_guard lock(impl_->jobs_lock);
  impl_->fatal = message;
  impl_->main_g = nullptr;
  ++impl_->turn;
  for (Job* job : impl_->jobs) {
    if (job->ended) continue;
    scheduler_->add_source();
    job->canceled = true;
    job->exited = exited;
    job->message = message;
    job->ended = true;
  }
  impl_->job_done.notify_all();
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
  const char* what = scheduler_->live() == 0
                         ? "fatal error: no goroutines (main called go.exit) - deadlock!\n"
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
  if (!g.named.exchange(false, std::memory_order_relaxed)) return;
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
  if (impl_->interrupter.joinable()) {
    interrupt_main();  // it sees that we have stopped
    impl_->interrupter.join();
  }
  end_jobs("the runtime is shut down", false);
  if (!scheduler_->stop(grace_ns)) return false;  // may be tried again
  close_states(*this);
  closed_ = true;
  return true;
}

Runtime::~Runtime() {
  if (!shutdown(INT64_C(10'000'000'000))) {
    // A thread is still inside a call into this runtime: freeing what it uses would be worse.
    (void)scheduler_.release();
    (void)impl_.release();
    return;
  }
  scheduler_.reset();  // before main's strand, which it knows
  impl_->main.reset();
}

}  // namespace lagoon::bindings
