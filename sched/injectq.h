#pragma once
// InjectQueue: an intrusive FIFO; the scheduler's global queue, and the batches that move between
// it and the run queues.  No lock of its own: everything but size() and empty() under the owner's.
//
// `T` has a `T* next`.  `Atomics` is the seam of the model checker (sched/shake.h).

#include <cstddef>

#include "sched/g.h"
#include "sched/shake.h"

namespace lagoon::sched {

template <class Atomics, class T>
class BasicInjectQueue {
 public:
  BasicInjectQueue() = default;
  BasicInjectQueue(const BasicInjectQueue&) = delete;

  void push(T& item) noexcept {
    item.next = nullptr;
    (head_ == nullptr ? head_ : tail_->next) = &item;
    tail_ = &item;
    resize(1);
  }

  // The oldest, or null.
  T* pop() noexcept {
    T* item = head_;
    if (item == nullptr) return nullptr;
    head_ = item->next;
    resize(-1);
    return item;
  }

  // Moves everything of `batch` behind, or before, what is here.
  void append(BasicInjectQueue& batch) noexcept {
    if (batch.head_ == nullptr) return;
    (head_ == nullptr ? head_ : tail_->next) = batch.head_;
    tail_ = batch.tail_;
    resize(batch.take_all());
  }
  void prepend(BasicInjectQueue& batch) noexcept {
    if (batch.head_ == nullptr) return;
    batch.tail_->next = head_;
    if (head_ == nullptr) tail_ = batch.tail_;
    head_ = batch.head_;
    resize(batch.take_all());
  }

  // Any thread; stale at once unless the owner's lock is held.
  size_t size() const noexcept { return size_.load(Atomics::seq_cst); }
  bool empty() const noexcept { return size() == 0; }

 private:
  void resize(ptrdiff_t by) noexcept {
    size_.store(size_.load(Atomics::relaxed) + static_cast<size_t>(by), Atomics::relaxed);
  }
  ptrdiff_t take_all() noexcept {
    auto n = static_cast<ptrdiff_t>(size_.load(Atomics::relaxed));
    head_ = tail_ = nullptr;
    size_.store(0, Atomics::relaxed);
    return n;
  }

  T* head_ = nullptr;
  T* tail_ = nullptr;  // meaningless while head_ is null
  typename Atomics::template Atomic<size_t> size_{0};
};

using InjectQueue = BasicInjectQueue<StdAtomics, Item>;

}  // namespace lagoon::sched
