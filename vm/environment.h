#pragma once
// A goroutine's globals: a table that is filled when it is read.
//
// A function brings an *image* of the globals it mentions (graph.h).  The receiver's table begins
// empty, with a metatable of ours whose __index builds the name asked for - from the image, else
// from the base - and stores it; a name once read or written is `seen` and never built again, so `x
// = nil` stays. Small images are built at once.  Where the table itself becomes visible (_G, _ENV
// as a value, debug), it is completed and the metatable taken off: scripts never meet it.  Before the first
// name is read or written there may be less: closed.h.
//
// Globals is the block of a userdata whose user values anchor what it points to.

#include <cstdint>
#include <lua.hpp>

#include "vm/pack.h"
#include "vm/raw.h"

namespace lagoon::vm {

class Graph;
struct Transfer;
struct Globals;

// What is left to build of a graph, shared by its environments: the block of a userdata.  Folded as long as
// nothing but the root was built of it: most goroutines read few names of a large image, or none.
struct Instance {
  // Of a piece.  kTaken: its name was read or written; kKnown: a class that was here before.
  enum State : uint8_t { kBuilt = 1, kTaken = 2, kKnown = 4 };
  Graph* graph;  // counted
  raw::Object self;
  raw::Object memo;        // table: number + 1 -> object that other pieces refer to
  raw::Object* objects;    // by number; only those in memo are sure to be alive
  Globals** environments;  // anchored in user value 2
  uint8_t* pieces;         // State bits; null: folded, there are no arrays
  Globals* root;           // while folded: the only environment, which keeps the instance
  bool busy;               // a build is at work in `objects`, or was when an error ended it
};
// Pushes a folded instance of g.                                                      [-0, +1, m]
Instance* push_instance(lua_State* L, Graph* g);
// Makes its arrays.  One without a root has nothing built yet.                        [-0, +0, m]
void unfold(lua_State* L, Instance& instance);
// The rest of the instance, which is folded, waits in `globals`, its only environment.
void keep_image(lua_State* L, Globals& globals, Instance& instance);
// Nothing of it waits any more.
void drop_image(lua_State* L, Globals& globals);

struct Globals {
  raw::Object self;  // the userdata
  raw::Object table;
  raw::Object string_metatable;  // null: the base's
  raw::Object libraries;         // table: library id -> own table; null: none
  raw::Object classes;           // table with weak values: origin -> class; null: none
  Instance* instance;            // where the image is; null: none left.  Its graph is gone once it is finalized
  uint32_t env;                  // which of its environments
  bool lazy;                     // the table still has our metatable
  uint64_t seen[2];              // base names that were read or written

  bool has_seen(unsigned name) const noexcept { return (seen[name / 64] >> (name % 64)) & 1; }
  void see(unsigned name) noexcept { seen[name / 64] |= uint64_t{1} << (name % 64); }
};
inline constexpr unsigned kMaxBaseNames = 128;

// Pushes a record for the lazy table, which does not lead to it yet.                     [-0, +1, m]
Globals* push_record(lua_State* L, raw::Object table);
// Makes the table lead to the record.                                                 [-0, +0, m]
void add_record(lua_State* L, raw::Object table, const Globals& globals);
// Pushes the record of a new, empty table of globals.                                 [-0, +1, m]
Globals* push_globals(lua_State* L, Transfer& t, size_t expected_names);
// A record for a table that is complete already.                                      [-0, +1, m]
Globals* push_globals_for(lua_State* L, Transfer& t, raw::Object table);

// A lazy table leads to its record by this key.
bool is_record_key(const raw::Value& key) noexcept;

// Whose globals `table` is, or null, also if it is closed.
Globals* globals_of(const Transfer& t, raw::Object table) noexcept;
// Is it anybody's globals, open or closed?
bool is_globals(const Transfer& t, raw::Object table) noexcept;
// The globals of whatever runs now, or the base's.
Globals& current_globals(Transfer& t) noexcept;
// The same, but a goroutine that has none gets some, and closed ones are opened.       [-0, +0, e]
Globals& own_globals(lua_State* L, Transfer& t);
// Has whatever runs now closed globals?  Then it has read and written none, and has no classes and libraries.
bool is_current_closed(const Transfer& t) noexcept;
// Opens them.                                                                          [-0, +0, e]
void open_current(lua_State* L, Transfer& t);

// Is `name` one of the base's that was neither read nor written, and is not in the table for that reason?
bool is_untouched(const Transfer& t, const Globals& globals, raw::Object name) noexcept;
// Does `name` still wait in the image?  In *piece.
bool is_waiting(const Globals& globals, raw::Object name, uint32_t* piece) noexcept;
// A name of the image or the base that is in the table now: it is not built again.    [-0, +0, m]
void see_name(lua_State* L, const Transfer& t, Globals& globals, raw::Object name);
// Builds a name of the image into the table.                                         [-0, +0, e]
void build_name(lua_State* L, Transfer& t, Globals& globals, raw::Object name);
// Builds what is left of the image; the base's names stay lazy.                      [-0, +0, e]
void build_image(lua_State* L, Transfer& t, Globals& globals);
// Builds everything and takes our metatable off.                                     [-0, +0, e]
void complete(lua_State* L, Transfer& t, Globals& globals);

// The string metatable of the running goroutine changed: installs it.
void adopt_string_metatable(Transfer& t, Globals& globals) noexcept;

// __index(globals, name) and __newindex(globals, name, value) of lazy globals.
int lazy_index(lua_State* L);
int lazy_newindex(lua_State* L);
// The metatable of lazy globals, on the stack.                                       [-0, +1, m]
void push_lazy_metatable(lua_State* L);

}  // namespace lagoon::vm
