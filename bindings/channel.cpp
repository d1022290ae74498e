#include "bindings/channel.h"

#include <new>

namespace lagoon::bindings {

int Channel::push_taken(lua_State* L, const sched::Parcel& parcel, bool ok) {
  int count = Selectable::push_taken(L, parcel, ok);
  if (ok) return count;
  lua_pushliteral(L, "closed");
  return count + 1;
}

Channel* new_channel(size_t capacity) noexcept { return new (std::nothrow) Channel(capacity); }

}  // namespace lagoon::bindings
