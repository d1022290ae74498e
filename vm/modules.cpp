#include "vm/modules.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "vm/classes.h"
#include "vm/environment.h"
#include "vm/transfer.h"

namespace lagoon::vm {

using raw::Kind;
using raw::Value;

// --- Indexing

namespace {

constexpr lua_Integer kMaxParts = 50000;  // objects looked at in one module

// Walks what a module consists of, breadth first: shortest paths.  Stack: queue (array of objects
// and their paths, alternating), seen (set).
class Indexer {
 public:
  Indexer(lua_State* L, Transfer& t) : L_(L), t_(t) {
    lua_newtable(L);
    queue_ = lua_gettop(L);
    lua_newtable(L);
    seen_ = queue_ + 1;
  }

  // The value on top is the module; pops nothing.
  void run(const char* name, int value) {
    lua_pushlstring(L_, name, strlen(name) + 1);  // with its zero
    offer(raw::at(L_, value), true);
    for (lua_Integer next = 1; next <= count_ && count_ < kMaxParts; ++next) {
      lua_rawgeti(L_, queue_, 2 * next - 1);
      lua_rawgeti(L_, queue_, 2 * next);
      expand(raw::at(L_, -2));
      lua_settop(L_, seen_);
    }
  }

 private:
  // The path to v is on top: takes v in, and pops the path.
  void offer(const Value& v, bool is_module = false) {
    if (belongs(v, is_module)) {
      raw::set(L_, raw::at(L_, seen_).object, v, Value());
      lua_pushboolean(L_, 1);
      raw::set(L_, raw::at(L_, seen_).object, v, raw::at(L_, -1));
      lua_pop(L_, 1);
      if (is_module || has_name(v)) {
        raw::set(L_, t_.tables.side, v, raw::at(L_, -1));
        if (!v.is(Kind::CFunction)) raw::mark(v.object);
        raw::disturb(L_);  // it crosses by name from now on
      }
      if (v.is(Kind::Table) || v.is(Kind::LuaFunction)) {
        ++count_;
        raw::push(L_, v);
        lua_rawseti(L_, queue_, 2 * count_ - 1);
        lua_pushvalue(L_, -1);
        lua_rawseti(L_, queue_, 2 * count_);
      }
    }
    lua_pop(L_, 1);
  }

  bool belongs(const Value& v, bool is_module) const noexcept {
    switch (v.kind) {
      case Kind::Table:
        if (raw::frozen(v.object) || is_globals(t_, v.object)) return false;
        break;
      case Kind::CFunction:
        if (!raw::get(t_.tables.side, v).is_nil()) return false;
        break;
      case Kind::LuaFunction:
      case Kind::CClosure:
      case Kind::Userdata: break;
      default: return false;
    }
    if (!raw::get(t_.tables.named, v).is_nil()) return false;
    if (!v.is(Kind::CFunction) && raw::marked(v.object)) {
      // A class that crossed while the module was loading stays a class; another module's part is
      // that one's.
      if (!is_module) return false;
    }
    return raw::get(raw::at(L_, seen_).object, v).is_nil();
  }

  // Plain tables are copied, but what is inside them may have a name.
  bool has_name(const Value& v) const noexcept {
    if (!v.is(Kind::Table)) return true;
    if (raw::metatable(v.object) != nullptr) return false;
    raw::Entry chunk[16];
    size_t cursor = 0;
    while (size_t n = raw::hash_chunk(v.object, &cursor, chunk, 16)) {
      for (size_t i = 0; i < n; ++i) {
        if (is_event_name(chunk[i].key)) return true;
      }
    }
    return false;
  }

  // The object and its path are on top: offers what it refers to.
  void expand(const Value& v) {
    const int path = lua_gettop(L_);
    if (v.is(Kind::LuaFunction)) return captured(v.object, path);
    if (raw::Object m = raw::metatable(v.object)) {
      lua_pushvalue(L_, path);
      lua_pushliteral(L_, "%");
      lua_concat(L_, 2);
      name_metatable(m);
    }
    elements(v.object, path);
  }

  // A metatable is a class whatever is in it.  The path is on top.
  void name_metatable(raw::Object m) {
    const Value v = raw::table_value(m);
    if (belongs(v, false)) raw::set(L_, t_.tables.side, v, raw::at(L_, -1));
    offer(v);
    if (!raw::get(t_.tables.side, v).is_nil()) raw::mark(m);
  }

  void captured(raw::Object f, int path) {
    for (int n = 0, count = raw::upvalue_count(f); n < count; ++n) {
      const Value v = raw::upvalue(f, n).value;
      if (v.kind < Kind::CFunction) continue;
      lua_pushfstring(L_, "^%d\n", n);
      step(v, path);
    }
  }

  void elements(raw::Object table, int path) {
    Value chunk[16];
    for (size_t i = 0, n = raw::array_size(table); i < n;) {
      const size_t got = raw::array_chunk(table, i, n, chunk, 16);
      for (size_t k = 0; k < got; ++k) {
        if (chunk[k].kind < Kind::Table && !chunk[k].is(Kind::CFunction)) continue;
        lua_pushfstring(L_, "[%I\n", static_cast<LUAI_UACINT>(i + k + 1));
        step(chunk[k], path);
      }
      i += got;
    }
    raw::Entry entries[16];
    size_t cursor = 0;
    while (size_t n = raw::hash_chunk(table, &cursor, entries, 16)) {
      for (size_t i = 0; i < n; ++i) {
        const Value& v = entries[i].value;
        if (v.kind < Kind::Table && !v.is(Kind::CFunction)) continue;
        if (!entries[i].key.is(Kind::String) || memchr(entries[i].key.text, '\n', entries[i].key.size)) continue;
        lua_pushliteral(L_, ".");
        raw::push(L_, entries[i].key);
        lua_pushliteral(L_, "\n");
        lua_concat(L_, 3);
        step(v, path);
      }
    }
  }

  // The step to v is on top.
  void step(const Value& v, int path) {
    lua_pushvalue(L_, path);
    lua_insert(L_, -2);
    lua_concat(L_, 2);
    offer(v);
  }

  lua_State* L_;
  Transfer& t_;
  int queue_, seen_;
  lua_Integer count_ = 0;
};

}  // namespace

void index_module(lua_State* L, Transfer& t, const char* name) {
  const int value = lua_gettop(L);
  luaL_checkstack(L, 30, nullptr);
  lua_pushvalue(L, value);
  Indexer indexer(L, t);
  indexer.run(name, value);
  lua_settop(L, value);
}

// --- Finding

namespace {

lua_Integer number(const char* text, const char* stop) noexcept {
  lua_Integer n = -1;
  std::from_chars(text, stop, n);
  return n;
}

// One step from the value `at`; *path moves behind it.
Value walk(const Value& at, const char** path, const char* end) noexcept {
  const char kind = *(*path)++;
  if (kind == '%') return at.is(Kind::Table) ? raw::table_value(raw::metatable(at.object)) : Value();
  const char* text = *path;
  const char* stop = static_cast<const char*>(memchr(text, '\n', static_cast<size_t>(end - text)));
  if (stop == nullptr) return Value();
  *path = stop + 1;
  if (kind == '^') {
    const lua_Integer n = number(text, stop);
    if (!at.is(Kind::LuaFunction) || n < 0 || n >= raw::upvalue_count(at.object)) return Value();
    return raw::upvalue(at.object, static_cast<int>(n)).value;
  }
  if (!at.is(Kind::Table)) return Value();
  if (kind == '[') return raw::get_integer(at.object, number(text, stop));
  return raw::get_text(at.object, text, static_cast<size_t>(stop - text));
}

}  // namespace

void push_module_part(lua_State* L, Transfer& t, const char* path, size_t name_size, size_t size) {
  luaL_checkstack(L, 20, nullptr);
  lua_pushlstring(L, path, name_size);
  load_module(L, t);
  Value v = raw::at(L, -1);
  const char* end = path + size;
  for (const char* at = path + name_size + 1; at < end && !v.is_nil();) v = walk(v, &at, end);
  if (v.is_nil() || (v.is(Kind::Table) && v.object == nullptr)) {
    luaL_error(L, "module '%s' has no part '%s' here", path, path + name_size + 1);
  }
  raw::push(L, v);
  lua_replace(L, -2);
}

}  // namespace lagoon::vm
