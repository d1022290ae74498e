// Building Lua's objects (raw.h).  Lua frames: whatever allocates may raise "not enough memory".
//
// An allocation that fails collects (without finalizers) and tries again, so a new object is on the
// stack before the next allocation.  The five slots Lua keeps beyond a frame's top serve for that.
#include <cstring>

#include "vm/raw_lua.h"

namespace lagoon::vm::raw {
namespace {

// v as a TValue in *o; a new string is anchored on the stack: undo with `L->top.p -= result`.
int place(lua_State* L, const Value& v, TValue* o) {
  if (!v.is(Kind::Text)) {
    to(v, o);
    return 0;
  }
  TString* s = luaS_newlstr(L, v.text, v.size);
  setsvalue(L, o, s);
  setsvalue2s(L, L->top.p, s);
  L->top.p++;
  return 1;
}

void unwatch(lua_State* L, Table* t) noexcept {
  if (iswatched(t)) luaH_unwatch(G(L), t);
}

void store(lua_State* L, Table* t, const TValue* key, TValue* value) {
  unwatch(L, t);
  luaH_set(L, t, key, value);
  invalidateTMcache(t);
  luaC_barrierback(L, obj2gco(t), value);
}

}  // namespace

void push(lua_State* L, const Value& v) {
  TValue o;
  if (place(L, v, &o) == 1) return;
  setobj2s(L, L->top.p, &o);
  L->top.p++;
}

Object push_table(lua_State* L, size_t array, size_t hash) {
  if (array > INT_MAX || hash > INT_MAX) luaL_error(L, "table overflow");
  Table* t = luaH_new(L);
  sethvalue2s(L, L->top.p, t);
  L->top.p++;
  if (array > 0 || hash > 0) {
    luaH_resize(L, t, static_cast<unsigned>(array), static_cast<unsigned>(hash));
  }
  return t;
}

void set_array(lua_State* L, Object table, size_t i, const Value& v) {
  Table* t = table_of(table);
  unwatch(L, t);
  TValue o;
  const int extra = place(L, v, &o);
  setobj2t(L, &t->array[i - 1], &o);
  luaC_barrierback(L, obj2gco(t), &o);
  L->top.p -= extra;
}

void add(lua_State* L, Object table, const Value& key, const Value& value) {
  static const TValue kAbsent = {{nullptr}, LUA_VABSTKEY};
  Table* t = table_of(table);
  TValue k, v;
  int extra = place(L, key, &k);
  extra += place(L, value, &v);
  unwatch(L, t);
  luaH_finishset(L, t, &k, &kAbsent, &v);
  invalidateTMcache(t);
  luaC_barrierback(L, obj2gco(t), &v);
  L->top.p -= extra;
}

void set(lua_State* L, Object table, const Value& key, const Value& value) {
  TValue k, v;
  int extra = place(L, key, &k);
  extra += place(L, value, &v);
  store(L, table_of(table), &k, &v);
  L->top.p -= extra;
}

void set_metatable(lua_State* L, Object table, Object metatable) noexcept {
  Table* t = table_of(table);
  unwatch(L, t);
  t->metatable = metatable == nullptr ? nullptr : table_of(metatable);
  if (metatable != nullptr) luaC_objbarrier(L, obj2gco(t), t->metatable);
}

void reserve(lua_State* L, Object table, size_t hash) {
  Table* t = table_of(table);
  unwatch(L, t);
  luaH_resize(L, t, luaH_realasize(t), static_cast<unsigned>(hash));
}

Object push_clone(lua_State* L, Object table) {
  Table* from = table_of(table);
  const unsigned array = luaH_realasize(from);
  const size_t nodes = allocsizenode(from);
  Table* t = table_of(push_table(L, array, nodes));
  if (array > 0) memcpy(t->array, from->array, array * sizeof(TValue));
  if (nodes > 0) memcpy(static_cast<void*>(t->node), from->node, nodes * sizeof(Node));  // with its `lastfree`
  t->metatable = from->metatable;
  invalidateTMcache(t);
  luaC_barrierback(L, obj2gco(t), s2v(L->top.p - 1));  // the table is white: asserts at most
  return t;
}

Object push_closure(lua_State* L, Object prototype) {
  Proto* p = proto_of(prototype);
  LClosure* cl = luaF_newLclosure(L, p->sizeupvalues);
  cl->p = p;
  luaC_objbarrier(L, cl, p);
  setclLvalue2s(L, L->top.p, cl);
  L->top.p++;
  return cl;
}

void fill_upvalue(lua_State* L, Object function, int n, const Value& v) {
  LClosure* cl = closure_of(function);
  TValue o;
  const int extra = place(L, v, &o);
  if (cl->upvals[n] == nullptr) {
    UpVal* cell = gco2upv(luaC_newobj(L, LUA_VUPVAL, sizeof(UpVal)));
    cell->v.p = &cell->u.value;
    setnilvalue(cell->v.p);
    cl->upvals[n] = cell;
    luaC_objbarrier(L, cl, cell);
  }
  UpVal* cell = cl->upvals[n];
  setobj(L, cell->v.p, &o);
  luaC_barrier(L, cell, &o);
  L->top.p -= extra;
}

void share_upvalue(lua_State* L, Object function, int n, Object other, int other_n) {
  LClosure* cl = closure_of(function);
  if (closure_of(other)->upvals[other_n] == nullptr) fill_upvalue(L, other, other_n, Value());
  cl->upvals[n] = closure_of(other)->upvals[other_n];
  luaC_objbarrier(L, cl, cl->upvals[n]);
}

void push_prototype_anchor(lua_State* L, Object prototype) {
  LClosure* cl = luaF_newLclosure(L, 0);
  cl->p = proto_of(prototype);
  luaC_objbarrier(L, cl, cl->p);
  setclLvalue2s(L, L->top.p, cl);
  L->top.p++;
}

void collect(lua_State* L) { luaC_checkGC(L); }

void set_registry_globals(lua_State* L, Object globals) noexcept {
  Table* registry = hvalue(&G(L)->l_registry);
  TValue* slot = &registry->array[LUA_RIDX_GLOBALS - 1];
  sethvalue(L, slot, table_of(globals));
  luaC_barrierback(L, obj2gco(registry), slot);
}

void set_string_metatable(lua_State* L, Object metatable) noexcept {
  G(L)->mt[LUA_TSTRING] = table_of(metatable);  // marked in the atomic phase: no barrier
}

void set_slot(lua_State* L, ptrdiff_t slot, const Value& v) noexcept {
  to(v, s2v(L->stack.p + slot));  // stacks are marked again in the atomic phase: no barrier
}

void set_uservalue(lua_State* L, Object userdata, int n, const Value& v) noexcept {
  Udata* u = const_cast<Udata*>(static_cast<const Udata*>(userdata));
  to(v, &u->uv[n - 1].uv);
  luaC_barrierback(L, obj2gco(u), &u->uv[n - 1].uv);
}

}  // namespace lagoon::vm::raw
