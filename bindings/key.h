#pragma once
// Keys: Lua values that can be compared outside any state.  What maps, single flights and context
// values are looked up by: booleans, numbers, strings, light userdata, shared objects and frozen
// tables, equal when Lua says so (1 and 1.0 are one key).

#include <cstddef>
#include <lua.hpp>
#include <string>
#include <string_view>

#include "vm/shared.h"

namespace lagoon::vm {
struct FrozenRoot;
}

namespace lagoon::bindings {

// A key where it is: in a Lua value, or in a Key.  Borrowed; no destructor, for Lua frames.
struct KeyView {
  enum class Kind : uint8_t { None, False, True, Integer, Float, Light, String, Shared, Frozen };
  Kind kind = Kind::None;
  size_t size = 0;  // String; Frozen: its number in the root
  union {
    lua_Integer integer = 0;
    lua_Number number;
    void* pointer;
    const char* text;
    vm::Shared* shared;
    vm::FrozenRoot* root;
  };

  bool operator==(const KeyView& other) const noexcept;
  size_t hash() const noexcept;
};

// The key at argument `arg`, valid as long as the value is on the stack; raises for nil, nan, and
// what cannot be compared outside its state.                                       [-0, +0, v]
KeyView check_key(lua_State* L, int arg);

// Pushes the value.  The view must be valid.                                       [-0, +1, e]
void push_key(lua_State* L, const KeyView& key);

// A key that owns what it needs.
class Key {
 public:
  Key() = default;
  explicit Key(const KeyView& view);  // may throw bad_alloc
  ~Key();
  Key(const Key&) = delete;

  const KeyView& view() const noexcept { return view_; }

 private:
  std::string text_;
  KeyView view_;
};

}  // namespace lagoon::bindings
