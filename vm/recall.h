#pragma once
// Recall: starting a function again without encoding it again.
//
// While the Encoder reads a function that is to be started, it notes what it looked at: prototypes,
// captured variables, globals.  If all of it is the same at the next start, so would the graph be, and the old one
// is shared: an image of the function and its environment, counted and immutable.  Arguments are simple
// values beside it (Graph::derive).  What cannot be compared at a glance (tables, changed libraries, whole
// environments) is never recalled.
//
// Invariant: a check reads only what the checks before it have shown to be alive, beginning with the function that
// is started.  An address may be another object by now, so what lies behind it is compared too: a function's
// prototype (kept by the CodeTable), the bytes of a string, the object of a handle.
//
// What hangs on tables of globals is not read again while they are watched (patch 0009) and nothing was written: their
// fields, which functions these are, and of those functions' captured variables each but once.  So a script's hundreds
// of functions cost a start as much as its variables outside of them.
//
// Nothing here keeps an object of the script's alive: the image refers to code only, and who derives from it takes
// the references to shared objects that it finds at that moment.

#include <lua.hpp>

#include "vm/buffer.h"
#include "vm/graph.h"
#include "vm/raw.h"

namespace lagoon::vm {

struct Globals;
struct Transfer;

// What raw::Fact cannot tell.
struct Check {
  enum class Kind : uint8_t {
    Environment,  // object: a table; globals: whose; other: its metatable
    Current,      // object: the table of the starter's globals, which are globals; other: its metatable
    Absent,       // globals; other: a name that is not there; index: is it untouched?
    Own,          // object: a table, or none; globals, index: that library of theirs
    Unchanged,    // the same, and it has what the base has
    Text,         // object: a string; index: its size; offset: its bytes in the image
    Shared,       // object: a handle; other: of what
    Frozen,       // object: a table; other: its root; index: its number there
    Part,         // part: what a module's part is; its path as in Text
  };
  Kind kind;
  uint32_t index = 0;
  uint64_t offset = 0;
  raw::Object object = nullptr;
  const void* other = nullptr;
  Globals* globals = nullptr;
  raw::Value part = {};
};

// What an image was made from, in the order in which it was met.
struct Notes {
  explicit Notes(bool* failed) noexcept : facts(failed), checks(failed) {}
  Buffer<raw::Fact> facts;  // None: the check of that number
  Buffer<Check> checks;
};

class Recall {
 public:
  enum class Answer {
    Known,   // nothing has changed
    Note,    // worth noting: encode it by itself
    Encode,  // as if there were no Recall
  };

  explicit Recall(Transfer& t) noexcept : t_(t) {}
  Recall(const Recall&) = delete;
  ~Recall() {
    forget_all();
    pay();
  }

  // Asks about the function at idx.  REQUIRES: one free stack slot.
  Answer ask(lua_State* L, int idx) noexcept;
  // After Known or keep(): the graph that starts the function at idx, counted.  `arguments` is how many more
  // roots are in `bytes`; to `refs`, theirs, are added the function's.  Null: out of memory.
  Graph* start(lua_State* L, int idx, const Buffer<uint8_t>& bytes, Buffer<Ref>& refs, uint32_t arguments) noexcept;
  // After Known: are these bytes, of a fresh encoding, those of the image?
  bool matches(lua_State* L, int idx, const Buffer<uint8_t>& bytes) noexcept;
  // After Note: keeps the image, whose reference it takes, with what was noted.  False: there is no memory.
  bool keep(lua_State* L, int idx, Graph* image, const Notes& notes, bool root_is_met) noexcept;
  // After Note: it cannot be recalled.
  void give_up(lua_State* L, int idx) noexcept;
  // Known prototypes are about to be forgotten.
  void forget_all() noexcept;

  // Takes the reference to what a start was built of here.  The count of an image is changed for many at once, as
  // all processors share it; so a small one that nobody starts from any more may live on for one per state.
  void give_back(Graph& graph) noexcept;

 private:
  static constexpr uint32_t kFirstPatience = 2, kMostPatience = 1 << 12;
  // Taken at once, for other threads change the count for each start that ends.
  static constexpr uint32_t kPrepaid = 1024;
  static constexpr size_t kSmall = size_t{64} << 10;
  static constexpr uint32_t kWatched = 32;

  // One for each prototype, as long as no other needs the place.
  struct Entry {
    raw::Object prototype = nullptr;
    Graph* image = nullptr;   // counted; null: nothing is noted
    uint32_t prepaid = 0;     // references to it that starts may have
    Check* checks = nullptr;  // one block with the facts
    raw::Fact* facts = nullptr;
    uint32_t fact_count = 0;
    uint32_t check_count = 0;   // without those of kinds Shared and Frozen once more
    uint32_t shared = 0;        // how many they are; behind the others
    raw::Fact* open = nullptr;  // the facts that are left while nothing is written, with the checks among them
    uint32_t open_count = 0;
    uint32_t table_count = 0;
    raw::Object* tables = nullptr;  // what the other facts hang on; behind `open`
    bool watches = false;           // they were watched, and all held, at `writes`
    size_t writes = 0;
    raw::Object root = nullptr;          // the function it was noted for
    bool root_is_met = false;            // something refers to it
    bool has_twins = false;              // functions of its prototype are among what was noted
    uint32_t starts = 0;                 // since it was last noted in vain
    uint32_t patience = kFirstPatience;  // how many of them until it is worth noting
  };
  static constexpr size_t kEntries = 32;

  // The entry of the function's prototype, which is known, empty if it was another's.
  Entry& entry_of(lua_State* L, int idx) noexcept;
  static void clear(Entry& entry) noexcept;
  static void disappoint(Entry& entry) noexcept;
  // Sets apart what need not be read again.  Without memory for that, all of it has to be.
  static void set_apart(Entry& entry) noexcept;
  static bool meets(const Entry& entry, raw::Object root) noexcept;
  bool holds(lua_State* L, Entry& entry, raw::Object root) noexcept;
  bool hold(const Entry& entry, raw::Fact* facts, size_t count, raw::Object root) noexcept;
  bool holds(const Entry& entry, const Check& check) noexcept;
  void pay() noexcept;
  static bool is_text(const Entry& entry, const Check& check, const raw::Value& v) noexcept;

  Transfer& t_;
  Entry entries_[kEntries];
  Entry* latest_ = entries_;  // what was asked about last
  Graph* built_ = nullptr;    // the image that was built last, with `owed_` references to it
  uint32_t owed_ = 0;
};

}  // namespace lagoon::vm
