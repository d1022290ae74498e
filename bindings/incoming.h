#pragma once
// Messages that have arrived and are being turned into Lua values, which may raise.

#include "bindings/goroutine.h"
#include "sched/parcel.h"

namespace lagoon::bindings {

// Pushes the values of m, which is given away: freed here, also when this raises.  Returns how
// many.  A Lua frame.                                                              [-0, +n, e]
int push_message(lua_State* L, vm::Message m);

// The same for a parcel that holds a message.
int push_parcel(lua_State* L, sched::Parcel p);

// What a quick method has received and a call is to push: kept for the goroutine until then, in *place.  False:
// no memory, and it is freed.
[[nodiscard]] bool keep_incoming(Goroutine& g, sched::Parcel& p, size_t* place) noexcept;
// Pushes what was kept there.  A Lua frame.                                        [-0, +1, e]
int push_incoming(lua_State* L, size_t place);

// Packs the value at idx into *out, or raises "<what>: cannot copy ...".  A Lua frame.   [-0, +0, v]
void check_pack(lua_State* L, int idx, const char* what, vm::Message* out);

}  // namespace lagoon::bindings
