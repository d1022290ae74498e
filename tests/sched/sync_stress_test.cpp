// Mutexes and their kin between goroutines that really run.  Tn names the case of Go's test suite.

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "ops.h"

namespace lagoon::sched {
namespace {

using namespace by_hand;
using namespace test;

class SyncStress : public SchedTest {};

// T33
TEST_P(SyncStress, AMutexExcludes) {
  const int n = scaled(1000);
  Mutex m;
  int64_t counter = 0;  // unprotected but by m
  std::atomic<int> tried{0};
  for (int i = 0; i < 10; ++i) {
    go([&, i]() -> Task {
      for (int k = 0; k < n; ++k) {
        if (k % 3 == 0 && m.try_lock(me())) {
          ++tried;
        } else {
          CO_LOCK(m);
        }
        EXPECT_EQ(m.owner(), me().id);
        ++counter;
        if (k % 5 == i % 5) co_await yield();  // hold it while others run
        EXPECT_EQ(m.unlock(), Result::Done);
      }
    });
  }
  join();
  EXPECT_EQ(counter, 10 * n);
  EXPECT_FALSE(m.locked());
}

TEST_P(SyncStress, NoUnlockIsLostToADeadlineOrCancellation) {
  const int n = scaled(1000);
  Mutex m;
  int64_t counter = 0;
  std::atomic<int> locked{0}, timed_out{0}, canceled{0}, running{4};
  CoG* workers[4] = {};
  WaitGroup known;
  known.add(4);
  for (int i = 0; i < 4; ++i) {
    go([&, i]() -> Task {
      workers[i] = &me();
      known.add(-1);
      for (int k = 0; k < n; ++k) {
        CO_LOCK_UNTIL(r, m, now_ns() + (k + i) % 9 * 1000);
        if (r == Result::Timeout) ++timed_out;
        if (r == Result::Canceled) ++canceled;
        if (r != Result::Done) continue;
        ++counter;
        ++locked;
        if (k % 4 == 0) co_await yield();
        EXPECT_EQ(m.unlock(), Result::Done);
      }
      --running;
    });
  }
  go([&]() -> Task {
    co_await wait(known);
    for (int k = 0; running != 0; ++k) {
      scheduler().cancel(*workers[k % 4]);
      co_await yield();
    }
  });
  join();
  EXPECT_EQ(counter, locked);
  EXPECT_EQ(locked + timed_out + canceled, 4 * n);
  EXPECT_FALSE(m.locked());
  EXPECT_EQ(m.unlock(), Result::Misuse);
}

// T74: one that waits gets the mutex although another takes it again and again.
TEST_P(SyncStress, AHogDoesNotStarveAWaiter) {
  Mutex m;
  std::atomic<bool> stop{false};
  go([&]() -> Task {
    while (!stop) {
      CO_LOCK(m);
      int64_t until = now_ns() + 100'000;
      while (now_ns() < until) {
      }
      m.unlock();
      if (m.owner() == 0) co_await yield();
    }
  });
  go([&]() -> Task {
    for (int i = 0; i < 5; ++i) {
      CO_LOCK(m);
      m.unlock();
    }
    stop = true;
    co_return;
  });
  join();
}

// T36
TEST_P(SyncStress, ReadersAndWritersNeverMix) {
  const int n = scaled(500);
  RWMutex m;
  std::atomic<int> activity{0}, most_readers{0};  // a reader counts 1, a writer 10,000
  for (int i = 0; i < 8; ++i) {
    go([&]() -> Task {
      for (int k = 0; k < n; ++k) {
        Result r = co_await rlock(m, k % 7 == 0 ? now_ns() + 2000 : kNever);
        if (r != Result::Done) continue;
        int seen = ++activity;
        EXPECT_LT(seen, 10'000);
        if (seen > most_readers) most_readers = seen;
        if (k % 3 == 0) co_await yield();
        --activity;
        EXPECT_EQ(m.runlock(), Result::Done);
      }
    });
  }
  for (int i = 0; i < 2; ++i) {
    go([&]() -> Task {
      for (int k = 0; k < n; ++k) {
        Result r = co_await wlock(m, k % 5 == 0 ? now_ns() + 2000 : kNever);
        if (r != Result::Done) continue;
        EXPECT_EQ(activity += 10'000, 10'000);
        if (k % 3 == 0) co_await yield();
        activity -= 10'000;
        EXPECT_EQ(m.unlock(), Result::Done);
      }
    });
  }
  join();
  EXPECT_EQ(m.readers(), 0u);
  EXPECT_FALSE(m.locked());
  EXPECT_GT(most_readers, 1);
}

// T36
TEST_P(SyncStress, ReadersHoldItAtOnce) {
  RWMutex m;
  WaitGroup inside;
  inside.add(5);
  for (int i = 0; i < 5; ++i) {
    go([&]() -> Task {
      co_await rlock(m);
      inside.add(-1);
      co_await wait(inside);  // none leaves before all are in
      m.runlock();
    });
  }
  join();
}

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
          co_await Op{[](G&) { return Result::Blocked; },
                      [&](G& g) { return b = once.finish_begin(g), Result::Done; }, Reason::Once,
                      &once, kNever};
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
