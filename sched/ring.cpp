#include "sched/ring.h"

#include <algorithm>
#include <memory>
#include <new>

namespace lagoon::sched {

Ring::~Ring() {
  while (size() != 0) pop().drop();
  ::operator delete(slots_);
}

// REQUIRES: all slots are used.
bool Ring::grow() noexcept {
  size_t wanted = room_ > capacity_ / 2 ? capacity_ : std::max<size_t>(2 * room_, 8);
  size_t room = std::min(wanted, capacity_);
  void* memory = ::operator new(room * sizeof(Parcel), std::nothrow);
  if (memory == nullptr) return false;
  Parcel* slots = static_cast<Parcel*>(memory);
  std::uninitialized_copy(slots_ + head_, slots_ + room_, slots);
  std::uninitialized_copy(slots_, slots_ + head_, slots + (room_ - head_));
  ::operator delete(slots_);
  slots_ = slots;
  room_ = room;
  head_ = 0;
  return true;
}

}  // namespace lagoon::sched
