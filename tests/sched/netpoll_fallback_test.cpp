// Timers and descriptors where the kernel has no epoll_pwait2 (before Linux 5.11): a filter of system
// calls says so to the thread that makes the scheduler, and to all threads that it starts.
#include <errno.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <thread>

#include "tests/support/sched/sched_test.h"

namespace lagoon::sched::test {
namespace {

// From now on epoll_pwait2 fails with ENOSYS in this thread.  False: the system allows no filters.
bool forget_epoll_pwait2() {
  sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_epoll_pwait2, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  sock_fprog program{std::size(code), code};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

class NetpollFallbackTest : public SchedTest {
 protected:
  // Runs `story` in a thread whose kernel is old.
  void on_old_kernel(const std::function<void()>& story) {
    bool old = false;
    std::thread([&] {
      old = forget_epoll_pwait2();
      if (old) story();
    }).join();
    EXPECT_TRUE(old) << "no system call filters here";
  }
};
WITH_ALL_PROCS(NetpollFallbackTest);

TEST_P(NetpollFallbackTest, SleepsEndInOrderAndNotEarly) {
  on_old_kernel([&] {
    timespec zero{};
    epoll_event event;
    ASSERT_EQ(epoll_pwait2(-1, &event, 1, &zero, nullptr), -1);
    ASSERT_EQ(errno, ENOSYS);
    std::atomic<int> ended{0}, early{0};
    for (int i = 1; i <= 20; ++i) {
      go([&, i]() -> Task {
        int64_t begun = now_ns();
        EXPECT_EQ(co_await sleep_for(i * 300'000), Outcome::Timeout);
        if (now_ns() - begun < i * 300'000) ++early;
        ++ended;
      });
    }
    join();
    EXPECT_EQ(ended, 20);
    EXPECT_EQ(early, 0);
  });
}

// A poll without a deadline, after one with: the timer that is still set may not wake it for ever.
TEST_P(NetpollFallbackTest, ATimerThatIsStoppedLeavesThePollerAtRest) {
  on_old_kernel([&] {
    Bell bell, heard;  // two rings in a row are one, so each is answered
    go([&]() -> Task {
      for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(co_await bell.wait(now_ns() + 5'000'000'000), Outcome::Fired);
        heard.ring();
      }
    });
    go([&]() -> Task {
      for (int i = 0; i < 20; ++i) {
        co_await sleep_for(200'000);
        bell.ring();
        co_await heard.wait();
      }
    });
    join();
  });
}

}  // namespace
}  // namespace lagoon::sched::test
