#include "vm/classes.h"

#include <cstring>
#include <new>

#include "vm/environment.h"
#include "vm/transfer.h"

namespace lagoon::vm {

using raw::Kind;
using raw::Value;

namespace {

const char brand = 0;          // its address is every Mark's brand
const char metatable_key = 0;  // registry: the metatable of marks that hold an origin

Value origin_key(const ClassOrigin* origin) noexcept { return raw::object_value(Kind::LightUserdata, origin); }

int collect_mark(lua_State* L) {
  Mark* mark = static_cast<Mark*>(lua_touserdata(L, 1));
  if (mark == nullptr || mark->kind != Mark::Kind::Class || mark->origin == nullptr) return 0;
  ClassOrigin* origin = mark->origin;
  mark->origin = nullptr;
  release({Ref::Kind::Class, origin});
  return 0;
}

void push_mark_metatable(lua_State* L) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &metatable_key) == LUA_TTABLE) return;
  lua_pop(L, 1);
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, collect_mark);
  lua_setfield(L, -2, "__gc");
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &metatable_key);
}

ClassOrigin* new_origin() noexcept {
  void* block = native_realloc(nullptr, sizeof(ClassOrigin));
  return block == nullptr ? nullptr : new (block) ClassOrigin;
}

// side[table at idx] = a Mark that holds `origin` (retained), or a new one.        [-0, +0, m]
ClassOrigin* mark_class(lua_State* L, Transfer& t, int idx, ClassOrigin* origin) {
  const Value table = raw::at(L, idx);
  Mark* mark = static_cast<Mark*>(lua_newuserdatauv(L, sizeof(Mark), 0));
  *mark = {&brand, Mark::Kind::Class, {nullptr}};
  push_mark_metatable(L);
  lua_setmetatable(L, -2);
  if (origin == nullptr) {
    mark->origin = new_origin();
    if (mark->origin == nullptr) raise_memory(L);
  } else {
    retain({Ref::Kind::Class, origin});
    mark->origin = origin;
  }
  ClassOrigin* result = mark->origin;
  raw::set(L, t.tables.side, table, raw::at(L, -1));
  raw::mark(table.object);
  lua_pop(L, 1);
  return result;
}

}  // namespace

const Mark* mark_of(const Value& side) noexcept {
  if (!side.is(Kind::Userdata)) return nullptr;
  const Mark* mark = static_cast<const Mark*>(raw::userdata_block(side.object));
  return mark->brand == &brand ? mark : nullptr;
}

bool is_event_name(const Value& key) noexcept {
  static const char* const kEvents[] = {"index", "newindex", "call",   "tostring", "name", "eq",    "lt",
                                        "le",    "len",      "concat", "add",      "sub",  "mul",   "div",
                                        "mod",   "pow",      "unm",    "idiv",     "band", "bor",   "bxor",
                                        "shl",   "shr",      "bnot",   "close",    "mode", "pairs", "metatable"};
  if (!key.is(Kind::String) || key.size < 4 || key.text[0] != '_' || key.text[1] != '_') return false;
  for (const char* event : kEvents) {
    if (strcmp(event, key.text + 2) == 0) return true;
  }
  return false;
}

void make_class(lua_State* L, Transfer& t) {
  const Value table = raw::at(L, -1);
  if (raw::marked(table.object)) return;
  ClassOrigin* origin = mark_class(L, t, -1, nullptr);
  adopt_class(L, t, own_globals(L, t), origin);
}

raw::Object find_class(const Globals& globals, const ClassOrigin* origin) noexcept {
  if (globals.classes == nullptr) return nullptr;
  const Value v = raw::get(globals.classes, origin_key(origin));
  return v.is(Kind::Table) ? v.object : nullptr;
}

void adopt_class(lua_State* L, Transfer& t, Globals& globals, ClassOrigin* origin) {
  const Value table = raw::at(L, -1);
  if (!raw::marked(table.object)) mark_class(L, t, -1, origin);
  if (globals.classes == nullptr) {
    const raw::Object classes = push_weak_table(L, "v");
    raw::set_uservalue(L, globals.self, 3, raw::table_value(classes));
    globals.classes = classes;
    lua_pop(L, 1);
  }
  raw::set(L, globals.classes, origin_key(origin), table);
}

void mark_globals(lua_State* L, Transfer& t, Globals* globals) {
  const Value table = raw::at(L, -1);
  Mark* mark = static_cast<Mark*>(lua_newuserdatauv(L, sizeof(Mark), 1));
  mark->brand = &brand;
  mark->kind = Mark::Kind::Globals;
  mark->globals = globals;
  raw::set_uservalue(L, raw::at(L, -1).object, 1, raw::object_value(Kind::Userdata, globals->self));
  raw::set(L, t.tables.side, table, raw::at(L, -1));
  raw::mark(table.object);
  lua_pop(L, 1);
}

raw::Object push_weak_table(lua_State* L, const char* mode) {
  lua_newtable(L);
  lua_createtable(L, 0, 1);
  lua_pushstring(L, mode);
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  return raw::at(L, -1).object;
}

}  // namespace lagoon::vm
