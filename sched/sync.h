#pragma once
// What Gs wait for besides channels: mutexes, wait groups, once, conditions, semaphores.
//
// All of them follow the blocking protocol of source.h: lock(g) and its kin return Done, or
// Blocked, and then finish_*(g) says how it ended.  Where finish_*() is said to return Blocked
// again, g was woken to try and came too late: prepare it again (same deadline) and leave the stack
// again.
//
// Nothing that was handed to a G gets lost: a waker claims the G's wait before it hands anything
// over, so the G cannot time out or be cancelled as well, and finish_*() reports Done.
//
// Owners are G ids and serve dumps only: any G may unlock.

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "sched/source.h"

namespace lagoon::sched {

// Mutual exclusion, not reentrant.  One compare-and-swap while nobody waits.
//
// As Go's: normally an unlock frees it and wakes the first waiter to try, so that newcomers, who
// have a stack already, may overtake it; a waiter that was overtaken waits on at the front.  Once
// one has waited for over 1 ms the mutex is starving: each unlock hands it to the first waiter,
// until one gets it in less than that or is the last.
class Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;

  bool try_lock(const G& g) noexcept;
  Result lock(G& g) noexcept;         // Done or Blocked
  Result finish_lock(G& g) noexcept;  // Done, Blocked again, Timeout or Canceled
  Result unlock() noexcept;           // Done, or Misuse: it is not locked.  Any thread

  bool locked() const noexcept { return (state_.load(std::memory_order_acquire) & kLocked) != 0; }
  uint64_t owner() const noexcept { return owner_.load(std::memory_order_relaxed); }  // 0: none

 private:
  static constexpr uint32_t kLocked = 1;    // held, or handed over
  static constexpr uint32_t kQueued = 2;    // somebody is linked in waiters_
  static constexpr uint32_t kWoken = 4;     // a G was woken to try and has not tried yet
  static constexpr uint32_t kStarving = 8;  // unlock hands over

  bool acquire(const G& g) noexcept;
  bool acquire_or_mark(const G& g, uint32_t set, uint32_t clear) noexcept;
  Result retry(G& g) noexcept;
  Result unlock_slowly() noexcept;
  void release(Waiter* w, Woken& woken) noexcept;
  void hand_over(Waiter& w, Woken& woken) noexcept;

  // kLocked may be set without lock_ unless kStarving, and cleared without it while nobody is to be
  // woken; the other bits change under lock_.
  std::atomic<uint32_t> state_{0};
  Lock lock_;
  std::atomic<uint64_t> owner_{0};
  WaitQueue waiters_;  // guarded by lock_
};

// Many readers or one writer.  As Go's: a writer that waits keeps new readers out (so a read lock
// is not reentrant), and when a writer leaves, all readers that wait go before the next writer.
class RWMutex {
 public:
  RWMutex() = default;
  RWMutex(const RWMutex&) = delete;

  bool try_rlock() noexcept;
  Result rlock(G& g) noexcept;         // Done or Blocked
  Result finish_rlock(G& g) noexcept;  // Done, Timeout or Canceled
  Result runlock() noexcept;           // Done, or Misuse: no reader holds it

  bool try_lock(const G& g) noexcept;
  Result lock(G& g) noexcept;         // Done or Blocked
  Result finish_lock(G& g) noexcept;  // Done, Timeout or Canceled
  Result unlock() noexcept;           // Done, or Misuse: no writer holds it

  uint32_t readers() const noexcept { return state_.load(std::memory_order_acquire) / kReader; }
  bool locked() const noexcept { return (state_.load(std::memory_order_acquire) & kWriter) != 0; }
  uint64_t owner() const noexcept { return owner_.load(std::memory_order_relaxed); }

 private:
  static constexpr uint32_t kWriter = 1;  // a writer holds it
  static constexpr uint32_t kQueued = 2;  // somebody waits: the state changes only under lock_
  static constexpr uint32_t kReader = 4;  // times the readers that hold it

  enum class First : uint8_t { Readers, Writer };
  bool enter(uint32_t blockers, uint32_t add) noexcept;
  Result block(G& g, WaitQueue& queue, uint32_t blockers, uint32_t add) noexcept;
  Result finish(G& g, WaitQueue& queue) noexcept;
  Result release(uint32_t part, uint32_t held, First first) noexcept;
  Result release_slowly(uint32_t part, uint32_t held, First first) noexcept;
  void settle(First first, Woken& woken) noexcept;
  void admit_readers(uint32_t& state, Woken& woken) noexcept;
  bool admit_writer(uint32_t& state, Woken& woken) noexcept;

  std::atomic<uint32_t> state_{0};
  Lock lock_;
  std::atomic<uint64_t> owner_{0};  // the writer
  WaitQueue readers_waiting_;       // guarded by lock_
  WaitQueue writers_waiting_;       // guarded by lock_
};

// Waits until a counter is zero.  Everybody who waits is released at the instant it gets there, so
// it can be used again at once, and Go's misuse "Add called concurrently with Wait" cannot happen.
class WaitGroup {
 public:
  WaitGroup() = default;
  WaitGroup(const WaitGroup&) = delete;

  // Any thread.  Done, or Misuse: the counter would be negative (or overflow), and is unchanged.
  Result add(int64_t n) noexcept;
  Result wait(G& g) noexcept;         // Done or Blocked
  Result finish_wait(G& g) noexcept;  // Done, Timeout or Canceled

  int64_t count() const noexcept { return count_.load(std::memory_order_acquire); }

 private:
  Lock lock_;
  std::atomic<int64_t> count_{0};  // written under lock_
  WaitQueue waiters_;              // guarded by lock_
};

// Lets one G run something once, and the others wait until it has.
class Once {
 public:
  enum class Begin : uint8_t {
    Done,      // it has been run
    Run,       // the caller runs it, and calls complete() however that ends
    Blocked,   // another G runs it
    Timeout,   // finish_begin
    Canceled,  // finish_begin
  };

  Once() = default;
  Once(const Once&) = delete;

  Begin begin(G& g) noexcept;         // Done, Run or Blocked
  Begin finish_begin(G& g) noexcept;  // Done, Timeout or Canceled
  void complete() noexcept;           // REQUIRES: begin() said Run.  Any thread

  bool done() const noexcept { return state_.load(std::memory_order_acquire) == State::Done; }
  uint64_t owner() const noexcept { return owner_.load(std::memory_order_relaxed); }

 private:
  enum class State : uint8_t { New, Running, Done };

  Lock lock_;
  std::atomic<State> state_{State::New};  // written under lock_
  std::atomic<uint64_t> owner_{0};        // who runs it
  WaitQueue waiters_;                     // guarded by lock_
};

// Waits for a signal under a mutex.  Signals go to the longest waiter; none is spurious.
//
// A wait has two blocking parts, the signal and the mutex, and ends with the mutex held, however it
// ends.  The caller keeps a CondWait and drives it:
//
//   CondWait w;
//   r = cond.wait(g, mutex);                       // Misuse: the mutex is not locked
//   while (r == Blocked) {
//     prepare(g, w.reason(), w.relocking ? &mutex : &cond, w.relocking ? kNever : deadline); park;
//     r = cond.finish_wait(g, mutex, w);
//   }
//
// A cancellation that comes while g waits for the mutex does not end that; it is put back into g,
// to be seen by its next blocking operation, unless this wait ends as Canceled anyway.
struct CondWait {
  Result how = Result::Blocked;
  bool relocking = false;
  bool put_back = false;
  Reason reason() const noexcept { return relocking ? Reason::MutexLock : Reason::CondWait; }
};

class Cond {
 public:
  Cond() = default;
  Cond(const Cond&) = delete;

  // Starts to wait, and unlocks the mutex.  g, running.  Blocked, or Misuse: it was not locked.
  Result wait(G& g, Mutex& mutex) noexcept;
  // Done, Timeout or Canceled, with the mutex held; or Blocked again.
  Result finish_wait(G& g, Mutex& mutex, CondWait& state) noexcept;

  bool signal() noexcept;  // false: nobody waits.  Any thread
  void broadcast() noexcept;

 private:
  Lock lock_;
  WaitQueue waiters_;  // guarded by lock_
};

// A number of tokens.  Strictly first come, first served: an acquire that does not fit yet holds up
// those behind it, so a large one does not starve.  One larger than the semaphore waits for ever
// (or for its deadline) and holds up nobody.
class Semaphore {
 public:
  explicit Semaphore(uint64_t size) noexcept : size_(size) {}
  Semaphore(const Semaphore&) = delete;

  bool try_acquire(uint64_t n) noexcept;
  Result acquire(G& g, uint64_t n) noexcept;  // Done or Blocked
  Result finish_acquire(G& g) noexcept;       // Done, Timeout or Canceled
  Result release(uint64_t n) noexcept;        // Done, or Misuse: more than held.  Any thread

  uint64_t size() const noexcept { return size_; }
  uint64_t held() const noexcept { return held_.load(std::memory_order_acquire); }

 private:
  void grant(Woken& woken) noexcept;

  const uint64_t size_;
  Lock lock_;
  std::atomic<uint64_t> held_{0};  // written under lock_
  WaitQueue waiters_;              // guarded by lock_
};

}  // namespace lagoon::sched
