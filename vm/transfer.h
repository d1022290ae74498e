#pragma once
// The per-state side of value transfer.

#include <lua.hpp>

#include "vm/code.h"
#include "vm/internals.h"
#include "vm/libraries.h"
#include "vm/pack.h"
#include "vm/raw.h"
#include "vm/state.h"

namespace lagoon::vm {

class Encoder;
class Graph;
class Recall;
struct Globals;

// Tables of a state, anchored in one registry table; known by address.
struct TransferTables {
  raw::Object anchors = nullptr;  // prototype (light) -> function: keeps known prototypes
  raw::Object side = nullptr;     // weak keys: marked object -> what it is (classes.h)
  raw::Object lazy_metatable = nullptr;
  raw::Object base_names = nullptr;      // name -> number of its BaseName, from 1
  raw::Object base_libraries = nullptr;  // library id + 1 -> copy of the stock table
  raw::Object named = nullptr;           // C functions and userdata of the base -> path
  raw::Object named_values = nullptr;    // path -> the same
  raw::Object takers = nullptr;          // C functions that reach globals by name at run time
  raw::Object frozen = nullptr;          // weak values: FrozenRoot (light) -> its tables
  raw::Object images = nullptr;          // weak values: image (light) -> metatable of closed globals (closed.h)
  raw::Object effects = nullptr;         // module name -> what loading it did (effects.h)
  raw::Object loading = nullptr;         // module name -> true while its chunk runs
};

// Names that value transfer looks for, as strings of the state (anchored).
struct TransferNames {
  raw::Object transfer, received, module, name;
};

struct Transfer {
  explicit Transfer(State& s) noexcept : state(s) {}

  State& state;
  CodeTable codes;
  Encoder* encoder = nullptr;
  Recall* recall = nullptr;
  TransferTables tables;
  TransferNames names{};
  BaseName* base_names = nullptr;  // native; kMaxBaseNames at most
  unsigned base_name_count = 0;
  unsigned stock_library_count = 0;
  StockLibrary stock_libraries[kMaxLibraries];
  unsigned library_part_count = 0;
  LibraryPart library_parts[kMaxLibraries];
  Globals* base = nullptr;                      // the state's stock globals
  raw::Object base_string_metatable = nullptr;  // of goroutines without their own
  Environment* current = nullptr;               // whose globals are in place; null: the base's
  bool sealed = false;
  // Closed globals have been, or may be, opened while another goroutine than theirs runs: only then is it worth the miss
  // of the cache to look, at each switch.
  bool opened_by_others = false;
  lua_CFunction load_library = nullptr;  // package.loadlib
  lua_CFunction search_path = nullptr;   // package.searchpath
  // What reads modules' files: luaL_loadfilex, or the embedder's in place of it.
  int (*load_file)(lua_State* L, const char* name, const char* mode) = luaL_loadfilex;

  // Called when a module is asked for whose chunk another goroutine is running (it has yielded): waits, as the
  // last statement of a Lua frame, and goes on in again(L), which looks anew.  unasked: not a script's
  // require wants it, but a value on its way or a field of `go`.  Null: an error is raised instead.
  int (*wait_for_module)(lua_State* L, lua_CFunction again, bool unasked) = nullptr;
  // Called when the chunk of `name` has ended, one way or the other: wakes those.  Does not raise.
  void (*module_ended)(lua_State* L, const char* name) = nullptr;
};

// Makes a state's Transfer: in State::open, in a protected Lua frame on state.lua(), after the
// standard libraries are open and before on_open.  May raise.
Transfer* make_transfer(State& state);

// The state is as the embedder wants it: what its globals and libraries hold now is the base that
// every goroutine has.  In State::open, in a protected Lua frame, after on_open.  May raise.
void seal_transfer(lua_State* L);

// Forgets known code, when there is too much of it.  Between transfers only.          [-0, +0, m]
void forget_code(lua_State* L, Transfer& t);

// Frees it, after lua_close.  Null does nothing.
void free_transfer(Transfer* transfer);

inline Transfer& transfer_of(lua_State* L) noexcept { return State::of(L).transfer(); }

// Counts a graph that was just made against the limit of L's state; where there is no room for it, or it is null,
// collects garbage, then gives it up and raises.  [-0, +0, m]
Graph* charged(lua_State* L, Graph* graph);

}  // namespace lagoon::vm
