#include "vm/decoder.h"

#include <algorithm>
#include <cstring>

#include "vm/classes.h"
#include "vm/closed.h"
#include "vm/frozen.h"
#include "vm/modules.h"
#include "vm/shared.h"
#include "vm/transfer.h"

namespace lagoon::vm {

using raw::Kind;
using raw::Value;

namespace {

constexpr uint32_t kOnStack = 64;  // objects that are anchored on the stack rather than in a table
constexpr uint32_t kCollectEvery = 256;
constexpr size_t kRoom = 512;

template <class T>
T* take(char*& at, size_t n) noexcept {
  T* array = reinterpret_cast<T*>(at);
  at += n * sizeof(T);
  return array;
}

// The table that stands for a class here already, if there is one.
bool find_known_class(Build& b, const Piece& piece) noexcept {
  if (is_current_closed(b.t)) return false;
  Reader r{b.g.bytes() + b.g.object(piece.first).offset + 9};
  ClassOrigin* origin = r.read<ClassOrigin*>();
  b.objects[piece.first] = find_class(current_globals(b.t), origin);
  return b.objects[piece.first] != nullptr;
}

// Names that will be in the table soon.
size_t expected_names(const Build& b, uint32_t env) noexcept {
  return b.instance != nullptr ? 0 : b.g.environment(env).names;
}

// Makes the records of the graph's environments; one is anchored on the stack, several in a table.
void make_environments(Build& b, Globals* root) {
  const uint32_t count = b.g.environment_count();
  b.environments[0] = root != nullptr ? root : push_globals(b.L, b.t, expected_names(b, 0));
  b.environments[0]->env = 0;
  if (count == 1 && b.instance == nullptr) return;
  const raw::Object table = raw::push_table(b.L, count, 0);
  if (b.instance != nullptr) raw::set_uservalue(b.L, b.instance->self, 2, raw::table_value(table));
  for (uint32_t e = 0; e < count; ++e) {
    if (e > 0) {
      b.environments[e] = push_globals(b.L, b.t, expected_names(b, e));
      b.environments[e]->env = e;
    }
    raw::set_array(b.L, table, e + 1, raw::object_value(Kind::Userdata, b.environments[e]->self));
    if (e > 0) lua_pop(b.L, 1);
  }
}

// Where the objects that are made for piece p begin.  Of a class that is known, only what other
// pieces refer to is made: a function that shares a variable with a method, say.
uint32_t first_object(const Build& b, uint32_t p) noexcept {
  const Piece& piece = b.g.piece(p);
  if (!(b.pieces[p] & Instance::kKnown)) return piece.first;
  for (uint32_t n = piece.first + 1; n < piece.end; ++n) {
    if (b.g.object(n).exported) return piece.first + 1;
  }
  return piece.end;
}

uint32_t count_objects(const Build& b, uint32_t p) noexcept { return b.g.piece(p).end - first_object(b, p); }

}  // namespace

void begin_build(Build& b, char* room, size_t room_size, Globals* root) {
  b.owns_objects = b.instance == nullptr || b.instance->busy;
  const size_t all = b.root_only ? b.g.piece(0).end : b.g.object_count();
  const size_t objects = b.owns_objects ? all : 0, pieces = b.root_only ? 1 : b.g.piece_count();
  const size_t environments = b.g.environment_count();
  const size_t size = (objects + 2 * environments) * sizeof(void*) + pieces * sizeof(uint32_t) + pieces + environments;
  // No more than is needed: a coroutine that starts with it keeps its stack for long.
  const size_t anchored = std::min<size_t>(all, kOnStack);
  luaL_checkstack(b.L, static_cast<int>(anchored) + 30, nullptr);
  char* at = size <= room_size ? room : static_cast<char*>(lua_newuserdatauv(b.L, size, 0));
  memset(at, 0, size);
  b.objects = take<raw::Object>(at, objects);
  b.environments = take<Globals*>(at, environments);
  b.cell_of = take<raw::Object>(at, environments);
  b.todo = take<uint32_t>(at, pieces);
  b.pieces = take<uint8_t>(at, pieces);
  b.cell_index = take<uint8_t>(at, environments);
  if (b.instance != nullptr) {
    memcpy(b.objects, b.instance->objects, objects * sizeof(raw::Object));
    if (!b.owns_objects) b.objects = b.instance->objects;
    b.instance->busy = true;
    memcpy(b.environments, b.instance->environments, environments * sizeof(Globals*));
    memcpy(b.pieces, b.instance->pieces, pieces);
  }
  if (environments > 0 && b.environments[0] == nullptr && b.closed == nullptr) make_environments(b, root);
}

void want(Build& b, uint32_t first) noexcept {
  uint32_t next = b.todo_count;
  const auto add = [&](uint32_t p) noexcept {
    if (b.pieces[p] & Instance::kBuilt) return;
    b.pieces[p] |= Instance::kBuilt;
    const Piece& piece = b.g.piece(p);
    if (piece.kind == PieceKind::Class && find_known_class(b, piece)) {
      b.pieces[p] |= Instance::kKnown;
    }
    b.todo[b.todo_count++] = p;
    b.object_count += count_objects(b, p);
  };
  add(first);
  for (; next < b.todo_count; ++next) {
    const Piece& piece = b.g.piece(b.todo[next]);
    if (count_objects(b, b.todo[next]) == 0 && piece.kind == PieceKind::Class) continue;
    for (uint32_t d = 0; d < piece.dep_count; ++d) add(b.g.deps(piece)[d]);
  }
}

namespace {

raw::Object push_empty_table(Build& b, Reader r) {
  const uint32_t array = r.read<uint32_t>(), hash = r.read<uint32_t>();
  const uint8_t flags = r.read<uint8_t>();
  const raw::Object table = raw::push_table(b.L, array, hash);
  if (flags & kIsClass) adopt_class(b.L, b.t, own_globals(b.L, b.t), r.read<ClassOrigin*>());
  return table;
}

// Runs __received of the type: the module that registers it is loaded first.
raw::Object push_received(Build& b, Reader r) {
  Graph* graph = r.read<Graph*>();
  const uint32_t module_size = r.read<uint32_t>();
  const char* module = r.text(module_size);
  const uint32_t type_size = r.read<uint32_t>();
  const char* type = r.text(type_size);
  if (module_size > 0) {
    lua_pushlstring(b.L, module, module_size);
    load_module(b.L, b.t);
  }
  lua_pushlstring(b.L, type, type_size);
  if (lua_rawget(b.L, LUA_REGISTRYINDEX) != LUA_TTABLE) {
    luaL_error(b.L, "cannot receive userdata (%.*s): no such type here", int(type_size), type);
  }
  lua_getfield(b.L, -1, "__received");
  lua_replace(b.L, -2);
  Message m;
  m.become(Message::Kind::Graph);
  m.graph = graph;
  lua_call(b.L, unpack(b.L, m), 1);
  if (lua_type(b.L, -1) != LUA_TUSERDATA) {
    luaL_error(b.L, "__received of %.*s did not return a userdata", int(type_size), type);
  }
  return raw::at(b.L, -1).object;
}

// Pushes object `number`, empty.
raw::Object push_object(Build& b, uint32_t number) {
  Reader r{b.g.bytes() + b.g.object(number).offset};
  switch (static_cast<ObjectKind>(b.g.object(number).kind)) {
    case ObjectKind::Table: return push_empty_table(b, r);
    case ObjectKind::Function: {
      const raw::Object prototype = b.t.codes.load(b.L, b.t.tables.anchors, r.read<Code*>());
      return raw::push_closure(b.L, prototype);
    }
    case ObjectKind::String: {
      const uint64_t size = r.read<uint64_t>();
      lua_pushlstring(b.L, r.text(size), size);
      return raw::identity(raw::at(b.L, -1));
    }
    case ObjectKind::Received: return push_received(b, r);
  }
  return nullptr;
}

// Makes the objects [first, end), empty.
void make_objects(Build& b, uint32_t first, uint32_t end, uint32_t* made) {
  for (uint32_t n = first; n < end; ++n) {
    b.objects[n] = push_object(b, n);
    if (b.anchors == nullptr) continue;
    raw::set_array(b.L, b.anchors, ++*made, raw::at(b.L, -1));
    lua_pop(b.L, 1);
    if (*made % kCollectEvery == 0) raw::collect(b.L);
  }
}

void fill_objects(Build& b, uint32_t first, uint32_t end, uint32_t* filled) {
  for (uint32_t n = first; n < end; ++n) {
    fill_object(b, n);
    if (++*filled % kCollectEvery == 0) raw::collect(b.L);
  }
}

}  // namespace

void build_root(Build& b) {
  const uint32_t end = b.g.piece(0).end;
  if (end > kOnStack) b.anchors = raw::push_table(b.L, end, 0);
  uint32_t made = 0, filled = 0;
  make_objects(b, 0, end, &made);
  fill_objects(b, 0, end, &filled);
}

void run_build(Build& b) {
  if (b.object_count > kOnStack) b.anchors = raw::push_table(b.L, b.object_count, 0);
  uint32_t made = 0, filled = 0;
  for (uint32_t i = 0; i < b.todo_count; ++i) {
    make_objects(b, first_object(b, b.todo[i]), b.g.piece(b.todo[i]).end, &made);
  }
  for (uint32_t i = 0; i < b.todo_count; ++i) {
    const Piece& piece = b.g.piece(b.todo[i]);
    fill_objects(b, first_object(b, b.todo[i]), piece.end, &filled);
    if (!b.names_later || piece.kind != PieceKind::Global) finish_piece(b, b.todo[i]);
  }
}

namespace {

Value memo_key(uint32_t number) noexcept { return raw::integer_value(int64_t{number} + 1); }

// The object that is the value of a name which is to be stored after the build.
bool is_waited_for(const Build& b, const Piece& piece, uint32_t number) noexcept {
  return b.names_later && piece.kind == PieceKind::Global && number == piece.first;
}

// Stores a name whose piece is built.                                                  [-0, +0, m]
void store_name(Build& b, uint32_t p) {
  const Piece& piece = b.g.piece(p);
  if (piece.kind != PieceKind::Global || (b.instance->pieces[p] & Instance::kTaken)) return;
  finish_piece(b, p);
  if (piece.first < piece.end && !b.g.object(piece.first).exported) {
    raw::set(b.L, b.instance->memo, memo_key(piece.first), Value());
  }
}

}  // namespace

void end_build(Build& b) {
  Instance* instance = b.instance;
  if (instance == nullptr) return;
  if (instance->memo == nullptr) {
    const raw::Object memo = raw::push_table(b.L, 0, 0);
    raw::set_uservalue(b.L, instance->self, 1, raw::table_value(memo));
    instance->memo = memo;
    lua_pop(b.L, 1);
  }
  for (uint32_t i = 0; i < b.todo_count; ++i) {
    const Piece& piece = b.g.piece(b.todo[i]);
    for (uint32_t n = piece.first; n < piece.end; ++n) {
      if (b.objects[n] == nullptr || !(b.g.object(n).exported || is_waited_for(b, piece, n))) continue;
      raw::set(b.L, instance->memo, memo_key(n), object_at(b, n));
      instance->objects[n] = b.objects[n];
    }
  }
  const uint32_t pieces = b.g.piece_count();
  for (uint32_t p = 0; p < pieces; ++p) instance->pieces[p] |= b.pieces[p];
  memcpy(instance->environments, b.environments, b.g.environment_count() * sizeof(Globals*));
  if (!b.owns_objects) instance->busy = false;
}

void build_pieces(lua_State* L, Transfer& t, Instance& instance, const uint32_t* pieces, uint32_t count) {
  const int top = lua_gettop(L);
  luaL_checkstack(L, 20, nullptr);
  raw::push(L, raw::object_value(Kind::Userdata, instance.self));
  unfold(L, instance);
  Build b(L, t, *instance.graph, &instance);
  alignas(void*) char room[kRoom];
  begin_build(b, room, sizeof room, nullptr);
  b.names_later = true;
  for (uint32_t i = 0; i < count; ++i) want(b, pieces[i]);
  run_build(b);
  end_build(b);
  for (uint32_t i = 0; i < b.todo_count; ++i) store_name(b, b.todo[i]);
  for (uint32_t i = 0; i < count; ++i) store_name(b, pieces[i]);  // built by one that failed afterwards
  lua_settop(L, top);
}

// --- Values

Value object_at(const Build& b, uint32_t number) noexcept {
  switch (static_cast<ObjectKind>(b.g.object(number).kind)) {
    case ObjectKind::Function: return raw::object_value(Kind::LuaFunction, b.objects[number]);
    case ObjectKind::String: return raw::string_at(b.objects[number]);
    case ObjectKind::Received: return raw::object_value(Kind::Userdata, b.objects[number]);
    default: return raw::table_value(b.objects[number]);
  }
}

namespace {

Value pushed(Build& b) noexcept { return raw::at(b.L, -1); }

Value read_named(Build& b, Reader& r) {
  const ModuleName& module = b.g.module(r.read<uint32_t>());
  const uint32_t size = r.read<uint32_t>();
  const char* path = r.text(size);
  push_module_part(b.L, b.t, path, module.size, size);
  return pushed(b);
}

Value read_base(Build& b, Reader& r) {
  const uint32_t size = r.read<uint32_t>();
  lua_pushlstring(b.L, r.text(size), size);
  const Value v = raw::get(b.t.tables.named_values, pushed(b));
  if (v.is_nil()) luaL_error(b.L, "there is no '%s' here", lua_tostring(b.L, -1));
  return v;
}

// The record of an environment, which needs a place in it.                             [-0, +0, e]
Globals& record_of(Build& b, uint32_t env) {
  if (b.environments[env] == nullptr) {
    open_globals(b.L, b.t, b.closed);
    b.environments[env] = globals_of(b.t, b.closed);
  }
  return *b.environments[env];
}

Value read_library(Build& b, Reader& r) {
  Globals& globals = record_of(b, r.read<uint32_t>());
  const int id = static_cast<int>(r.read<uint32_t>());
  if (base_library(b.t, id) == nullptr) luaL_error(b.L, "a standard library is missing here");
  return raw::table_value(own_library(b.L, b.t, globals, id));
}

}  // namespace

Value read_value(Build& b, Reader& r) {
  Value v;
  switch (r.tag()) {
    case Tag::Nil: break;
    case Tag::False: v.kind = Kind::False; break;
    case Tag::True: v.kind = Kind::True; break;
    case Tag::Byte:
      v.kind = Kind::Integer;
      v.integer = r.read<uint8_t>();
      break;
    case Tag::Integer:
      v.kind = Kind::Integer;
      v.integer = r.read<lua_Integer>();
      break;
    case Tag::Float:
      v.kind = Kind::Float;
      v.number = r.read<lua_Number>();
      break;
    case Tag::LightUserdata:
      v.kind = Kind::LightUserdata;
      v.pointer = r.read<void*>();
      break;
    case Tag::CFunction:
      v.kind = Kind::CFunction;
      v.function = r.read<lua_CFunction>();
      break;
    case Tag::Text: {
      const uint8_t size = r.read<uint8_t>();
      return raw::text_value(r.text(size), size);
    }
    case Tag::Object: return object_at(b, r.read<uint32_t>());
    case Tag::Class: return raw::table_value(b.objects[b.g.piece(r.read<uint32_t>()).first]);
    case Tag::Environment: return raw::table_value(globals_table(b, r.read<uint32_t>()));
    case Tag::Library: return read_library(b, r);
    case Tag::Named: return read_named(b, r);
    case Tag::Base: return read_base(b, r);
    case Tag::Shared: push_shared(b.L, *r.read<Shared*>()); return pushed(b);
    case Tag::Frozen: {
      FrozenRoot* root = r.read<FrozenRoot*>();
      push_frozen(b.L, root, r.read<uint32_t>());
      return pushed(b);
    }
  }
  return v;
}

raw::Object globals_table(const Build& b, uint32_t env) noexcept {
  return b.environments[env] == nullptr ? b.closed : b.environments[env]->table;
}

void push_value(Build& b, Reader& r) {
  const int top = lua_gettop(b.L);
  raw::push(b.L, read_value(b, r));
  if (lua_gettop(b.L) == top + 1) return;
  lua_replace(b.L, top + 1);
  lua_settop(b.L, top + 1);
}

}  // namespace lagoon::vm
