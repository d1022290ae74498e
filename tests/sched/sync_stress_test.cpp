// Wait groups, once, conditions, semaphores and events between goroutines that really run.  Tn
// names the case of Go's test suite.

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "ops.h"

namespace lagoon::sched {
namespace {

using namespace by_hand;
using namespace test;

class SyncStress : public SchedTest {};

// T35
TEST_P(SyncStress, TwoWaitGroupsMakeABarrierEightTimes) {
  WaitGroup first, second;
  std::atomic<int> exited{0};
  for (int round = 0; round < 8; ++round) {
    constexpr int kGs = 16;
    first.add(kGs);
    second.add(kGs);
    exited = 0;
    for (int i = 0; i < kGs; ++i) {
      go([&]() -> Task {
        first.add(-1);
        co_await wait(second);
        ++exited;
      });
    }
    go([&]() -> Task {
      co_await wait(first);
      for (int i = 0; i < kGs; ++i) {
        EXPECT_EQ(exited, 0) << "second has not come to zero";
        second.add(-1);
      }
    });
    join();
    EXPECT_EQ(exited, kGs);
  }
}

// T35
TEST_P(SyncStress, AWaitNeverReturnsEarly) {
  for (int i = 0; i < scaled(500); ++i) {
    auto wg = std::make_shared<WaitGroup>();
    auto n = std::make_shared<std::atomic<int>>(0);
    wg->add(2);
    for (int k = 0; k < 2; ++k) {
      go([wg, n]() -> Task {
        ++*n;
        wg->add(-1);
        co_return;
      });
    }
    go([wg, n]() -> Task {
      co_await wait(*wg);
      EXPECT_EQ(*n, 2);
    });
  }
  join();
}

// T38
TEST_P(SyncStress, OnceIsRunOnceAndIsOverForEverybodyAfterwards) {
  for (int round = 0; round < scaled(100); ++round) {
    Once once;
    int value = 0;
    for (int i = 0; i < 10; ++i) {
      go([&]() -> Task {
        Once::Begin b = once.begin(me());
        if (b == Once::Begin::Run) {
          co_await yield();
          ++value;
          once.complete();
        } else if (b == Once::Begin::Blocked) {
          co_await Op{[](G&) { return Result::Blocked; }, [&](G& g) { return b = once.finish_begin(g), Result::Done; },
                      Reason::Once, &once, kNever};
          EXPECT_EQ(b, Once::Begin::Done);
        }
        EXPECT_EQ(value, 1);
      });
    }
    join();
  }
}

// T37
TEST_P(SyncStress, SignalsWakeOneEachInTheOrderOfTheWaits) {
  constexpr int kWaiters = 50;
  Mutex m;
  Cond cond;
  int waiting = 0, woken = 0;
  std::vector<int> order;
  for (int i = 0; i < kWaiters; ++i) {
    go([&]() -> Task {
      CO_LOCK(m);
      int ticket = waiting++;
      CO_WAIT(r, cond, m, kNever);
      EXPECT_EQ(r, Result::Done);
      order.push_back(ticket);
      ++woken;
      m.unlock();
    });
  }
  go([&]() -> Task {
    for (int done = 0; done < kWaiters;) {
      CO_LOCK(m);
      bool ready = waiting == kWaiters && woken == done;
      m.unlock();
      if (ready) {
        EXPECT_TRUE(cond.signal());
        ++done;
      }
      co_await yield();
    }
  });
  join();
  EXPECT_EQ(order.size(), size_t{kWaiters});
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

// T37: producers and consumers of a queue of limited length; each item goes to one consumer.
TEST_P(SyncStress, AMonitorWithTwoConditionsLosesNoSignal) {
  const int n = scaled(500);
  constexpr int kRoom = 3;
  Mutex m;
  Cond not_empty, not_full;
  int items = 0, consumed = 0;
  for (int i = 0; i < 3; ++i) {
    go([&]() -> Task {
      for (int k = 0; k < n; ++k) {
        CO_LOCK(m);
        while (items == kRoom) {
          CO_WAIT(r, not_full, m, kNever);
          EXPECT_EQ(r, Result::Done);
        }
        ++items;
        not_empty.signal();
        m.unlock();
      }
    });
    go([&]() -> Task {
      for (int k = 0; k < n;) {
        CO_LOCK(m);
        Result got = Result::Done;
        while (items == 0 && got == Result::Done) {
          CO_WAIT(r, not_empty, m, k % 10 == 0 ? now_ns() + 5000 : kNever);
          EXPECT_TRUE(m.locked());
          got = r;
        }
        if (items > 0) {
          --items;
          ++k;
          ++consumed;
          not_full.signal();
        }
        m.unlock();
      }
    });
  }
  join();
  EXPECT_EQ(consumed, 3 * n);
  EXPECT_EQ(items, 0);
}

// T37
TEST_P(SyncStress, ABroadcastWakesEverybodyOnce) {
  constexpr int kGs = 20;
  Mutex m;
  Cond cond;
  int waiting = 0, woken = 0, generation = 0;
  for (int i = 0; i < kGs; ++i) {
    go([&]() -> Task {
      for (int round = 1; round <= 5; ++round) {
        CO_LOCK(m);
        ++waiting;
        while (generation < round) {
          CO_WAIT(r, cond, m, kNever);
          EXPECT_EQ(r, Result::Done);
        }
        ++woken;
        m.unlock();
      }
    });
  }
  go([&]() -> Task {
    for (int round = 1; round <= 5;) {
      CO_LOCK(m);
      if (waiting == kGs * round) {
        generation = round++;
        cond.broadcast();
      }
      m.unlock();
      co_await yield();
    }
  });
  join();
  EXPECT_EQ(woken, 5 * kGs);
}

// T33 (TestSemaphore), T86 (TestWeighted)
TEST_P(SyncStress, ASemaphoreNeverGivesOutMoreThanItHas) {
  const int n = scaled(500);
  constexpr uint64_t kSize = 10;
  Semaphore s(kSize);
  std::atomic<int> out{0};
  for (int i = 1; i <= 10; ++i) {
    go([&, i]() -> Task {
      for (int k = 0; k < n; ++k) {
        Result r = co_await acquire(s, static_cast<uint64_t>(i), k % 4 == 0 ? now_ns() + 3000 : kNever);
        if (r != Result::Done) continue;
        EXPECT_LE(out += i, static_cast<int>(kSize));
        if (k % 3 == 0) co_await yield();
        out -= i;
        EXPECT_EQ(s.release(static_cast<uint64_t>(i)), Result::Done);
      }
    });
  }
  join();
  EXPECT_EQ(s.held(), 0u);
}

TEST_P(SyncStress, AnEventReleasesEverybodyWhoeverComesFirst) {
  for (int round = 0; round < scaled(200); ++round) {
    Event event;
    std::atomic<int> released{0};
    for (int i = 0; i < 10; ++i) {
      go([&, i]() -> Task {
        Parcel p;
        if (i == 5) {
          event.set();
        } else {
          EXPECT_EQ(co_await recv_from(event, p), Result::Closed);
        }
        ++released;
      });
    }
    join();
    EXPECT_EQ(released, 10);
  }
}

WITH_ALL_PROCS(SyncStress);

}  // namespace
}  // namespace lagoon::sched
