#pragma once
// Note: one thread sleeps until another wakes it.
//
// A wake that comes first is remembered (once), and waking consumes it, so a note never needs to be
// cleared.  One sleeper at a time; any number of wakers.
//
// `Futex` is the seam to the operating system: wait(word, value, timeout_ns) sleeps while word
// holds value (spurious returns are fine; timeout < 0: none), wake(word, count) wakes sleepers.

#include <cstdint>

#include "sched/shake.h"

namespace lagoon::sched {

struct SystemFutex {
  static void wait(std::atomic<uint32_t>& word, uint32_t value, int64_t timeout_ns) noexcept;
  static void wake(std::atomic<uint32_t>& word, int count) noexcept;
  static int64_t now() noexcept;  // monotonic ns
};

template <class Atomics, class Futex>
class BasicNote {
 public:
  // Wakes the sleeper, now or when it comes.  Any thread; what was written before is seen by it.
  void wake() noexcept {
    if (word_.exchange(kSet, Atomics::acq_rel) == kWaiting) Futex::wake(word_, 1);
  }

  // Sleeps until woken.
  void sleep() noexcept {
    while (!consume()) {
      if (announce()) Futex::wait(word_, kWaiting, -1);
    }
  }

  // Sleeps until woken (true) or until the monotonic time `deadline` (false).
  bool sleep_until(int64_t deadline) noexcept {
    for (;;) {
      if (consume()) return true;
      int64_t left = deadline - Futex::now();
      if (left <= 0) return give_up();
      if (announce()) Futex::wait(word_, kWaiting, left);
    }
  }

 private:
  static constexpr uint32_t kEmpty = 0, kSet = 1, kWaiting = 2;

  bool consume() noexcept {
    uint32_t set = kSet;
    return word_.compare_exchange_strong(set, kEmpty, Atomics::acq_rel);
  }

  // True: the word says that we wait, so a waker will call Futex::wake.
  bool announce() noexcept {
    uint32_t seen = kEmpty;
    return word_.compare_exchange_strong(seen, kWaiting, Atomics::acq_rel) || seen == kWaiting;
  }

  // The deadline passed: true if a wake came after all.
  bool give_up() noexcept { return word_.exchange(kEmpty, Atomics::acq_rel) == kSet; }

  typename Atomics::template Atomic<uint32_t> word_{kEmpty};
};

using Note = BasicNote<StdAtomics, SystemFutex>;

}  // namespace lagoon::sched
