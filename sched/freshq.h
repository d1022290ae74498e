#pragma once
// FreshQueue: the Gs that wait to be started and are in no P's ring, first come first served.
//
// A chain of arrays of pointers: to take a batch touches none of the Gs, which mostly are in another processor's cache
// or in none.  Where there is no memory for one more, the Gs themselves are linked, and served after the arrays.
//
// No lock of its own: everything but size() and empty() under the owner's.

#include <cstddef>
#include <new>

#include "sched/injectq.h"

namespace lagoon::sched {

class FreshQueue {
 public:
  FreshQueue() = default;
  FreshQueue(const FreshQueue&) = delete;
  ~FreshQueue() {
    while (first_ != nullptr) drop_first();
    delete spare_;
  }

  void push(Item& item) noexcept {
    if (!linked_.empty() || !has_room_behind()) return linked_.push(item);
    last_->items[last_->end++] = &item;
    resize(1);
  }

  // The oldest, or null.
  Item* pop() noexcept {
    if (first_ == nullptr) return linked_.pop();
    Item* item = first_->items[first_->begin++];
    if (first_->begin == first_->end) drop_first();
    resize(-1);
    return item;
  }

  // Moves everything of `batch` before what is here; behind it, if there is no memory.
  void prepend(InjectQueue& batch) noexcept {
    FreshQueue before;
    while (Item* item = batch.pop()) before.push(*item);
    if (before.first_ != nullptr) {
      before.last_->next = first_;
      if (first_ == nullptr) last_ = before.last_;
      first_ = before.first_;
      before.first_ = nullptr;
      resize(static_cast<ptrdiff_t>(before.arrays_.load(std::memory_order_relaxed)));
    }
    linked_.append(before.linked_);
  }

  // Any thread; stale at once unless the owner's lock is held.
  size_t size() const noexcept { return arrays_.load(std::memory_order_seq_cst) + linked_.size(); }
  bool empty() const noexcept { return size() == 0; }

 private:
  static constexpr unsigned kItems = 126;
  struct Array {
    Array* next = nullptr;
    unsigned begin = 0, end = 0;
    Item* items[kItems];  // [begin, end) are set
  };

  bool has_room_behind() noexcept {
    if (first_ != nullptr && last_->end < kItems) return true;
    Array* array = spare_ != nullptr ? spare_ : new (std::nothrow) Array;
    if (array == nullptr) return false;
    spare_ = nullptr;
    (first_ == nullptr ? first_ : last_->next) = array;
    last_ = array;
    return true;
  }

  // Keeps one for the next that comes.
  void drop_first() noexcept {
    Array* array = first_;
    first_ = array->next;
    if (spare_ != nullptr) {
      delete array;
      return;
    }
    spare_ = new (array) Array;
  }

  void resize(ptrdiff_t by) noexcept {
    arrays_.store(arrays_.load(std::memory_order_relaxed) + static_cast<size_t>(by), std::memory_order_relaxed);
  }

  Array* first_ = nullptr;
  Array* last_ = nullptr;  // meaningless while first_ is null
  Array* spare_ = nullptr;
  InjectQueue linked_;             // newer than all in arrays
  std::atomic<size_t> arrays_{0};  // how many are in arrays
};

}  // namespace lagoon::sched
