#pragma once
// Ring: a FIFO of parcels that may hold up to a fixed number and takes memory only as it fills.

#include <atomic>
#include <cstddef>
#include <utility>

#include "sched/parcel.h"

namespace lagoon::sched {

class Ring {
 public:
  explicit Ring(size_t capacity) noexcept : capacity_(capacity) {}
  ~Ring();  // drops what is inside
  Ring(const Ring&) = delete;

  size_t capacity() const noexcept { return capacity_; }
  // Any thread, stale at once; the others: under the owner's lock.
  size_t size() const noexcept { return size_.load(std::memory_order_acquire); }
  bool full() const noexcept { return size() == capacity_; }

  // Moves p to the tail.  REQUIRES: not full.  False: out of memory, and p is untouched.
  bool push(Parcel& p) noexcept {
    size_t n = size_.load(std::memory_order_relaxed);
    if (n == room_ && !grow()) return false;
    size_t at = head_ + n;
    slots_[at < room_ ? at : at - room_] = p.take();
    size_.store(n + 1, std::memory_order_release);
    return true;
  }

  // Takes the head.  REQUIRES: not empty.
  Parcel pop() noexcept {
    Parcel p = slots_[head_];
    if (++head_ == room_) head_ = 0;
    size_.store(size_.load(std::memory_order_relaxed) - 1, std::memory_order_release);
    return p;
  }

 private:
  bool grow() noexcept;

  const size_t capacity_;
  std::atomic<size_t> size_{0};
  size_t head_ = 0;
  size_t room_ = 0;  // slots there are now
  Parcel* slots_ = nullptr;
};

}  // namespace lagoon::sched
