#pragma once
// Classes: tables that are metatables, or look like one, and keep their identity across states.
//
// The first time such a table crosses it gets an *origin*, a counted native object that is nothing
// but an identity.  Each goroutine has at most one table per origin (Globals::classes): objects
// that arrive later, and functions that captured the class, meet in it.  In the goroutine where the
// class was made, that is the original.  Weak on both sides: a class nobody uses is forgotten.
//
// The side table (weak keys) says of a marked object what it is: a Mark for a class or a table of
// globals, a path (string) for a part of a module, a table for a frozen one (frozen.h); a marked
// table that is not in it is somebody's library (libraries.h).

#include <lua.hpp>

#include "vm/graph.h"
#include "vm/raw.h"

namespace lagoon::vm {

struct Globals;
struct Transfer;

// The block of a userdata in the side table.
struct Mark {
  enum class Kind { Class, Globals };
  const void* brand;
  Kind kind;
  union {
    ClassOrigin* origin;  // counted
    Globals* globals;
  };
};

// The Mark that a side value is, or null.
const Mark* mark_of(const raw::Value& side) noexcept;

// Is the key the name of a metamethod ("__call")?
bool is_event_name(const raw::Value& key) noexcept;

// Gives the table on top an origin, if it has none, and registers it with the running goroutine.
// [-0, +0, m]
void make_class(lua_State* L, Transfer& t);

// The goroutine's table for that origin, or null.
raw::Object find_class(const Globals& globals, const ClassOrigin* origin) noexcept;
// The table on top is the goroutine's for that origin.                                    [-0, +0,
// m]
void adopt_class(lua_State* L, Transfer& t, Globals& globals, ClassOrigin* origin);

// Records that the table on top belongs to `globals`.                                     [-0, +0,
// m]
void mark_globals(lua_State* L, Transfer& t, Globals* globals);

// Makes a new table with weak keys ("k") or values ("v").                                 [-0, +1,
// m]
raw::Object push_weak_table(lua_State* L, const char* mode);

}  // namespace lagoon::vm
