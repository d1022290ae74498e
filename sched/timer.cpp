#include "sched/timer.h"

#include <time.h>

#include <algorithm>
#include <utility>

#include "sched/check.h"
#include "sched/g.h"

namespace lagoon::sched {
namespace {

// Missed periods are dropped, the phase is kept.
int64_t next_when(const Timer& t, int64_t now) noexcept {
  int64_t late = now - t.when;
  return t.when + t.period * (1 + late / t.period);
}

}  // namespace

int64_t now_ns() noexcept {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * int64_t{1'000'000'000} + t.tv_nsec;
}

bool TimerHeap::start(Timer& t) {
  LockGuard guard(lock_);
  CHECK(t.heap.load(std::memory_order_relaxed) == nullptr);
  heap_.emplace_back();
  t.heap.store(this, std::memory_order_release);
  sift_up(heap_.size() - 1, Place{t.when, &t});
  publish();
  return t.index == 0;
}

size_t TimerHeap::fire_due(int64_t now, G** out, int64_t* next) noexcept {
  LockGuard guard(lock_);
  Timer* due[kBatch];
  size_t taken = take_due(now, due), woken = 0;
  for (size_t i = 0; i < taken; ++i) fetch(due[i]->context);  // a G's, mostly
  for (size_t i = 0; i < taken; ++i) {
    if (G* g = due[i]->fire(*due[i], now)) out[woken++] = g;
    settle(*due[i], now);
  }
  publish();
  *next = earliest();
  return woken;
}

// Takes at most a batch of what is due out of the heap, though not out of its hands.  REQUIRES: lock_.
size_t TimerHeap::take_due(int64_t now, Timer** out) noexcept {
  size_t n = 0;
  while (n < kBatch && earliest() <= now) {
    Timer* t = heap_[0].timer;
    __builtin_prefetch(t, 1);
    out[n++] = t;
    remove_at(0);
  }
  return n;
}

// Arms t, which has fired, again, or lets it go.  REQUIRES: lock_.
void TimerHeap::settle(Timer& t, int64_t now) noexcept {
  if (t.period == 0) return t.heap.store(nullptr, std::memory_order_release);  // from here on its memory may go
  int64_t due = t.when;
  t.when = next_when(t, now);
  CHECK(t.when > due);
  heap_.emplace_back();  // there was room for it
  sift_up(heap_.size() - 1, Place{t.when, &t});
}

void TimerHeap::drain_into(TimerHeap& other) {
  Lock* first = std::min(&lock_, &other.lock_);
  Lock* second = std::max(&lock_, &other.lock_);
  LockGuard guard(*first), guard_too(*second);
  other.heap_.reserve(other.heap_.size() + heap_.size());
  for (Place p : std::exchange(heap_, {})) {
    p.timer->heap.store(&other, std::memory_order_release);
    other.heap_.emplace_back();
    other.sift_up(other.heap_.size() - 1, p);
  }
  publish();
  other.publish();
}

bool stop_timer(Timer& t) noexcept {
  for (;;) {
    TimerHeap* heap = t.heap.load(std::memory_order_acquire);
    if (heap == nullptr) return false;
    LockGuard guard(heap->lock_);
    TimerHeap* seen = t.heap.load(std::memory_order_relaxed);
    if (seen == nullptr) return false;  // it fired while we waited for the lock
    if (seen != heap) continue;         // it was drained into another heap
    heap->remove_at(t.index);
    t.heap.store(nullptr, std::memory_order_release);
    heap->publish();
    return true;
  }
}

// --- The heap; all under lock_

void TimerHeap::put(size_t i, Place p) noexcept {
  heap_[i] = p;
  p.timer->index = i;
}

// Puts p at i, a hole, or where it belongs above.
void TimerHeap::sift_up(size_t i, Place p) noexcept {
  for (; i > 0 && p.when < heap_[(i - 1) / 4].when; i = (i - 1) / 4) put(i, heap_[(i - 1) / 4]);
  put(i, p);
}

// Has the caches fetch the children of i and of its three siblings.
void TimerHeap::fetch_below(size_t i) const noexcept {
  const size_t end = std::min(4 * i + 17, heap_.size());
  for (size_t child = 4 * i + 1; child < end; child += 4) __builtin_prefetch(&heap_[child]);
}

// Puts p at i, a hole, or where it belongs below.
void TimerHeap::sift_down(size_t i, Place p) noexcept {
  auto earlier = [](const Place& a, const Place& b) { return a.when < b.when; };
  for (;;) {
    fetch_below(4 * i + 1);
    auto first = heap_.begin() + static_cast<ptrdiff_t>(std::min(4 * i + 1, heap_.size()));
    auto last = heap_.begin() + static_cast<ptrdiff_t>(std::min(4 * i + 5, heap_.size()));
    auto child = std::min_element(first, last, earlier);
    if (child == last || child->when >= p.when) break;
    put(i, *child);
    i = static_cast<size_t>(child - heap_.begin());
  }
  put(i, p);
}

void TimerHeap::remove_at(size_t i) noexcept {
  Place last = heap_.back();
  heap_.pop_back();
  if (i == heap_.size()) return;
  if (i > 0 && last.when < heap_[(i - 1) / 4].when) {
    sift_up(i, last);
  } else {
    sift_down(i, last);
  }
}

void TimerHeap::publish() noexcept {
  size_.store(heap_.size(), std::memory_order_relaxed);
  next_.store(earliest(), std::memory_order_seq_cst);
}

}  // namespace lagoon::sched
