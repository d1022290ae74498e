#pragma once
// Decoder: pieces of a Graph to Lua objects.
//
// One build makes a set of pieces and whatever they refer to that is not there yet: first all
// objects, empty but of the right size, then their content, piece by piece in order.  What is built
// is published to the Instance at the end, so an error in the middle does no harm: objects of
// pieces that are not built are never looked at.  A name that waited is stored after that, so that what is in a
// table of globals is never built again.  Another build of the same instance may run
// meanwhile (from a module's chunk, a finalizer); it works on a copy of the array of objects.
//
// Every function here is a Lua frame.

#include <lua.hpp>

#include "vm/environment.h"
#include "vm/graph.h"
#include "vm/raw.h"

namespace lagoon::vm {

struct Transfer;

// What one build works on.
struct Build {
  lua_State* L;
  Transfer& t;
  const Graph& g;
  Instance* instance = nullptr;    // null: everything is built at once
  raw::Object* objects = nullptr;  // by number
  uint8_t* pieces = nullptr;       // Instance::State bits
  Globals** environments = nullptr;
  raw::Object* cell_of = nullptr;  // by environment: a function that captured its globals ...
  uint8_t* cell_index = nullptr;   // ... and where
  uint32_t* todo = nullptr;        // pieces to build, in order
  uint32_t todo_count = 0;
  uint32_t object_count = 0;      // to make
  bool names_later = false;       // run_build leaves names to who has published what they share
  bool root_only = false;         // only piece 0 is, and it stands alone
  raw::Object closed = nullptr;   // then: its closed globals (closed.h), if environments[0] is not there
  bool owns_objects = true;       // they are not the instance's
  raw::Object anchors = nullptr;  // array of the objects made, or null: they are on the stack

  Build(lua_State* l, Transfer& transfer, const Graph& graph, Instance* i) noexcept
      : L(l), t(transfer), g(graph), instance(i) {}
};

// Prepares a build: arrays for b.g, in `room` if they fit, else on the stack; from the instance's
// if there is one.  Makes the environments that are not there yet, `root` being the first.  All of
// it stays on the stack. [-0, +n, m]
void begin_build(Build& b, char* room, size_t size, Globals* root);
// Wants a piece, and what it refers to.
void want(Build& b, uint32_t piece) noexcept;
// Builds piece 0, of a graph that has no other, or that stands alone; it stays anchored on the stack.   [-0, +n, e]
void build_root(Build& b);
// Builds what is wanted; it stays anchored on the stack.                               [-0, +n, e]
void run_build(Build& b);
// Publishes the objects and pieces to the instance.                                   [-0, +0, m]
void end_build(Build& b);

// Builds everything that has to be there from the start: all of it, without an instance.   [-0, +n,
// e]
void build_all(Build& b);

// The next value of the stream.  May push what anchors it (or nothing); the caller restores the
// top.   [-0, +?, e]
raw::Value read_value(Build& b, Reader& r);
// Pushes it.                                                                            [-0, +1, e]
void push_value(Build& b, Reader& r);
// The table of environment env's globals, open or not.
raw::Object globals_table(const Build& b, uint32_t env) noexcept;
// Object `number`, as it stands.
raw::Value object_at(const Build& b, uint32_t number) noexcept;

// Gives object `number` its content.                                                    [-0, +0, e]
void fill_object(Build& b, uint32_t number);
// Does with the root of piece p what its kind says.                                     [-0, +0, e]
void finish_piece(Build& b, uint32_t p);

// All of it for `count` pieces of an instance.                                          [-0, +0, e]
void build_pieces(lua_State* L, Transfer& t, Instance& instance, const uint32_t* pieces, uint32_t count);

}  // namespace lagoon::vm
