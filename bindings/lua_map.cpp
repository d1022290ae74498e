// go.sync.map(): a map that goroutines share; values are copied in and out.
//
// Keys are booleans, numbers, strings and shared objects.

#include "bindings/guard.h"
#include "bindings/incoming.h"
#include "bindings/map.h"
#include "bindings/sync.h"
#include "vm/box.h"

namespace lagoon::bindings {

namespace {

using sched::Result;
using vm::Message;

Map& check_map(lua_State* L) { return vm::check_shared<Map>(L, 1, kMapType); }

int push_value(lua_State* L, const Message& value) {
  if (value.kind == Message::Kind::Empty) {
    lua_pushnil(L);
    return 1;
  }
  return push_message(L, value);
}

// The value at idx, nil as Empty.
Message check_value(lua_State* L, int idx, const char* what) {
  Message value;
  if (!lua_isnil(L, idx)) check_pack(L, idx, what, &value);
  return value;
}

// m:get(key) -> a copy of the value, or nil
int map_get(lua_State* L) {
  Map& map = check_map(L);
  return push_value(L, map.get(check_key(L, 2)));
}

// --- Writing an entry under its mutex ----------------------------------------------------------
//
// The stack of a writer: the map, the guard, the key, then its own.  The guard's item is the entry,
// used from use() on; its mutex is locked once `leave` is leave_locked.

void leave_used(lua_State*, Guard& guard, int) {
  static_cast<Map*>(guard.owner)->unuse(*static_cast<Map::Entry*>(guard.item));
}

void leave_locked(lua_State* L, Guard& guard, int error) {
  static_cast<Map::Entry*>(guard.item)->mutex.unlock();
  leave_used(L, guard, error);
}

Guard& guard_of(lua_State* L) { return *static_cast<Guard*>(lua_touserdata(L, 2)); }
Map::Entry& entry_of(lua_State* L) { return *static_cast<Map::Entry*>(guard_of(L).item); }

int entry_locked(lua_State* L, Result result, lua_KContext then);

int entry_resumed(lua_State* L, int, lua_KContext then) {
  finish_park(L);
  return entry_locked(L, entry_of(L).mutex.finish_lock(current(L)), then);
}

using Then = int (*)(lua_State* L, Map& map);

int entry_locked(lua_State* L, Result result, lua_KContext then) {
  Map& map = check_map(L);
  switch (result) {
    case Result::Done: guard_of(L).leave = leave_locked; return reinterpret_cast<Then>(then)(L, map);
    case Result::Blocked: return park(L, sched::Reason::MutexLock, &map, sched::kNever, then, entry_resumed);
    default: return raise_canceled(L);
  }
}

// Locks the entry of the key at 2, and goes on in `then`.  The last statement of a Lua frame; the
// entry is released at its end.                                                              may
// block
int with_entry(lua_State* L, Map& map, const char* what, Then then) {
  KeyView key = check_key(L, 2);
  Guard& guard = insert_guard(L, 2, map, nullptr);
  Map::Entry* entry = map.use(key);
  if (entry == nullptr) return luaL_error(L, "not enough memory");
  guard.item = entry;
  guard.leave = leave_used;
  Goroutine& g = current(L);
  if (entry->mutex.locked() && entry->mutex.owner() == g.id) {
    return luaL_error(L, "map:%s: inside an update of the same key", what);
  }
  return entry_locked(L, entry->mutex.lock(g), reinterpret_cast<lua_KContext>(then));
}

// --- set and delete ----------------------------------------------------------------------------

// The stack: the map, the guard, the key, the value.
int store_value(lua_State* L, Map& map) {
  map.store(entry_of(L), check_value(L, 4, "map:set"));
  return 0;
}

int set_value(lua_State* L, Map& map) {
  KeyView key = check_key(L, 2);
  Message value = check_value(L, 3, "map:set");
  Map::Set result = map.set(key, value);
  vm::drop(value);
  switch (result) {
    case Map::Set::Done: return 0;
    case Map::Set::NoMemory: return luaL_error(L, "not enough memory");
    default: return with_entry(L, map, "set", store_value);
  }
}

// m:set(key, value): nil deletes.  Waits while an update of the same key runs.        may block
int map_set(lua_State* L) {
  Map& map = check_map(L);
  luaL_checkany(L, 3);
  lua_settop(L, 3);
  return set_value(L, map);
}

// m:delete(key).  Waits while an update of the same key runs.                         may block
int map_delete(lua_State* L) {
  Map& map = check_map(L);
  lua_settop(L, 2);
  lua_pushnil(L);
  return set_value(L, map);
}

// --- update ------------------------------------------------------------------------------------

// The stack: the map, the guard, the key, f's result.
int update_done(lua_State* L, int, lua_KContext) {
  Map& map = check_map(L);
  map.store(entry_of(L), check_value(L, 4, "map:update"));
  return 1;
}

// The stack: the map, the guard, the key, f.
int update_value(lua_State* L, Map& map) {
  push_value(L, map.value_of(entry_of(L)));
  lua_callk(L, 1, 1, 0, update_done);
  return update_done(L, LUA_OK, 0);
}

// m:update(key, f) -> the new value: stores what f(value) returns (nil deletes).  No other set,
// delete or update of that key comes between; get sees the old value.  f may block; if it raises,
// nothing changes.                                                                             may
// block
int map_update(lua_State* L) {
  Map& map = check_map(L);
  check_key(L, 2);
  luaL_checktype(L, 3, LUA_TFUNCTION);
  lua_settop(L, 3);
  return with_entry(L, map, "update", update_value);
}

// --- pairs -------------------------------------------------------------------------------------

// The entries that a loop has yet to visit.
struct Snapshot {
  Map* map = nullptr;  // counted
  std::vector<Map::Entry*> entries;
  size_t next = 0;

  Snapshot() noexcept = default;
  Snapshot(const Snapshot&) = delete;
  ~Snapshot() {
    for (size_t i = next; i < entries.size(); ++i) map->unuse(*entries[i]);
    if (map != nullptr) map->release();
  }

  bool take(Map& from) noexcept {
    from.retain();
    map = &from;
    return from.snapshot(entries);
  }
};

// Pushes key and value, or nil at the end.
int map_next(lua_State* L) {
  auto* box = vm::Box<Snapshot>::to(L, 1);
  luaL_argexpected(L, box != nullptr && box->get() != nullptr, 1, "map iterator");
  Snapshot& s = **box;
  while (s.next < s.entries.size()) {
    Map::Entry& entry = *s.entries[s.next];
    Message value = s.map->value_of(entry);
    if (value.kind != Message::Kind::Empty) {
      push_message(L, value);
      push_key(L, entry.key.view());
      lua_insert(L, -2);
    }
    ++s.next;
    s.map->unuse(entry);
    if (value.kind != Message::Kind::Empty) return 2;
  }
  lua_pushnil(L);
  return 1;
}

// m:pairs(), pairs(m): for key, value in m:pairs() do.  The keys there are at the beginning, each
// once, if they are still there when their turn comes; the map may be changed meanwhile.
int map_pairs(lua_State* L) {
  Map& map = check_map(L);
  lua_pushcfunction(L, map_next);
  Snapshot& snapshot = vm::Box<Snapshot>::push(L)->fill();
  if (!snapshot.take(map)) return luaL_error(L, "not enough memory");
  return 2;
}

// m:len(), #m -> how many keys have a value
int map_len(lua_State* L) {
  lua_pushinteger(L, static_cast<lua_Integer>(check_map(L).size()));
  return 1;
}

int map_tostring(lua_State* L) {
  Map& map = check_map(L);
  lua_pushfstring(L, "map(%I): %p", static_cast<LUAI_UACINT>(map.size()), static_cast<void*>(&map));
  return 1;
}

const luaL_Reg kMethods[] = {
    {"get", map_get},     {"set", map_set}, {"delete", map_delete}, {"update", map_update},
    {"pairs", map_pairs}, {"len", map_len}, {nullptr, nullptr},
};

const luaL_Reg kMetamethods[] = {
    {"__len", map_len},
    {"__pairs", map_pairs},
    {"__tostring", map_tostring},
    {nullptr, nullptr},
};

}  // namespace

const vm::SharedType kMapType = {"map", kMethods, kMetamethods};

// go.sync.map() -> an empty map.
int new_map(lua_State* L) { return push_made(L, new (std::nothrow) Map); }

}  // namespace lagoon::bindings
