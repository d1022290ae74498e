// Timers and sleeps.  (Go: TestAfterQueuing, TestNetpollBreak, TestAfterStop,
// TestTimerModifiedEarlier)
#include "sched/timer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <thread>
#include <vector>

#include "tests/support/sched/sched_test.h"

namespace lagoon::sched::test {
namespace {

struct Recorder : Timer {
  std::vector<int64_t>* fired = nullptr;

  Recorder(int64_t at, std::vector<int64_t>* into, int64_t every = 0) : fired(into) {
    when = at;
    period = every;
    fire = [](Timer& t, int64_t) noexcept -> G* {
      static_cast<Recorder&>(t).fired->push_back(t.when);
      return nullptr;
    };
  }
};

auto nobody = [](G&) { FAIL() << "no G was to be woken"; };

TEST(TimerHeap, FiresInOrderOfWhenAndOnlyWhatIsDue) {
  std::vector<int64_t> fired;
  TimerHeap heap;
  std::vector<std::unique_ptr<Recorder>> timers;
  for (int i = 0; i < 1000; ++i) timers.push_back(std::make_unique<Recorder>(i, &fired));
  std::shuffle(timers.begin(), timers.end(), std::minstd_rand(1));
  int64_t earliest = kNever;
  for (auto& t : timers) {
    EXPECT_EQ(heap.start(*t), t->when < earliest);
    earliest = std::min(earliest, t->when);
  }
  EXPECT_EQ(heap.run_due(499, nobody), 500);
  EXPECT_EQ(fired.size(), 500u);
  EXPECT_EQ(heap.run_due(2000, nobody), kNever);
  EXPECT_EQ(fired.size(), 1000u);
  EXPECT_TRUE(std::is_sorted(fired.begin(), fired.end()));
  EXPECT_EQ(heap.size(), 0u);
}

TEST(TimerHeap, AStoppedTimerDoesNotFireAndStopTellsWhetherItWasArmed) {
  std::vector<int64_t> fired;
  TimerHeap heap;
  std::vector<std::unique_ptr<Recorder>> timers;
  for (int i = 0; i < 300; ++i) {
    timers.push_back(std::make_unique<Recorder>(i * 7919 % 300, &fired));
    heap.start(*timers.back());
  }
  for (auto& t : timers) {
    if (t->when % 3 != 0) {
      EXPECT_TRUE(stop_timer(*t));
    }
  }
  EXPECT_FALSE(stop_timer(*timers[1]));
  heap.run_due(1000, nobody);
  EXPECT_EQ(fired.size(), 100u);
  EXPECT_TRUE(std::is_sorted(fired.begin(), fired.end()));
  EXPECT_FALSE(stop_timer(*timers[0]));
}

TEST(TimerHeap, APeriodicTimerDropsMissedTicksAndKeepsItsPhase) {
  std::vector<int64_t> fired;
  TimerHeap heap;
  Recorder t(100, &fired, 10);
  heap.start(t);
  EXPECT_EQ(heap.run_due(100, nobody), 110);
  EXPECT_EQ(heap.run_due(137, nobody), 140);
  EXPECT_EQ(fired, (std::vector<int64_t>{100, 110}));
  EXPECT_TRUE(stop_timer(t));
}

TEST(TimerHeap, DrainingMovesEveryTimerAndStopStillFindsIt) {
  std::vector<int64_t> fired;
  TimerHeap from, to;
  Recorder a(3, &fired), b(1, &fired), c(2, &fired);
  from.start(a), from.start(b), to.start(c);
  from.drain_into(to);
  EXPECT_EQ(from.next(), kNever);
  EXPECT_EQ(to.next(), 1);
  EXPECT_TRUE(stop_timer(b));
  to.run_due(10, nobody);
  EXPECT_EQ(fired, (std::vector<int64_t>{2, 3}));
}

// After stop_timer has returned the timer's memory may go: a fire still under way would be seen
// here.
TEST(TimerHeap, StopWaitsForAFireInProgress) {
  TimerHeap heap;
  std::atomic<bool> over{false};
  std::thread runner([&] {
    while (!over) heap.run_due(now_ns(), nobody);
  });
  for (int i = 0; i < scaled(20'000); ++i) {
    std::vector<int64_t> fired;
    Recorder t(now_ns() + i % 3, &fired);
    heap.start(t);
    bool stopped = stop_timer(t);
    EXPECT_EQ(fired.size(), stopped ? 0u : 1u);
  }
  over = true;
  runner.join();
}

class SleepTest : public SchedTest {};
WITH_ALL_PROCS(SleepTest);

// In which order those run that are due at the same time is the queues' business, and on a busy machine
// that may be all of them.
TEST_P(SleepTest, SleepersOfDifferentLengthsAllWakeAndNoneEarly) {
  std::atomic<int> woken{0}, early{0};
  const int64_t start = now_ns();
  for (int i : {7, 2, 9, 4, 1, 8, 3, 6, 5}) {
    go([&, i]() -> Task {
      const int64_t due = start + i * 5'000'000;
      co_await sleep_until(due);
      if (now_ns() < due) ++early;
      ++woken;
    });
  }
  join();
  EXPECT_EQ(woken, 9);
  EXPECT_EQ(early, 0);
}

TEST_P(SleepTest, ASleepBelowAMillisecondIsNotRoundedUpToOne) {
  int64_t best = kNever;
  go([&]() -> Task {
    for (int i = 0; i < 1'000 && (i < 20 || best >= 900'000); ++i) {  // on a busy machine few are in time
      int64_t start = now_ns();
      co_await sleep_for(100'000);
      best = std::min(best, now_ns() - start);
    }
  });
  join();
  EXPECT_GE(best, 100'000);
  EXPECT_LT(best, 900'000);
}

TEST_P(SleepTest, NeverWakesEarly) {
  std::atomic<int> early{0};
  for (int i = 0; i < 200; ++i) {
    go([&, i]() -> Task {
      int64_t when = now_ns() + i * 20'000;
      co_await sleep_until(when);
      if (now_ns() < when) ++early;
    });
  }
  join();
  EXPECT_EQ(early, 0);
}

TEST_P(SleepTest, ASleepInThePastEndsAtOnce) {
  go([&]() -> Task {
    for (int i = 0; i < 100; ++i) co_await sleep_until(now_ns() - 1'000'000'000), co_await sleep_until(0);
  });
  join();
}

TEST_P(SleepTest, AnEarlierTimerBreaksALongPoll) {
  Bell bell;
  go([&]() -> Task { co_await bell.wait(now_ns() + 30'000'000'000); });
  std::this_thread::sleep_for(std::chrono::milliseconds(5));  // an M is likely to be polling now
  int64_t start = now_ns();
  struct Alarm : Timer {
    std::atomic<bool> rang{false};
  } alarm;
  alarm.when = start + 2'000'000;
  alarm.fire = [](Timer& t, int64_t) noexcept -> G* {
    static_cast<Alarm&>(t).rang = true;
    return nullptr;
  };
  scheduler().start_timer(alarm);
  until([&] { return alarm.rang.load(); });
  EXPECT_LT(now_ns() - start, 5'000'000'000);
  stop_timer(alarm);
  bell.ring();
  join();
}

TEST_P(SleepTest, ManySleepersAllWake) {
  std::atomic<int> awake{0};
  constexpr int kMany = scaled(20'000);
  for (int i = 0; i < kMany; ++i) {
    go([&, i]() -> Task {
      co_await sleep_for(i % 1000 * 10'000);
      ++awake;
    });
  }
  join();
  EXPECT_EQ(awake, kMany);
}

// Who was due when a hog gave way runs before the hog does again.
TEST_P(SleepTest, ASleeperThatIsDueRunsBeforeTheHogThatGaveWay) {
  config.procs = 1;
  std::atomic<int64_t> due{kNever};
  std::atomic<bool> stop{false};
  int gave_way = 0, overtook = 0;
  go([&]() -> Task {
    while (!stop) {
      while (!stop && !M::current()->preempt) cpu_relax();
      int64_t waiting = due;
      bool is_due = waiting <= now_ns();
      co_await preempted();
      gave_way += is_due;
      overtook += is_due && due == waiting && !stop;
    }
  });
  go([&]() -> Task {
    for (int i = 0; i < 100; ++i) {
      int64_t when = now_ns() + 1'000'000;
      due = when;
      co_await sleep_until(when);
      due = kNever;
    }
    stop = true;
  });
  join();
  EXPECT_GT(gave_way, 0);
  EXPECT_LE(overtook, 5 + gave_way / 10);  // an M on a spare P may have taken the sleeper
}

// A hog on the only P does not hold up a sleeper by more than its slice.
TEST_P(SleepTest, ASleeperWakesBesideHogs) {
  std::atomic<bool> stop{false};
  for (unsigned i = 0; i < GetParam(); ++i) {
    go([&]() -> Task {
      while (!stop) {
        while (!stop && !M::current()->preempt) cpu_relax();  // as a VM that polls would
        co_await preempted();
      }
    });
  }
  int64_t late = 0;
  go([&]() -> Task {
    for (int i = 0; i < 10; ++i) {
      int64_t when = now_ns() + 1'000'000;
      co_await sleep_until(when);
      late = std::max(late, now_ns() - when);
    }
    stop = true;
  });
  join();
  EXPECT_LT(late, 2'000'000'000);
  EXPECT_GT(client.interrupts, 0);
}

}  // namespace
}  // namespace lagoon::sched::test
