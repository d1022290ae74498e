#include "sched/lock.h"

#include "sched/note.h"

namespace lagoon::sched {

// A holder keeps a Lock for some tens of nanoseconds; if it takes longer, it has lost its CPU.
void Lock::lock_slow() noexcept {
  for (int spin = 0; spin < 100; ++spin) {
    if (word_.load(std::memory_order_relaxed) == kFree && try_lock()) return;
    cpu_relax();
  }
  while (word_.exchange(kContended, std::memory_order_acquire) != kFree) {
    SystemFutex::wait(word_, kContended, -1);
  }
}

void Lock::wake() noexcept { SystemFutex::wake(word_, 1); }

}  // namespace lagoon::sched
