#include "vm/libraries.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <mutex>

#include "vm/environment.h"
#include "vm/transfer.h"

namespace lagoon::vm {

using raw::Kind;
using raw::Value;

// --- Numbers of libraries: one list for the process

namespace {

struct LibraryNames {
  std::mutex mutex;
  char names[kMaxLibraries][64] = {"string",          "string metatable",  "package",
                                   "package.preload", "package.searchers", "debug"};
  int count = kWellKnownLibraries;
};

LibraryNames& library_names() noexcept {
  static LibraryNames names;
  return names;
}

}  // namespace

int library_id(const char* path) noexcept {
  LibraryNames& all = library_names();
  const std::lock_guard lock(all.mutex);
  for (int i = 0; i < all.count; ++i) {
    if (strcmp(all.names[i], path) == 0) return i;
  }
  if (all.count == kMaxLibraries || strlen(path) >= sizeof all.names[0]) return -1;
  snprintf(all.names[all.count], sizeof all.names[0], "%s", path);
  return all.count++;
}

// --- Looking up

const BaseName* find_base_name(const Transfer& t, raw::Object name) noexcept {
  const Value number = raw::get_string(t.tables.base_names, name);
  return number.is_nil() ? nullptr : &t.base_names[number.integer - 1];
}

raw::Object library_in_use(const Globals& globals, int id) noexcept {
  if (globals.libraries == nullptr || id < 0) return nullptr;
  const Value v = raw::get_integer(globals.libraries, id + 1);
  return v.is(Kind::Table) ? v.object : nullptr;
}

raw::Object base_library(const Transfer& t, int id) noexcept {
  const Value v = raw::get_integer(t.tables.base_libraries, id + 1);
  return v.is(Kind::Table) ? v.object : nullptr;
}

int which_library(const Transfer& t, const Globals& globals, raw::Object table) noexcept {
  if (globals.libraries == nullptr || !raw::marked(table)) return -1;
  if (&globals == t.base) {
    const StockLibrary *all = t.stock_libraries, *end = all + t.stock_library_count;
    const StockLibrary* found = std::find_if(all, end, [table](const StockLibrary& l) { return l.table == table; });
    return found == end ? -1 : found->id;
  }
  return static_cast<int>(raw::index_of(globals.libraries, table)) - 1;
}

bool is_base_value(const Transfer& t, const Globals& globals, const Value& v, const Value& base) noexcept {
  if (raw::same(v, base)) return true;
  if (!v.is(Kind::Table) || !base.is(Kind::Table)) return false;
  const int id = which_library(t, globals, v.object);
  return id >= 0 && id == which_library(t, *t.base, base.object);
}

// --- A goroutine's own

namespace {

// The tables that the copy on top refers to become the goroutine's own too.
void own_parts(lua_State* L, Transfer& t, Globals& globals, raw::Object copy) {
  if (!raw::holds_table(copy)) return;
  raw::Entry chunk[16];
  size_t cursor = 0;
  while (size_t n = raw::hash_chunk(copy, &cursor, chunk, 16)) {
    for (size_t i = 0; i < n; ++i) {
      if (!chunk[i].value.is(Kind::Table)) continue;
      const int id = which_library(t, *t.base, chunk[i].value.object);
      if (id < 0) continue;
      const raw::Object own = own_library(L, t, globals, id);
      raw::set(L, copy, chunk[i].key, raw::table_value(own));
    }
  }
}

}  // namespace

raw::Object own_library(lua_State* L, Transfer& t, Globals& globals, int id) {
  if (raw::Object own = library_in_use(globals, id)) return own;
  luaL_checkstack(L, 20, nullptr);
  if (globals.libraries == nullptr) {
    const raw::Object libraries = raw::push_table(L, 0, 1);
    raw::set_uservalue(L, globals.self, 2, raw::table_value(libraries));
    globals.libraries = libraries;
    lua_pop(L, 1);
  }
  const raw::Object copy = raw::push_clone(L, base_library(t, id));
  raw::mark(copy);
  raw::set(L, globals.libraries, raw::integer_value(id + 1), raw::table_value(copy));
  own_parts(L, t, globals, copy);
  if (id == kLibString) own_library(L, t, globals, kLibStringMetatable);
  if (id == kLibStringMetatable) {
    globals.string_metatable = copy;
    adopt_string_metatable(t, globals);
  }
  lua_pop(L, 1);
  return copy;
}

int own_getmetatable(lua_State* L) {
  luaL_checkany(L, 1);
  if (lua_type(L, 1) == LUA_TSTRING) {
    Transfer& t = transfer_of(L);
    if (t.sealed) own_library(L, t, own_globals(L, t), kLibString);
  }
  if (!lua_getmetatable(L, 1)) {
    lua_pushnil(L);
    return 1;
  }
  luaL_getmetafield(L, 1, "__metatable");
  return 1;
}

// --- Recording the base

namespace {

class BaseRecorder {
 public:
  BaseRecorder(lua_State* L, Transfer& t) : L_(L), t_(t) {}

  // whole: the library that has it as a field, or -1.
  void library(const char* path, raw::Object stock, int whole) {
    if (which_library(t_, *t_.base, stock) >= 0) return;
    const int id = library_id(path);
    if (id < 0) return;
    if (whole >= 0) {
      t_.library_parts[t_.library_part_count++] = {static_cast<uint8_t>(whole), static_cast<uint8_t>(id)};
    }
    const Value key = raw::integer_value(id + 1);
    raw::set(L_, t_.base->libraries, key, raw::table_value(stock));
    t_.stock_libraries[t_.stock_library_count++] = {stock, id};
    raw::mark(stock);
    contents(path, stock);
    const raw::Object copy = raw::push_clone(L_, stock);
    raw::set(L_, t_.tables.base_libraries, key, raw::table_value(copy));
    lua_pop(L_, 1);
  }

  // What the table called `path` holds: libraries inside it, and what crosses by name.
  void contents(const char* path, raw::Object table) {
    raw::Entry chunk[16];
    size_t cursor = 0;
    while (size_t n = raw::hash_chunk(table, &cursor, chunk, 16)) {
      for (size_t i = 0; i < n; ++i) {
        char name[64];
        if (!join(path, chunk[i].key, name)) continue;
        value(name, chunk[i].value, table);
      }
    }
  }

  void value(const char* path, const Value& v, raw::Object in) {
    switch (v.kind) {
      case Kind::Table:
        if (v.object == in || v.object == t_.base->table) return;
        if (strcmp(path, "package.loaded") == 0) return named(path, v);
        return library(path, v.object, which_library(t_, *t_.base, in));
      case Kind::LuaFunction:
      case Kind::CFunction:
      case Kind::CClosure:
      case Kind::Userdata: return named(path, v);
      default: return;
    }
  }

  void named(const char* path, const Value& v) {
    raw::push(L_, raw::text_value(path, strlen(path)));
    const Value text = raw::at(L_, -1);
    if (raw::get(t_.tables.named, v).is_nil()) {
      raw::set(L_, t_.tables.named, v, text);
      if (v.is(Kind::LuaFunction) || v.is(Kind::Table)) raw::mark(v.object);
    }
    raw::set(L_, t_.tables.named_values, text, v);
    lua_pop(L_, 1);
    if (const int kind = taker(path)) raw::set(L_, t_.tables.takers, v, raw::integer_value(kind));
  }

  static int taker(const char* path) noexcept {
    if (strcmp(path, "require") == 0) return kRequires;
    for (const char* name : {"load", "loadfile", "dofile"}) {
      if (strcmp(path, name) == 0) return kTakesAll;
    }
    if (strncmp(path, "debug.", 6) != 0) return 0;
    for (const char* name : {"debug.traceback", "debug.getinfo", "debug.sethook", "debug.gethook"}) {
      if (strcmp(path, name) == 0) return 0;
    }
    return kTakesAll;
  }

  void name(const Value& key, const Value& v) {
    if (!key.is(Kind::String) || t_.base_name_count == kMaxBaseNames) return;
    BaseName& base = t_.base_names[t_.base_name_count++];
    base.name = raw::identity(key);
    base.value = v;
    base.is_globals = v.is(Kind::Table) && v.object == t_.base->table;
    if (v.is(Kind::Table)) base.library = which_library(t_, *t_.base, v.object);
    const int kind = taker(key.text);
    base.takes_all = kind == kTakesAll || base.library == kLibDebug;
    base.requires_modules = kind == kRequires;
    raw::set(L_, t_.tables.base_names, key, raw::integer_value(t_.base_name_count));
  }

 private:
  static bool join(const char* path, const Value& key, char (&out)[64]) noexcept {
    if (!key.is(Kind::String)) return false;
    const size_t before = path[0] == '\0' ? 0 : strlen(path) + 1;
    if (before + key.size >= sizeof out) return false;
    if (before > 0) {
      memcpy(out, path, before - 1);
      out[before - 1] = '.';
    }
    memcpy(out + before, key.text, key.size);
    out[before + key.size] = '\0';
    return true;
  }

  lua_State* L_;
  Transfer& t_;
};

}  // namespace

void record_base(lua_State* L, Transfer& t) {
  const raw::Object libraries = raw::push_table(L, kMaxLibraries, 0);
  raw::set_uservalue(L, t.base->self, 2, raw::table_value(libraries));
  t.base->libraries = libraries;
  lua_pop(L, 1);

  BaseRecorder recorder(L, t);
  recorder.contents("", t.base->table);
  recorder.library("string metatable", raw::string_metatable(L), -1);
  raw::Entry chunk[16];
  size_t cursor = 0;
  while (size_t n = raw::hash_chunk(t.base->table, &cursor, chunk, 16)) {
    for (size_t i = 0; i < n; ++i) recorder.name(chunk[i].key, chunk[i].value);
  }
}

}  // namespace lagoon::vm
