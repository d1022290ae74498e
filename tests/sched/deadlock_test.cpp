// When is everybody asleep for good, and when not.
#include <gtest/gtest.h>

#include <thread>

#include "sched/netpoll.h"
#include "tests/support/sched/sched_test.h"

namespace lagoon::sched::test {
namespace {

class DeadlockTest : public SchedTest {
 protected:
  DeadlockTest() {
    hold_source = false;
    may_leave_gs = true;
  }
  void expect_deadlock() {
    until([this] { return client.deadlocks > 0; });
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    EXPECT_EQ(client.deadlocks, 1);
  }
  void expect_none() {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_EQ(client.deadlocks, 0);
  }
  Bell never;
};
WITH_ALL_PROCS(DeadlockTest);

TEST_P(DeadlockTest, IsReportedOnceWhenAllArePark) {
  for (int i = 0; i < 10; ++i)
    go([&]() -> Task {
      co_await sleep_for(1'000);
      co_await never.wait();
    });
  expect_deadlock();
}

TEST_P(DeadlockTest, IsReportedWhenTheLastIsBlockedOnItsThread) {
  go([&]() -> Task {
    never.block();
    co_return;
  });
  expect_deadlock();
}

TEST_P(DeadlockTest, IsReportedAfterASystemCallCameBack) {
  go([&]() -> Task {
    CoG& g = me();
    auto& inside = static_cast<CoroStrand&>(*g.strand).inside;
    --inside;
    EXPECT_TRUE(scheduler().enter_syscall(g));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_EQ(client.deadlocks, 0);
    scheduler().exit_syscall(g);
    ++inside;
    co_await never.wait();
  });
  expect_deadlock();
}

// sysmon takes P and strand of such calls: what it holds for a moment is in no queue, and no M has it.
TEST_P(DeadlockTest, IsNotReportedWhileCallsLoseTheirProcessorAndComeBack) {
  config.shake = true;
  go([&]() -> Task {
    CoG& g = me();
    auto& inside = static_cast<CoroStrand&>(*g.strand).inside;
    for (int i = 0; i < scaled(3'000); ++i) {
      --inside;
      EXPECT_TRUE(scheduler().enter_syscall(g));
      std::this_thread::sleep_for(std::chrono::microseconds(i % 64));
      scheduler().exit_syscall(g);
      ++inside;
    }
    EXPECT_EQ(client.deadlocks, 0);
    co_await never.wait();
  });
  expect_deadlock();
}

TEST_P(DeadlockTest, IsReportedWhenNobodyIsLeft) {
  go([]() -> Task { co_return; });
  expect_deadlock();
  EXPECT_EQ(scheduler().live(), 0u);
}

TEST_P(DeadlockTest, IsNotReportedBeforeAnythingWasSpawned) {
  scheduler();
  expect_none();
}

TEST_P(DeadlockTest, IsNotReportedWhileATimerIsArmed) {
  go([&]() -> Task { co_await sleep_for(60'000'000'000); });
  go([&]() -> Task { co_await never.wait(); });
  expect_none();
}

TEST_P(DeadlockTest, IsReportedWhenTheLastTimerWasStopped) {
  std::atomic<G*> sleeper{nullptr};
  go([&]() -> Task {
    sleeper = &me();
    co_await sleep_for(60'000'000'000);
    co_await never.wait();
  });
  until([&] { return sleeper.load() != nullptr; });
  std::this_thread::sleep_for(std::chrono::milliseconds(5));  // an M is likely to be polling now
  scheduler().cancel(*sleeper);
  expect_deadlock();
}

TEST_P(DeadlockTest, IsNotReportedWhileASourceIsHeldButOnceItIsDropped) {
  scheduler().add_source();
  go([&]() -> Task { co_await never.wait(); });
  expect_none();
  scheduler().drop_source();
  expect_deadlock();
}

TEST_P(DeadlockTest, IsNotReportedWhileSomebodyWaitsForTheNetwork) {
  scheduler().netpoll().add_waiter();
  go([&]() -> Task { co_await never.wait(); });
  expect_none();
  scheduler().netpoll().drop_waiter();
}

}  // namespace
}  // namespace lagoon::sched::test
