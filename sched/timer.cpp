#include "sched/timer.h"

#include <time.h>

#include <algorithm>
#include <utility>

#include "sched/check.h"

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
  heap_.push_back(&t);
  t.heap.store(this, std::memory_order_release);
  t.index = heap_.size() - 1;
  sift_up(t.index);
  publish();
  return t.index == 0;
}

size_t TimerHeap::pop_due(int64_t now, G** out, size_t room, int64_t* next) {
  LockGuard guard(lock_);
  size_t n = 0;
  while (n < room && !heap_.empty() && heap_[0]->when <= now) {
    if (G* g = fire_first(now)) out[n++] = g;
  }
  publish();
  *next = heap_.empty() ? kNever : heap_[0]->when;
  return n;
}

// Fires the earliest timer and re-arms or removes it.  REQUIRES: lock_.
G* TimerHeap::fire_first(int64_t now) noexcept {
  Timer& t = *heap_[0];
  int64_t due = t.when;
  G* g = t.fire(t, now);
  if (t.period > 0) {
    t.when = next_when(t, now);
    CHECK(t.when > due);
    sift_down(0);
  } else {
    remove_at(0);
  }
  return g;
}

void TimerHeap::drain_into(TimerHeap& other) {
  Lock* first = std::min(&lock_, &other.lock_);
  Lock* second = std::max(&lock_, &other.lock_);
  LockGuard guard(*first), guard_too(*second);
  other.heap_.reserve(other.heap_.size() + heap_.size());
  for (Timer* t : std::exchange(heap_, {})) {
    other.heap_.push_back(t);
    t->heap.store(&other, std::memory_order_release);
    t->index = other.heap_.size() - 1;
    other.sift_up(t->index);
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
    heap->publish();
    return true;
  }
}

// --- The heap; all under lock_

void TimerHeap::place(size_t i, Timer* t) noexcept {
  heap_[i] = t;
  t->index = i;
}

void TimerHeap::sift_up(size_t i) noexcept {
  Timer* t = heap_[i];
  for (; i > 0 && t->when < heap_[(i - 1) / 4]->when; i = (i - 1) / 4) place(i, heap_[(i - 1) / 4]);
  place(i, t);
}

void TimerHeap::sift_down(size_t i) noexcept {
  Timer* t = heap_[i];
  auto earlier = [](const Timer* a, const Timer* b) { return a->when < b->when; };
  for (;;) {
    auto first = heap_.begin() + static_cast<ptrdiff_t>(std::min(4 * i + 1, heap_.size()));
    auto last = heap_.begin() + static_cast<ptrdiff_t>(std::min(4 * i + 5, heap_.size()));
    auto child = std::min_element(first, last, earlier);
    if (child == last || (*child)->when >= t->when) break;
    auto hole = static_cast<size_t>(child - heap_.begin());
    place(i, *child);
    i = hole;
  }
  place(i, t);
}

void TimerHeap::remove_at(size_t i) noexcept {
  Timer* gone = heap_[i];
  Timer* last = heap_.back();
  heap_.pop_back();
  if (gone != last) {
    place(i, last);
    sift_down(i);
    sift_up(last->index);
  }
  gone->heap.store(nullptr, std::memory_order_release);  // from here on its memory may go
}

void TimerHeap::publish() noexcept {
  size_.store(heap_.size(), std::memory_order_relaxed);
  next_.store(heap_.empty() ? kNever : heap_[0]->when, std::memory_order_seq_cst);
}

}  // namespace lagoon::sched
