// Time slices on request, where the kernel has them (Linux 6.12).
#include "sched/time_slice.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <thread>

namespace lagoon::sched {
namespace {

// What the kernel says of this thread: sched_attr's sched_runtime.
int64_t slice_here() {
  struct {
    uint32_t size, policy;
    uint64_t flags, nice_and_priority, runtime, deadline, period;
  } attributes{};
  EXPECT_EQ(syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0), 0);
  return static_cast<int64_t>(attributes.runtime);
}

TEST(TimeSlice, IsInheritedUntilTheUsualOneIsAskedFor) {
  std::thread([] {
    const int64_t usual = slice_here();
    // Where the kernel gives out none on request, or the policy is another, nothing may change.
    const bool given = usual != 0 && sched_getscheduler(0) == SCHED_OTHER;
    const int64_t asked = given ? 100'000 : usual;
    ask_time_slice(100'000);
    EXPECT_EQ(slice_here(), asked);
    std::thread([usual, asked] {
      EXPECT_EQ(slice_here(), asked);
      ask_time_slice(0);
      EXPECT_EQ(slice_here(), usual);
    }).join();
  }).join();
}

}  // namespace
}  // namespace lagoon::sched
