#pragma once
// A value on its way from one G to another: three words the scheduler moves and never looks into.
//
// A Parcel has no destructor, because Lua frames hold it and a jump would skip it: whoever holds a
// full parcel owns it, moving is assignment plus clear(), and drop() frees what nobody will take.
//
// It is written and copied by whole words, and never by wider ones (CMakeLists.txt keeps the compiler from it):
// a load of what two stores have left waits until both are in the cache, some fifteen cycles.

#include <cstdint>
#include <type_traits>

namespace lagoon::sched {

struct Parcel {
  uint64_t words[3] = {};
  void (*dropper)(Parcel&) noexcept = nullptr;  // null: nothing to free

  Parcel() = default;
  Parcel(const Parcel& o) noexcept : words{o.words[0], o.words[1], o.words[2]}, dropper(o.dropper) {}
  Parcel& operator=(const Parcel& o) noexcept {
    for (int i = 0; i < 3; ++i) words[i] = o.words[i];
    dropper = o.dropper;
    return *this;
  }

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

static_assert(std::is_trivially_destructible_v<Parcel>);

}  // namespace lagoon::sched
