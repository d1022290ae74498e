// How goroutines end: by returning, by an error, by go.exit or a kill.  README.md has the table.

#include "bindings/budget.h"
#include "bindings/report.h"
#include "bindings/runtime_impl.h"
#include "bindings/task.h"
#include "bindings/var.h"
#include "sched/m.h"
#include "vm/internals.h"
#include "vm/protect.h"

namespace lagoon::bindings {

namespace {

// So long the <close> variables of a killed goroutine may compute in all.
constexpr int64_t kCloseNs = 200'000'000;

// A coroutine for what ending runs of the script (__tostring of an error).  Not the state's main thread: it
// may block, on the M's stack, while others of the state do the same.  Keeps g's globals, which its own
// coroutine ceases to keep once it is closed.
class Aside {
 public:
  Aside(vm::State& state, Goroutine& g) noexcept : state_(state), g_(g), pinned_(g.pinned), top_(g.top) {
    int status = vm::protect(state, [this](lua_State* l) {
      vm::Environment shared;
      vm::share_environment(l, &shared);
      coro_ = state_.coros().acquire(l);
      lua_xmove(l, coro_.lua, 1);
    });
    if (status != LUA_OK) lua_pop(state.lua(), 1);
    g_.pinned = 1;
    g_.top = coro_.lua;
    outer_ = swap_running(coro_.lua);
    if (coro_.lua != nullptr) arm_first(g, coro_.lua);
  }
  ~Aside() {
    swap_running(outer_);
    g_.top = top_;
    g_.pinned = pinned_;
    if (coro_.lua != nullptr) state_.coros().discard(coro_, nullptr);
  }
  Aside(const Aside&) = delete;
  lua_State* lua() const noexcept { return coro_.lua; }  // null: no memory

 private:
  vm::State& state_;
  Goroutine& g_;
  const uint16_t pinned_;
  lua_State* const top_;
  vm::Coro coro_;
  lua_State* outer_ = nullptr;
};

// The error value on top of the dead coroutine, as a message if it can cross.
vm::Message pack_error(lua_State* L, lua_State* co) noexcept {
  vm::Message out;
  int top = lua_gettop(L);
  int status = vm::protect(L, [&](lua_State* l) {
    lua_xmove(co, l, 1);  // a dead coroutine's stack may be full: take it and put it back
    lua_pushvalue(l, -1);
    lua_xmove(l, co, 1);
    vm::pack(l, lua_gettop(l), 1, &out);
  });
  if (status != LUA_OK) lua_settop(L, top);
  return out;
}

void describe(vm::State& state, Goroutine& g, vm::Failure* out) {
  Aside aside(state, g);
  if (aside.lua() == nullptr) {
    out->message = "not enough memory";
  } else {
    vm::describe(aside.lua(), g.coro.lua, out);
  }
}

// Where g is, which has not ended by an error.
std::string traceback_of(vm::State& state, Goroutine& g) {
  vm::Failure failure;
  Aside aside(state, g);
  if (aside.lua() != nullptr) vm::trace(aside.lua(), g.coro.lua, &failure);
  return failure.traceback;
}

// What g took of others' limits is given back before anybody hears of its end.
void stop_drawing(Goroutine& g) noexcept {
  if (g.budget != nullptr) g.budget->leave(g);
}

// Closes one coroutine that g is inside of, the innermost left, which is marked as running.  Returns
// the status of an error, as lua_closethread does.
template <class Close>
int run_handlers(Goroutine& g, lua_State* co, Close close) {
  g.top = co;
  lua_State* outer = swap_running(co);
  // After the scheduler has stopped nobody ends slices: their end looks at the time by itself.
  sched::M::current() == nullptr ? arm_now(co) : arm_first(g, co);
  int status = close();
  swap_running(outer);
  return status;
}

}  // namespace

bool Goroutine::overdue() noexcept {
  if (!killed.load(std::memory_order_relaxed)) return false;
  int64_t now = thread_cpu_ns();  // it is on this thread's stack until it has ended
  if (close_by == sched::kNever) close_by = now + kCloseNs;
  return now >= close_by || sched::now_ns() >= runtime->close_deadline();
}

// Ends what g is inside of, innermost first, running <close> variables, and gives up its coroutine.
// True: it ends by an error, which is described: the one it had, or one of a handler that ran after.
bool Runtime::close_chain(Worker& worker, Goroutine& g, End* end) {
  vm::State& state = *worker.state;
  g.closing = true;
  g.pinned = 1;  // what runs now runs on the M's stack: it may block, but not by a yield
  while (g.is_nested()) {
    lua_State* co = g.rare->nested.back();
    continue_nested(g, co);
    run_handlers(g, co, [&] { return lua_closethread(co, state.lua()); });
    leave_nested(g, false);
  }
  swap_running(nullptr);
  if (g.exposed) {
    worker.inside.erase(g.coro.lua);
    --worker.exposed;
  }
  if (g.coro.lua == nullptr) return false;
  Aside aside(state, g);
  int status = run_handlers(g, g.coro.lua, [&] { return state.coros().close(g.coro, state.lua()); });
  bool failed = status != LUA_OK && status != vm::kEnded;
  if (failed) {
    vm::Failure last;
    if (aside.lua() != nullptr) {
      vm::describe(aside.lua(), g.coro.lua, &last);
      end->failure.message = std::move(last.message);
      if (g.task != nullptr) end->value = pack_error(aside.lua(), g.coro.lua);
    }
  }
  state.coros().forget(g.coro);
  g.coro = {};
  if (g.has_var) forget_var(state.lua(), g);
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
  stop_drawing(g);
  if (g.task != nullptr) {
    Task* task = g.task;
    vm::Message results = g.message;
    g.message = {};
    task->succeed(results);
    task->release();
  }
  if (g.job != nullptr) finish_job(g, true, {});
  reset(g);
  return sched::Step::Done;
}

sched::Step Runtime::end_by_error(Worker& worker, Goroutine& g) {
  End end;
  bool out_of_memory = !g.started || lua_status(g.coro.lua) == LUA_ERRMEM;
  if (g.started) {
    describe(*worker.state, g, &end.failure);
  } else {
    end.failure.message = "not enough memory";
  }
  close_chain(worker, g, &end);
  // What it held is garbage now; the other states cannot collect it, and may need it at once.
  if (out_of_memory) lua_gc(worker.state->lua(), LUA_GCCOLLECT);
  return report_end(g, std::move(end));
}

sched::Step Runtime::end_by_exit(Worker& worker, Goroutine& g) {
  End end;
  bool killed = g.killed.load();
  Budget* over = nullptr;
  if (killed && g.budget != nullptr && !stopped_.load()) over = g.drawing().over.load(std::memory_order_relaxed);
  std::string where = over != nullptr && g.started ? traceback_of(*worker.state, g) : "";
  if (close_chain(worker, g, &end) && !killed) return report_end(g, std::move(end));
  vm::drop(end.value);  // what a killed one was ended by is nobody's
  if (over != nullptr) {
    tell_over(g, *over, where);
  } else if (g.task != nullptr) {
    stop_drawing(g);
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

// g was ended because a budget is used up.
void Runtime::tell_over(Goroutine& g, Budget& over, const std::string& where) {
  bool told = over.is_told_by(g);
  std::string message = over.message();
  stop_drawing(g);
  if (g.task != nullptr) {
    if (!told) g.task->collected();  // who shares the budget is no news
    g.task->fail({{}, std::move(message), where + created_by(g)});
    g.task->release();
  } else if (told) {
    fail_exit();
    report(goroutine_error(*this, g, {std::move(message), where + created_by(g)}));
  }
}

// Tells whoever is to know that g has ended by an error.
sched::Step Runtime::report_end(Goroutine& g, End end) {
  end.failure.traceback += created_by(g);
  stop_drawing(g);
  if (stopped_.load()) {
    // The program is ending: this is how it woke a goroutine that blocked a thread.
    if (g.task != nullptr) {
      g.task->abandon();
      g.task->release();
    }
    vm::drop(end.value);
  } else if (g.task != nullptr) {
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

}  // namespace lagoon::bindings
