#include "sched/lock.h"

#include <time.h>

#include <algorithm>

namespace lagoon::sched {

void Lock::lock_slow() noexcept {
  constexpr long kMostNs = 100'000;
  for (long pause = 5'000;; pause = std::min(2 * pause, kMostNs)) {
    for (int spin = 0; spin < 100; ++spin) {
      if (word_.load(std::memory_order_relaxed) == kFree && try_lock()) return;
      cpu_relax();
    }
    timespec t{0, pause};
    nanosleep(&t, nullptr);
  }
}

}  // namespace lagoon::sched
