#pragma once
// Modules cross by name, and so do the functions, userdata and classes inside them.
//
// When a module has been loaded by `require` (ours: stock behaviour, with the searchers, paths and
// preloads of the running goroutine), what it consists of is indexed: the module's value, and every
// function, userdata and class reachable from it through fields, captured variables and metatables,
// each with the path that leads there.  The side table (classes.h) maps such an object to
// "module\0path"; a receiver loads the module and walks the path.  What is added to a module
// afterwards is not part of it, and is copied.
//
// A path is a sequence of steps: '.' key '\n', '[' integer '\n', '^' captured variable '\n', '%'
// (metatable).
//
// Outside main a module's chunk runs with the state's base globals, which no goroutine has.  What
// it adds to them and to the libraries is recorded, and given to each goroutine that requires it.

#include <lua.hpp>

#include "vm/raw.h"

namespace lagoon::vm {

struct Transfer;

// Replaces package.searchers and require.                                               [-0, +0, m]
void install_require(lua_State* L, Transfer& t);

// Replaces the name on top by what require returns for it, where no script has called require: waiting until
// another goroutine has loaded it is then no blocking call, and not cancelled.          [-0, +0, e]
void load_module(lua_State* L, Transfer& t);

// Pushes the part of a module that the path (of `size` bytes, the first `name_size` of which are
// the module's name) leads to, loading the module first.                                    [-0,
// +1, e]
void push_module_part(lua_State* L, Transfer& t, const char* path, size_t name_size, size_t size);

// Indexes the module `name` (at idx) whose value is on top.                              [-0, +0,
// m]
void index_module(lua_State* L, Transfer& t, const char* name);

}  // namespace lagoon::vm
