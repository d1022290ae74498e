#include "bindings/selectable.h"

#include "bindings/incoming.h"

namespace lagoon::bindings {

int Selectable::push_taken(lua_State* L, const sched::Parcel& parcel, bool ok) {
  if (ok) {
    push_parcel(L, parcel);
  } else {
    lua_pushnil(L);
  }
  lua_pushboolean(L, ok);
  return 2;
}

}  // namespace lagoon::bindings
