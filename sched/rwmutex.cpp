// Invariants of RWMutex, whenever lock_ is free:
//   kQueued if and only if somebody is linked in one of the queues, and then it is held;
//   while kQueued is set, state_ changes under lock_ only;
//   a reader waits only behind a writer that holds it or waits.

#include "sched/sync.h"

namespace lagoon::sched {

// Adds `add` unless one of `blockers` is set.
bool RWMutex::enter(uint32_t blockers, uint32_t add) noexcept {
  uint32_t seen = state_.load(std::memory_order_relaxed);
  while ((seen & blockers) == 0) {
    if (state_.compare_exchange_weak(seen, seen + add, std::memory_order_acquire, std::memory_order_relaxed)) {
      return true;
    }
  }
  return false;
}

bool RWMutex::try_rlock() noexcept { return enter(kWriter | kQueued, kReader); }

bool RWMutex::try_lock(const G& g) noexcept {
  if (!enter(~0u, kWriter)) return false;
  owner_.store(g.id, std::memory_order_relaxed);
  return true;
}

Result RWMutex::rlock(G& g) noexcept {
  return try_rlock() ? Result::Done : block(g, readers_waiting_, kWriter | kQueued, kReader);
}

Result RWMutex::lock(G& g) noexcept {
  if (try_lock(g)) return Result::Done;
  Result result = block(g, writers_waiting_, ~0u, kWriter);
  if (result == Result::Done) owner_.store(g.id, std::memory_order_relaxed);
  return result;
}

Result RWMutex::block(G& g, WaitQueue& queue, uint32_t blockers, uint32_t add) noexcept {
  LockGuard hold(lock_);
  uint32_t seen = state_.load(std::memory_order_relaxed);
  for (;;) {
    bool free = (seen & blockers) == 0;
    if (state_.compare_exchange_weak(seen, free ? seen + add : seen | kQueued, std::memory_order_acquire,
                                     std::memory_order_relaxed)) {
      if (free) return Result::Done;
      break;
    }
  }
  open_wait(g, g.waiter);
  queue.push(g.waiter);
  return Result::Blocked;
}

Result RWMutex::finish(G& g, WaitQueue& queue) noexcept {
  if (g.outcome == Outcome::Fired) return Result::Done;
  Woken woken;
  {
    LockGuard hold(lock_);
    queue.remove(g.waiter);
    settle(First::Writer, woken);  // readers may have waited for this writer only
  }
  woken.ready_all();
  return ended(g);
}

Result RWMutex::finish_rlock(G& g) noexcept { return finish(g, readers_waiting_); }
Result RWMutex::finish_lock(G& g) noexcept { return finish(g, writers_waiting_); }

Result RWMutex::runlock() noexcept { return release(kReader, ~(kWriter | kQueued), First::Writer); }

Result RWMutex::unlock() noexcept { return release(kWriter, kWriter, First::Readers); }

// Gives `part` back.  Misuse unless one of `held` is set.
Result RWMutex::release(uint32_t part, uint32_t held, First first) noexcept {
  uint32_t seen = state_.load(std::memory_order_relaxed);
  while ((seen & kQueued) == 0) {
    if ((seen & held) == 0) return Result::Misuse;
    if (part == kWriter) owner_.store(0, std::memory_order_relaxed);
    if (state_.compare_exchange_weak(seen, seen - part, std::memory_order_release, std::memory_order_relaxed)) {
      return Result::Done;
    }
  }
  return release_slowly(part, held, first);
}

Result RWMutex::release_slowly(uint32_t part, uint32_t held, First first) noexcept {
  Woken woken;
  {
    LockGuard hold(lock_);
    uint32_t seen = state_.load(std::memory_order_relaxed);
    do {
      if ((seen & held) == 0) return Result::Misuse;
    } while (!state_.compare_exchange_weak(seen, seen - part, std::memory_order_acq_rel, std::memory_order_relaxed));
    if (part == kWriter) owner_.store(0, std::memory_order_relaxed);
    settle(first, woken);
  }
  woken.ready_all();
  return Result::Done;
}

// Lets in whoever can be, so that the invariants hold again.  Under lock_.
void RWMutex::settle(First first, Woken& woken) noexcept {
  uint32_t state = state_.load(std::memory_order_relaxed);
  if ((state & kQueued) == 0) return;
  if ((state & kWriter) == 0) {
    if (first == First::Readers || writers_waiting_.empty()) admit_readers(state, woken);
    if (state < kReader && !admit_writer(state, woken)) admit_readers(state, woken);
  }
  if (readers_waiting_.empty() && writers_waiting_.empty()) state &= ~kQueued;
  state_.store(state, std::memory_order_release);
}

void RWMutex::admit_readers(uint32_t& state, Woken& woken) noexcept {
  while (Waiter* w = readers_waiting_.pop_claimed()) {
    state += kReader;
    fire(*w, woken);
  }
}

bool RWMutex::admit_writer(uint32_t& state, Woken& woken) noexcept {
  Waiter* w = writers_waiting_.pop_claimed();
  if (w == nullptr) return false;
  state |= kWriter;
  owner_.store(w->g->id, std::memory_order_relaxed);
  fire(*w, woken);
  return true;
}

}  // namespace lagoon::sched
