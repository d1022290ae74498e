#include "vm/effects.h"

#include "vm/environment.h"
#include "vm/libraries.h"
#include "vm/transfer.h"

namespace lagoon::vm {

using raw::Kind;
using raw::Value;

namespace {

constexpr int kGlobals = -1;  // in place of a library's number

// effects (at idx) gets: where, key, value.
void add_effect(lua_State* L, int idx, int where, const Value& key, const Value& v) {
  lua_Integer n = static_cast<lua_Integer>(lua_rawlen(L, idx));
  lua_pushinteger(L, where);
  lua_rawseti(L, idx, ++n);
  raw::push(L, key);
  lua_rawseti(L, idx, ++n);
  raw::push(L, v);
  if (lua_isnil(L, -1)) {  // the list has no holes
    lua_pop(L, 1);
    lua_pushlightuserdata(L, nullptr);
  }
  lua_rawseti(L, idx, ++n);
}

void compare(lua_State* L, int idx, int where, raw::Object now, raw::Object before) {
  if (raw::identical(now, before)) return;
  raw::Entry chunk[16];
  size_t cursor = 0;
  while (size_t n = raw::hash_chunk(now, &cursor, chunk, 16)) {
    for (size_t i = 0; i < n; ++i) {
      if (!raw::same(chunk[i].value, raw::get(before, chunk[i].key))) {
        add_effect(L, idx, where, chunk[i].key, chunk[i].value);
      }
    }
  }
  cursor = 0;
  while (size_t n = raw::hash_chunk(before, &cursor, chunk, 16)) {
    for (size_t i = 0; i < n; ++i) {
      if (raw::get(now, chunk[i].key).is_nil()) add_effect(L, idx, where, chunk[i].key, Value());
    }
  }
}

}  // namespace

void push_base_snapshot(lua_State* L, Transfer& t) {
  const raw::Object snapshot = raw::push_table(L, 0, 0);
  raw::push_clone(L, t.base->table);
  raw::set_metatable(L, raw::at(L, -1).object, nullptr);
  raw::set(L, snapshot, raw::integer_value(kGlobals), raw::at(L, -1));
  lua_pop(L, 1);
  for (int id = 0; id < kMaxLibraries; ++id) {
    const raw::Object stock = library_in_use(*t.base, id);
    if (stock == nullptr) continue;
    raw::push_clone(L, stock);
    raw::set(L, snapshot, raw::integer_value(id), raw::at(L, -1));
    lua_pop(L, 1);
  }
}

void record_effects(lua_State* L, Transfer& t, int name_idx, int snapshot_idx) {
  luaL_checkstack(L, 20, nullptr);
  const Value snapshot = raw::at(L, snapshot_idx);
  if (!snapshot.is(Kind::Table)) return;
  lua_newtable(L);
  const int effects = lua_gettop(L);
  compare(L, effects, kGlobals, t.base->table, raw::get_integer(snapshot.object, kGlobals).object);
  for (int id = 0; id < kMaxLibraries; ++id) {
    const raw::Object stock = library_in_use(*t.base, id);
    const Value before = raw::get_integer(snapshot.object, id);
    if (stock != nullptr && before.is(Kind::Table)) compare(L, effects, id, stock, before.object);
  }
  if (lua_rawlen(L, effects) > 0) raw::set(L, t.tables.effects, raw::at(L, name_idx), raw::at(L, effects));
  lua_pop(L, 1);
}

void apply_effects(lua_State* L, Transfer& t, Globals& globals, int name_idx) {
  if (&globals == t.base) return;
  const Value name = raw::at(L, name_idx);
  const Value effects = raw::get(t.tables.effects, name);
  if (!effects.is(Kind::Table)) return;
  own_library(L, t, globals, kLibPackage);  // there is a table of libraries from here on
  if (!raw::get(globals.libraries, name).is_nil()) return;
  lua_pushboolean(L, 1);
  raw::set(L, globals.libraries, name, raw::at(L, -1));
  lua_pop(L, 1);
  const lua_Integer count = static_cast<lua_Integer>(raw::array_size(effects.object));
  for (lua_Integer i = 1; i + 2 <= count; i += 3) {
    const int where = static_cast<int>(raw::get_integer(effects.object, i).integer);
    const Value key = raw::get_integer(effects.object, i + 1);
    Value v = raw::get_integer(effects.object, i + 2);
    if (v.is(Kind::LightUserdata) && v.pointer == nullptr) v = Value();
    if (where == kGlobals) {
      if (key.is(Kind::String)) see_name(L, t, globals, raw::identity(key));
      raw::set(L, globals.table, key, v);
    } else {
      raw::set(L, own_library(L, t, globals, where), key, v);
    }
  }
}

}  // namespace lagoon::vm
