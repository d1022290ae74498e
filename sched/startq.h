#pragma once
// StartQueue: the Gs one P has to start.  A ring its owner fills and anybody drains.
//
// What the owner puts between two gets is a batch, and comes out in the order it was put; but a later batch
// comes before what is left of an earlier one.  So a tree of Gs is walked branch by branch, and about as many
// live at a time as it is deep, where first come first served would have whole levels of it.  For the earliest
// not to wait for ever, the owner asks for it now and then (get_oldest), and thieves take that end.
//
// Invariants: the ring and its order are one word: where it begins, where it ends, whether the owner is
// turning a batch round, and how often the word has changed.  Every change is a compare-and-swap that counts,
// so whoever has read slots and succeeds has read what is there.  While a batch is turned only the owner
// changes the word, and the size stands: who looks for work sees that there is some.
//
// A full ring gives its older half and the new item to `overflow` (the global queue).  A thief takes half,
// rounded up.  `Atomics` is the seam of the model checker (sched/shake.h); `T` is never looked into.

#include <cstdint>
#include <utility>

#include "sched/g.h"
#include "sched/shake.h"

namespace lagoon::sched {

template <class Atomics, class T, uint32_t Capacity>
class BasicStartQueue {
 public:
  static constexpr uint32_t kCapacity = Capacity;
  static_assert(Capacity >= 2 && Capacity <= 1 << 14 && (Capacity & (Capacity - 1)) == 0);

  // Adds item to the batch.  The owner.  overflow(T*const*, uint32_t) takes a full ring's half.
  template <class Overflow>
  void put(T* item, Overflow&& overflow) {
    for (Word seen = load(); !try_put(item, seen, overflow);) {
    }
    ++batch_;
  }

  // Adds n items to the batch in one step.  The owner, whose ring has room for them.
  void put_all(T* const* items, uint32_t n) {
    for (Word seen = load();;) {
      for (uint32_t i = 0; i < n; ++i) slot(tail_of(seen) + i).store(items[i], Atomics::relaxed);
      if (change(seen, head_of(seen), tail_of(seen) + n)) break;
    }
    batch_ += n;
  }

  // The first of the latest batch, or null.  The owner.
  T* get() noexcept {
    uint32_t batch = std::exchange(batch_, 0);
    for (Word seen = load(); size_of(seen) != 0;) {
      if (batch > size_of(seen)) batch = size_of(seen);  // thieves took the first of it
      if (batch > 1) {
        if (turn(seen, batch)) return slot(tail_of(seen) - 1).load(Atomics::relaxed);
        continue;
      }
      T* item = slot(tail_of(seen) - 1).load(Atomics::relaxed);
      if (change(seen, head_of(seen), tail_of(seen) - 1)) return item;
    }
    return nullptr;
  }

  // Who has waited longest, or the last of the earliest batch; or null.  The owner.
  T* get_oldest() noexcept {
    for (Word seen = load(); size_of(seen) != 0;) {
      T* item = slot(head_of(seen)).load(Atomics::relaxed);
      if (change(seen, head_of(seen) + 1, tail_of(seen))) return item;
    }
    return nullptr;
  }

  // What get() will most likely return, or null; not to be looked into.  The owner.
  T* likely_next() const noexcept {
    const Word seen = load();
    return size_of(seen) == 0 ? nullptr : ring_[(tail_of(seen) - 1) % Capacity].load(Atomics::relaxed);
  }

  // Moves the older half of `victim` here, as a batch but for the first of it, which is returned; or null.
  // The owner, whose own ring is empty.
  T* steal(BasicStartQueue& victim) noexcept {
    Word own = load();
    uint32_t n = victim.grab(*this, tail_of(own));
    if (n == 0) return nullptr;
    T* item = slot(tail_of(own)).load(Atomics::relaxed);
    word_.store(word(tail_of(own) + 1, tail_of(own) + n, changes_of(own) + 1), Atomics::release);
    batch_ = n - 1;
    return item;
  }

  // Any thread.  Never true while something was in it during the whole call.
  bool empty() const noexcept { return size() == 0; }
  uint32_t size() const noexcept { return size_of(word_.load(Atomics::seq_cst)); }

 private:
  using Word = uint64_t;  // changes | turning << 31 | end << 16 | begin; positions count modulo 2^15
  using Slot = typename Atomics::template Atomic<T*>;
  static constexpr uint32_t kPositions = 1u << 15;
  static constexpr Word kTurning = Word{1} << 31;

  static Word word(uint32_t head, uint32_t tail, uint32_t changes) noexcept {
    return Word{changes} << 32 | Word{tail % kPositions} << 16 | head % kPositions;
  }
  static uint32_t head_of(Word w) noexcept { return w & (kPositions - 1); }
  static uint32_t tail_of(Word w) noexcept { return (w >> 16) & (kPositions - 1); }
  static uint32_t changes_of(Word w) noexcept { return static_cast<uint32_t>(w >> 32); }
  static uint32_t size_of(Word w) noexcept { return (tail_of(w) - head_of(w)) & (kPositions - 1); }

  Word load() const noexcept { return word_.load(Atomics::acquire); }
  Slot& slot(uint32_t i) noexcept { return ring_[i % Capacity]; }

  // Otherwise `seen` is what is there now.
  bool change(Word& seen, uint32_t head, uint32_t tail, Word turning = 0) noexcept {
    return word_.compare_exchange_strong(seen, word(head, tail, changes_of(seen) + 1) | turning, Atomics::acq_rel);
  }

  // False: `seen` is what is there now.
  template <class Overflow>
  bool try_put(T* item, Word& seen, Overflow& overflow) {
    if (size_of(seen) == Capacity) return spill(item, seen, overflow);
    slot(tail_of(seen)).store(item, Atomics::relaxed);
    return change(seen, head_of(seen), tail_of(seen) + 1);
  }

  template <class Overflow>
  bool spill(T* item, Word& seen, Overflow& overflow) {
    constexpr uint32_t half = Capacity / 2;
    T* batch[half + 1];
    for (uint32_t i = 0; i < half; ++i) batch[i] = slot(head_of(seen) + i).load(Atomics::relaxed);
    if (!change(seen, head_of(seen) + half, tail_of(seen))) return false;
    batch[half] = item;
    overflow(static_cast<T* const*>(batch), half + 1);
    return true;
  }

  // Turns the newest `batch` items round and takes the last of them off, which is at seen's end then.
  bool turn(Word& seen, uint32_t batch) noexcept {
    uint32_t head = head_of(seen), tail = tail_of(seen);
    if (!change(seen, head, tail, kTurning)) return false;
    for (uint32_t first = tail - batch, last = tail - 1; static_cast<int32_t>(last - first) > 0; ++first, --last) {
      T* item = slot(first).load(Atomics::relaxed);
      slot(first).store(slot(last).load(Atomics::relaxed), Atomics::relaxed);
      slot(last).store(item, Atomics::relaxed);
    }
    word_.store(word(head, tail - 1, changes_of(seen) + 2), Atomics::release);
    return true;
  }

  // Copies the older half into the thief's slots from `at` on and takes it; returns how many.
  uint32_t grab(BasicStartQueue& thief, uint32_t at) noexcept {
    for (Word seen = load(); (seen & kTurning) == 0;) {
      uint32_t n = size_of(seen) - size_of(seen) / 2;
      for (uint32_t i = 0; i < n; ++i) {
        thief.slot(at + i).store(slot(head_of(seen) + i).load(Atomics::relaxed), Atomics::relaxed);
      }
      if (n == 0 || change(seen, head_of(seen) + n, tail_of(seen))) return n;
    }
    return 0;
  }

  typename Atomics::template Atomic<Word> word_{0};
  uint32_t batch_ = 0;  // put since the last get; the owner's
  Slot ring_[Capacity] = {};
};

using StartQueue = BasicStartQueue<StdAtomics, Item, 256>;

}  // namespace lagoon::sched
