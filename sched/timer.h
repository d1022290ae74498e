#pragma once
// Timers: a 4-ary heap for each P, guarded by its own lock.
//
// Invariants, whenever the heap's lock is free: an armed timer is in exactly one heap, at the
// index it records; the heap's published `next` is the earliest `when`, or kNever.  Each place holds
// its timer's `when`: to compare them in the timers would be a cache miss each.
//
// What is due is taken out first, and fetched while more is taken out, and then fired.  Four children share a
// cache line (FoursInLines), and are fetched while their parent is compared: of 100,000 timers most are in none.
//
// fire() runs under the heap's lock, must not touch any timer, and returns the Gs to make ready:
// null, or a chain through Item::next that ends in null (an event wakes many).  It may set
// self.period, to 0 so as not to be armed again.  So once stop() has returned, fire() neither runs
// nor will run, and the timer's memory may go (`heap` becomes null only after fire() returned).

#include <atomic>
#include <cstdint>
#include <new>
#include <vector>

#include "sched/lock.h"

namespace lagoon::sched {

struct G;
class TimerHeap;

// Cuts g off the chain it heads and returns the rest.
G* unchain(G& g) noexcept;

// Monotonic time in nanoseconds, and "never".
int64_t now_ns() noexcept;
inline constexpr int64_t kNever = INT64_MAX;

struct Timer {
  int64_t when = 0;    // absolute, monotonic ns
  int64_t period = 0;  // 0: once; else re-armed at when + period * (1 + late / period)
  G* (*fire)(Timer& self, int64_t now) noexcept = nullptr;
  void* context = nullptr;                // fire()'s own
  std::atomic<TimerHeap*> heap{nullptr};  // null: not armed
  size_t index = 0;                       // place in the heap; under the heap's lock
};

// An allocator for a vector of places: the first lies at the end of a cache line, so the children of each share one.
template <class T>
struct FoursInLines {
  using value_type = T;
  static constexpr size_t kLine = 64, kBefore = kLine / sizeof(T) - 1;
  FoursInLines() = default;
  template <class U>
  FoursInLines(const FoursInLines<U>&) noexcept {}
  T* allocate(size_t n) {
    static_assert(4 * sizeof(T) == kLine);
    return static_cast<T*>(::operator new ((n + kBefore) * sizeof(T), std::align_val_t{kLine})) + kBefore;
  }
  void deallocate(T* first, size_t) noexcept { ::operator delete (first - kBefore, std::align_val_t{kLine}); }
  bool operator==(const FoursInLines&) const = default;
};

class TimerHeap {
 public:
  TimerHeap() = default;
  TimerHeap(const TimerHeap&) = delete;

  // Arms t (not armed, fields set).  True: t is the new earliest.  Any thread.  Throws bad_alloc.
  bool start(Timer& t);

  // Fires what is due at `now`, calling sink(G&) for each G to make ready, after the lock was
  // released.  Returns the next `when`, or kNever.  Any thread (thieves run other Ps' timers).
  template <class Sink>
  int64_t run_due(int64_t now, Sink&& sink);

  // The earliest `when`, without the lock; may be stale.
  int64_t next() const noexcept { return next_.load(std::memory_order_seq_cst); }
  size_t size() const noexcept { return size_.load(std::memory_order_relaxed); }

  // Moves every timer to `other` (a P that retires).  Throws bad_alloc, with nothing moved.
  void drain_into(TimerHeap& other);

 private:
  friend bool stop_timer(Timer&) noexcept;
  static constexpr size_t kBatch = 64;
  struct Place {
    int64_t when;
    Timer* timer;
  };

  // Fires at most a batch of what is due, putting their Gs (chains of them) into out; returns how many;
  // *next = earliest left.
  size_t fire_due(int64_t now, G** out, int64_t* next) noexcept;
  size_t take_due(int64_t now, Timer** out) noexcept;
  void settle(Timer& t, int64_t now) noexcept;
  void put(size_t i, Place p) noexcept;
  void fetch_below(size_t i) const noexcept;
  void sift_up(size_t i, Place p) noexcept;
  void sift_down(size_t i, Place p) noexcept;
  void remove_at(size_t i) noexcept;
  void publish() noexcept;
  int64_t earliest() const noexcept { return heap_.empty() ? kNever : heap_[0].when; }

  Lock lock_;                                     // under it only a source's lock is taken, by fire()
  std::vector<Place, FoursInLines<Place>> heap_;  // guarded by lock_
  std::atomic<int64_t> next_{kNever};
  std::atomic<size_t> size_{0};
};

// Disarms t.  True: it was armed and will not fire.  Any thread, no heap lock held.
bool stop_timer(Timer& t) noexcept;

template <class Sink>
int64_t TimerHeap::run_due(int64_t now, Sink&& sink) {
  if (next() > now) return next();
  for (;;) {
    G* woken[kBatch];
    int64_t next = kNever;
    size_t n = fire_due(now, woken, &next);
    for (size_t i = 0; i < n; ++i) {
      for (G* g = woken[i]; g != nullptr;) {
        G& first = *g;
        g = unchain(first);
        sink(first);
      }
    }
    if (next > now) return next;
  }
}

}  // namespace lagoon::sched
