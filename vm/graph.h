#pragma once
// Graph: any number of Lua values outside any state, as one immutable, counted block.
//
// What a script calls one value is spread over *objects* (tables, functions, long strings),
// numbered in the order in which the encoder met them, so depth costs no stack anywhere.  Objects
// lie in *pieces*: what is built together.  Piece 0 holds the transfer's values; each global that
// its functions mention, each changed library and each class is a piece of its own, which a
// receiver builds when it is needed, or never.  A piece lists the pieces it refers to; an object
// that another piece refers to is `exported`.
//
// The byte stream: a value is a Tag and what the Tag says.  Numbers are in the machine's own form,
// as a graph never leaves the process.
//   Table     u32 array, u32 hash, u8 TableFlags, [metatable], array values, key/value pairs
//   Function  Code*, u8 count, then for each captured variable a Cell tag
//   String    u64 size, bytes
//   Received  Graph* of one value, module name, type name (texts: u32 size, bytes)

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "vm/account.h"
#include "vm/buffer.h"
#include "vm/raw.h"

namespace lagoon::vm {

class Code;
class Shared;
class Graph;

// A class's identity across states (classes.h).
struct ClassOrigin {
  std::atomic<uint32_t> refs{1};
};

// A frozen table's content, made once (frozen.h): graph object `n` is its table `n`.
struct FrozenRoot {
  std::atomic<uint32_t> refs{1};
  Graph* graph = nullptr;
};

enum class Tag : uint8_t {
  Nil,
  False,
  True,
  Byte,  // integer in u8
  Integer,
  Float,
  LightUserdata,
  CFunction,    // 8 bytes
  Text,         // u8 size, bytes
  Object,       // u32 number
  Class,        // u32 piece, whose first object it is
  Environment,  // u32: the globals table of that environment
  Library,      // u32 environment, u32 library id
  Named,        // u32 module, u32 size, path: a part of a module
  Base,         // u32 size, path: a part of the standard library that is not a table
  Shared,       // Shared*
  Frozen,       // FrozenRoot*, u32 object
};

enum class Cell : uint8_t {
  Value,        // a value: a variable of its own
  Share,        // u32 object, u8 index: the same variable as that function's
  Environment,  // u32: holds the globals of that environment
};

enum TableFlags : uint8_t { kHasMetatable = 1, kIsFrozen = 2, kIsClass = 4 };  // kIsClass: ClassOrigin* follows

enum class ObjectKind : uint8_t { Table, Function, String, Received };

struct ObjectEntry {
  uint64_t offset : 56;
  uint64_t kind : 4;
  uint64_t exported : 4;
};

enum class PieceKind : uint8_t { Root, Global, Library, Rest, Metatable, Class };

struct Piece {
  uint64_t value = 0;                     // where its root value is in the stream
  uint32_t first = 0, end = 0;            // its objects
  uint32_t dep_first = 0, dep_count = 0;  // the pieces it refers to
  uint32_t env = 0;                       // Global, Library, Rest, Metatable: whose
  uint32_t id = 0;                        // Library: which
  uint32_t text = 0, text_size = 0;       // Global: the name, in the stream
  PieceKind kind = PieceKind::Root;
};

// An image of at most so many names is built with the rest: a record of what is left would cost more.
inline constexpr uint32_t kEagerNames = 8;

struct EnvironmentImage {
  uint32_t names = 0;    // Global pieces
  bool full = false;     // is used as a value: build everything at once
  bool is_root = false;  // the goroutine's own
};

struct ModuleName {
  uint32_t text, size;
};

// A counted pointer inside the graph.
struct Ref {
  enum class Kind : uint8_t { Code, Shared, Class, Frozen, Graph } kind;
  void* object;
};
void retain(const Ref& ref) noexcept;
void release(const Ref& ref) noexcept;

class Graph {
 public:
  struct Parts {
    const Buffer<uint8_t>& bytes;
    const Buffer<ObjectEntry>& objects;
    const Buffer<Piece>& pieces;
    const Buffer<uint32_t>& deps;
    const Buffer<EnvironmentImage>& environments;
    const Buffer<ModuleName>& modules;
    const Buffer<Ref>& refs;
    uint32_t roots;
    bool needs_globals;
  };
  // Copies the parts into one block and takes a reference to each of refs.  Null: out of memory.
  static Graph* make(const Parts& parts) noexcept;
  // A graph that shares everything with `base`, which has one root, and has `count` more roots in `bytes`.
  // Takes over a reference to base and one to each of refs.  Null: out of memory, and nothing taken.
  static Graph* derive(Graph& base, const Buffer<uint8_t>& bytes, const Buffer<Ref>& refs, uint32_t count) noexcept;

  void retain(uint32_t n = 1) noexcept { refs_.fetch_add(n, std::memory_order_relaxed); }
  // Any thread.  Graphs inside graphs are released without recursion.
  void release(uint32_t n = 1) noexcept;
  // The same, but a reference to an image is not given back yet: that image is returned, or null.
  Graph* release_to_image() noexcept;
  bool is_last() const noexcept { return refs_.load(std::memory_order_acquire) == 1; }

  size_t weight() const noexcept { return size_; }
  // Takes over what was charged for it.  Before anybody else has it.
  void charge_to(Account& account) noexcept { charge_.fill(account, size_); }
  uint32_t roots() const noexcept { return roots_; }
  // Where the roots after the first are, if not behind it.
  const uint8_t* more_roots() const noexcept { return more_roots_; }
  bool needs_globals() const noexcept { return needs_globals_; }
  // What many starts share: a graph that Recall keeps, this one or the one it is derived from; or null.
  Graph* image() const noexcept { return image_; }
  // It is one from now on.  Before anybody else has it.
  void become_image() noexcept { image_ = this; }
  // One environment, the rest of which may wait: no piece but global names, and the root refers to none.
  bool root_stands_alone() const noexcept { return content_->root_stands_alone; }
  uint32_t object_count() const noexcept { return content_->object_count; }
  uint32_t piece_count() const noexcept { return content_->piece_count; }
  uint32_t environment_count() const noexcept { return content_->environment_count; }
  uint32_t module_count() const noexcept { return content_->module_count; }
  const ObjectEntry& object(uint32_t i) const noexcept { return content_->objects[i]; }
  const Piece& piece(uint32_t i) const noexcept { return content_->pieces[i]; }
  const uint32_t* deps(const Piece& piece) const noexcept { return content_->deps + piece.dep_first; }
  const EnvironmentImage& environment(uint32_t i) const noexcept { return content_->environments[i]; }
  const ModuleName& module(uint32_t i) const noexcept { return content_->modules[i]; }
  // The piece of the global `text` of that environment, or kNoPiece.
  static constexpr uint32_t kNoPiece = ~uint32_t{0};
  uint32_t find_name(uint32_t env, const char* text, size_t size) const noexcept;
  const uint8_t* bytes() const noexcept { return content_->bytes; }
  const char* text(uint32_t offset) const noexcept { return reinterpret_cast<const char*>(bytes() + offset); }

 private:
  // What graphs derived from one share with it: so a start writes, and its receiver misses in its caches, little.
  struct Content {
    uint32_t object_count = 0, piece_count = 0, environment_count = 0, module_count = 0;
    uint32_t name_slots = 0;
    bool root_stands_alone = false;
    const ObjectEntry* objects = nullptr;
    const Piece* pieces = nullptr;
    const uint32_t* deps = nullptr;
    const EnvironmentImage* environments = nullptr;
    const ModuleName* modules = nullptr;
    const uint32_t* names = nullptr;  // open addressing: piece + 1, or 0
    const uint8_t* bytes = nullptr;
  };

  Graph() = default;

  void index_names(uint32_t* slots) const noexcept;
  bool looks_alone() const noexcept;

  std::atomic<uint32_t> refs_{1};
  uint32_t roots_ = 0, ref_count_ = 0;
  bool needs_globals_ = false;  // the receiver needs globals of its own
  size_t size_ = 0;
  Graph* next_dead_ = nullptr;  // while it is being released
  Graph* image_ = nullptr;      // kept by ref_list_, or itself
  const Ref* ref_list_ = nullptr;
  const Content* content_ = nullptr;  // its own, or that of what it is derived from
  const uint8_t* more_roots_ = nullptr;
  Charge charge_;
};

// Reads the stream.
struct Reader {
  const uint8_t* p;

  template <class T>
  T read() noexcept {
    T v;
    memcpy(&v, p, sizeof v);
    p += sizeof v;
    return v;
  }
  Tag tag() noexcept { return static_cast<Tag>(*p++); }
  const char* text(size_t size) noexcept {
    const char* s = reinterpret_cast<const char*>(p);
    p += size;
    return s;
  }
};

}  // namespace lagoon::vm
