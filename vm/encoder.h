#pragma once
// Encoder: Lua values to a Graph.
//
// One run reads the values where they lie, without allocating in Lua or running any of it, so
// nothing moves or dies under it and no error can jump out of it.  What only Lua can do (anchor a
// prototype, make an origin for a class, call __transfer) becomes a *need*: the run goes on without
// it, the caller meets the needs in a Lua frame, and runs again.  In the steady state there are
// none.
//
// Nothing is recursive: objects wait in the order of their numbers, pieces in theirs.

#include <lua.hpp>

#include "vm/buffer.h"
#include "vm/environment.h"
#include "vm/graph.h"
#include "vm/libraries.h"
#include "vm/raw.h"
#include "vm/recall.h"

namespace lagoon::vm {

struct Known;
struct NameUse;
struct Transfer;

enum class NeedKind : uint8_t {
  Code,      // function: learn its prototype
  Class,     // table: give it an origin
  Frozen,    // table: make its FrozenRoot
  Transfer,  // userdata: call __transfer
  Name,      // globals userdata, extra = name: build it
  Image,     // globals userdata: build what is left of the image
  Open,      // table: open these globals
};

struct Need {
  NeedKind kind;
  raw::Value object;
  raw::Object extra;
};

class Encoder {
 public:
  enum class Mode {
    Values,  // of a message
    Call,    // a function and its arguments: the start of a goroutine
    Image,   // the function alone, noting what it depends on
    Frozen,  // the content of one frozen table
  };
  enum class Result { Done, Needs, Refused, NoMemory };

  explicit Encoder(Transfer& t) noexcept;

  // Encodes `count` values from stack index `first`.  `received` is a table userdata -> Graph of
  // what its __transfer returned (boxed), or null.  REQUIRES: one free stack slot.
  Result run(lua_State* L, int first, int count, Mode mode, raw::Object received) noexcept;

  // After Done: the graph; null: out of memory.
  Graph* finish() noexcept;
  // After Done, in mode Image: may it be recalled, on these conditions?
  bool recallable() const noexcept { return recallable_; }
  const Notes& notes() const noexcept { return notes_; }
  bool root_is_met() const noexcept { return root_is_met_; }
  // Encodes the values as more roots of an image, into bytes() and refs().  False: they are not all simple.
  bool arguments(lua_State* L, int first, int count) noexcept;
  const Buffer<uint8_t>& bytes() const noexcept { return bytes_; }
  Buffer<Ref>& refs() noexcept { return refs_; }
  // Has the goroutine changed that library?
  bool is_changed(const Globals& globals, int id) noexcept;
  // After Needs.
  const Buffer<Need>& needs() const noexcept { return needs_; }
  // After Refused: why.
  const char* refusal() const noexcept { return refusal_; }
  // After Done, in mode Frozen: the value that became object i.
  const raw::Value& source(size_t i) const noexcept { return sources_[i].value; }
  size_t object_count() const noexcept { return sources_.size(); }

 private:
  static constexpr uint64_t kClassBit = uint64_t{1} << 63;  // in numbers_: a class, by its piece
  static constexpr uint32_t kNone = ~uint32_t{0};
  static constexpr size_t kKept = 1 << 14;  // elements a buffer keeps between runs

  struct Source {
    raw::Value value;
    ClassOrigin* origin;  // a class's
    uint32_t piece;
    uint32_t parent;  // the object it was met in; kNone: its piece's root
  };
  struct PieceSource {
    raw::Value value;     // Global: the value; Class: the table
    raw::Object name;     // Global
    ClassOrigin* origin;  // Class
    uint32_t last_user;   // the last piece that listed this one, plus one
    uint32_t parent;      // Class: the object it was met in
  };
  struct Env {
    Globals* globals;
    bool full, all, all_done, package, strings_done, noted;
  };

  // encoder.cpp: values and objects.
  void reset() noexcept;
  void start(int first, int count) noexcept;
  void encode_pieces() noexcept;
  void encode_piece(uint32_t piece) noexcept;
  void encode_object(uint32_t number) noexcept;
  void value(const raw::Value& v) noexcept;
  void table(raw::Object t) noexcept;
  void marked_table(raw::Object t) noexcept;
  void frozen_table(raw::Object t) noexcept;
  void metatable(raw::Object m) noexcept;
  void object(const raw::Value& v) noexcept;
  void known_object(uint64_t number) noexcept;
  void class_table(raw::Object t, ClassOrigin* origin) noexcept;
  void table_body(uint32_t number) noexcept;
  void class_parts(raw::Object t) noexcept;
  void hash_body(raw::Object t, size_t count_at) noexcept;
  void string_body(const raw::Value& v) noexcept;
  void uses_object(uint32_t number) noexcept;
  void uses_piece(uint32_t piece) noexcept;
  uint32_t add_piece(PieceKind kind, const raw::Value& v) noexcept;

  // encode_function.cpp: functions, C functions, userdata, names.
  void function(const raw::Value& v) noexcept;
  void function_body(uint32_t number) noexcept;
  void captured(uint32_t number, int n, const Known* known) noexcept;
  void c_function(const raw::Value& v) noexcept;
  void c_closure(const raw::Value& v) noexcept;
  void userdata(const raw::Value& v) noexcept;
  void received_body(const raw::Value& v) noexcept;
  Graph* received_graph(const raw::Value& v) noexcept;
  bool named(const raw::Value& v) noexcept;  // a part of a module, or of the base
  void module_part(const raw::Value& v, const raw::Value& path) noexcept;
  void reaches_globals(const raw::Value& function) noexcept;

  // encode_globals.cpp: environments.
  uint32_t environment(Globals* globals) noexcept;
  void environment_value(Globals* globals) noexcept;
  void mention_all(uint32_t env, const Known& known, int upvalue) noexcept;
  void mention(uint32_t env, const NameUse& use) noexcept;
  void mention_value(uint32_t env, raw::Object name, const raw::Value& v, const BaseName* base, bool harmless) noexcept;
  bool mention_absent(uint32_t env, raw::Object name, const BaseName* base, bool harmless) noexcept;
  void takes_all(uint32_t env, const BaseName& base, bool harmless) noexcept;
  void add_global(uint32_t env, raw::Object name, const raw::Value& v) noexcept;
  void take_package(uint32_t env) noexcept;
  void take_all(uint32_t env) noexcept;
  void finish_environments() noexcept;
  void library(uint32_t env, int id) noexcept;
  void changed_library(uint32_t env, int id) noexcept;
  void library_body(const Piece& piece) noexcept;
  void rest_body(const Piece& piece) noexcept;

  // refusal.cpp
  // Gives up: `child`, met in the current object (nil: the object itself), cannot cross.
  void refuse(const raw::Value& child, const char* what, const char* type_name = nullptr) noexcept;
  void refuse_root(uint32_t piece, const raw::Value& root, const char* path, const char* reason) noexcept;

  bool is_call() const noexcept { return mode_ == Mode::Call || mode_ == Mode::Image; }
  void note(const Check& check) noexcept {
    if (mode_ != Mode::Image) return;
    const uint32_t number = static_cast<uint32_t>(notes_.checks.size());
    notes_.facts.push({.kind = raw::Fact::Kind::None, .index = number});
    notes_.checks.push(check);
  }
  void note(raw::Fact fact, const raw::Value& v) noexcept {
    if (mode_ != Mode::Image) return;
    fact.set_value(v);
    notes_.facts.push(fact);
  }
  void note_text(const raw::Value& v) noexcept;  // its bytes come next
  void note_environment(Check::Kind kind, raw::Object table, Globals* globals) noexcept;
  bool stopped() const noexcept { return failed_ || refused_; }
  // Each thing is needed once.
  void need(NeedKind kind, const raw::Value& v, raw::Object extra = nullptr) noexcept {
    bool made = true;
    if (kind == NeedKind::Code) {
      names_.find_or_add(raw::prototype(v.object), 0, &made);
    } else if (kind != NeedKind::Name) {
      names_.find_or_add(v.object, 0, &made);
    }
    if (made) needs_.push({kind, v, extra});
  }
  void counted(Ref::Kind kind, void* object) noexcept { refs_.push({kind, object}); }

  template <class T>
  void put(const T& v) noexcept {
    bytes_.append(reinterpret_cast<const uint8_t*>(&v), sizeof v);
  }
  void put_tag(Tag tag) noexcept { bytes_.push(static_cast<uint8_t>(tag)); }
  void put_text(const char* text, size_t size) noexcept { bytes_.append(reinterpret_cast<const uint8_t*>(text), size); }
  void put_sized(const char* text, size_t size) noexcept {
    put(static_cast<uint32_t>(size));
    put_text(text, size);
  }

  Transfer& t_;
  lua_State* L_ = nullptr;
  Mode mode_ = Mode::Values;
  int first_ = 0, count_ = 0;
  raw::Object received_ = nullptr;

  bool failed_ = false;  // memory ran out
  bool refused_ = false;
  bool globals_used_ = false;  // the goroutine needs globals of its own
  bool methods_called_ = false;
  bool recallable_ = true;    // nothing was met that notes cannot tell
  bool root_is_met_ = false;  // something refers to the first object
  uint32_t piece_ = 0;        // being encoded
  uint32_t object_ = kNone;
  Buffer<uint8_t> bytes_;
  Buffer<ObjectEntry> objects_;
  Buffer<Source> sources_;
  Buffer<Piece> pieces_;
  Buffer<PieceSource> piece_sources_;
  Buffer<uint32_t> deps_;
  Buffer<EnvironmentImage> images_;
  Buffer<Env> envs_;
  Buffer<ModuleName> modules_;
  Buffer<Ref> refs_;
  Buffer<Need> needs_;
  Notes notes_;
  PointerMap numbers_;  // object -> number
  PointerMap cells_;    // captured variable -> function number << 8 | index
  PointerMap names_;    // environment and name: mentioned; object: needed
  char refusal_[512];
};

// Runs the state's encoder until nothing is needed: then it holds the outcome, until anything else
// runs. Null; or why not, on top of the stack.                                             [-0,
// +0|1, e]
const char* encode(lua_State* L, int first, int count, Encoder::Mode mode);

}  // namespace lagoon::vm
