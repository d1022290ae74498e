#pragma once
// Native scratch memory of value transfer: reused from one transfer to the next, never throws.
//
// Running out is remembered in one flag shared by all buffers of an encoder and looked at once per
// object, so that the encoder reads as if memory were endless.  What a buffer holds after that is
// incomplete but valid.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace lagoon::vm {

// realloc for everything value transfer allocates outside Lua.  Tests make it fail.
extern void* (*native_realloc)(void* block, size_t size);
void native_free(void* block) noexcept;

template <class T>
class Buffer {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  explicit Buffer(bool* failed) noexcept : failed_(failed) {}
  Buffer(const Buffer&) = delete;
  ~Buffer() { native_free(data_); }

  size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  T* data() noexcept { return data_; }
  const T* data() const noexcept { return data_; }
  T& operator[](size_t i) noexcept { return data_[i]; }
  const T& operator[](size_t i) const noexcept { return data_[i]; }
  T& back() noexcept { return data_[size_ - 1]; }
  T* begin() noexcept { return data_; }
  T* end() noexcept { return data_ + size_; }

  // Room for n more; null when there is none.
  T* reserve(size_t n) noexcept {
    if (room_ - size_ < n && !grow(n)) return nullptr;
    return data_ + size_;
  }
  void push(const T& value) noexcept {
    if (T* p = reserve(1)) *p = value, ++size_;
  }
  void append(const T* values, size_t n) noexcept {
    if (n == 0) return;
    if (T* p = reserve(n)) memcpy(p, values, n * sizeof(T)), size_ += n;
  }
  void advance(size_t n) noexcept { size_ += n; }
  void shrink(size_t n) noexcept { size_ = n; }

  // Empties it; a large one is given back.
  void reset(size_t keep) noexcept {
    size_ = 0;
    if (room_ <= keep) return;
    native_free(data_);
    data_ = nullptr;
    room_ = 0;
  }

 private:
  bool grow(size_t n) noexcept {
    const size_t room = size_ + n > room_ * 2 ? size_ + n + 16 : room_ * 2;
    void* data = native_realloc(data_, room * sizeof(T));
    if (data == nullptr) {
      *failed_ = true;
      return false;
    }
    data_ = static_cast<T*>(data);
    room_ = room;
    return true;
  }

  bool* failed_;
  T* data_ = nullptr;
  size_t size_ = 0, room_ = 0;
};

// Address -> 64 bits, open addressing; at most half full.  Removing is clearing.
class PointerMap {
 public:
  explicit PointerMap(bool* failed) noexcept : failed_(failed) {}
  PointerMap(const PointerMap&) = delete;
  ~PointerMap() { native_free(slots_); }

  // The value stored for key, or null.
  uint64_t* find(const void* key) noexcept {
    if (count_ == 0) return nullptr;
    Slot* s = slot(key);
    return s->key == key ? &s->value : nullptr;
  }
  // The value of key, made as `value` if there is none (*made says so); null: out of memory.
  uint64_t* find_or_add(const void* key, uint64_t value, bool* made) noexcept {
    *made = false;
    if (count_ * 2 >= slots_count_ && !grow()) return nullptr;
    Slot* s = slot(key);
    if (s->key != key) {
      *s = {key, value};
      ++count_;
      *made = true;
    }
    return &s->value;
  }
  size_t size() const noexcept { return count_; }

  template <class F>
  void each(F&& f) noexcept {
    for (size_t i = 0; i < slots_count_; ++i) {
      if (slots_[i].key != nullptr) f(slots_[i].key, slots_[i].value);
    }
  }
  void clear() noexcept {
    if (count_ == 0) return;
    count_ = 0;
    if (slots_count_ > kKept) {
      native_free(slots_);
      slots_ = nullptr;
      slots_count_ = 0;
    } else {
      memset(static_cast<void*>(slots_), 0, slots_count_ * sizeof(Slot));
    }
  }

 private:
  static constexpr size_t kKept = 64;  // clearing more than that costs more than growing again
  struct Slot {
    const void* key;
    uint64_t value;
  };
  static size_t hash(const void* key) noexcept {
    return static_cast<size_t>((reinterpret_cast<uintptr_t>(key) * 0x9E3779B97F4A7C15u) >> 20);
  }
  Slot* slot(const void* key) noexcept {
    size_t i = hash(key) & (slots_count_ - 1);
    while (slots_[i].key != nullptr && slots_[i].key != key) i = (i + 1) & (slots_count_ - 1);
    return &slots_[i];
  }
  bool grow() noexcept {
    const size_t n = slots_count_ == 0 ? 16 : slots_count_ * 2;
    Slot* fresh = static_cast<Slot*>(native_realloc(nullptr, n * sizeof(Slot)));
    if (fresh == nullptr) {
      *failed_ = true;
      return false;
    }
    memset(static_cast<void*>(fresh), 0, n * sizeof(Slot));
    Slot* old = slots_;
    const size_t old_count = slots_count_;
    slots_ = fresh;
    slots_count_ = n;
    for (size_t i = 0; i < old_count; ++i) {
      if (old[i].key != nullptr) *slot(old[i].key) = old[i];
    }
    native_free(old);
    return true;
  }

  bool* failed_;
  Slot* slots_ = nullptr;
  size_t slots_count_ = 0, count_ = 0;
};

}  // namespace lagoon::vm
