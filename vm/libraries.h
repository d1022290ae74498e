#pragma once
// The standard library as each goroutine has it.
//
// When a state is sealed, its global names and library tables are the *base*.  A goroutine that
// uses the table `string` gets its own copy (one block of memory copied), so what it or its starter
// adds is its own; what the starter added crosses as the difference from the base.  Tables inside
// libraries (package.preload) are libraries by themselves; package.loaded is the state's, and
// shared.  The metatable of strings is one too: it follows the goroutine.
//
// Libraries are numbered by name, the same in every state of the process.

#include <cstdint>
#include <lua.hpp>

#include "vm/raw.h"

namespace lagoon::vm {

struct Globals;
struct Transfer;

// The number of the library called `path` ("string", "package.preload").  At most kMaxLibraries;
// more are -1, and cross as plain tables.
inline constexpr int kMaxLibraries = 128;
enum WellKnownLibrary : int {
  kLibString,
  kLibStringMetatable,
  kLibPackage,
  kLibPreload,
  kLibSearchers,
  kLibDebug,
  kWellKnownLibraries
};
int library_id(const char* path) noexcept;

// What TransferTables::takers says of a C function.
enum Taker : int { kTakesAll = 1, kRequires = 2 };

// A name of the base.
struct BaseName {
  raw::Object name;
  raw::Value value;  // of a library: the stock table
  int library = -1;
  bool takes_all = false;   // reaches globals by name at run time: load, dofile, debug
  bool is_globals = false;  // _G
  bool requires_modules = false;
};

// A library of the base.
struct StockLibrary {
  raw::Object table;
  int id;
};

// A library that is a field of another one.
struct LibraryPart {
  uint8_t whole, part;
};

// Records the base: a Lua frame, once, when everything is registered.                 [-0, +0, m]
void record_base(lua_State* L, Transfer& t);

// The base name `name`, or null.
const BaseName* find_base_name(const Transfer& t, raw::Object name) noexcept;

// Pushes nothing; returns the goroutine's own table of that library, making it.      [-0, +0, e]
raw::Object own_library(lua_State* L, Transfer& t, Globals& globals, int id);

// Which library of `globals` that table is, or -1.
int which_library(const Transfer& t, const Globals& globals, raw::Object table) noexcept;
// The library table that `globals` uses now: its own or none (null: the base's, untouched).
raw::Object library_in_use(const Globals& globals, int id) noexcept;
// The base's content of that library.
raw::Object base_library(const Transfer& t, int id) noexcept;

// Is v, in the library of `globals`, what the base has there?
bool is_base_value(const Transfer& t, const Globals& globals, const raw::Value& v, const raw::Value& base) noexcept;

// getmetatable, which gives a goroutine a string metatable of its own to change.
int own_getmetatable(lua_State* L);

}  // namespace lagoon::vm
