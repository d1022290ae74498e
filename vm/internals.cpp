#include "vm/internals.h"

#include <cstdint>
#include <cstring>

#include "vm/raw_lua.h"

namespace lagoon::vm {
namespace {

using raw::closure_of;
using raw::table_of;

bool is_lua_function(lua_State* L, int idx) { return lua_type(L, idx) == LUA_TFUNCTION && !lua_iscfunction(L, idx); }

const char* name_of(const Proto* p, int upvalue) {
  const TString* name = p->upvalues[upvalue].name;
  return name == nullptr ? "?" : getstr(name);
}

// Which upvalues come from outside the function we began with: a bit each, of at most 255.
struct Outside {
  uint32_t bits[8] = {};
  bool has(int i) const { return (bits[i / 32] >> (i % 32)) & 1; }
  void add(int i) { bits[i / 32] |= uint32_t{1} << (i % 32); }
};

Assignment find_assignment(const Proto* p, const Outside& outside) {
  for (int pc = 0; pc < p->sizecode; ++pc) {
    const Instruction i = p->code[pc];
    if (GET_OPCODE(i) == OP_SETUPVAL && outside.has(GETARG_B(i))) {
      return {name_of(p, GETARG_B(i)), false};
    }
    if (GET_OPCODE(i) == OP_SETTABUP && outside.has(GETARG_A(i))) {
      const TString* name = p->upvalues[GETARG_A(i)].name;
      if (name != nullptr && strcmp(getstr(name), "_ENV") == 0) {
        return {getstr(tsvalue(&p->k[GETARG_B(i)])), true};
      }
    }
  }
  for (int n = 0; n < p->sizep; ++n) {
    const Proto* inner = p->p[n];
    Outside inherited;
    for (int u = 0; u < inner->sizeupvalues; ++u) {
      const Upvaldesc& d = inner->upvalues[u];
      if (!d.instack && outside.has(d.idx)) inherited.add(u);
    }
    const Assignment found = find_assignment(inner, inherited);
    if (found.name != nullptr) return found;
  }
  return {};
}

}  // namespace

bool is_frozen(lua_State* L, int idx) noexcept {
  return lua_type(L, idx) == LUA_TTABLE && isfrozen(table_of(lua_topointer(L, idx)));
}

void set_frozen(lua_State* L, int idx, bool frozen) noexcept {
  Table* t = table_of(lua_topointer(L, idx));
  if (iswatched(t)) luaH_unwatch(G(L), t);
  if (frozen) {
    t->flags |= BITGUARD;
  } else {
    t->flags &= static_cast<lu_byte>(~BITGUARD);
  }
}

Assignment captured_assignment(lua_State* L, int idx) noexcept {
  if (!is_lua_function(L, idx)) return {};
  const Proto* p = closure_of(lua_topointer(L, idx))->p;
  Outside all;
  for (int u = 0; u < p->sizeupvalues; ++u) all.add(u);
  return find_assignment(p, all);
}

bool calling_place(lua_State* L, Place* place) noexcept {
  const CallInfo* ci = L->ci->previous;
  if (ci == nullptr || ci == &L->base_ci) return false;
  if (!isLua(ci)) {
    strcpy(place->chunk, "[C]");
    place->line = -1;
    return true;
  }
  const Proto* p = ci_func(ci)->p;
  if (p->source == nullptr) {
    strcpy(place->chunk, "?");
  } else {
    luaO_chunkid(place->chunk, getstr(p->source), tsslen(p->source));
  }
  place->line = luaG_getfuncline(p, pcRel(ci->u.l.savedpc, p));
  return true;
}

const void* only_field(lua_State* L, const void* name) noexcept {
  const CallInfo* ci = L->ci->previous;
  if (ci == nullptr || !isLua(ci) || L->hookmask != 0) return nullptr;  // a hook may look at temporary values
  const TValue* constants = ci_func(ci)->p->k;
  const Instruction read = ci->u.l.savedpc[-1], next = ci->u.l.savedpc[0];
  if (GET_OPCODE(read) != OP_GETTABUP || gcvalue(&constants[GETARG_C(read)]) != name) return nullptr;
  const bool replaced = GETARG_B(next) == GETARG_A(read) && GETARG_A(next) == GETARG_A(read);
  if (GET_OPCODE(next) != OP_GETFIELD || !replaced) return nullptr;
  return gcvalue(&constants[GETARG_C(next)]);
}

// An address in code is the same code's until a prototype is freed (patch 0015).
CallSite calling_site(lua_State* L) noexcept {
  const CallInfo* ci = L->ci->previous;
  if (ci == nullptr || !isLua(ci)) return {};
  return {ci->u.l.savedpc, G(L)->freedprotos};
}

void detach_upvalues(lua_State* L, int idx) {
  if (!is_lua_function(L, idx)) return;
  LClosure* f = closure_of(lua_topointer(L, idx));
  ++G(L)->writes;
  for (int i = 0; i < f->nupvalues; ++i) {
    GCObject* made = luaC_newobj(L, LUA_VUPVAL, sizeof(UpVal));
    UpVal* own = gco2upv(made);
    own->v.p = &own->u.value;  // closed
    setobj(L, own->v.p, f->upvals[i]->v.p);
    f->upvals[i] = own;
    luaC_objbarrier(L, f, own);
  }
}

static_assert(kEnded == LUA_ENDED);

void end(lua_State* L) { luaD_end(L); }

int hold(lua_State* L, int nargs, int nresults) noexcept { return luaA_hold(L, nargs, nresults); }

void raise(lua_State* L, int status) {
  if (status == kEnded) end(L);
  lua_error(L);
  __builtin_unreachable();
}

bool closes_next(lua_State* L) noexcept {
  const CallInfo* ci = L->ci;
  if (!isLua(ci)) return false;
  const OpCode op = GET_OPCODE(ci->u.l.savedpc[-1]);  // the slice ends before it runs
  return op == OP_TBC || op == OP_TFORPREP;
}

void call_opaque(lua_State* L, int nargs, int nresults, lua_KFunction k) { luaA_callopaque(L, nargs, nresults, k); }

bool script_may_yield(lua_State* co) noexcept { return lua_isyieldable(co) && !luaA_opaque(co); }

bool finalizing(lua_State* L) noexcept { return (G(L)->gcstp & GCSTPGC) != 0; }

void set_memory_hook(lua_State* L, int (*ends)(lua_State* L)) noexcept { G(L)->nomemory = ends; }

void raise_memory(lua_State* L) {
  if (G(L)->nomemory != nullptr && G(L)->nomemory(L)) end(L);
  lua_pushliteral(L, "not enough memory");
  lua_error(L);
  __builtin_unreachable();
}

int stack_slots(lua_State* L) noexcept { return stacksize(L); }

}  // namespace lagoon::vm
