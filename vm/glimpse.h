#pragma once
// Reading what every goroutine has, without having it.
//
// Most goroutines read few names of the base: `print`, or one field of a library, as in `go.sleep(1)`.  A function is
// the same for all, and a library's table is nobody's business if the next instruction replaces it by
// a function of it: such a read makes no globals and no library of the goroutine's own.  The name counts as neither read nor
// written.  That saves a goroutine 900 bytes for `go` and the time to copy them, but each such read is a call
// of a metamethod; so only the first few of a goroutine are glimpses.

#include <lua.hpp>

#include "vm/raw.h"

namespace lagoon::vm {

struct BaseName;
struct Globals;
struct Transfer;

// In __index of `table`, which are globals without the name `base` that nothing hides; `own` is their record, null while they
// are closed.  What the reader is to get; nil: it has to have what it reads.             [-0, +0, -]
raw::Value glimpse(lua_State* L, const Transfer& t, raw::Object table, const Globals* own,
                   const BaseName& base) noexcept;

}  // namespace lagoon::vm
