#pragma once
// Plain values: those a message holds without memory of its own.  Packing one cannot raise.

#include <cstring>

#include "vm/message.h"

namespace lagoon::bindings {

inline bool is_plain(lua_State* L, int idx) noexcept {
  switch (lua_type(L, idx)) {
    case LUA_TNIL:
    case LUA_TBOOLEAN:
    case LUA_TNUMBER: return true;
    case LUA_TSTRING: return lua_rawlen(L, idx) <= sizeof vm::Message::text;
    default: return false;
  }
}

// Are two messages one value for certain: the same bits, or the same object?
inline bool identical(const vm::Message& a, const vm::Message& b) noexcept {
  if (a.kind != b.kind || a.size != b.size) return false;
  if (a.kind == vm::Message::Kind::ShortString) return std::memcmp(a.text, b.text, a.size) == 0;
  return a.kind < vm::Message::Kind::Integer || a.integer == b.integer;
}

}  // namespace lagoon::bindings
