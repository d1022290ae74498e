#include "bindings/incoming.h"

#include <new>

#include "bindings/parcel.h"

namespace lagoon::bindings {

namespace {

bool has_more(const Goroutine& g) noexcept { return g.rare != nullptr && !g.rare->incoming.empty(); }

// Remembers m for the goroutine, which frees it at its end if unpacking raises.
bool remember(Goroutine& g, const vm::Message& m) noexcept {
  // What lies behind may outlast it: an error has left it there.
  if (g.message.kind == vm::Message::Kind::Empty && !has_more(g)) {
    g.message = m;
    return true;
  }
  try {
    if (g.make_rare() == nullptr) return false;
    g.rare->incoming.push_back(m);
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

// What was remembered last.
const vm::Message& latest(const Goroutine& g) noexcept {
  return has_more(g) ? g.rare->incoming.back() : g.message;
}

void forget_latest(Goroutine& g) noexcept {
  if (!has_more(g)) return vm::drop(g.message);
  vm::drop(g.rare->incoming.back());
  g.rare->incoming.pop_back();
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
  int count = vm::unpack(L, latest(g));
  // A module loaded meanwhile may have received too, but what it received is gone again.
  forget_latest(g);
  return count;
}

int push_parcel(lua_State* L, sched::Parcel p) { return push_message(L, to_message(p)); }

void check_pack(lua_State* L, int idx, const char* what, vm::Message* out) {
  const char* why = vm::pack(L, idx, 1, out);
  if (why != nullptr) luaL_error(L, "%s: %s", what, why);
}

}  // namespace lagoon::bindings
