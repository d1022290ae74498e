// Changing the number of Ps, and stopping.
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "tests/support/sched/sched_test.h"

namespace lagoon::sched::test {
namespace {

class ProcsTest : public SchedTest {};
WITH_ALL_PROCS(ProcsTest);

TEST_P(ProcsTest, ChangeReturnsTheOldNumber) {
  EXPECT_EQ(scheduler().set_procs(3), GetParam());
  EXPECT_EQ(scheduler().set_procs(0), 3u);
  EXPECT_EQ(scheduler().procs(), 1u);
}

// (Go: TestStopTheWorldDeadlock) Chains respawn themselves while the number changes 1000 times.
TEST_P(ProcsTest, AThousandChangesUnderLoadLoseNothing) {
  std::atomic<bool> stop{false};
  std::atomic<int> links{0};
  std::function<Task()> link = [&]() -> Task {
    ++links;
    if (links % 16 == 0) co_await sleep_for(1'000);
    if (links % 5 == 0) co_await yield();
    if (!stop) go(link);
  };
  for (int i = 0; i < 20; ++i) go(link);
  for (int i = 0; i < scaled(1'000); ++i) {
    scheduler().set_procs(1 + i * 7 % 9);
    std::this_thread::sleep_for(std::chrono::microseconds(i % 50));
  }
  int before = links;
  until([&] { return links > before + 100; });
  stop = true;
  join();
}

TEST_P(ProcsTest, TimersOfARetiredPFire) {
  scheduler().set_procs(8);
  std::atomic<int> awake{0};
  for (int i = 0; i < 200; ++i) {
    go([&]() -> Task {
      co_await sleep_for(20'000'000);
      ++awake;
    });
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  scheduler().set_procs(1);
  join();
  EXPECT_EQ(awake, 200);
}

TEST_P(ProcsTest, AsManyRunAtOnceAsThereArePs) {
  std::atomic<int> at_once{0}, most{0};
  for (int i = 0; i < 40; ++i) {
    go([&]() -> Task {
      int now = ++at_once;
      for (int m = most; now > m && !most.compare_exchange_weak(m, now);) {
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      --at_once;
      co_return;
    });
  }
  join();
  // On a busy machine a nap may last so long that its P counts as stuck, and has a spare.
  EXPECT_LE(most, 2 * static_cast<int>(GetParam()));
  EXPECT_GT(most, GetParam() > 1 ? 1 : 0);
}

// A thread that the kernel keeps waiting is not stuck: it would heed an interrupt.  Spare Ps would only make it
// wait longer.
TEST_P(ProcsTest, WhoWaitsForAProcessorGetsNoSpareP) {
  cpu_set_t all, one;
  ASSERT_EQ(sched_getaffinity(0, sizeof all, &all), 0);
  CPU_ZERO(&one);
  for (int cpu = 0; CPU_COUNT(&one) == 0; ++cpu)
    if (CPU_ISSET(cpu, &all)) CPU_SET(cpu, &one);
  // TSan has a lock for each atomic: who loses its CPU with it would keep all of them.
  auto relax = [] {
    for (int i = 0; i < 1000; ++i) cpu_relax();
  };
  std::atomic<unsigned> begun{0};
  std::atomic<bool> stop{false};
  std::vector<std::thread> greedy;
  for (int i = 0; i < 32; ++i) {
    greedy.emplace_back([&] {
      sched_setaffinity(0, sizeof one, &one);
      while (!stop.load(std::memory_order_relaxed)) relax();
    });
  }
  for (unsigned i = 0; i < 4 * GetParam(); ++i) {
    go([&]() -> Task {
      sched_setaffinity(0, sizeof one, &one);
      ++begun;
      while (!stop.load(std::memory_order_relaxed)) {
        relax();
        if (M::current()->preempt.load(std::memory_order_relaxed)) co_await preempted();
      }
    });
  }
  until([&] { return begun >= GetParam(); });
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  unsigned threads = scheduler().stats().threads;
  stop = true;
  for (std::thread& t : greedy) t.join();
  join();
  EXPECT_LE(threads, GetParam() + 2);
}

class StopTest : public SchedTest {
 protected:
  StopTest() { may_leave_gs = true; }
};
WITH_ALL_PROCS(StopTest);

TEST_P(StopTest, EndsWithSleepersParkedBlockedAndRunningGoroutines) {
  Bell never;
  std::vector<Bell> bells(3);
  for (Bell& bell : bells)
    go([&]() -> Task {
      bell.block();
      co_return;
    });
  go([&]() -> Task { co_await never.wait(); });
  go([&]() -> Task { co_await sleep_for(60'000'000'000); });
  go([&]() -> Task {
    for (;;) co_await yield();
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  EXPECT_TRUE(scheduler().stop(10'000'000'000));
  EXPECT_TRUE(scheduler().stop(0));
}

TEST_P(StopTest, TellsThatACallDoesNotReturnInTime) {
  std::atomic<bool> leave{false}, inside{false};
  go([&]() -> Task {
    inside = true;
    until([&] { return leave.load(); });
    co_return;
  });
  until([&] { return inside.load(); });
  EXPECT_FALSE(scheduler().stop(5'000'000));
  EXPECT_GT(client.interrupts, 0);
  leave = true;
  EXPECT_TRUE(scheduler().stop(10'000'000'000));
}

TEST_P(StopTest, OfAnIdleSchedulerEndsAtOnce) { EXPECT_TRUE(scheduler().stop(1'000'000'000)); }

}  // namespace
}  // namespace lagoon::sched::test
