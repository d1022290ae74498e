#include "vm/account.h"

#include "vm/heap.h"
#include "vm/state.h"

namespace lagoon::vm {

bool charge_outside(lua_State* L, size_t bytes) noexcept {
  Heap& heap = State::of(L).heap();
  if (heap.charge_outside(bytes)) return true;
  lua_gc(L, LUA_GCCOLLECT);
  return heap.charge_outside(bytes);
}

}  // namespace lagoon::vm
