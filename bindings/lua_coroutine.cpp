// coroutine.*: stock meaning, and a goroutine may block inside any coroutine.
//
// When a goroutine gives up its stack, every coroutine it is inside of yields, innermost first, each to
// the resume below it, which passes the yield on; waking resumes them from the outermost in.  A
// script cannot see that: statuses and errors are those of stock Lua, and a coroutine that a parked
// goroutine is inside of counts as "normal" to the other goroutines of its state.
//
// The base coroutine of a goroutine plays the main thread's part: running() says true for it, and a
// yield in it is "from outside a coroutine".

#include <new>

#include "bindings/block.h"
#include "bindings/goroutine.h"
#include "bindings/modules.h"
#include "bindings/nesting.h"
#include "vm/internals.h"

namespace lagoon::bindings {

namespace {

enum : lua_KContext { kResume, kWrap };

lua_State* check_coroutine(lua_State* L) {
  lua_State* co = lua_tothread(L, 1);
  luaL_argexpected(L, co != nullptr, 1, "coroutine");
  return co;
}

lua_State* subject(lua_State* L, lua_KContext kind) { return lua_tothread(L, kind == kWrap ? lua_upvalueindex(1) : 1); }

// --- resume and wrap ---------------------------------------------------------------------------

// Moves a message from co to L: resume's `false, message`, or wrap's error.
int fail_resume(lua_State* L, lua_State* co, lua_KContext kind, int status) {
  if (kind == kResume) {
    lua_xmove(co, L, 1);
    lua_pushboolean(L, 0);
    lua_insert(L, -2);
    return 2;
  }
  lua_xmove(co, L, 1);
  if (status != LUA_ERRMEM && lua_type(L, -1) == LUA_TSTRING) {
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
  }
  return lua_error(L);
}

int refuse_resume(lua_State* L, lua_KContext kind, const char* message) {
  if (kind == kWrap) return luaL_error(L, "%s", message);
  lua_pushboolean(L, 0);
  lua_pushstring(L, message);
  return 2;
}

int deliver_results(lua_State* L, lua_State* co, lua_KContext kind, int count) {
  if (!lua_checkstack(L, count + 1)) {
    lua_pop(co, count);
    return refuse_resume(L, kind, "too many results to resume");
  }
  if (kind == kResume) lua_pushboolean(L, 1);
  lua_xmove(co, L, count);
  return kind == kResume ? count + 1 : count;
}

int resume_again(lua_State* L, int status, lua_KContext kind);

// co, which is entered, has died: closes what it left open, unless that is for the script to do.  Keeps the error
// on top.  Returns its status, which a handler may have changed.
int bury(lua_State* L, lua_State* co, lua_KContext kind, int status) {
  bool dead = lua_status(co) != LUA_OK && lua_status(co) != LUA_YIELD;  // and not: it could not be resumed
  if (!dead || (kind == kResume && status != vm::kEnded)) return status;
  Goroutine& g = current(L);
  ++g.pinned;
  status = lua_closethread(co, L);
  --g.pinned;
  return status;
}

// Resumes co, which is entered, once; passes a yield of the scheduler's on.
int run_coroutine(lua_State* L, lua_State* co, int nargs, lua_KContext kind, bool pins) {
  Goroutine& g = current(L);
  int count = 0;
  g.ask = Ask::None;
  int status = lua_resume(co, L, nargs, &count);
  if (status == LUA_YIELD && g.ask != Ask::None) {
    suspend_nested(g, co);
    return lua_yieldk(L, 0, kind, resume_again);
  }
  if (status != LUA_OK && status != LUA_YIELD) status = bury(L, co, kind, status);
  leave_nested(g, pins);
  if (status == vm::kEnded || g.doomed()) return leave(L);
  if (status == LUA_OK || status == LUA_YIELD) return deliver_results(L, co, kind, count);
  return fail_resume(L, co, kind, status);
}

// Where a yield came through before, nothing is pinned.
int resume_again(lua_State* L, int, lua_KContext kind) {
  lua_State* co = subject(L, kind);
  continue_nested(current(L), co);
  return run_coroutine(L, co, 0, kind, false);
}

int start_resume(lua_State* L, lua_State* co, int nargs, lua_KContext kind) {
  Goroutine& g = current(L);
  if (is_inside(g, co)) return refuse_resume(L, kind, "cannot resume non-suspended coroutine");
  if (!lua_checkstack(co, nargs)) return refuse_resume(L, kind, "too many arguments to resume");
  bool pins = !lua_isyieldable(L);
  if (!enter_nested(g, co, pins)) return luaL_error(L, "not enough memory");
  lua_xmove(L, co, nargs);
  return run_coroutine(L, co, nargs, kind, pins);
}

// coroutine.resume(co, ...) -> true, values... | false, error
int co_resume(lua_State* L) {
  lua_State* co = check_coroutine(L);
  return start_resume(L, co, lua_gettop(L) - 1, kResume);
}

int wrap_call(lua_State* L) {
  lua_State* co = lua_tothread(L, lua_upvalueindex(1));
  return start_resume(L, co, lua_gettop(L), kWrap);
}

// coroutine.create(f) -> coroutine
int co_create(lua_State* L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_State* co = lua_newthread(L);
  lua_pushvalue(L, 1);
  lua_xmove(L, co, 1);
  return 1;
}

// coroutine.wrap(f) -> function
int co_wrap(lua_State* L) {
  co_create(L);
  lua_pushcclosure(L, wrap_call, 1);
  return 1;
}

// --- yield -------------------------------------------------------------------------------------

bool at_base(lua_State* L) noexcept { return current(L).coro.lua == L; }

// Without a position, as lua_yield says it.
int refuse_yield(lua_State* L, const char* message) {
  lua_pushstring(L, message);
  return lua_error(L);
}

// coroutine.yield(...): the values go to the resume
int do_yield(lua_State* L) {
  if (at_base(L)) return refuse_yield(L, "attempt to yield from outside a coroutine");
  if (!vm::script_may_yield(L)) return refuse_yield(L, "attempt to yield across a C-call boundary");
  current(L).ask = Ask::None;
  return lua_yield(L, lua_gettop(L));
}

// coroutine.isyieldable([co])
int co_isyieldable(lua_State* L) {
  lua_State* co = lua_isthread(L, 1) ? lua_tothread(L, 1) : L;
  lua_pushboolean(L, (!at_base(L) || co != L) && vm::script_may_yield(co));
  return 1;
}

// --- looking and closing -----------------------------------------------------------------------

// coroutine.running() -> coroutine, is it the main one (here: the goroutine's base)?
int co_running(lua_State* L) {
  bool base = at_base(L);
  if (base && !expose_base(current(L))) return luaL_error(L, "not enough memory");
  lua_pushthread(L);
  lua_pushboolean(L, base);
  return 2;
}

const char* status_of(lua_State* L, lua_State* co) {
  if (L == co) return "running";
  if (is_inside(current(L), co)) return "normal";
  switch (lua_status(co)) {
    case LUA_YIELD: return "suspended";
    case LUA_OK: {
      lua_Debug ar;
      if (lua_getstack(co, 0, &ar)) return "normal";
      return lua_gettop(co) == 0 ? "dead" : "suspended";
    }
    default: return "dead";
  }
}

// coroutine.status(co) -> "running" | "suspended" | "normal" | "dead"
int co_status(lua_State* L) {
  lua_pushstring(L, status_of(L, check_coroutine(L)));
  return 1;
}

// coroutine.close(co) -> true | false, error.  May block: its <close> variables run.
int co_close(lua_State* L) {
  lua_State* co = check_coroutine(L);
  const char* status = status_of(L, co);
  if (*status != 's' && *status != 'd') return luaL_error(L, "cannot close a %s coroutine", status);
  Goroutine& g = current(L);
  if (!enter_nested(g, co, true)) return luaL_error(L, "not enough memory");
  int result = lua_closethread(co, L);
  leave_nested(g, true);
  if (result == vm::kEnded || g.doomed()) return leave(L);
  if (result == LUA_OK) {
    lua_pushboolean(L, 1);
    return 1;
  }
  lua_pushboolean(L, 0);
  lua_xmove(co, L, 1);
  return 2;
}

const luaL_Reg kFunctions[] = {
    {"create", co_create},           {"resume", co_resume}, {"running", co_running},
    {"status", co_status},           {"wrap", co_wrap},     {"yield", do_yield},
    {"isyieldable", co_isyieldable}, {"close", co_close},   {nullptr, nullptr},
};

}  // namespace

int open_coroutine(lua_State* L) {
  luaL_newlib(L, kFunctions);
  return 1;
}

}  // namespace lagoon::bindings
