#include "bindings/incoming.h"

#include <new>

#include "bindings/parcel.h"

namespace lagoon::bindings {

namespace {

bool has_more(const Goroutine& g) noexcept { return g.rare != nullptr && !g.rare->incoming.empty(); }

// Remembers m for the goroutine, in *place; it is freed at its end if unpacking raises, or when one before it
// is forgotten.
bool remember(Goroutine& g, const vm::Message& m, size_t* place) noexcept {
  *place = 0;
  if (g.message.kind == vm::Message::Kind::Empty && !has_more(g)) {
    g.message = m;
    return true;
  }
  try {
    if (g.make_rare() == nullptr) return false;
    g.rare->incoming.push_back(m);
    *place = g.rare->incoming.size();
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

const vm::Message& remembered(const Goroutine& g, size_t place) noexcept {
  return place == 0 ? g.message : g.rare->incoming[place - 1];
}

// Frees what is in that place, and what came later: an error has left it there.
void forget_from(Goroutine& g, size_t place) noexcept {
  size_t kept = place == 0 ? 0 : place - 1;
  while (g.rare != nullptr && g.rare->incoming.size() > kept) {
    vm::drop(g.rare->incoming.back());
    g.rare->incoming.pop_back();
  }
  if (place == 0) vm::drop(g.message);
}

}  // namespace

int push_message(lua_State* L, vm::Message m) {
  if (!owns_memory(m)) return vm::unpack(L, m);
  size_t place;
  if (!remember(current(L), m, &place)) {
    vm::drop(m);
    return luaL_error(L, "not enough memory");
  }
  return push_incoming(L, place);
}

bool keep_incoming(Goroutine& g, sched::Parcel& p, size_t* place) noexcept {
  vm::Message m = to_message(p);
  if (remember(g, m, place)) return true;
  vm::drop(m);
  return false;
}

int push_incoming(lua_State* L, size_t place) {
  int count = vm::unpack(L, remembered(current(L), place));
  forget_from(current(L), place);
  return count;
}

int push_parcel(lua_State* L, sched::Parcel p) { return push_message(L, to_message(p)); }

void check_pack(lua_State* L, int idx, const char* what, vm::Message* out) {
  const char* why = vm::pack(L, idx, 1, out);
  if (why != nullptr) luaL_error(L, "%s: %s", what, why);
}

}  // namespace lagoon::bindings
