#pragma once
// Bytes: a string that grows outside of Lua, counted against the state's memory.  Trivially
// copyable, because Lua frames hold it: whoever has the last copy calls drop().

#include <cstdlib>
#include <cstring>

#include "vm/heap.h"

namespace lagoon::bindings {

class Bytes {
 public:
  explicit Bytes(vm::Heap& heap) noexcept : heap_(&heap) {}

  const char* data() const noexcept { return big_ != nullptr ? big_ : small_; }
  char* data() noexcept { return big_ != nullptr ? big_ : small_; }
  size_t size() const noexcept { return size_; }
  bool small() const noexcept { return big_ == nullptr; }

  // Room for n more bytes, to be filled and then counted by added(); null: no memory.
  char* room(size_t n) noexcept {
    if (capacity() - size_ < n && !grow(n)) return nullptr;
    return data() + size_;
  }
  void added(size_t n) noexcept { size_ += n; }
  void cut(size_t size) noexcept { size_ = size; }

  bool append(const void* text, size_t n) noexcept {
    if (n == 0) return true;
    char* to = room(n);
    if (to == nullptr) return false;
    std::memcpy(to, text, n);
    size_ += n;
    return true;
  }

  void drop() noexcept {
    if (big_ == nullptr) return;
    std::free(big_);
    heap_->refund(capacity_);
    big_ = nullptr;
    size_ = 0;
  }

 private:
  size_t capacity() const noexcept { return big_ != nullptr ? capacity_ : sizeof small_; }

  bool grow(size_t n) noexcept {
    if (n > SIZE_MAX / 4) return false;
    const size_t old = big_ != nullptr ? capacity_ : 0;
    const size_t wanted = capacity() * 2 > size_ + n ? capacity() * 2 : size_ + n;
    if (!heap_->charge(wanted - old)) return false;
    char* block = static_cast<char*>(std::realloc(big_, wanted));
    if (block == nullptr) {
      heap_->refund(wanted - old);
      return false;
    }
    if (big_ == nullptr) std::memcpy(block, small_, size_);
    big_ = block;
    capacity_ = wanted;
    return true;
  }

  vm::Heap* heap_;
  char* big_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
  char small_[1024];
};

}  // namespace lagoon::bindings
