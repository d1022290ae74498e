#pragma once
// RunQueue: what one P has to run.  A ring its owner fills and anybody drains, and a slot, `next`,
// for what was readied last and runs first.
//
// Invariants: head_ <= tail_ <= head_ + Capacity (counting, not wrapped); only the owner moves
// tail_ and fills slots, everybody moves head_, by compare-and-swap after having read the slots; an
// item is in at most one place.
//
// When the ring is full, half of it and the new item go to `overflow` (the global queue) in one
// batch.  A thief takes half, rounded up, and runs the last of it.
//
// Whoever goes to sleep because of empty() must have announced that first (a seq_cst write), and
// whoever puts must look for sleepers afterwards (after a seq_cst fence): README.md, wake-up.
//
// `Atomics` is the seam of the model checker (sched/shake.h); `T` is never looked into.

#include <cstdint>

#include "sched/g.h"
#include "sched/shake.h"

namespace lagoon::sched {

template <class Atomics, class T, uint32_t Capacity>
class BasicRunQueue {
 public:
  static constexpr uint32_t kCapacity = Capacity;
  static_assert(Capacity >= 2 && (Capacity & (Capacity - 1)) == 0);

  // Puts item behind everything.  The owner.  overflow(T*const*, uint32_t) takes a full ring's
  // half.
  template <class Overflow>
  void put(T* item, Overflow&& overflow) {
    for (;;) {
      uint32_t head = head_.load(Atomics::acquire);
      uint32_t tail = tail_.load(Atomics::relaxed);
      if (tail - head < Capacity) {
        slot(tail).store(item, Atomics::relaxed);
        tail_.store(tail + 1, Atomics::release);
        return;
      }
      if (spill(item, head, overflow)) return;
    }
  }

  // Puts item before everything; what was there goes behind everything.  The owner.
  template <class Overflow>
  void put_next(T* item, Overflow&& overflow) {
    if (T* old = swap_next(item)) put(old, overflow);
  }
  // Puts item before everything, and returns what was there, or null.  The owner, who puts that somewhere.
  T* swap_next(T* item) noexcept { return next_.exchange(item, Atomics::seq_cst); }

  // Takes `next` out of its privileged place.  The owner; null: it was empty.
  T* take_next() noexcept {
    if (next_.load(Atomics::relaxed) == nullptr) return nullptr;
    return next_.exchange(nullptr, Atomics::acq_rel);
  }

  // The oldest of the ring, or null.  The owner.
  T* get() noexcept {
    uint32_t head = head_.load(Atomics::acquire);
    for (;;) {
      if (tail_.load(Atomics::relaxed) == head) return nullptr;
      T* item = slot(head).load(Atomics::relaxed);
      if (head_.compare_exchange_weak(head, head + 1, Atomics::acq_rel)) return item;
    }
  }

  // Moves half of the ring of `victim` here and returns one of it, or null.  The owner, whose own
  // ring is empty.  When the ring is empty too, `may_take_next()` decides about `next`.
  template <class MayTakeNext>
  T* steal(BasicRunQueue& victim, MayTakeNext&& may_take_next) {
    uint32_t tail = tail_.load(Atomics::relaxed);
    uint32_t n = victim.grab(*this, tail);
    if (n == 0) return victim.grab_next(may_take_next);
    T* item = slot(tail + n - 1).load(Atomics::relaxed);
    if (n > 1) tail_.store(tail + n - 1, Atomics::release);
    return item;
  }

  // Any thread.  Never true while something was in it during the whole call.
  bool empty() const noexcept {
    for (;;) {
      uint32_t head = head_.load(Atomics::seq_cst);
      uint32_t tail = tail_.load(Atomics::seq_cst);
      T* next = next_.load(Atomics::seq_cst);
      // An item may have moved from next to the ring between the loads; then the tail has moved.
      if (tail == tail_.load(Atomics::seq_cst)) return head == tail && next == nullptr;
    }
  }

  // Ring and next together.  Any thread; for traces.
  uint32_t size() const noexcept {
    uint32_t tail = tail_.load(Atomics::relaxed);
    uint32_t ring = tail - head_.load(Atomics::relaxed);
    if (ring > Capacity) ring = 0;  // the loads were torn apart
    return ring + (next_.load(Atomics::relaxed) != nullptr ? 1 : 0);
  }

 private:
  using Slot = typename Atomics::template Atomic<T*>;

  Slot& slot(uint32_t i) noexcept { return ring_[i % Capacity]; }

  // Takes half of the full ring away, with item at its end.  False: it is not full any more.
  template <class Overflow>
  bool spill(T* item, uint32_t head, Overflow& overflow) {
    constexpr uint32_t half = Capacity / 2;
    T* batch[half + 1];
    for (uint32_t i = 0; i < half; ++i) batch[i] = slot(head + i).load(Atomics::relaxed);
    if (!head_.compare_exchange_strong(head, head + half, Atomics::acq_rel)) return false;
    batch[half] = item;
    overflow(static_cast<T* const*>(batch), half + 1);
    return true;
  }

  // Copies half of this ring into the thief's slots from `at` on and takes it; returns how many.
  uint32_t grab(BasicRunQueue& thief, uint32_t at) noexcept {
    for (;;) {
      uint32_t head = head_.load(Atomics::acquire);
      uint32_t n = tail_.load(Atomics::acquire) - head;
      n -= n / 2;
      if (n == 0) return 0;
      if (n > Capacity / 2) continue;  // head and tail are of different moments
      for (uint32_t i = 0; i < n; ++i) {
        thief.slot(at + i).store(slot(head + i).load(Atomics::relaxed), Atomics::relaxed);
      }
      if (head_.compare_exchange_strong(head, head + n, Atomics::acq_rel)) return n;
    }
  }

  template <class MayTakeNext>
  T* grab_next(MayTakeNext& may_take_next) {
    T* item = next_.load(Atomics::relaxed);
    if (item == nullptr || !may_take_next()) return nullptr;
    return next_.compare_exchange_strong(item, nullptr, Atomics::acq_rel) ? item : nullptr;
  }

  typename Atomics::template Atomic<uint32_t> head_{0};
  typename Atomics::template Atomic<uint32_t> tail_{0};
  typename Atomics::template Atomic<T*> next_{nullptr};
  Slot ring_[Capacity] = {};
};

using RunQueue = BasicRunQueue<StdAtomics, Item, 256>;

}  // namespace lagoon::sched
