#include "vm/frozen.h"

#include <new>

#include "vm/box.h"
#include "vm/classes.h"
#include "vm/decoder.h"
#include "vm/encoder.h"
#include "vm/internals.h"
#include "vm/pack.h"
#include "vm/transfer.h"

namespace lagoon::vm {

using raw::Kind;
using raw::Value;

namespace {

const char root_key = 0;  // its address is the key of the root in a parts table

// What parts[0] holds.
struct RootHolder {
  FrozenRoot* root;
  explicit RootHolder(FrozenRoot* r) noexcept : root(r) {}
  RootHolder(const RootHolder&) = delete;
  ~RootHolder() { release({Ref::Kind::Frozen, root}); }
};

Value light(const void* p) noexcept { return raw::object_value(Kind::LightUserdata, p); }

// Pushes a parts table that takes over the caller's reference to the root.            [-0, +1, m]
raw::Object push_parts(lua_State* L, Box<RootHolder>** box) {
  const raw::Object parts = raw::push_table(L, 0, 4);
  *box = Box<RootHolder>::push(L);
  lua_rawseti(L, -2, 0);
  return parts;
}

void hold_root(lua_State* L, Box<RootHolder>* box, raw::Object parts, FrozenRoot* root) {
  box->fill(root);
  raw::set(L, parts, light(&root_key), light(root));
}

// The table is part `number`.  Numbers begin at 1.                                    [-0, +0, m]
void add_part(lua_State* L, Transfer& t, raw::Object parts, raw::Object table, uint32_t number) {
  const Value v = raw::table_value(table);
  raw::set(L, parts, raw::integer_value(int64_t{number} + 1), v);
  raw::set(L, parts, v, raw::integer_value(number));
  raw::set(L, t.tables.side, v, raw::table_value(parts));
}

// The native half of making a root; takes over the graph.  Null: out of memory.
FrozenRoot* new_root(Graph* graph) noexcept {
  if (graph == nullptr) return nullptr;
  void* block = native_realloc(nullptr, sizeof(FrozenRoot));
  if (block == nullptr) {
    graph->release();
    return nullptr;
  }
  FrozenRoot* root = new (block) FrozenRoot;
  root->graph = graph;
  return root;
}

// The frozen tables of the encoder's last run, by number; null for other objects.
size_t copy_sources(const Encoder& encoder, raw::Object* out, size_t room) noexcept {
  if (encoder.object_count() != room) return encoder.object_count();
  for (size_t i = 0; i < room; ++i) {
    const Value& v = encoder.source(i);
    out[i] = v.is(Kind::Table) && raw::frozen(v.object) ? v.object : nullptr;
  }
  return room;
}

}  // namespace

FrozenRoot* frozen_root_of(const Transfer& t, raw::Object table, uint32_t* number) noexcept {
  const Value parts = raw::get(t.tables.side, raw::table_value(table));
  if (!parts.is(Kind::Table)) return nullptr;
  const Value n = raw::get(parts.object, raw::table_value(table));
  const Value root = raw::get(parts.object, light(&root_key));
  if (!n.is(Kind::Integer) || root.is_nil()) return nullptr;
  *number = static_cast<uint32_t>(n.integer);
  return static_cast<FrozenRoot*>(root.pointer);
}

const char* make_frozen_root(lua_State* L, int idx) {
  Transfer& t = transfer_of(L);
  const int top = lua_gettop(L);
  luaL_checkstack(L, 20, nullptr);
  idx = lua_absindex(L, idx);
  uint32_t number;
  if (frozen_root_of(t, raw::at(L, idx).object, &number) != nullptr) return nullptr;
  Box<RootHolder>* box;
  const raw::Object parts = push_parts(L, &box);
  // The content cannot change, so a second run numbers it alike: the array for it is made in
  // between, because that may run a finalizer, which may use the encoder.
  raw::Object* tables = nullptr;
  for (size_t room = 0;;) {
    if (const char* why = encode(L, idx, 1, Encoder::Mode::Frozen)) return why;
    const size_t count = copy_sources(*t.encoder, tables, room);
    if (count == room) {
      FrozenRoot* root = new_root(charged(L, t.encoder->finish()));
      if (root == nullptr) raise_memory(L);
      hold_root(L, box, parts, root);
      break;
    }
    room = count;
    tables = static_cast<raw::Object*>(lua_newuserdatauv(L, room * sizeof(raw::Object), 0));
  }
  FrozenRoot* root = (*box)->root;
  for (uint32_t i = 0; i < root->graph->object_count(); ++i) {
    if (tables[i] != nullptr) add_part(L, t, parts, tables[i], i);
  }
  raw::set(L, t.tables.frozen, light(root), raw::table_value(parts));
  lua_settop(L, top);
  return nullptr;
}

namespace {

bool is_frozen_object(const Graph& g, uint32_t number) noexcept {
  const ObjectEntry& entry = g.object(number);
  if (static_cast<ObjectKind>(entry.kind) != ObjectKind::Table) return false;
  return (g.bytes()[entry.offset + 8] & kIsFrozen) != 0;
}

// Pushes the parts of `root`, built.                                                   [-0, +1, e]
void push_built_parts(lua_State* L, Transfer& t, FrozenRoot* root) {
  const int top = lua_gettop(L);
  Box<RootHolder>* box;
  const raw::Object parts = push_parts(L, &box);
  retain({Ref::Kind::Frozen, root});
  hold_root(L, box, parts, root);
  Build b(L, t, *root->graph, nullptr);
  alignas(void*) char room[512];
  begin_build(b, room, sizeof room, nullptr);
  build_all(b);
  for (uint32_t i = 0; i < b.g.object_count(); ++i) {
    if (!is_frozen_object(b.g, i)) continue;
    add_part(L, t, parts, b.objects[i], i);
    raw::push(L, raw::table_value(b.objects[i]));
    set_frozen(L, -1);
    lua_pop(L, 1);
  }
  raw::set(L, t.tables.frozen, light(root), raw::table_value(parts));
  lua_settop(L, top + 1);
}

}  // namespace

void push_frozen(lua_State* L, FrozenRoot* root, uint32_t number) {
  Transfer& t = transfer_of(L);
  luaL_checkstack(L, 20, nullptr);
  const Value parts = raw::get(t.tables.frozen, light(root));
  if (parts.is_nil()) {
    push_built_parts(L, t, root);
  } else {
    raw::push(L, parts);
  }
  raw::push(L, raw::get_integer(raw::at(L, -1).object, int64_t{number} + 1));
  lua_replace(L, -2);
}

}  // namespace lagoon::vm
