#pragma once
// Lock: a small mutex that spins briefly and then sleeps.
//
// Four bytes, one atomic operation to take it while nobody competes and a plain store to let go, so every
// channel can have one.  Who lets go wakes nobody: a lock is held for some tens of nanoseconds, so who has
// spun in vain waits for a holder that has lost its CPU, and looks again after some microseconds.
// Not recursive, not fair.  Meets std::lock_guard's needs.  The lock order is in README.md.

#include <atomic>
#include <cstdint>
#include <mutex>

namespace lagoon::sched {

class Lock {
 public:
  Lock() = default;
  Lock(const Lock&) = delete;

  void lock() noexcept {
    if (!try_lock()) lock_slow();
  }

  bool try_lock() noexcept {
    uint32_t seen = kFree;
    return word_.compare_exchange_strong(seen, kHeld, std::memory_order_acquire, std::memory_order_relaxed);
  }

  void unlock() noexcept { word_.store(kFree, std::memory_order_release); }

 private:
  static constexpr uint32_t kFree = 0, kHeld = 1;

  void lock_slow() noexcept;

  std::atomic<uint32_t> word_{kFree};
};

using LockGuard = std::lock_guard<Lock>;

// Tells the processor that this is a spin loop.
inline void cpu_relax() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace lagoon::sched
