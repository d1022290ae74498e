#include "vm/environment.h"

#include <cstring>
#include <new>

#include "vm/classes.h"
#include "vm/closed.h"
#include "vm/decoder.h"
#include "vm/glimpse.h"
#include "vm/graph.h"
#include "vm/transfer.h"

namespace lagoon::vm {

using raw::Kind;
using raw::Value;

namespace {

const char record_key = 0;    // its address is the key under which lazy globals keep their record
const char instance_key = 0;  // registry: the metatable of instances

Value record_key_value() noexcept { return raw::object_value(Kind::LightUserdata, &record_key); }

int collect_instance(lua_State* L) {
  Instance* instance = static_cast<Instance*>(lua_touserdata(L, 1));
  if (instance == nullptr || instance->graph == nullptr) return 0;
  Graph* graph = instance->graph;
  instance->graph = nullptr;
  graph->release();
  return 0;
}

void push_instance_metatable(lua_State* L) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &instance_key) == LUA_TTABLE) return;
  lua_pop(L, 1);
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, collect_instance);
  lua_setfield(L, -2, "__gc");
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &instance_key);
}

}  // namespace

Instance* push_instance(lua_State* L, Graph* g) {
  Instance* instance = new (lua_newuserdatauv(L, sizeof(Instance), 3)) Instance{};
  instance->self = raw::at(L, -1).object;
  push_instance_metatable(L);
  lua_setmetatable(L, -2);
  g->retain();
  instance->graph = g;
  return instance;
}

void unfold(lua_State* L, Instance& instance) {
  if (instance.pieces != nullptr) return;
  luaL_checkstack(L, 4, nullptr);
  const Graph& g = *instance.graph;
  const size_t objects = g.object_count() * sizeof(raw::Object);
  const size_t environments = g.environment_count() * sizeof(Globals*);
  const size_t size = objects + environments + g.piece_count();
  char* block = static_cast<char*>(lua_newuserdatauv(L, size, 0));
  memset(block, 0, size);
  raw::set_uservalue(L, instance.self, 3, raw::at(L, -1));
  if (instance.root != nullptr) {
    const raw::Object table = raw::push_table(L, 1, 0);
    raw::set_uservalue(L, instance.self, 2, raw::table_value(table));
    raw::set_array(L, table, 1, raw::object_value(Kind::Userdata, instance.root->self));
    lua_pop(L, 1);
  }
  instance.objects = reinterpret_cast<raw::Object*>(block);
  instance.environments = reinterpret_cast<Globals**>(block + objects);
  instance.pieces = reinterpret_cast<uint8_t*>(block + objects + environments);
  if (instance.root != nullptr) {
    instance.environments[0] = instance.root;
    instance.pieces[0] = Instance::kBuilt;
  }
  lua_pop(L, 1);
}

void keep_image(lua_State* L, Globals& globals, Instance& instance) {
  instance.root = &globals;
  globals.instance = &instance;
  raw::set_uservalue(L, globals.self, 4, raw::object_value(Kind::Userdata, instance.self));
}

void drop_image(lua_State* L, Globals& globals) {
  globals.instance = nullptr;
  raw::set_uservalue(L, globals.self, 4, Value());
}

// --- Records

bool is_record_key(const Value& key) noexcept { return key.is(Kind::LightUserdata) && key.pointer == &record_key; }

Globals* push_record(lua_State* L, raw::Object table) {
  Globals* globals = static_cast<Globals*>(lua_newuserdatauv(L, sizeof(Globals), 4));
  *globals = Globals{};
  globals->self = raw::at(L, -1).object;
  globals->lazy = true;
  globals->table = table;
  raw::set_uservalue(L, globals->self, 1, raw::table_value(table));
  return globals;
}

void add_record(lua_State* L, raw::Object table, const Globals& globals) {
  raw::add(L, table, record_key_value(), raw::object_value(Kind::Userdata, globals.self));
}

Globals* push_globals(lua_State* L, Transfer& t, size_t expected_names) {
  const raw::Object table = raw::push_table(L, 0, expected_names + 4);
  Globals* globals = push_record(L, table);
  add_record(L, table, *globals);
  raw::set_metatable(L, table, t.tables.lazy_metatable);
  lua_replace(L, -2);
  return globals;
}

Globals* push_globals_for(lua_State* L, Transfer& t, raw::Object table) {
  Globals* globals = push_record(L, table);
  globals->lazy = false;
  raw::push(L, raw::table_value(table));
  mark_globals(L, t, globals);
  lua_pop(L, 1);
  return globals;
}

Globals* globals_of(const Transfer& t, raw::Object table) noexcept {
  const raw::Object m = raw::metatable(table);
  if (m != nullptr && m == t.tables.lazy_metatable) {
    const Value record = raw::get(table, record_key_value());
    return record.is_nil() ? nullptr : static_cast<Globals*>(raw::userdata_block(record.object));
  }
  if (!raw::marked(table)) return nullptr;
  const Mark* mark = mark_of(raw::get(t.tables.side, raw::table_value(table)));
  return mark != nullptr && mark->kind == Mark::Kind::Globals ? mark->globals : nullptr;
}

bool is_globals(const Transfer& t, raw::Object table) noexcept {
  return globals_of(t, table) != nullptr || is_closed(t, table);
}

Globals& current_globals(Transfer& t) noexcept {
  const bool own = t.current != nullptr && t.current->record != nullptr;
  return own ? *static_cast<Globals*>(t.current->record) : *t.base;
}

bool is_current_closed(const Transfer& t) noexcept {
  const Environment* env = t.current;
  return env != nullptr && env->record == nullptr && env->globals != nullptr;
}

void open_current(lua_State* L, Transfer& t) {
  if (is_current_closed(t)) open_globals(L, t, t.current->globals);
}

Globals& own_globals(lua_State* L, Transfer& t) {
  Environment* env = t.current;
  open_current(L, t);
  if (env == nullptr || env->record != nullptr || env->co == nullptr) return current_globals(t);
  Globals* globals = push_globals(L, t, 4);
  raw::set_slot(env->co, env->anchor, raw::at(L, -1));
  env->record = globals;
  env->globals = const_cast<void*>(globals->table);
  raw::set_registry_globals(L, globals->table);
  lua_pop(L, 1);
  return *globals;
}

void enter_environment(State& state, Environment* env) noexcept {
  Transfer& t = state.transfer();
  lua_State* L = state.lua();
  t.current = env;
  const bool own = env != nullptr && env->globals != nullptr;
  const raw::Object globals = own ? env->globals : t.base->table;
  if (raw::registry_globals(L) != globals) raw::set_registry_globals(L, globals);
  if (t.opened_by_others && is_current_closed(t)) env->record = globals_of(t, env->globals);
  const auto* record = env == nullptr ? nullptr : static_cast<const Globals*>(env->record);
  const bool own_strings = record != nullptr && record->string_metatable != nullptr;
  raw::set_string_metatable(L, own_strings ? record->string_metatable : t.base_string_metatable);
}

void share_environment(lua_State* L, Environment* with) {
  Transfer& t = transfer_of(L);
  *with = Environment();
  if (is_current_closed(t)) {  // whoever uses it first opens it, and enter_environment sees that
    t.opened_by_others = true;
    with->globals = t.current->globals;
    return raw::push(L, raw::table_value(with->globals));
  }
  Globals& globals = own_globals(L, t);
  if (&globals == t.base) {
    lua_pushnil(L);
    return;
  }
  with->record = &globals;
  with->globals = const_cast<void*>(globals.table);
  raw::push(L, raw::object_value(Kind::Userdata, globals.self));
}

void adopt_string_metatable(Transfer& t, Globals& globals) noexcept {
  if (t.current == nullptr || t.current->record != &globals) return;
  raw::set_string_metatable(t.state.lua(), globals.string_metatable);
}

// --- Names

bool is_untouched(const Transfer& t, const Globals& globals, raw::Object name) noexcept {
  if (!globals.lazy) return false;
  const BaseName* base = find_base_name(t, name);
  return base != nullptr && !globals.has_seen(static_cast<unsigned>(base - t.base_names));
}

bool is_waiting(const Globals& globals, raw::Object name, uint32_t* piece) noexcept {
  const Instance* instance = globals.instance;
  if (instance == nullptr || instance->graph == nullptr) return false;
  const Value text = raw::string_at(name);
  *piece = instance->graph->find_name(globals.env, text.text, text.size);
  if (*piece == Graph::kNoPiece) return false;
  return instance->pieces == nullptr || !(instance->pieces[*piece] & Instance::kTaken);
}

void see_name(lua_State* L, const Transfer& t, Globals& globals, raw::Object name) {
  uint32_t piece;
  if (is_waiting(globals, name, &piece)) {
    unfold(L, *globals.instance);
    globals.instance->pieces[piece] |= Instance::kTaken;
  }
  if (const BaseName* base = find_base_name(t, name)) {
    globals.see(static_cast<unsigned>(base - t.base_names));
  }
}

void build_name(lua_State* L, Transfer& t, Globals& globals, raw::Object name) {
  uint32_t piece;
  if (is_waiting(globals, name, &piece)) build_pieces(L, t, *globals.instance, &piece, 1);
}

void build_image(lua_State* L, Transfer& t, Globals& globals) {
  Instance* instance = globals.instance;
  if (instance == nullptr || instance->graph == nullptr) return;
  const uint32_t count = instance->graph->piece_count();
  uint32_t* all = static_cast<uint32_t*>(lua_newuserdatauv(L, count * sizeof(uint32_t), 0));
  uint32_t n = 0;
  for (uint32_t p = 0; p < count; ++p) {
    const Piece& piece = instance->graph->piece(p);
    if (piece.kind == PieceKind::Global && piece.env == globals.env) all[n++] = p;
  }
  build_pieces(L, t, *instance, all, n);
  lua_pop(L, 1);
}

namespace {

// What the base has under that name, as this goroutine has it.                        [-0, +0, e]
Value base_value(lua_State* L, Transfer& t, Globals& globals, const BaseName& base) {
  if (base.is_globals) return raw::table_value(globals.table);
  if (base.library < 0) return base.value;
  return raw::table_value(own_library(L, t, globals, base.library));
}

}  // namespace

void complete(lua_State* L, Transfer& t, Globals& globals) {
  if (!globals.lazy) return;
  luaL_checkstack(L, 20, nullptr);
  build_image(L, t, globals);
  for (unsigned i = 0; i < t.base_name_count; ++i) {
    if (globals.has_seen(i)) continue;
    const BaseName& base = t.base_names[i];
    const Value v = base_value(L, t, globals, base);
    raw::set(L, globals.table, raw::string_at(base.name), v);
    globals.see(i);
  }
  raw::push(L, raw::table_value(globals.table));
  mark_globals(L, t, &globals);
  lua_pop(L, 1);
  raw::set(L, globals.table, record_key_value(), Value());
  raw::set_metatable(L, globals.table, nullptr);
  globals.lazy = false;
}

int lazy_index(lua_State* L) {
  Transfer& t = transfer_of(L);
  const Value name = raw::at(L, 2);
  Globals* globals = globals_of(t, raw::at(L, 1).object);
  if (globals == nullptr || !name.is(Kind::String)) return 0;
  const raw::Object key = raw::identity(name);
  uint32_t piece;
  if (is_waiting(*globals, key, &piece)) {
    build_pieces(L, t, *globals->instance, &piece, 1);
    see_name(L, t, *globals, key);
    raw::push(L, raw::get_string(globals->table, key));
    return 1;
  }
  const BaseName* base = find_base_name(t, key);
  if (base == nullptr || globals->has_seen(static_cast<unsigned>(base - t.base_names))) return 0;
  const Value shared = glimpse(L, t, globals->table, globals, *base);
  if (!shared.is_nil()) {
    raw::push(L, shared);
    return 1;
  }
  if (base->is_globals || (base->takes_all && base->library < 0)) {
    complete(L, t, *globals);
  } else {
    const Value v = base_value(L, t, *globals, *base);
    raw::set(L, globals->table, name, v);
    globals->see(static_cast<unsigned>(base - t.base_names));
  }
  raw::push(L, raw::get_string(globals->table, key));
  return 1;
}

int lazy_newindex(lua_State* L) {
  Transfer& t = transfer_of(L);
  Globals* globals = globals_of(t, raw::at(L, 1).object);
  const Value name = raw::at(L, 2);
  if (globals != nullptr && name.is(Kind::String)) see_name(L, t, *globals, raw::identity(name));
  lua_rawset(L, 1);
  return 0;
}

void push_lazy_metatable(lua_State* L) {
  lua_createtable(L, 0, 2);
  lua_pushcfunction(L, lazy_index);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, lazy_newindex);
  lua_setfield(L, -2, "__newindex");
}

}  // namespace lagoon::vm
