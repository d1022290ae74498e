#include "sched/sync.h"

#include "sched/check.h"

namespace lagoon::sched {

namespace {

// The end of a wait in which being fired is success.
Result finish_in(G& g, Lock& lock, WaitQueue& queue) noexcept {
  if (g.outcome == Outcome::Fired) return Result::Done;
  LockGuard hold(lock);
  queue.remove(g.waiter);
  return ended(g);
}

void fire_all(WaitQueue& queue, Woken& woken) noexcept {
  while (Waiter* w = queue.pop_claimed()) fire(*w, woken);
}

}  // namespace

// --- WaitGroup ---------------------------------------------------------------------------------

Result WaitGroup::add(int64_t n) noexcept {
  Woken woken;
  {
    LockGuard hold(lock_);
    int64_t count;
    if (__builtin_add_overflow(count_.load(std::memory_order_relaxed), n, &count) || count < 0) {
      return Result::Misuse;
    }
    count_.store(count, std::memory_order_release);
    if (count == 0) fire_all(waiters_, woken);
  }
  woken.ready_all();
  return Result::Done;
}

Result WaitGroup::wait(G& g) noexcept {
  if (count() == 0) return Result::Done;
  LockGuard hold(lock_);
  if (count() == 0) return Result::Done;
  open_wait(g, g.waiter);
  waiters_.push(g.waiter);
  return Result::Blocked;
}

Result WaitGroup::finish_wait(G& g) noexcept { return finish_in(g, lock_, waiters_); }

// --- Once --------------------------------------------------------------------------------------

Once::Begin Once::begin(G& g) noexcept {
  if (done()) return Begin::Done;
  LockGuard hold(lock_);
  switch (state_.load(std::memory_order_relaxed)) {
    case State::Done: return Begin::Done;
    case State::New:
      state_.store(State::Running, std::memory_order_relaxed);
      owner_.store(g.id, std::memory_order_relaxed);
      return Begin::Run;
    case State::Running: break;
  }
  open_wait(g, g.waiter);
  waiters_.push(g.waiter);
  return Begin::Blocked;
}

Once::Begin Once::finish_begin(G& g) noexcept {
  switch (finish_in(g, lock_, waiters_)) {
    case Result::Done: return Begin::Done;
    case Result::Timeout: return Begin::Timeout;
    default: return Begin::Canceled;
  }
}

void Once::complete() noexcept {
  Woken woken;
  {
    LockGuard hold(lock_);
    CHECK(state_.load(std::memory_order_relaxed) == State::Running);
    state_.store(State::Done, std::memory_order_release);
    owner_.store(0, std::memory_order_relaxed);
    fire_all(waiters_, woken);
  }
  woken.ready_all();
}

// --- Cond --------------------------------------------------------------------------------------

Result Cond::wait(G& g, Mutex& mutex) noexcept {
  {
    LockGuard hold(lock_);
    if (!mutex.locked()) return Result::Misuse;
    open_wait(g, g.waiter);
    waiters_.push(g.waiter);
  }
  // Linked before the mutex is free, so a signal by whoever gets it next is not missed.
  if (mutex.unlock() == Result::Done || !withdraw(g)) return Result::Blocked;
  finish_in(g, lock_, waiters_);
  return Result::Misuse;
}

Result Cond::finish_wait(G& g, Mutex& mutex, CondWait& state) noexcept {
  Result result;
  if (!state.relocking) {
    state.how = finish_in(g, lock_, waiters_);
    state.relocking = true;
    result = mutex.lock(g);
  } else {
    result = mutex.finish_lock(g);
    if (result == Result::Canceled) state.put_back = true;
    if (result == Result::Canceled || result == Result::Timeout) result = mutex.lock(g);
  }
  if (result == Result::Blocked) return result;
  if (state.put_back && state.how != Result::Canceled) g.canceled.store(true);
  return state.how;
}

bool Cond::signal() noexcept {
  Woken woken;
  bool found;
  {
    LockGuard hold(lock_);
    Waiter* w = waiters_.pop_claimed();
    found = w != nullptr;
    if (found) fire(*w, woken);
  }
  woken.ready_all();
  return found;
}

void Cond::broadcast() noexcept {
  Woken woken;
  {
    LockGuard hold(lock_);
    fire_all(waiters_, woken);
  }
  woken.ready_all();
}

// --- Semaphore ---------------------------------------------------------------------------------

// A waiter's parcel.words[0] holds how many it wants.

bool Semaphore::try_acquire(uint64_t n) noexcept {
  LockGuard hold(lock_);
  uint64_t held = held_.load(std::memory_order_relaxed);
  if (n > size_ - held || !waiters_.empty()) return false;
  held_.store(held + n, std::memory_order_release);
  return true;
}

Result Semaphore::acquire(G& g, uint64_t n) noexcept {
  LockGuard hold(lock_);
  uint64_t held = held_.load(std::memory_order_relaxed);
  if (n <= size_ - held && waiters_.empty()) {
    held_.store(held + n, std::memory_order_release);
    return Result::Done;
  }
  open_wait(g, g.waiter);
  g.waiter.parcel.words[0] = n;
  if (n <= size_) waiters_.push(g.waiter);
  return Result::Blocked;
}

Result Semaphore::finish_acquire(G& g) noexcept {
  if (g.outcome == Outcome::Fired) return Result::Done;
  Woken woken;
  {
    LockGuard hold(lock_);
    waiters_.remove(g.waiter);
    grant(woken);  // those behind it may fit
  }
  woken.ready_all();
  return ended(g);
}

Result Semaphore::release(uint64_t n) noexcept {
  Woken woken;
  {
    LockGuard hold(lock_);
    uint64_t held = held_.load(std::memory_order_relaxed);
    if (n > held) return Result::Misuse;
    held_.store(held - n, std::memory_order_release);
    grant(woken);
  }
  woken.ready_all();
  return Result::Done;
}

// Serves waiters from the front for as long as they fit.  One whose wait was claimed otherwise
// holds the others up until its finish_acquire(), which comes here again.
void Semaphore::grant(Woken& woken) noexcept {
  while (Waiter* w = waiters_.front()) {
    uint64_t held = held_.load(std::memory_order_relaxed);
    uint64_t n = w->parcel.words[0];
    if (n > size_ - held) return;
    waiters_.remove(*w);
    if (!w->g->wait.claim(w->ticket)) continue;
    held_.store(held + n, std::memory_order_release);
    fire(*w, woken);
  }
}

}  // namespace lagoon::sched
