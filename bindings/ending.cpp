// How goroutines end: by returning, by an error, by go.exit or a kill.  README.md has the table.

#include "bindings/report.h"
#include "bindings/runtime_impl.h"
#include "bindings/task.h"
#include "bindings/var.h"
#include "vm/protect.h"

namespace lagoon::bindings {

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
  g.closing = true;
  g.pinned = 1;  // what runs now runs on the M's stack: it may block, but not by a yield
  while (!g.nested.empty()) {
    lua_State* co = g.nested.back();
    continue_nested(g, co);
    lua_closethread(co, L);
    leave_nested(g, false);
  }
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
  bool out_of_memory = !g.started || lua_status(g.coro.lua) == LUA_ERRMEM;
  g.pinned = 1;  // an error's __tostring may block, on the M's stack
  if (g.started) {
    vm::describe(worker.state->lua(), g.coro.lua, &end.failure);
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
  bool killed = g.killed.load(std::memory_order_relaxed);
  if (close_chain(worker, g, &end) && !killed) return report_end(g, std::move(end));
  vm::drop(end.value);  // what a killed one was ended by is nobody's
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
