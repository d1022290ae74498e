#include "bindings/guard.h"

namespace lagoon::bindings {

namespace {

const char metatable_key = 0;  // registry

void run(lua_State* L, Guard& guard, int error) {
  Guard::Leave leave = guard.leave;
  guard.leave = nullptr;
  if (leave != nullptr) leave(L, guard, error);
}

// __close(guard, error)
int close(lua_State* L) {
  run(L, *static_cast<Guard*>(lua_touserdata(L, 1)), lua_isnoneornil(L, 2) ? 0 : 2);
  return 0;
}

// __gc: the coroutine was forgotten, with the call inside it.
int collect(lua_State* L) {
  Guard& guard = *static_cast<Guard*>(lua_touserdata(L, 1));
  run(L, guard, 0);
  vm::Shared* owner = guard.owner;
  guard.owner = nullptr;
  if (owner != nullptr) owner->release();
  return 0;
}

void push_metatable(lua_State* L) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &metatable_key) == LUA_TTABLE) return;
  lua_pop(L, 1);
  lua_createtable(L, 0, 3);
  lua_pushcfunction(L, close);
  lua_setfield(L, -2, "__close");
  lua_pushcfunction(L, collect);
  lua_setfield(L, -2, "__gc");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &metatable_key);
}

}  // namespace

Guard& insert_guard(lua_State* L, int at, vm::Shared& owner, Guard::Leave leave) {
  push_metatable(L);
  Guard* guard = static_cast<Guard*>(lua_newuserdatauv(L, sizeof(Guard), 0));
  *guard = Guard{};
  lua_insert(L, -2);
  lua_setmetatable(L, -2);
  owner.retain();
  guard->owner = &owner;
  lua_insert(L, at);
  lua_toclose(L, at);  // may raise: nothing to undo yet
  guard->leave = leave;
  return *guard;
}

void leave_now(lua_State* L, Guard& guard) { run(L, guard, 0); }

}  // namespace lagoon::bindings
