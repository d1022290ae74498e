// Many goroutines that are started at once, most of which start in one turn of their P's home.
#include <gtest/gtest.h>

#include <map>
#include <thread>

#include "tests/support/sched/sched_test.h"

namespace lagoon::sched::test {
namespace {

class BurstTest : public SchedTest {
 protected:
  void SetUp() override {
    config.slice_ns = 3'600'000'000'000;  // nothing ends a turn but what is told here
    own_strand.reserved = other.reserved = true;
  }
  // Starts `n` from a goroutine, each of which runs `body` with its number, from 1 on.
  void start(int n, std::function<void(int)> body) {
    go_in(own_strand, [=, this]() -> Task {
      for (int i = 1; i <= n; ++i) {
        go([=, this]() -> Task {
          body(++ran);
          co_return;
        });
      }
      co_return;
    });
  }
  std::atomic<int> ran{0};
  CoroStrand other;
};
WITH_ALL_PROCS(BurstTest);

TEST_P(BurstTest, IsInterruptedForWhoIsWoken) {
  Bell bell;
  int seen = 0;
  go_in(other, [&]() -> Task {
    co_await bell.wait();
    seen = ran;
  });
  until([&] { return scheduler().stats().parks == 1; });
  start(1'000, [&](int i) {
    if (i == 100) bell.ring();
  });
  join();
  if (GetParam() == 1) {
    EXPECT_EQ(seen, 100);
  }
  EXPECT_EQ(ran, 1'000);
}

TEST_P(BurstTest, IsInterruptedForTimers) {
  std::atomic<int64_t> due{kNever};
  std::atomic<int> late{0}, most_late{0};  // how many were started after a timer was due, until it was seen to
  go_in(own_strand, [&]() -> Task {
    for (int i = 0; i < 10; ++i) {
      due = now_ns() + 2'000'000;
      co_await sleep_for(2'000'000);
      most_late = std::max(most_late.load(), late.exchange(0));
    }
    due = kNever;
  });
  start(400, [&](int) {
    int64_t began = now_ns();
    if (began - 100'000 > due) ++late;  // the timer is armed after `due` was told
    while (now_ns() < began + 100'000) cpu_relax();
  });
  join();
  if (GetParam() == 1) {
    EXPECT_LE(most_late, 10);
  }
  EXPECT_EQ(ran, 400);
}

TEST_P(BurstTest, LeavesEvery61stTurnToTheGlobalQueue) {
  int seen = 0;
  start(200, [&](int i) {
    if (i != 100) return;
    std::thread([&] {
      go([&]() -> Task {
        seen = ran;
        co_return;
      });
    }).join();
  });
  join();
  EXPECT_GE(seen, 100);
  if (GetParam() == 1) {
    EXPECT_LE(seen, 165);
  }
  EXPECT_EQ(ran, 200);
}

TEST_P(BurstTest, GivesWhoWantsOneAStrandOfItsOwn) {
  std::mutex mutex;
  std::map<Strand*, int> alone;
  std::atomic<int> strangers{0};
  Bell bells[8];
  go_in(own_strand, [&]() -> Task {
    for (Bell& bell : bells) {
      for (int i = 0; i < 20; ++i) {
        go([&]() -> Task {
          std::lock_guard guard(mutex);
          if (alone.contains(me().strand)) ++strangers;
          co_return;
        });
      }
      auto* g = static_cast<CoG*>(scheduler().acquire());
      g->alone = true;
      g->body = [&]() -> Task {
        {
          std::lock_guard guard(mutex);
          ++alone[me().strand];
        }
        co_await bell.wait();
      };
      scheduler().spawn(*g);
    }
    co_return;
  });
  until([&] { return scheduler().stats().parks == 8; });
  EXPECT_EQ(alone.size(), 8u);
  EXPECT_EQ(strangers, 0);
  for (Bell& bell : bells) bell.ring();
  join();
}

}  // namespace
}  // namespace lagoon::sched::test
