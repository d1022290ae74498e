#pragma once
// Channel: a sched::Chan as a shared object of Lua.

#include "bindings/selectable.h"
#include "sched/chan.h"

namespace lagoon::bindings {

extern const vm::SharedType kChannelType;

class Channel final : public Selectable {
 public:
  explicit Channel(size_t capacity) : Selectable(kChannelType), chan(capacity) {}
  sched::Source& source() noexcept override { return chan; }
  int push_taken(lua_State* L, const sched::Parcel& parcel, bool ok) override;

  sched::Chan chan;
};

// The capacity a script or a host asks for, checked: an integer in 0 .. kMostCapacity.
inline constexpr lua_Integer kMostCapacity = lua_Integer{1} << 32;

// A new channel, or null for lack of memory.  Any thread.
Channel* new_channel(size_t capacity) noexcept;

}  // namespace lagoon::bindings
