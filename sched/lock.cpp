#include "sched/lock.h"

#include <time.h>

#include <algorithm>

namespace lagoon::sched {

// Who finds it held does not look for a microsecond, and then for longer: so the other thread has what the
// lock guards in its cache for dozens of operations, where taking turns for each would cost both of them
// several cache misses.
void Lock::lock_slow() noexcept {
  constexpr int kShortest = 100, kLongest = 400;  // some 1 to 4 us
  constexpr long kMostNs = 100'000;
  for (long pause = 5'000;; pause = std::min(2 * pause, kMostNs)) {
    for (int away = kShortest; away <= kLongest; away *= 2) {
      for (int i = 0; i < away; ++i) cpu_relax();
      if (word_.load(std::memory_order_relaxed) == kFree && try_lock()) return;
    }
    timespec t{0, pause};
    nanosleep(&t, nullptr);
  }
}

}  // namespace lagoon::sched
