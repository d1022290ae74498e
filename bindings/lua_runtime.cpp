// go.runtime: looking at the scheduler, and the few things that can be changed in it.

#include <new>
#include <string>

#include "bindings/args.h"
#include "bindings/modules.h"
#include "bindings/runtime.h"
#include "vm/box.h"

namespace lagoon::bindings {

namespace {

constexpr lua_Integer kMostProcs = 1024;

sched::Scheduler& scheduler_of(lua_State* L) { return *current(L).scheduler; }

// False: no memory for more.
bool set_procs(sched::Scheduler& scheduler, unsigned n) noexcept {
  try {
    scheduler.set_procs(n);
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

// go.runtime.procs([n]) -> how many goroutines run at one moment at most; with n: from now on n (1
// to 1024), and the number that was
int runtime_procs(lua_State* L) {
  sched::Scheduler& scheduler = scheduler_of(L);
  unsigned before = scheduler.procs();
  if (!lua_isnoneornil(L, 1)) {
    lua_Integer n = check_integer(L, 1);
    if (n < 1 || n > kMostProcs) {
      luaL_argerror(L, 1,
                    lua_pushfstring(L, "1 to %I expected, got %I", static_cast<LUAI_UACINT>(kMostProcs),
                                    static_cast<LUAI_UACINT>(n)));
    }
    if (!set_procs(scheduler, static_cast<unsigned>(n))) return luaL_error(L, "not enough memory");
  }
  lua_pushinteger(L, before);
  return 1;
}

// go.runtime.cpus() -> processors this process may use
int runtime_cpus(lua_State* L) {
  lua_pushinteger(L, sched::usable_cpus());
  return 1;
}

// go.runtime.goroutines() -> how many there are, main included
int runtime_goroutines(lua_State* L) {
  lua_pushinteger(L, static_cast<lua_Integer>(scheduler_of(L).live()));
  return 1;
}

// go.runtime.states() -> worker states that exist
int runtime_states(lua_State* L) {
  lua_pushinteger(L, static_cast<lua_Integer>(scheduler_of(L).stats().strands));
  return 1;
}

void set_count(lua_State* L, const char* name, uint64_t value) {
  lua_pushinteger(L, static_cast<lua_Integer>(value));
  lua_setfield(L, -2, name);
}

// go.runtime.stats() -> a table of numbers: procs, idle_procs, threads, idle_threads, spinning,
// goroutines, runnable, states now; spawned, steals, parks, preemptions, handoffs, overflows so
// far; memory in bytes of this worker state
int runtime_stats(lua_State* L) {
  sched::Stats s = scheduler_of(L).stats();
  lua_createtable(L, 0, 16);
  set_count(L, "procs", s.procs);
  set_count(L, "idle_procs", s.idle_procs);
  set_count(L, "threads", s.threads);
  set_count(L, "idle_threads", s.idle_threads);
  set_count(L, "spinning", s.spinning);
  set_count(L, "goroutines", s.goroutines);
  set_count(L, "runnable", s.runnable_items);
  set_count(L, "states", s.strands);
  set_count(L, "spawned", s.spawned);
  set_count(L, "steals", s.steals);
  set_count(L, "parks", s.parks);
  set_count(L, "preemptions", s.preemptions);
  set_count(L, "handoffs", s.handoffs);
  set_count(L, "overflows", s.overflows);
  set_count(L, "memory",
            static_cast<uint64_t>(lua_gc(L, LUA_GCCOUNT)) * 1024 + static_cast<uint64_t>(lua_gc(L, LUA_GCCOUNTB)));
  return 1;
}

// False: no memory.
bool dump_into(vm::Box<std::string>& box, Runtime& runtime) noexcept {
  try {
    box.fill(runtime.dump());
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

// go.runtime.stacks() -> what SIGQUIT prints: every goroutine, its state and its stack
int runtime_stacks(lua_State* L) {
  auto* box = vm::Box<std::string>::push(L);
  if (!dump_into(*box, *current(L).runtime)) return luaL_error(L, "not enough memory");
  lua_pushlstring(L, (*box)->data(), (*box)->size());
  box->empty();
  return 1;
}

// go.runtime.gc(): a full collection of the worker state this goroutine runs in
int runtime_gc(lua_State* L) {
  lua_gc(L, LUA_GCCOLLECT);
  return 0;
}

constexpr uint16_t kMostLocks = 10'000;

// lock_thread(): from now on this goroutine runs on the thread it is on and blocks that thread when it
// waits; for libraries that keep state in a thread.  Nests.
int runtime_lock_thread(lua_State* L) {
  Goroutine& g = current(L);
  if (g.thread_locks == kMostLocks) return luaL_error(L, "LockOSThread nesting overflow");
  ++g.thread_locks;
  ++g.pinned;
  return 0;
}

// unlock_thread(): takes one lock_thread back.  Without one: does nothing, as in Go.
int runtime_unlock_thread(lua_State* L) {
  Goroutine& g = current(L);
  if (g.thread_locks == 0) return 0;
  --g.thread_locks;
  --g.pinned;
  return 0;
}

const luaL_Reg kFunctions[] = {
    {"lock_thread", runtime_lock_thread},
    {"unlock_thread", runtime_unlock_thread},
    {"procs", runtime_procs},
    {"cpus", runtime_cpus},
    {"goroutines", runtime_goroutines},
    {"states", runtime_states},
    {"stats", runtime_stats},
    {"stacks", runtime_stacks},
    {"gc", runtime_gc},
    {nullptr, nullptr},
};

}  // namespace

int open_runtime(lua_State* L) {
  luaL_newlib(L, kFunctions);
  return 1;
}

}  // namespace lagoon::bindings
