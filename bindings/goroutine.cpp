#include "bindings/goroutine.h"

#include <cstring>
#include <new>

#include "bindings/budget.h"
#include "bindings/parcel.h"
#include "bindings/runtime.h"
#include "bindings/task.h"
#include "bindings/var.h"
#include "vm/internals.h"

namespace lagoon::bindings {

void make_current(vm::State& state, Goroutine& g) noexcept {
  state.running = &g;
  state.random = &g.random;
  vm::enter_environment(state, g.environment);
}

// --- Making ------------------------------------------------------------------------------------

namespace {

// Has the worker know the chunk's name as the runtime keeps it; mostly that of the last call.
void intern_chunk(Worker& worker, const char* name) noexcept {
  if (std::strcmp(worker.last_chunk, name) == 0) return;
  worker.last_chunk_interned = worker.runtime->intern(name);
  std::strcpy(worker.last_chunk, name);
}

// Where the spawning call stands.  A Lua frame.
void record_creation(lua_State* L, Goroutine& creator, Goroutine& g) {
  Worker& worker = worker_of(L);
  g.created_by.store(creator.id, std::memory_order_relaxed);
  const vm::CallSite site = vm::calling_site(L);
  if (site.code == nullptr || site != worker.last_site) {
    vm::Place place;
    if (!vm::calling_place(L, &place)) return;
    worker.last_site = site;
    worker.last_line = place.line;
    intern_chunk(worker, place.chunk);
  }
  g.created_line.store(worker.last_line, std::memory_order_relaxed);
  g.created_in.store(worker.last_chunk_interned, std::memory_order_relaxed);
}

// A child for the creator, which owns it until it is complete: what a raise in between leaves behind is
// used for the next one.  limited: it will draw on a budget.
Goroutine* acquire(Goroutine& creator, bool limited) noexcept {
  Rare* rare = creator.make_rare();
  if (rare == nullptr) return nullptr;
  if (rare->making == nullptr) {
    rare->making = static_cast<Goroutine*>(creator.scheduler->acquire());
  } else {
    reset(*rare->making);
  }
  Goroutine* child = rare->making;
  return !limited || (child != nullptr && child->make_rare() != nullptr) ? child : nullptr;
}

Goroutine& complete(lua_State* L, Goroutine& creator, Goroutine& child) {
  inherit_var(L, creator, child);
  record_creation(L, creator, child);
  if (!inherit_defaults(creator, child)) luaL_error(L, "not enough memory");
  child.random = vm::split(creator.random);
  creator.rare->making = nullptr;
  if (creator.budget != nullptr) creator.budget->join(child);
  if (Meter* meter = creator.meter()) meter->pay();
  return child;
}

}  // namespace

Goroutine& make_goroutine(lua_State* L, int func, int nargs, const char* what, bool limited) {
  Goroutine& creator = current(L);
  Goroutine* child = acquire(creator, limited || creator.budget != nullptr);
  if (child == nullptr) luaL_error(L, "not enough memory");
  if (const char* why = vm::pack_call(L, func, nargs, &child->message)) {
    luaL_error(L, "%s: %s", what, why);
  }
  return complete(L, creator, *child);
}

Goroutine& make_goroutine_here(lua_State* L, int nargs) {
  Goroutine& creator = current(L);
  vm::State& state = vm::State::of(L);
  Goroutine* child = acquire(creator, creator.budget != nullptr);
  if (child == nullptr) luaL_error(L, "not enough memory");
  vm::share_environment(L, &child->own_environment);
  lua_insert(L, lua_absindex(L, -2 - nargs));  // below the function
  vm::Coro coro = state.coros().acquire(L);
  if (!lua_checkstack(coro.lua, nargs + 3)) {
    state.coros().give_back(coro);
    luaL_error(L, "not enough memory");
  }
  child->here = true;
  complete(L, creator, *child);
  lua_pushcfunction(coro.lua, goroutine_body);
  lua_xmove(L, coro.lua, nargs + 2);
  child->coro = coro;
  return *child;
}

void start(lua_State* L, Goroutine& g) noexcept {
  Worker& worker = worker_of(L);
  if (worker.budget != nullptr && !g.alone) return g.scheduler->spawn_in(worker, g);
  g.scheduler->spawn(g);
}

// --- Running -----------------------------------------------------------------------------------

namespace {

// Leaves an anchor for the environment, the function and its arguments on L's stack, which is empty,
// or for go.here has them already.  Returns the number of arguments.  [e]
int push_start(lua_State* L, Goroutine& g) {
  if (g.here) return lua_gettop(L) - 2;
  int nargs = vm::unpack_call(L, g.message, g.environment);
  vm::drop_call(L, g.message);
  return nargs;
}

// The function has returned: above the anchor are its results.
int body_done(lua_State* L, int, lua_KContext) {
  Goroutine& g = current(L);
  int count = lua_gettop(L) - 1;
  if (g.task != nullptr) {
    vm::Message results;
    if (const char* why = vm::pack(L, 2, count, &results)) {
      return luaL_error(L, "result of the task: %s", why);
    }
    vm::drop(g.message);  // an error may have left what was to be unpacked
    g.message = results;
  }
  return 0;
}

}  // namespace

int goroutine_body(lua_State* L) {
  Goroutine& g = current(L);
  if (g.job != nullptr) return g.job->body(L, g.job->ud);
  int nargs = push_start(L, g);
  lua_callk(L, nargs, LUA_MULTRET, 0, body_done);
  return body_done(L, LUA_OK, 0);
}

Rare* Goroutine::make_rare() noexcept {
  if (rare == nullptr) rare.reset(new (std::nothrow) Rare);
  return rare.get();
}

namespace {

void reset(Rare& rare) noexcept {
  if (rare.making != nullptr) {
    reset(*rare.making);
    rare.making->scheduler->discard(*rare.making);
    rare.making = nullptr;
  }
  vm::drop(rare.var);
  drop_defaults(rare.files);
  for (vm::Message& m : rare.incoming) vm::drop(m);
  rare.incoming.clear();
  rare.nested.clear();
  rare.selection.reset();
}

}  // namespace

void reset(Goroutine& g) noexcept {
  if (g.rare != nullptr) reset(*g.rare);
  if (g.budget != nullptr) g.budget->leave(g);  // it was not to be
  g.owns_budget = g.alone = false;
  vm::drop(g.message);
  g.coro = {};
  g.top = nullptr;
  g.ask = Ask::None;
  g.failed = NoPark::None;
  g.is_main = g.started = g.leaving = g.closing = g.here = g.exposed = g.has_var = false;
  g.killed.store(false, std::memory_order_relaxed);
  g.interrupted.store(false, std::memory_order_relaxed);
  g.was_canceled.store(false, std::memory_order_relaxed);
  g.canceled.store(false, std::memory_order_relaxed);
  g.pinned = g.thread_locks = 0;
  g.job = nullptr;
  g.task = nullptr;
  g.environment = &g.own_environment;
  g.own_environment = {};
  if (g.close_by != sched::kNever) g.close_by = sched::kNever;
  g.created_in.store(nullptr, std::memory_order_relaxed);
  g.created_line.store(0, std::memory_order_relaxed);
  g.created_by.store(0, std::memory_order_relaxed);
  g.runtime->forget_name(g);
}

}  // namespace lagoon::bindings
