#pragma once
// Box<T>: a userdata that owns a C++ object, for what must outlive a Lua call that may raise or
// yield.  It is pushed empty and filled afterwards, so there is no moment at which a raise leaks.
//
//   Box<File>* box = Box<File>::push(L);      // may raise; nothing is owned yet
//   box->fill(open(path));                    // cannot raise; now __gc destroys it

#include <lua.hpp>
#include <new>
#include <type_traits>
#include <utility>

namespace lagoon::vm {

template <class T>
class Box {
  static_assert(std::is_nothrow_destructible_v<T>);
  static_assert(alignof(T) <= 16, "the heap aligns a userdata of so many bytes to 16, and no more");

 public:
  // Pushes an empty box.  [-0, +1, m]
  static Box* push(lua_State* L) {
    push_metatable(L);
    Box* box = new (lua_newuserdatauv(L, sizeof(Box), 0)) Box;
    lua_rotate(L, -2, 1);
    lua_setmetatable(L, -2);
    return box;
  }

  // The box at idx, or null if that is something else (or already finalized).  [-0, +0, -]
  static Box* to(lua_State* L, int idx) noexcept {
    if (lua_type(L, idx) != LUA_TUSERDATA || lua_rawlen(L, idx) != sizeof(Box)) return nullptr;
    Box* box = static_cast<Box*>(lua_touserdata(L, idx));
    return box->brand_ == &brand ? box : nullptr;
  }

  // Makes the object.  REQUIRES: empty.
  template <class... Args>
  T& fill(Args&&... args) noexcept {
    static_assert(std::is_nothrow_constructible_v<T, Args...>,
                  "what can throw is made by a native function and moved in");
    T* object = new (storage_) T(std::forward<Args>(args)...);
    full_ = true;
    return *object;
  }

  // Destroys the object now instead of at the collector's leisure.  Empty: does nothing.
  void empty() noexcept {
    if (!full_) return;
    full_ = false;
    std::launder(reinterpret_cast<T*>(storage_))->~T();
  }

  T* get() noexcept { return full_ ? std::launder(reinterpret_cast<T*>(storage_)) : nullptr; }
  T& operator*() noexcept { return *get(); }
  T* operator->() noexcept { return get(); }

 private:
  Box() noexcept = default;

  static int collect(lua_State* L) {
    if (Box* box = to(L, 1)) {
      box->empty();
      box->brand_ = nullptr;
    }
    return 0;
  }

  static void push_metatable(lua_State* L) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &brand) == LUA_TTABLE) return;
    lua_pop(L, 1);
    lua_createtable(L, 0, 2);
    lua_pushcfunction(L, collect);
    lua_setfield(L, -2, "__gc");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pushvalue(L, -1);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &brand);
  }

  static inline const char brand = 0;  // its address tells a Box<T> from every other userdata

  const void* brand_ = &brand;
  bool full_ = false;
  alignas(T) unsigned char storage_[sizeof(T)];
};

}  // namespace lagoon::vm
