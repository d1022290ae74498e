// Invariants of Mutex, whenever lock_ is free:
//   kQueued if and only if waiters_ is not empty;
//   kStarving only with kLocked and kQueued: so nobody can overtake, and unlock comes here;
//   kWoken while exactly one G was fired without the lock and has not come back to retry() yet: so
//   an unlock meanwhile need not wake another.
// A waiter's parcel.words[0] holds since when it waits.

#include "sched/sync.h"

namespace lagoon::sched {

namespace {

constexpr int64_t kStarveNs = 1'000'000;

int64_t waited(const Waiter& w) noexcept { return now_ns() - static_cast<int64_t>(w.parcel.words[0]); }

void wait_since(G& g, uint64_t since) noexcept {
  open_wait(g, g.waiter);
  g.waiter.parcel.words[0] = since;
}

}  // namespace

bool Mutex::acquire(const G& g) noexcept {
  uint32_t seen = state_.load(std::memory_order_relaxed);
  while ((seen & kLocked) == 0) {
    if (state_.compare_exchange_weak(seen, seen | kLocked, std::memory_order_acquire, std::memory_order_relaxed)) {
      owner_.store(g.id, std::memory_order_relaxed);
      return true;
    }
  }
  return false;
}

bool Mutex::try_lock(const G& g) noexcept { return acquire(g); }

// Gets the lock, or sets kQueued and `set`; clears `clear` either way.  Under lock_.
bool Mutex::acquire_or_mark(const G& g, uint32_t set, uint32_t clear) noexcept {
  uint32_t seen = state_.load(std::memory_order_relaxed);
  for (;;) {
    bool free = (seen & kLocked) == 0;
    uint32_t want = (seen & ~clear) | (free ? kLocked : kQueued | set);
    if (!state_.compare_exchange_weak(seen, want, std::memory_order_acquire, std::memory_order_relaxed)) {
      continue;
    }
    if (free) owner_.store(g.id, std::memory_order_relaxed);
    return free;
  }
}

Result Mutex::lock(G& g) noexcept {
  if (acquire(g)) return Result::Done;
  LockGuard hold(lock_);
  if (acquire_or_mark(g, 0, 0)) return Result::Done;
  wait_since(g, static_cast<uint64_t>(now_ns()));
  waiters_.push(g.waiter);
  return Result::Blocked;
}

// g was woken to try.
Result Mutex::retry(G& g) noexcept {
  Waiter& w = g.waiter;
  LockGuard hold(lock_);
  uint32_t starving = waited(w) > kStarveNs ? kStarving : 0;
  if (acquire_or_mark(g, starving, kWoken)) return Result::Done;
  wait_since(g, w.parcel.words[0]);
  waiters_.push_front(w);
  return Result::Blocked;
}

Result Mutex::finish_lock(G& g) noexcept {
  Waiter& w = g.waiter;
  if (g.outcome == Outcome::Fired) return w.ok ? Result::Done : retry(g);
  LockGuard hold(lock_);
  waiters_.remove(w);
  if (waiters_.empty()) state_.fetch_and(~(kQueued | kStarving), std::memory_order_relaxed);
  return ended(g);
}

Result Mutex::unlock() noexcept {
  uint32_t seen = state_.load(std::memory_order_relaxed);
  if (seen & kLocked) owner_.store(0, std::memory_order_relaxed);
  for (;;) {
    if ((seen & kLocked) == 0) return Result::Misuse;
    bool wakes = (seen & kStarving) != 0 || (seen & (kQueued | kWoken)) == kQueued;
    if (wakes) return unlock_slowly();
    if (state_.compare_exchange_weak(seen, seen & ~kLocked, std::memory_order_release, std::memory_order_relaxed)) {
      return Result::Done;
    }
  }
}

Result Mutex::unlock_slowly() noexcept {
  Woken woken;
  {
    LockGuard hold(lock_);
    uint32_t seen = state_.load(std::memory_order_relaxed);
    if ((seen & kLocked) == 0) return Result::Misuse;
    Waiter* w = (seen & kWoken) == 0 ? waiters_.pop_claimed() : nullptr;
    if (w != nullptr && (seen & kStarving) != 0) {
      hand_over(*w, woken);
    } else {
      release(w, woken);
    }
  }
  woken.ready_all();
  return Result::Done;
}

// Frees it, and wakes w, if any, to try.  Under lock_.
void Mutex::release(Waiter* w, Woken& woken) noexcept {
  uint32_t set = w != nullptr ? kWoken : 0;
  uint32_t clear = kLocked | kStarving | (waiters_.empty() ? kQueued : 0);
  uint32_t seen = state_.load(std::memory_order_relaxed);
  while (!state_.compare_exchange_weak(seen, (seen & ~clear) | set, std::memory_order_release,
                                       std::memory_order_relaxed)) {
  }
  if (w != nullptr) fire(*w, woken);
}

// w gets it without its ever being free.  Under lock_, starving.
void Mutex::hand_over(Waiter& w, Woken& woken) noexcept {
  bool last = waiters_.empty();
  uint32_t clear = last ? kQueued | kStarving : waited(w) < kStarveNs ? kStarving : 0;
  owner_.store(w.g->id, std::memory_order_relaxed);
  state_.fetch_and(~clear, std::memory_order_release);
  w.ok = true;
  fire(w, woken);
}

}  // namespace lagoon::sched
