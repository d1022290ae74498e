#include "bindings/incoming.h"

#include <new>

#include "bindings/parcel.h"

namespace lagoon::bindings {

namespace {

// Remembers m for the goroutine, which frees it at its end if unpacking raises.
bool remember(Goroutine& g, const vm::Message& m) noexcept {
  try {
    g.incoming.push_back(m);
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

}  // namespace

int push_message(lua_State* L, vm::Message m) {
  if (!owns_memory(m)) return vm::unpack(L, m);
  if (!remember(current(L), m)) {
    vm::drop(m);
    return luaL_error(L, "not enough memory");
  }
  return push_incoming(L);
}

bool keep_incoming(Goroutine& g, sched::Parcel& p) noexcept {
  vm::Message m = to_message(p);
  if (remember(g, m)) return true;
  vm::drop(m);
  return false;
}

int push_incoming(lua_State* L) {
  Goroutine& g = current(L);
  int count = vm::unpack(L, g.incoming.back());
  // A module loaded meanwhile may have received too, but what it received is gone again.
  vm::drop(g.incoming.back());
  g.incoming.pop_back();
  return count;
}

int push_parcel(lua_State* L, sched::Parcel p) { return push_message(L, to_message(p)); }

void check_pack(lua_State* L, int idx, const char* what, vm::Message* out) {
  const char* why = vm::pack(L, idx, 1, out);
  if (why != nullptr) luaL_error(L, "%s: %s", what, why);
}

}  // namespace lagoon::bindings
