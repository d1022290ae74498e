#include "vm/shared.h"

#include <malloc.h>

#include <cstring>

#include "vm/classes.h"
#include "vm/heap.h"
#include "vm/internals.h"
#include "vm/quick.h"
#include "vm/raw.h"
#include "vm/state.h"
#include "vm/transfer.h"

namespace lagoon::vm {

extern const char handle_brand = 0;

namespace {

const char handles_key = 0;  // registry: light userdata of the object -> handle, weak values

// Tables that are looked into for each message have room: few of their keys collide.
constexpr int kRoomForQuick = 32;

Handle* handle_at(lua_State* L, int idx) noexcept {
  size_t size;
  void* const userdata = raw::userdata_at(L, idx, &size);
  return userdata == nullptr ? nullptr : handle_in(userdata, size);
}

// __gc.  Lua has cleared the handle's weak entry before, so the object can have a new one already.
// Unbranding makes sure that neither a later use of this one nor stale memory passes for a handle.
int collect(lua_State* L) {
  drop_handle(L, 1);
  return 0;
}

// Pushes the weak table of handles.  [-0, +1, m]
void push_handles(lua_State* L) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &handles_key) == LUA_TTABLE) return;
  lua_pop(L, 1);
  push_weak_table(L, "v");
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &handles_key);
}

// Methods cross as functions, too: each has the same address in every state.
void name_methods(lua_State* L, const luaL_Reg* methods) {
  const raw::Object named = transfer_of(L).tables.named;
  for (; methods->name != nullptr; ++methods) {
    raw::Value method;
    method.kind = raw::Kind::CFunction;
    method.function = methods->func;
    if (raw::get(named, method).is_nil()) {
      raw::set(L, named, method, raw::text_value(methods->name, std::strlen(methods->name)));
    }
  }
}

// Pushes the type's metatable, making it when the state first sees the type.  [-0, +1, m]
void push_metatable(lua_State* L, const SharedType& type) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &type) == LUA_TTABLE) return;
  lua_pop(L, 1);
  const int room = type.quick != nullptr ? kRoomForQuick : 0;
  lua_createtable(L, 0, room);
  if (type.metamethods != nullptr) luaL_setfuncs(L, type.metamethods, 0);
  if (type.methods != nullptr) {
    lua_createtable(L, 0, room);
    luaL_setfuncs(L, type.methods, 0);
    lua_setfield(L, -2, "__index");
    name_methods(L, type.methods);
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
  const SharedType& type = object.type();
  push_metatable(L, type);
  void* userdata = lua_newuserdatauv(L, type.front + sizeof(Handle), 0);
  std::memset(userdata, 0, type.front);
  auto* handle = reinterpret_cast<Handle*>(static_cast<char*>(userdata) + type.front);
  *handle = Handle{};
  lua_insert(L, -2);
  lua_setmetatable(L, -2);  // right after the userdata is made: Lua finds it at once
  object.retain();
  *handle = Handle{&handle_brand, &type, &object, 0};
  if (type.dress != nullptr) type.dress(userdata, object);
  if (type.quick != nullptr) mark_quick(L);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, -3, &object);
  lua_replace(L, -2);
}

}  // namespace

void push_shared(lua_State* L, Shared& object) {
  push_handles(L);
  if (lua_rawgetp(L, -1, &object) == LUA_TUSERDATA && to_any_shared(L, -1) == &object) {
    lua_replace(L, -2);
    return;
  }
  lua_pop(L, 1);
  make_handle(L, object);
}

namespace {

// What was allocated for the object.
size_t weight_of(const Shared& object) noexcept {
  return malloc_usable_size(const_cast<void*>(dynamic_cast<const void*>(&object)));
}

// Counts the object against the limit of L's state.  False: there is no room.
bool charge(lua_State* L, Shared& object, size_t more) noexcept {
  Account* account = State::of(L).heap().account();
  if (account == nullptr) return true;
  const size_t bytes = weight_of(object) + more;
  if (!charge_outside(L, bytes)) return false;
  object.charge_to(*account, bytes);
  return true;
}

}  // namespace

void push_new_shared(lua_State* L, Shared* object, size_t more) {
  if (!charge(L, *object, more)) {
    object->release();
    raise_memory(L);
  }
  lua_pushcfunction(L, [](lua_State* l) -> int {
    push_shared(l, *static_cast<Shared*>(lua_touserdata(l, 1)));
    return 1;
  });
  lua_pushlightuserdata(L, object);
  const int status = hold(L, 1, 1);
  object->release();  // the handle has its own reference
  if (status != LUA_OK) raise(L, status);
}

Shared* to_shared(lua_State* L, int idx, const SharedType& type) noexcept {
  Handle* handle = handle_at(L, idx);
  return handle != nullptr && handle->type == &type ? handle->object : nullptr;
}

Shared* to_any_shared(lua_State* L, int idx) noexcept {
  Handle* handle = handle_at(L, idx);
  return handle != nullptr ? handle->object : nullptr;
}

void drop_handle(lua_State* L, int idx) noexcept {
  Handle* handle = handle_at(L, idx);
  if (handle == nullptr) return;
  Shared* object = handle->object;
  const uint32_t references = 1 + handle->prepaid;
  *handle = Handle{};
  object->release(references);
}

Shared* reference(Handle& handle) noexcept {
  const uint32_t at_once = handle.type->counted ? 1 : 1024;
  if (handle.prepaid == 0) handle.object->retain(handle.prepaid = at_once);
  --handle.prepaid;
  return handle.object;
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
