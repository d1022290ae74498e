// go(f, ...) and what hangs off `go` directly.
//
// `go` is a library table: what a goroutine adds to it is its own.  Its modules load on first use: a
// field that is missing is `require "go.<field>"`.

#include <cstring>
#include <new>

#include "bindings/block.h"
#include "bindings/budget.h"
#include "bindings/canceled.h"
#include "bindings/limits.h"
#include "bindings/modules.h"
#include "bindings/runtime.h"
#include "bindings/task.h"
#include "bindings/timepiece.h"
#include "bindings/var.h"
#include "sched/m.h"
#include "vm/freeze.h"
#include "vm/heap.h"
#include "vm/modules.h"
#include "vm/transfer.h"

namespace lagoon::bindings {

namespace {

// `shown`: its number to the script.
void check_function(lua_State* L, int arg, int shown, const char* what) {
  if (lua_isfunction(L, arg)) return;
  luaL_error(L, "bad argument #%d to '%s' (function expected, got %s)", shown, what,
             arg > lua_gettop(L) ? "no value" : luaL_typename(L, arg));
}

// go(f, ...): starts f(...) as a goroutine.  Does not block.  (Called as go's __call.)
int go_call(lua_State* L) {
  check_function(L, 2, 1, "go");
  Goroutine& g = make_goroutine(L, 2, lua_gettop(L) - 2, "go");
  start(L, g);
  return 0;
}

// go.here(f, ...): the same, sharing memory with the caller.  Does not block.
int go_here(lua_State* L) {
  check_function(L, 1, 1, "go.here");
  Goroutine& g = make_goroutine_here(L, lua_gettop(L) - 1);
  g.scheduler->spawn_in(worker_of(L), g);
  return 0;
}

// Takes what a task may use from the memory of the limited state it is started in.  Raises if that is more than is left.
void take_memory(lua_State* L, Budget& budget) {
  vm::Account* account = vm::State::of(L).heap().account();
  if (account == nullptr) return;
  size_t bytes = budget.limits().memory;
  if (!vm::charge_outside(L, bytes)) {
    luaL_error(L, "go.task: a memory limit of %I bytes is more than the limit around it has left",
               static_cast<LUAI_UACINT>(bytes));
  }
  budget.charge().fill(*account, bytes);
}

// Makes the task's budget, which it has until its goroutine does.  May raise.
void make_budget(lua_State* L, Task& task, const Limits& limits) {
  Goroutine& creator = current(L);
  Budget* budget = Budget::make(*creator.scheduler, limits, creator.budget);
  if (budget == nullptr) luaL_error(L, "not enough memory");
  task.set_budget(budget);
  if (limits.limits_memory()) take_memory(L, *budget);
  if (!budget->start_clock()) luaL_error(L, "not enough memory");
}

// go.task([limits, ] f, ...) -> task.  Does not block.
int go_task(lua_State* L) {
  auto* limits = static_cast<LimitsObject*>(vm::to_shared(L, 1, kLimitsType));
  const int func = limits == nullptr ? 1 : 2;
  check_function(L, func, func, "go.task");
  Task* task = new (std::nothrow) Task(*current(L).runtime);
  if (task == nullptr) return luaL_error(L, "not enough memory");
  vm::push_new_shared(L, task);
  lua_insert(L, 1);
  if (limits != nullptr) make_budget(L, *task, limits->limits);
  Goroutine& g = make_goroutine(L, func + 1, lua_gettop(L) - func - 1, "go.task", limits != nullptr);
  task->attach(g);
  start(L, g);
  lua_settop(L, 1);
  return 1;
}

int yield_done(lua_State*, int, lua_KContext) { return 0; }

// go.yield(): lets others run first
int go_yield(lua_State* L) { return give_way(L, 0, yield_done); }

// go.exit(): ends this goroutine; its <close> variables run.  Does not return.
int go_exit(lua_State* L) {
  Goroutine& g = current(L);
  if (sched::M::current() == nullptr || g.closing) return luaL_error(L, "go.exit: it is ending");
  g.leaving = true;
  return leave(L);
}

// go.id() -> this goroutine's number; main's is 1
int go_id(lua_State* L) {
  lua_pushinteger(L, static_cast<lua_Integer>(current(L).id));
  return 1;
}

bool set_name(Goroutine& g, const char* name, size_t size) noexcept {
  try {
    g.runtime->set_name(g, std::string(name, size));
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

// Fits the name into `out`; names are cut to its size when set.
size_t get_name(Goroutine& g, char* out, size_t room) noexcept {
  try {
    std::string name = g.runtime->name_of(g);
    size_t size = name.size() < room ? name.size() : room;
    std::memcpy(out, name.data(), size);
    return size;
  } catch (const std::bad_alloc&) {
    return 0;
  }
}

constexpr size_t kNameSize = 128;

// go.name([s]) -> its name, or nil; with s: sets it (the first 128 bytes)
int go_name(lua_State* L) {
  Goroutine& g = current(L);
  if (!lua_isnoneornil(L, 1)) {
    size_t size = 0;
    const char* name = luaL_checklstring(L, 1, &size);
    if (!set_name(g, name, size < kNameSize ? size : kNameSize)) {
      return luaL_error(L, "not enough memory");
    }
  }
  char name[kNameSize];
  size_t size = get_name(g, name, sizeof name);
  if (size == 0) {
    lua_pushnil(L);
  } else {
    lua_pushlstring(L, name, size);
  }
  return 1;
}

// go.freeze(t) -> t, deep and immutable from now on
int go_freeze(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  vm::freeze(L, 1);
  lua_settop(L, 1);
  return 1;
}

// go.canceled() -> has this goroutine been cancelled?
int go_canceled(lua_State* L) {
  lua_pushboolean(L, current(L).was_canceled.load(std::memory_order_relaxed));
  return 1;
}

int require_module(lua_State* L) {
  lua_pushfstring(L, "go.%s", lua_tostring(L, 2));
  if (!has_module(lua_tostring(L, -1))) return 0;
  vm::load_module(L, vm::transfer_of(L));
  return 1;
}

// A missing field: go.var, a module, or nil.
int go_index(lua_State* L) {
  if (lua_type(L, 2) != LUA_TSTRING) return 0;
  if (std::strcmp(lua_tostring(L, 2), "var") == 0) return push_var(L);
  return require_module(L);
}

const luaL_Reg kFunctions[] = {
    {"here", go_here},
    {"task", go_task},
    {"limits", go_limits},
    {"yield", go_yield},
    {"sleep", time_sleep},
    {"exit", go_exit},
    {"id", go_id},
    {"name", go_name},
    {"freeze", go_freeze},
    {"canceled", go_canceled},
    {"is_canceled", is_canceled},
    {nullptr, nullptr},
};

}  // namespace

int open_go(lua_State* L) {
  luaL_newlib(L, kFunctions);
  lua_createtable(L, 0, 3);
  lua_pushcfunction(L, go_call);
  lua_setfield(L, -2, "__call");
  lua_pushcfunction(L, go_index);
  lua_setfield(L, -2, "__index");
  lua_pushliteral(L, "go");
  lua_setfield(L, -2, "__name");
  lua_setmetatable(L, -2);
  return 1;
}

}  // namespace lagoon::bindings
