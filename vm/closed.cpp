#include "vm/closed.h"

#include "vm/box.h"
#include "vm/decoder.h"
#include "vm/environment.h"
#include "vm/glimpse.h"
#include "vm/graph.h"
#include "vm/transfer.h"

namespace lagoon::vm {

using raw::Kind;
using raw::Value;

namespace {

// So many start with open globals after one has opened its own: they will most likely use them, too.
constexpr uint32_t kOpenNext = 16;

// An image that closed globals refer to.
struct Image {
  Graph& graph;
  uint32_t open_next = 0;  // so many of the next starts
  explicit Image(Graph& g) noexcept : graph(g) { g.retain(); }
  Image(const Image&) = delete;
  ~Image() { graph.release(); }
};

// What push_metatable has put into it; null: a finalizer has brought the metatable back, after the image's own.
Image* image_of(raw::Object metatable) noexcept {
  const Value image = raw::get_integer(metatable, 1);
  return static_cast<Box<Image>*>(raw::userdata_block(image.object))->get();
}

// What reading the name gives while the table stays closed, or nil.
Value closed_glimpse(lua_State* L, const Transfer& t, raw::Object table, const Value& name) noexcept {
  if (!name.is(Kind::String) || !is_closed(t, table)) return Value();
  const BaseName* base = find_base_name(t, raw::identity(name));
  const Image* image = image_of(raw::metatable(table));
  if (base == nullptr || image == nullptr) return Value();
  if (image->graph.find_name(0, name.text, name.size) != Graph::kNoPiece) return Value();
  return glimpse(L, t, table, nullptr, *base);
}

// __index(globals, name)
int closed_index(lua_State* L) {
  Transfer& t = transfer_of(L);
  const raw::Object table = raw::at(L, 1).object;
  const Value name = raw::at(L, 2);
  const Value shared = closed_glimpse(L, t, table, name);
  if (!shared.is_nil()) {
    raw::push(L, shared);
    return 1;
  }
  open_globals(L, t, table);
  const Value v = raw::get(table, name);
  if (v.is_nil()) return lazy_index(L);
  raw::push(L, v);
  return 1;
}

// __newindex(globals, name, value)
int closed_newindex(lua_State* L) {
  open_globals(L, transfer_of(L), raw::at(L, 1).object);
  return lazy_newindex(L);
}

// Pushes the state's metatable for that image: the image is its [1], and its own metatable tells it from all
// others.                                                                              [-0, +1, m]
raw::Object push_metatable(lua_State* L, Transfer& t, Graph& image) {
  const Value key = raw::object_value(Kind::LightUserdata, &image);
  const Value known = raw::get(t.tables.images, key);
  raw::push(L, known);
  if (!known.is_nil()) return known.object;
  lua_pop(L, 1);
  const raw::Object metatable = raw::push_table(L, 1, 2);
  lua_pushcfunction(L, closed_index);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, closed_newindex);
  lua_setfield(L, -2, "__newindex");
  Box<Image>::push(L)->fill(image);
  raw::set_array(L, metatable, 1, raw::at(L, -1));
  lua_pop(L, 1);
  raw::set_metatable(L, metatable, t.tables.images);
  raw::set(L, t.tables.images, key, raw::table_value(metatable));
  return metatable;
}

// What C functions have put into the table, past its metatable, is as if written.        [-0, +0, m]
void see_fields(lua_State* L, Transfer& t, Globals& globals) {
  raw::Entry chunk[16];
  size_t cursor = 0;
  while (size_t n = raw::hash_chunk(globals.table, &cursor, chunk, 16)) {
    for (size_t i = 0; i < n; ++i) {
      if (chunk[i].key.is(Kind::String)) see_name(L, t, globals, raw::identity(chunk[i].key));
    }
  }
}

// The table gets the record.  Raises before anything has changed.                        [-0, +0, m]
void publish(lua_State* L, Transfer& t, Globals& globals, size_t names) {
  const raw::Object table = globals.table;
  raw::reserve(L, table, raw::hash_size(table) + names + 4);
  add_record(L, table, globals);
  raw::set_metatable(L, table, t.tables.lazy_metatable);
  if (t.current != nullptr && t.current->globals == table) {
    t.current->record = &globals;
  } else {
    t.opened_by_others = true;  // a finalizer of another goroutine does it
  }
}

}  // namespace

bool starts_closed(const Graph& g) noexcept {
  return g.image() != nullptr && g.needs_globals() && g.root_stands_alone();
}

raw::Object push_closed_globals(lua_State* L, Transfer& t, const Graph& g) {
  const raw::Object metatable = push_metatable(L, t, *g.image());
  if (Image* image = image_of(metatable); image != nullptr && image->open_next > 0) {
    --image->open_next;
    lua_pop(L, 1);
    return nullptr;
  }
  const raw::Object table = raw::push_table(L, 0, 0);
  raw::set_metatable(L, table, metatable);
  lua_replace(L, -2);
  return table;
}

bool is_closed(const Transfer& t, raw::Object table) noexcept {
  const raw::Object metatable = raw::metatable(table);
  return metatable != nullptr && raw::metatable(metatable) == t.tables.images;
}

void open_globals(lua_State* L, Transfer& t, raw::Object table) {
  if (!is_closed(t, table)) return;
  const int top = lua_gettop(L);
  luaL_checkstack(L, 20, nullptr);
  raw::push(L, raw::table_value(table));
  raw::push(L, raw::table_value(raw::metatable(table)));  // keeps the image
  Globals* globals = push_record(L, table);
  size_t names = 0;
  if (Image* image = image_of(raw::metatable(table)); image != nullptr) {
    image->open_next = kOpenNext;
    names = image->graph.environment(0).names;
    if (names > 0) keep_image(L, *globals, *push_instance(L, &image->graph));
  }
  see_fields(L, t, *globals);
  const bool is_small = names <= kEagerNames;
  if (is_closed(t, table)) {  // else a finalizer has opened it meanwhile
    publish(L, t, *globals, is_small ? names : 0);
    if (is_small && names > 0) {
      build_image(L, t, *globals);
      drop_image(L, *globals);
    }
  }
  lua_settop(L, top);
}

}  // namespace lagoon::vm
