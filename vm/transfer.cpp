#include "vm/transfer.h"

#include <cstring>
#include <new>

#include "vm/classes.h"
#include "vm/encoder.h"
#include "vm/environment.h"
#include "vm/modules.h"
#include "vm/recall.h"

namespace lagoon::vm {
namespace {

const char home_key = 0;  // registry: the table that anchors TransferTables

constexpr int kNamed = 256;  // values that cross by name: room for those of the standard libraries and ours

// Pushes a table and anchors it in the table at `home`.                              [-0, +0, m]
raw::Object anchored(lua_State* L, int home, const char* weak = nullptr, int size = 0) {
  if (weak == nullptr) {
    lua_createtable(L, 0, size);
  } else {
    push_weak_table(L, weak);
  }
  const raw::Object table = raw::at(L, -1).object;
  lua_rawseti(L, home, static_cast<lua_Integer>(lua_rawlen(L, home)) + 1);
  return table;
}

raw::Object anchored_string(lua_State* L, int home, const char* text) {
  lua_pushstring(L, text);
  const raw::Object string = raw::identity(raw::at(L, -1));
  lua_rawseti(L, home, static_cast<lua_Integer>(lua_rawlen(L, home)) + 1);
  return string;
}

void make_tables(lua_State* L, Transfer& t) {
  lua_newtable(L);
  const int home = lua_gettop(L);
  lua_pushvalue(L, home);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &home_key);
  TransferTables& all = t.tables;
  all.anchors = anchored(L, home);
  all.side = anchored(L, home, "k");
  push_lazy_metatable(L);
  all.lazy_metatable = raw::at(L, -1).object;
  lua_rawseti(L, home, static_cast<lua_Integer>(lua_rawlen(L, home)) + 1);
  all.base_names = anchored(L, home);
  all.base_libraries = anchored(L, home);
  all.named = anchored(L, home, nullptr, kNamed);
  all.named_values = anchored(L, home, nullptr, kNamed);
  all.takers = anchored(L, home);
  all.frozen = anchored(L, home, "v");
  all.images = anchored(L, home, "v");
  all.effects = anchored(L, home);
  all.loading = anchored(L, home);
  t.names.transfer = anchored_string(L, home, "__transfer");
  t.names.received = anchored_string(L, home, "__received");
  t.names.module = anchored_string(L, home, "__module");
  t.names.name = anchored_string(L, home, "__name");
  t.base = push_globals_for(L, t, raw::registry_globals(L));
  lua_rawseti(L, home, static_cast<lua_Integer>(lua_rawlen(L, home)) + 1);
  lua_pop(L, 1);
}

// Outside main the strings of a goroutine without a library of its own lead to a copy of the stock
// library that nobody can change.
void protect_strings(lua_State* L, Transfer& t) {
  t.base_string_metatable = raw::string_metatable(L);
  if (t.state.is_main()) return;
  lua_rawgetp(L, LUA_REGISTRYINDEX, &home_key);
  const raw::Object copy = raw::push_clone(L, t.base_string_metatable);
  lua_pushvalue(L, -1);
  lua_rawseti(L, -3, static_cast<lua_Integer>(lua_rawlen(L, -3)) + 1);
  lua_pushliteral(L, "__index");
  raw::set(L, copy, raw::at(L, -1), raw::table_value(base_library(t, kLibString)));
  t.base_string_metatable = copy;
  lua_pop(L, 3);
}

Transfer* new_transfer(State& state) noexcept {
  Transfer* t = new (std::nothrow) Transfer(state);
  if (t == nullptr) return nullptr;
  t->encoder = new (std::nothrow) Encoder(*t);
  t->recall = new (std::nothrow) Recall(*t);
  t->base_names = new (std::nothrow) BaseName[kMaxBaseNames];
  if (t->encoder != nullptr && t->recall != nullptr && t->base_names != nullptr) return t;
  free_transfer(t);
  return nullptr;
}

int open_tables(lua_State* L) {
  Transfer& t = *static_cast<Transfer*>(lua_touserdata(L, 1));
  luaL_checkstack(L, 40, nullptr);
  make_tables(L, t);
  install_require(L, t);
  lua_pushcfunction(L, own_getmetatable);
  lua_setglobal(L, "getmetatable");
  return 0;
}

}  // namespace

Transfer* make_transfer(State& state) {
  lua_State* L = state.lua();
  Transfer* t = new_transfer(state);
  if (t == nullptr) raise_memory(L);
  lua_pushcfunction(L, open_tables);
  lua_pushlightuserdata(L, t);
  if (lua_pcall(L, 1, 0, 0) == LUA_OK) return t;
  free_transfer(t);
  lua_error(L);
  return nullptr;
}

void seal_transfer(lua_State* L) {
  Transfer& t = transfer_of(L);
  luaL_checkstack(L, 60, nullptr);
  record_base(L, t);
  protect_strings(L, t);
  t.sealed = true;
  enter_environment(t.state, nullptr);
}

void forget_code(lua_State* L, Transfer& t) {
  t.recall->forget_all();
  t.codes.forget_all();
  lua_rawgetp(L, LUA_REGISTRYINDEX, &home_key);
  lua_newtable(L);
  t.tables.anchors = raw::at(L, -1).object;
  lua_rawseti(L, -2, 1);
  lua_pop(L, 1);
}

void free_transfer(Transfer* t) {
  if (t == nullptr) return;
  delete t->recall;
  delete t->encoder;
  delete[] t->base_names;
  delete t;
}

}  // namespace lagoon::vm
