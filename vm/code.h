#pragma once
// Code: the code of one Lua function outside any state: dumped once, loaded once per state.
//
// A state's CodeTable knows which Code each of its prototypes is, both for those it dumped and for
// those it loaded, so a function that came from elsewhere is sent on without another dump.  A known
// prototype is anchored: its address is the key.  The table is bounded: when full, it forgets all.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <lua.hpp>

#include "vm/buffer.h"
#include "vm/raw.h"

namespace lagoon::vm {

class Code {
 public:
  // Null: out of memory.
  static Code* dump(raw::Object prototype) noexcept;

  void retain() noexcept { refs_.fetch_add(1, std::memory_order_relaxed); }
  void release() noexcept {
    if (refs_.fetch_sub(1, std::memory_order_acq_rel) == 1) native_free(this);
  }
  const char* bytes() const noexcept { return reinterpret_cast<const char*>(this + 1); }
  size_t size() const noexcept { return size_; }

 private:
  Code() = default;
  std::atomic<uint32_t> refs_{1};
  size_t size_ = 0;
};

// What a function, or a function inside it, does with one captured variable.
struct Use {
  uint32_t first = 0, count = 0;  // Known::names: fields it names, constants of the prototype
  bool value = false;             // used as a value besides
  bool assigned = false;
};

struct NameUse {
  raw::Object name;
  bool harmless;  // only debug.traceback and the like
};

// What a state knows about one of its prototypes.  One native block.
struct Known {
  raw::Object prototype;
  Code* code;  // counted
  uint32_t upvalues;
  bool calls_methods;  // may reach the string metatable
  Use* uses;           // one per captured variable
  NameUse* names;      // strings, anchored by the prototype
};

class CodeTable {
 public:
  static constexpr size_t kBound = 4096;

  CodeTable() noexcept : by_prototype_(&failed_), by_code_(&failed_) {}
  ~CodeTable() { forget_all(); }

  const Known* find(raw::Object prototype) noexcept {
    uint64_t* found = by_prototype_.find(prototype);
    return found == nullptr ? nullptr : reinterpret_cast<const Known*>(*found);
  }
  // The prototype that `code` is in this state, or null.
  raw::Object find(const Code* code) noexcept {
    uint64_t* found = by_code_.find(code);
    return found == nullptr ? nullptr : reinterpret_cast<raw::Object>(*found);
  }

  // Learns the prototype; `anchors` is a table of the state's that keeps them.      [-0, +0, m]
  const Known* learn(lua_State* L, raw::Object anchors, raw::Object prototype);
  // The prototype of `code`, loading it if this state has not yet.                   [-0, +0, m]
  raw::Object load(lua_State* L, raw::Object anchors, Code* code);

  // Called between transfers: forgets everything when there is too much.
  bool is_full() const noexcept { return by_prototype_.size() > kBound; }
  void forget_all() noexcept;

 private:
  // Code null: dumps.  Null: out of memory.
  const Known* add(raw::Object prototype, Code* code) noexcept;

  bool failed_ = false;
  PointerMap by_prototype_;  // Known*
  PointerMap by_code_;       // raw::Object
};

}  // namespace lagoon::vm
