#pragma once
// Shared objects: native things (channels, mutexes, sockets, ...) that every worker state may hold.
//
// The object is counted; in each state at most one userdata, a Handle, stands for it, so `==` and
// table keys mean the object.  The type is recognised by the address of its SharedType in the
// handle: no registry look-up on a method call.

#include <atomic>
#include <cstdint>
#include <lua.hpp>

#include "vm/account.h"

namespace lagoon::vm {

class Shared;
struct QuickReg;

struct SharedType {
  const char* name;             // "chan": shown in messages, and the metatable's __name
  const luaL_Reg* methods;      // __index; may be null
  const luaL_Reg* metamethods;  // without __gc, __index and __name, which are ours; may be null
  // What each userdata has before its Handle, for C modules that know that layout, and how it is filled.
  size_t front = 0;
  void (*dress)(void* userdata, Shared& object) noexcept = nullptr;
  const QuickReg* quick = nullptr;  // quick forms of methods (quick.h), ended by {}; may be null
  bool counted = false;             // somebody asks for references(), so handles take none beforehand
};

class Shared {
 public:
  explicit Shared(const SharedType& type) noexcept : type_(type) {}
  Shared(const Shared&) = delete;
  virtual ~Shared() = default;

  const SharedType& type() const noexcept { return type_; }
  void retain(uint32_t n = 1) noexcept { refs_.fetch_add(n, std::memory_order_relaxed); }
  // retain() for who found the object in a list that its destructor takes it from.
  bool retain_if_alive() noexcept {
    uint32_t seen = refs_.load(std::memory_order_relaxed);
    while (seen != 0) {
      if (refs_.compare_exchange_weak(seen, seen + 1, std::memory_order_relaxed)) return true;
    }
    return false;
  }
  // Who knows them all knows that nobody else can get one; for types that are `counted`.
  uint32_t references() const noexcept { return refs_.load(std::memory_order_acquire); }
  void release(uint32_t n = 1) noexcept {
    if (refs_.fetch_sub(n, std::memory_order_acq_rel) == n) delete this;
  }

  // Takes over what its maker was charged for it.  Before anybody else has it.
  void charge_to(Account& account, size_t bytes) noexcept { charge_.fill(account, bytes); }

 private:
  const SharedType& type_;
  std::atomic<uint32_t> refs_{1};
  Charge charge_;
};

// The userdata, or its end.  All null once it is finalized.
struct Handle {
  const void* brand;  // the same for every handle and for nothing else
  const SharedType* type;
  Shared* object;
  uint32_t prepaid;  // references that it has besides its own, for reference()
};

extern const char handle_brand;  // its address is every handle's brand

// The handle in a userdata of `size` bytes, or null: it is none, or is finalized.   [-]
inline Handle* handle_in(void* userdata, size_t size) noexcept {
  if (size < sizeof(Handle) || size % alignof(Handle) != 0) return nullptr;
  auto* handle = reinterpret_cast<Handle*>(static_cast<char*>(userdata) + size - sizeof(Handle));
  return handle->brand == &handle_brand ? handle : nullptr;
}

// Pushes this state's handle of `object`, making it (and retaining the object) if there is none.
// [-0, +1, m].  The caller keeps its own reference.
void push_shared(lua_State* L, Shared& object);

// The same for an object just made, whose reference it takes over, also when it raises.  Counts it against the
// state's limit, with `more` bytes that it holds or will.
void push_new_shared(lua_State* L, Shared* object, size_t more = 0);

// The object at idx if it is a handle of that type, else null.  [-0, +0, -]
Shared* to_shared(lua_State* L, int idx, const SharedType& type) noexcept;
// The object at idx whatever its type, or null if it is no handle.  [-0, +0, -]
Shared* to_any_shared(lua_State* L, int idx) noexcept;

// Gives up the handle at idx before it is collected: __gc of types with a metatable of their own.
// No handle, or given up already: does nothing.  [-0, +0, -]
void drop_handle(lua_State* L, int idx) noexcept;

// A reference to the object for somebody else, mostly from those that the handle has taken beforehand: other threads change
// the count each time one is given back, and where many are handed out each of those would be a miss.  Inside
// the handle's state; it is not finalized.
Shared* reference(Handle& handle) noexcept;

// Raises what check_shared does.  [-0, +0, v]
void raise_not_shared(lua_State* L, int arg, const SharedType& type);

// Argument `arg` as an object of that type; else raises Lua's argument error.  [-0, +0, v]
template <class T>
T& check_shared(lua_State* L, int arg, const SharedType& type) {
  Shared* object = to_shared(L, arg, type);
  if (object == nullptr) raise_not_shared(L, arg, type);
  return *static_cast<T*>(object);
}

}  // namespace lagoon::vm
