#include "vm/slice.h"

#include <cstring>

#include "vm/raw_lua.h"
#include "vm/transfer.h"

namespace lagoon::vm {
namespace {

constexpr unsigned kKnown = CIST_FREE | CIST_HELD;

void mark(Proto* p) noexcept {
  if (p->ofmodule) return;
  p->ofmodule = 1;
  for (int n = 0; n < p->sizep; ++n) mark(p->p[n]);
}

// A C function belongs to a module if it is part of one (modules.h).
bool of_module(const Transfer& t, const CallInfo* ci) noexcept {
  const raw::Value f = raw::from(s2v(ci->func.p));
  if (f.is(raw::Kind::LuaFunction)) return raw::closure_of(f.object)->p->ofmodule != 0;
  if (!f.is(raw::Kind::CFunction) && !(f.is(raw::Kind::CClosure) && raw::marked(f.object))) return false;
  const raw::Value path = raw::get(t.tables.side, f);
  return path.is(raw::Kind::String) && !is_made_for_goroutines(path.text);
}

}  // namespace

bool is_made_for_goroutines(const char* module) noexcept { return strncmp(module, "go.", 3) == 0; }

void set_slice_hook(lua_State* L, void (*over)(lua_State* L)) noexcept { G(L)->sliceover = over; }

void arm_slice(lua_State* L, int count) noexcept { luaG_setslice(L, count); }

void mark_module(lua_State* L, int idx) noexcept {
  if (lua_type(L, idx) == LUA_TFUNCTION && !lua_iscfunction(L, idx)) {
    mark(raw::closure_of(lua_topointer(L, idx))->p);
  }
}

bool of_module(raw::Object prototype) noexcept { return raw::proto_of(prototype)->ofmodule != 0; }

bool holds_state(lua_State* L) noexcept {
  const Transfer& t = transfer_of(L);
  CallInfo* ci = L->ci;
  for (; ci != &L->base_ci && !(ci->callstatus & (kKnown | CIST_FIN)); ci = ci->previous) {
    if (!of_module(t, ci)) continue;
    ci->callstatus |= CIST_HELD;
    break;
  }
  // A call of a finalizer holds its callees, and only until they return.
  const bool held = ci->callstatus & (CIST_HELD | CIST_FIN);
  for (CallInfo* above = L->ci; above != ci; above = above->previous) {
    above->callstatus |= held ? CIST_HELD : CIST_FREE;
  }
  return held;
}

}  // namespace lagoon::vm
