#pragma once
// Closed globals: what a goroutine has of its globals until it first reads or writes a name.
//
// Most goroutines use few of the names that their functions mention, or none.  One that starts from an image which
// many share (recall.h) gets an empty table and nothing else: the image is kept by the table's metatable, of which a
// state has one for each image, however many goroutines start from it.  Its __index and __newindex open the table;
// then it is as lazy as others (environment.h), and of a small image everything is built.
//
// Invariant: until the table leads to its record it is empty and closed; what can fail comes before that, or is as
// when a name is read that waits.
//
// Tried and dropped: one table for all, exchanged in the captured variable on first use, 64 bytes less.  It has to
// be told whose it is: a finalizer runs in another goroutine, and C functions reach the table through the registry.

#include <lua.hpp>

#include "vm/raw.h"

namespace lagoon::vm {

class Graph;
struct Transfer;

// May who starts with g have closed globals?
bool starts_closed(const Graph& g) noexcept;
// Pushes a closed table of the globals of g, whose image they keep; or nothing, and answers null: those who started
// from it lately have opened theirs.                                                  [-0, +0|1, m]
raw::Object push_closed_globals(lua_State* L, Transfer& t, const Graph& g);

bool is_closed(const Transfer& t, raw::Object table) noexcept;
// Does nothing if it is open already.                                                 [-0, +0, e]
void open_globals(lua_State* L, Transfer& t, raw::Object table);

}  // namespace lagoon::vm
