#pragma once
// Message: Lua values outside any state, on their way between goroutines.
//
// 24 bytes: nil, booleans, numbers, light userdata and strings up to 22 bytes
// are inside; one shared object is a counted pointer; everything else is a Graph, an immutable,
// counted, exactly sized block (pack.cpp).  A Message has no destructor, because Lua frames hold
// it: whoever holds a full one owns it and calls drop().

#include <bit>
#include <cstddef>
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
  // The views share their first bytes, so `kind` and `size` may be read through each.
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
    uint64_t words[3];
  };

  // Written, like a sched::Parcel, by whole words: the first holds kind and size.
  Message() noexcept : words{} {}
  explicit Message(const uint64_t (&from)[3]) noexcept : words{from[0], from[1], from[2]} {}
  Message(const Message& o) noexcept : Message(o.words) {}
  Message& operator=(const Message& o) noexcept {
    for (int i = 0; i < 3; ++i) words[i] = o.words[i];
    return *this;
  }

  // What it is; its value is written apart, and a text after this.
  void become(Kind is, size_t bytes = 0) noexcept {
    words[0] = std::bit_cast<uint64_t>(Head{is, static_cast<uint8_t>(bytes), {}});
  }

 private:
  struct Head {
    Kind kind;
    uint8_t size;
    char rest[6];
  };
};
static_assert(sizeof(Message) == 24 && std::is_trivially_destructible_v<Message>);

// Frees what m owns and leaves it Empty.  Any thread; never runs Lua.
void drop(Message& m) noexcept;

// A second message of the same values: counts, and copies nothing.  Any thread.
Message share(const Message& m) noexcept;

// Bytes m holds outside itself, for accounting.
size_t weight(const Message& m) noexcept;

}  // namespace lagoon::vm
