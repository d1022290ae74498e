#include "bindings/key.h"

#include <cmath>
#include <functional>

#include "vm/frozen.h"
#include "vm/internals.h"
#include "vm/state.h"

namespace lagoon::bindings {

bool KeyView::operator==(const KeyView& other) const noexcept {
  if (kind != other.kind) return false;
  switch (kind) {
    case Kind::Float: return number == other.number;
    case Kind::Frozen: return root == other.root && size == other.size;
    case Kind::String: return std::string_view(text, size) == std::string_view(other.text, other.size);
    default: return integer == other.integer;
  }
}

size_t KeyView::hash() const noexcept {
  if (kind == Kind::String) return std::hash<std::string_view>()({text, size});
  // Neighbouring numbers and addresses spread over all bits.
  uint64_t bits = (static_cast<uint64_t>(integer) + size) * 0x9E3779B97F4A7C15ULL + static_cast<uint64_t>(kind);
  return bits ^ bits >> 32;
}

namespace {

KeyView number_key(lua_State* L, int idx) noexcept {
  KeyView key;
  int exact = 0;
  lua_Integer integer = lua_tointegerx(L, idx, &exact);
  if (exact != 0) {
    key.kind = KeyView::Kind::Integer;
    key.integer = integer;
  } else if (!std::isnan(lua_tonumber(L, idx))) {
    key.kind = KeyView::Kind::Float;
    key.number = lua_tonumber(L, idx);
  }
  return key;
}

KeyView string_key(lua_State* L, int idx) noexcept {
  KeyView key;
  key.kind = KeyView::Kind::String;
  key.text = lua_tolstring(L, idx, &key.size);
  return key;
}

KeyView pointer_key(KeyView::Kind kind, void* pointer) noexcept {
  KeyView key;
  key.kind = pointer == nullptr && kind == KeyView::Kind::Shared ? KeyView::Kind::None : kind;
  key.pointer = pointer;
  return key;
}

// A frozen table is a key as part of its root, which it is given when it first crosses.
KeyView frozen_key(lua_State* L, int idx) {
  KeyView key;
  vm::Transfer& transfer = vm::State::of(L).transfer();
  uint32_t number = 0;
  key.root = vm::frozen_root_of(transfer, lua_topointer(L, idx), &number);
  if (key.root == nullptr) {
    if (const char* why = vm::make_frozen_root(L, idx)) luaL_error(L, "key: %s", why);
    key.root = vm::frozen_root_of(transfer, lua_topointer(L, idx), &number);
  }
  key.kind = KeyView::Kind::Frozen;
  key.size = number;
  return key;
}

// The key at idx, or Kind::None.
KeyView to_key(lua_State* L, int idx) {
  KeyView key;
  switch (lua_type(L, idx)) {
    case LUA_TBOOLEAN: key.kind = lua_toboolean(L, idx) ? KeyView::Kind::True : KeyView::Kind::False; return key;
    case LUA_TNUMBER: return number_key(L, idx);
    case LUA_TSTRING: return string_key(L, idx);
    case LUA_TLIGHTUSERDATA: return pointer_key(KeyView::Kind::Light, lua_touserdata(L, idx));
    case LUA_TUSERDATA: return pointer_key(KeyView::Kind::Shared, vm::to_any_shared(L, idx));
    case LUA_TTABLE: return vm::is_frozen(L, idx) ? frozen_key(L, idx) : key;
    default: return key;
  }
}

}  // namespace

KeyView check_key(lua_State* L, int arg) {
  KeyView key = to_key(L, arg);
  if (key.kind != KeyView::Kind::None) return key;
  if (lua_isnoneornil(L, arg)) luaL_argerror(L, arg, "nil key");
  if (lua_type(L, arg) == LUA_TNUMBER) luaL_argerror(L, arg, "key is NaN");
  luaL_argerror(L, arg, lua_pushfstring(L, "key is not comparable: %s", luaL_typename(L, arg)));
  return key;
}

void push_key(lua_State* L, const KeyView& key) {
  switch (key.kind) {
    case KeyView::Kind::None: lua_pushnil(L); return;
    case KeyView::Kind::False: lua_pushboolean(L, 0); return;
    case KeyView::Kind::True: lua_pushboolean(L, 1); return;
    case KeyView::Kind::Integer: lua_pushinteger(L, key.integer); return;
    case KeyView::Kind::Float: lua_pushnumber(L, key.number); return;
    case KeyView::Kind::Light: lua_pushlightuserdata(L, key.pointer); return;
    case KeyView::Kind::String: lua_pushlstring(L, key.text, key.size); return;
    case KeyView::Kind::Shared: vm::push_shared(L, *key.shared); return;
    case KeyView::Kind::Frozen: vm::push_frozen(L, key.root, static_cast<uint32_t>(key.size)); return;
  }
}

Key::Key(const KeyView& view) : view_(view) {
  if (view.kind == KeyView::Kind::String) {
    text_.assign(view.text, view.size);
    view_.text = text_.data();
  }
  if (view.kind == KeyView::Kind::Shared) view.shared->retain();
  if (view.kind == KeyView::Kind::Frozen) vm::retain({vm::Ref::Kind::Frozen, view.root});
}

Key::~Key() {
  if (view_.kind == KeyView::Kind::Shared) view_.shared->release();
  if (view_.kind == KeyView::Kind::Frozen) vm::release({vm::Ref::Kind::Frozen, view_.root});
}

}  // namespace lagoon::bindings
