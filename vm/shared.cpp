#include "vm/shared.h"

namespace lagoon::vm {
namespace {

const char brand = 0;        // its address is every handle's brand
const char handles_key = 0;  // registry: light userdata of the object -> handle, weak values

Handle* handle_at(lua_State* L, int idx) noexcept {
  if (lua_type(L, idx) != LUA_TUSERDATA || lua_rawlen(L, idx) != sizeof(Handle)) return nullptr;
  Handle* handle = static_cast<Handle*>(lua_touserdata(L, idx));
  return handle->brand == &brand ? handle : nullptr;
}

// __gc.  Lua has cleared the handle's weak entry before, so the object can have a new one already.
// Unbranding makes sure that neither a later use of this one nor stale memory passes for a handle.
int collect(lua_State* L) {
  if (Handle* handle = handle_at(L, 1)) {
    Shared* object = handle->object;
    *handle = Handle{};
    object->release();
  }
  return 0;
}

// Pushes the weak table of handles.  [-0, +1, m]
void push_handles(lua_State* L) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &handles_key) == LUA_TTABLE) return;
  lua_pop(L, 1);
  lua_newtable(L);
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, "v");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &handles_key);
}

// Pushes the type's metatable, making it when the state first sees the type.  [-0, +1, m]
void push_metatable(lua_State* L, const SharedType& type) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &type) == LUA_TTABLE) return;
  lua_pop(L, 1);
  lua_newtable(L);
  if (type.metamethods != nullptr) luaL_setfuncs(L, type.metamethods, 0);
  if (type.methods != nullptr) {
    lua_newtable(L);
    luaL_setfuncs(L, type.methods, 0);
    lua_setfield(L, -2, "__index");
  }
  lua_pushstring(L, type.name);
  lua_pushvalue(L, -1);
  lua_setfield(L, -3, "__name");
  lua_setfield(L, -2, "__metatable");  // scripts cannot reach __gc
  lua_pushcfunction(L, collect);
  lua_setfield(L, -2, "__gc");
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &type);
}

// Replaces the table of handles on top by a new handle that holds the object.  [-1, +1, m]
void make_handle(lua_State* L, Shared& object) {
  push_metatable(L, object.type());
  Handle* handle = static_cast<Handle*>(lua_newuserdatauv(L, sizeof(Handle), 0));
  *handle = Handle{};
  lua_insert(L, -2);
  lua_setmetatable(L, -2);  // right after the userdata is made: Lua finds it at once
  object.retain();
  *handle = Handle{&brand, &object.type(), &object};
  lua_pushvalue(L, -1);
  lua_rawsetp(L, -3, &object);
  lua_replace(L, -2);
}

}  // namespace

void push_shared(lua_State* L, Shared& object) {
  push_handles(L);
  if (lua_rawgetp(L, -1, &object) == LUA_TUSERDATA &&
      static_cast<Handle*>(lua_touserdata(L, -1))->object == &object) {
    lua_replace(L, -2);
    return;
  }
  lua_pop(L, 1);
  make_handle(L, object);
}

void push_new_shared(lua_State* L, Shared* object) {
  lua_pushcfunction(L, [](lua_State* l) -> int {
    push_shared(l, *static_cast<Shared*>(lua_touserdata(l, 1)));
    return 1;
  });
  lua_pushlightuserdata(L, object);
  const int status = lua_pcall(L, 1, 1, 0);
  object->release();  // the handle has its own reference
  if (status != LUA_OK) lua_error(L);
}

Shared* to_shared(lua_State* L, int idx, const SharedType& type) noexcept {
  Handle* handle = handle_at(L, idx);
  return handle != nullptr && handle->type == &type ? handle->object : nullptr;
}

Shared* to_any_shared(lua_State* L, int idx) noexcept {
  Handle* handle = handle_at(L, idx);
  return handle != nullptr ? handle->object : nullptr;
}

void raise_not_shared(lua_State* L, int arg, const SharedType& type) {
  // A finalizer can meet a handle that was finalized before it.
  if (lua_type(L, arg) == LUA_TUSERDATA && lua_rawlen(L, arg) == sizeof(Handle) &&
      luaL_getmetafield(L, arg, "__name") == LUA_TSTRING) {
    lua_pushstring(L, type.name);
    if (lua_rawequal(L, -1, -2)) {
      luaL_argerror(L, arg, lua_pushfstring(L, "this %s is collected already", type.name));
    }
  }
  luaL_typeerror(L, arg, type.name);
}

}  // namespace lagoon::vm
