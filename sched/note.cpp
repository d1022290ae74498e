#include "sched/note.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "sched/timer.h"

namespace lagoon::sched {
namespace {

uint32_t* address(std::atomic<uint32_t>& word) noexcept {
  static_assert(sizeof(word) == sizeof(uint32_t));
  return reinterpret_cast<uint32_t*>(&word);
}

}  // namespace

void SystemFutex::wait(std::atomic<uint32_t>& word, uint32_t value, int64_t timeout_ns) noexcept {
  timespec timeout{timeout_ns / 1'000'000'000, timeout_ns % 1'000'000'000};
  syscall(SYS_futex, address(word), FUTEX_WAIT_PRIVATE, value, timeout_ns < 0 ? nullptr : &timeout, nullptr, 0);
}

void SystemFutex::wake(std::atomic<uint32_t>& word, int count) noexcept {
  syscall(SYS_futex, address(word), FUTEX_WAKE_PRIVATE, count, nullptr, nullptr, 0);
}

int64_t SystemFutex::now() noexcept { return now_ns(); }

}  // namespace lagoon::sched
