#pragma once
// Message: Lua values outside any state, on their way between goroutines.
//
// 24 bytes, trivially copyable: nil, booleans, numbers, light userdata and strings up to 22 bytes
// are inside; one shared object is a counted pointer; everything else is a Graph, an immutable,
// counted, exactly sized block (pack.cpp).  A Message has no destructor, because Lua frames hold
// it: whoever holds a full one owns it and calls drop().

#include <cstdint>
#include <lua.hpp>
#include <type_traits>

namespace lagoon::vm {

class Shared;
class Graph;

struct Message {
  enum class Kind : uint8_t {
    Empty,  // no value at all (zero values)
    Nil,
    False,
    True,
    Integer,
    Float,
    LightUserdata,
    ShortString,  // `size` bytes in `text`
    Shared,       // one counted object
    Graph,        // anything else, and any number of values but one
  };
  // The two views share their first bytes, so `kind` and `size` may be read through either.
  union {
    struct {
      Kind kind;
      uint8_t size;
      char text[22];
    };
    struct {
      char head[8];
      union {
        lua_Integer integer;
        lua_Number number;
        void* pointer;
        Shared* shared;
        Graph* graph;
      };
    };
  };
  Message() noexcept : kind(Kind::Empty), size(0), text{} {}
};
static_assert(sizeof(Message) == 24 && std::is_trivially_copyable_v<Message> &&
              std::is_trivially_destructible_v<Message>);

// Frees what m owns and leaves it Empty.  Any thread; never runs Lua.
void drop(Message& m) noexcept;

// A second message of the same values: counts, and copies nothing.  Any thread.
Message share(const Message& m) noexcept;

// Bytes m holds outside itself, for accounting.
size_t weight(const Message& m) noexcept;

}  // namespace lagoon::vm
