#pragma once
// A value on its way from one G to another: three words the scheduler moves and never looks into.
//
// A Parcel has no destructor, because Lua frames hold it and a jump would skip it: whoever holds a
// full parcel owns it, moving is assignment plus clear(), and drop() frees what nobody will take.

#include <cstdint>
#include <type_traits>

namespace lagoon::sched {

struct Parcel {
  uint64_t words[3] = {};
  void (*dropper)(Parcel&) noexcept = nullptr;  // null: nothing to free

  bool plain() const noexcept { return dropper == nullptr; }

  // Frees the value inside and leaves the parcel empty.  The owner.
  void drop() noexcept {
    if (dropper != nullptr) dropper(*this);
    *this = Parcel{};
  }

  // Gives the value away: returns it and leaves this parcel empty.  The owner.
  Parcel take() noexcept {
    Parcel out = *this;
    *this = Parcel{};
    return out;
  }
};

static_assert(std::is_trivially_copyable_v<Parcel> && std::is_trivially_destructible_v<Parcel>);

}  // namespace lagoon::sched
