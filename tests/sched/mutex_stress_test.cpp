// Mutexes between goroutines that really run.  Tn names the case of Go's test suite.

#include <gtest/gtest.h>

#include "ops.h"

namespace lagoon::sched {
namespace {

using namespace by_hand;
using namespace test;

class MutexStress : public SchedTest {};

// T33
TEST_P(MutexStress, AMutexExcludes) {
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

TEST_P(MutexStress, NoUnlockIsLostToADeadlineOrCancellation) {
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
TEST_P(MutexStress, AHogDoesNotStarveAWaiter) {
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
TEST_P(MutexStress, ReadersAndWritersNeverMix) {
  const int n = scaled(500);
  RWMutex m;
  std::atomic<int> activity{0};  // a reader counts 1, a writer 10,000
  for (int i = 0; i < 8; ++i) {
    go([&]() -> Task {
      for (int k = 0; k < n; ++k) {
        Result r = co_await rlock(m, k % 7 == 0 ? now_ns() + 2000 : kNever);
        if (r != Result::Done) continue;
        EXPECT_LT(++activity, 10'000);
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
}

// T36
TEST_P(MutexStress, ReadersHoldItAtOnce) {
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

WITH_ALL_PROCS(MutexStress);

}  // namespace
}  // namespace lagoon::sched
