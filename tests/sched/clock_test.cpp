// Timers, tickers and deadlines of events.  Tn names the case of Go's test suite that is ported.

#include "sched/clock.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "ops.h"

namespace lagoon::sched {
namespace {

using namespace test;

constexpr int64_t kMs = 1'000'000;

class ClockTest : public SchedTest {
 protected:
  Result take(Clock& clock, int64_t* when = nullptr) {
    Parcel p;
    Result r = clock.try_recv(p);
    if (when != nullptr) *when = static_cast<int64_t>(p.words[0]);
    return r;
  }
};

TEST(WakeAfter, IsNeverEarlyAndLittleLate) {
  for (int64_t ns :
       {int64_t{1}, int64_t{63}, int64_t{64}, int64_t{50'000}, kMs, 33 * kMs, 1000 * kMs, int64_t{1} << 50}) {
    const int64_t before = now_ns();
    const int64_t moment = wake_after(ns);
    const int64_t most = std::min(ns / 50, kMs + kMs / 10);
    EXPECT_GE(moment, before + ns);
    EXPECT_LE(moment, now_ns() + ns + most) << ns;
  }
  const int64_t at_once = wake_after(0);
  EXPECT_LE(at_once, now_ns());
  EXPECT_EQ(wake_after(kNever - 1), kNever - 1);
}

// Waits that end 10 us apart, in 0.5 s or so: the same moments for many, but in order.
TEST(WakeAfter, IsAboutTheSameForManyThatAreCloseAndKeepsTheirOrder) {
  std::vector<int64_t> moments;
  const int64_t start = now_ns();
  for (int64_t i = 0; i < 1000; ++i) moments.push_back(wake_after(500 * kMs + i * 10'000));
  const int64_t spread = now_ns() - start + 10 * kMs;
  for (size_t i = 1; i < moments.size(); ++i) EXPECT_LT(moments[i - 1], moments[i]);
  for (int64_t& moment : moments) moment >>= 20;
  moments.erase(std::unique(moments.begin(), moments.end()), moments.end());
  EXPECT_LE(moments.size(), static_cast<size_t>(spread / kMs) + 2);
}

// T78
TEST_P(ClockTest, ATimerGoesOffOnceAndNotBeforeItsTime) {
  go([&]() -> Task {
    Clock timer(scheduler());
    int64_t when = in_ms(5);
    EXPECT_EQ(timer.reset(when), Result::Done);
    Parcel p;
    EXPECT_EQ(co_await recv_from(timer, p), Result::Done);
    EXPECT_GE(now_ns(), when);
    EXPECT_EQ(static_cast<int64_t>(p.words[0]), when) << "the time it should have gone off";
    EXPECT_FALSE(timer.running());
    EXPECT_EQ(co_await recv_from(timer, p, in_ms(5)), Result::Timeout);
  });
  join();
}

// T28
TEST_P(ClockTest, NothingStaleIsLeftAfterStopOrReset) {
  go([&]() -> Task {
    Clock timer(scheduler());
    bool was = true;
    timer.reset(in_ms(1), 0, &was);
    EXPECT_FALSE(was);
    co_await sleep_for(3 * kMs);
    EXPECT_TRUE(timer.stop()) << "it has gone off, but nobody had it";
    EXPECT_EQ(take(timer), Result::Busy);
    EXPECT_FALSE(timer.stop());

    timer.reset(in_ms(1));
    co_await sleep_for(3 * kMs);
    timer.reset(in_ms(10'000), 0, &was);
    EXPECT_TRUE(was);
    EXPECT_EQ(take(timer), Result::Busy);

    timer.reset(in_ms(1), kMs);  // a ticker
    co_await sleep_for(3 * kMs);
    EXPECT_EQ(take(timer), Result::Done);
    timer.reset(in_ms(10'000), kMs);
    EXPECT_EQ(take(timer), Result::Busy);
    timer.stop();
    co_await sleep_for(3 * kMs);
    EXPECT_EQ(take(timer), Result::Busy);
  });
  join();
}

// T28
TEST_P(ClockTest, ResetMovesATimerThatIsWaitedFor) {
  for (bool earlier : {true, false}) {
    Clock timer(scheduler());
    int64_t start = now_ns();
    timer.reset(earlier ? start + 100'000 * kMs : start + 2'000 * kMs);  // not before it is moved
    int64_t moved = earlier ? start + 10 * kMs : start + 520 * kMs;
    go([&]() -> Task {
      Parcel p;
      EXPECT_EQ(co_await recv_from(timer, p), Result::Done);
      EXPECT_GE(now_ns(), moved);
      EXPECT_EQ(static_cast<int64_t>(p.words[0]), moved);
    });
    go([&]() -> Task {
      co_await sleep_for(2 * kMs);
      timer.reset(moved);
    });
    join();
  }
}

// T28, T81: two wait, one value; the other waits on and gets the next.
TEST_P(ClockTest, OneValueGoesToOneReceiver) {
  Clock timer(scheduler());
  std::atomic<int> received{0};
  timer.reset(in_ms(2));
  for (int i = 0; i < 2; ++i) {
    go([&]() -> Task {
      Parcel p;
      EXPECT_EQ(co_await recv_from(timer, p), Result::Done);
      ++received;
    });
  }
  go([&]() -> Task {
    while (received == 0) co_await sleep_for(kMs);
    co_await sleep_for(5 * kMs);
    EXPECT_EQ(received, 1);
    timer.reset(in_ms(1));
  });
  join();
  EXPECT_EQ(received, 2);
}

// T31
TEST_P(ClockTest, StopAndResetSayWhetherItWasRunning) {
  go([&]() -> Task {
    Clock timer(scheduler());
    bool was = true;
    EXPECT_FALSE(timer.stop());
    timer.reset(in_ms(10'000), 0, &was);
    EXPECT_FALSE(was);
    EXPECT_TRUE(timer.running());
    timer.reset(in_ms(10'000), 0, &was);
    EXPECT_TRUE(was);
    EXPECT_TRUE(timer.stop());
    EXPECT_FALSE(timer.stop());
    timer.reset(now_ns());
    EXPECT_EQ(take(timer), Result::Done);
    EXPECT_FALSE(timer.stop()) << "its value was taken";
    co_return;
  });
  join();
}

// T31
TEST_P(ClockTest, TimersForNowAreNeverLost) {
  const int n = scaled(2000);
  go([&]() -> Task {
    Clock timer(scheduler());
    Parcel p;
    for (int i = 0; i < n; ++i) {
      timer.reset(time_after(i % 3 - 1));
      EXPECT_EQ(co_await recv_from(timer, p), Result::Done);
    }
  });
  join();
}

// T30.  Goroutines that are woken in order may still be overtaken on a busy machine, so one good
// run out of some will do.
TEST_P(ClockTest, TimersGoOffInOrder) {
  const std::vector<int64_t> slots{5, 3, 6, 6, 6, 1, 1, 2, 7, 9, 4, 8, 0};
  Mutex m;
  std::vector<int64_t> order;
  auto in_order = [&](int64_t apart) {
    order.clear();
    int64_t start = now_ns();
    for (int64_t slot : slots) {
      go([&, slot, start, apart]() -> Task {
        Clock timer(scheduler());
        timer.reset(start + (slot + 1) * apart);
        Parcel p;
        co_await recv_from(timer, p);
        CO_LOCK(m);
        order.push_back(static_cast<int64_t>(p.words[0]));
        m.unlock();
      });
    }
    join();
    EXPECT_EQ(order.size(), slots.size());
    return std::is_sorted(order.begin(), order.end());
  };
  bool good = false;
  for (int64_t apart = 4 * kMs; apart <= 512 * kMs && !good; apart *= 2) good = in_order(apart);
  EXPECT_TRUE(good);
}

// T79
TEST_P(ClockTest, ATickerKeepsItsPhaseAndDropsMissedTicks) {
  go([&]() -> Task {
    constexpr int64_t kPeriod = 5 * kMs;
    Clock ticker(scheduler());
    int64_t first = in_ms(5);
    ticker.reset(first, kPeriod);
    Parcel p;
    int64_t last = 0;
    for (int i = 0; i < 4; ++i) {
      EXPECT_EQ(co_await recv_from(ticker, p), Result::Done);
      int64_t when = static_cast<int64_t>(p.words[0]);
      EXPECT_EQ((when - first) % kPeriod, 0);
      EXPECT_GT(when, last);
      last = when;
    }
    co_await sleep_for(4 * kPeriod);
    EXPECT_EQ(take(ticker), Result::Done) << "one of the missed ticks";
    EXPECT_EQ(take(ticker), Result::Busy) << "and only one";
    EXPECT_EQ(co_await recv_from(ticker, p), Result::Done);
    EXPECT_EQ((static_cast<int64_t>(p.words[0]) - first) % kPeriod, 0);
  });
  join();
}

// T81
TEST_P(ClockTest, ManyReceiversShareATicker) {
  Clock ticker(scheduler());
  ticker.reset(now_ns(), kMs / 10);
  std::atomic<int> ticks{0};
  for (int i = 0; i < 10; ++i) {
    go([&]() -> Task {
      Parcel p;
      for (int k = 0; k < 10; ++k) {
        EXPECT_EQ(co_await recv_from(ticker, p), Result::Done);
        ++ticks;
      }
    });
  }
  join();
  EXPECT_EQ(ticks, 100);
}

// T81
TEST_P(ClockTest, ATickerOfOneNanosecondLetsOthersRun) {
  const int n = scaled(1000);
  Clock ticker(scheduler());
  ticker.reset(now_ns(), 1);
  Chan ping(0);
  go([&]() -> Task {
    Parcel p;
    for (int i = 0; i < n; ++i) EXPECT_EQ(co_await recv_from(ticker, p), Result::Done);
  });
  go([&]() -> Task {
    Parcel p;
    for (int i = 0; i < n; ++i) co_await send(ping, p);
  });
  go([&]() -> Task {
    Parcel p;
    for (int i = 0; i < n; ++i) co_await recv(ping, p);
  });
  join();
}

// T82
TEST_P(ClockTest, ResetsAndStopsFromEverywhereAreSafe) {
  const int n = scaled(500);
  Clock timer(scheduler());
  std::atomic<int> running{10};
  for (int i = 0; i < 10; ++i) {
    go([&, i]() -> Task {
      for (int k = 0; k < n; ++k) {
        if ((i + k) % 3 == 0) {
          timer.stop();
        } else {
          timer.reset(now_ns() + k % 5 * 1000, k % 2 * 1000);
        }
        if (k % 8 == 0) co_await yield();
      }
      --running;
    });
  }
  for (int i = 0; i < 3; ++i) {
    go([&]() -> Task {
      Parcel p;
      while (running != 0) co_await recv_from(timer, p, in_ms(1));
    });
  }
  join();
}

TEST_P(ClockTest, ATimerStandsInASelect) {
  go([&]() -> Task {
    Chan chan(0);
    Clock timer(scheduler());
    Select s;
    for (int i = 0; i < 3; ++i) {
      timer.reset(in_ms(2));
      set_cases(s, recv_case(chan), recv_case(timer));
      EXPECT_EQ(co_await choose(s), Result::Done);
      EXPECT_EQ(s.index(), 1u);
    }
    timer.reset(in_ms(10'000));
    set_cases(s, recv_case(chan), recv_case(timer));
    go([&]() -> Task {
      chan.close();
      co_return;
    });
    EXPECT_EQ(co_await choose(s), Result::Closed);
    EXPECT_EQ(s.index(), 0u);
    timer.stop();
  });
  join();
}

// T78 (TestOverflowSleep)
TEST_P(ClockTest, AMomentBeyondTheEndOfTimeDoesNotComeSoon) {
  EXPECT_EQ(time_after(INT64_MAX), kNever - 1);
  int64_t past = time_after(-5);
  EXPECT_LE(past, now_ns());
  go([&]() -> Task {
    Clock timer(scheduler());
    Parcel p;
    for (int64_t when : {time_after(INT64_MAX), kNever}) {
      timer.reset(when, INT64_MAX);
      EXPECT_EQ(co_await recv_from(timer, p, in_ms(2)), Result::Timeout);
      EXPECT_TRUE(timer.stop());
    }
    timer.reset(now_ns(), INT64_MAX);
    EXPECT_EQ(co_await recv_from(timer, p), Result::Done);
    EXPECT_EQ(co_await recv_from(timer, p, in_ms(2)), Result::Timeout);
  });
  join();
}

TEST_P(ClockTest, AForgottenTickerDoesNotHideADeadlock) {
  hold_source = false;
  may_leave_gs = true;
  auto ticker = std::make_unique<Clock>(scheduler());
  auto chan = std::make_unique<Chan>(0);
  go([&]() -> Task {
    Parcel p;
    ticker->reset(now_ns(), kMs);
    co_await recv_from(*ticker, p);
    co_await recv(*chan, p);
  });
  until([&] { return client.deadlocks != 0; });
}

TEST_P(ClockTest, TheDeadlineOfAnEventReleasesEverybody) {
  Event event(in_ms(5));
  std::atomic<int> released{0};
  for (int i = 0; i < 200; ++i) {
    go([&]() -> Task {
      Parcel p;
      EXPECT_EQ(co_await recv_from(event, p), Result::Closed);
      EXPECT_EQ(event.state(), Event::State::Expired);
      EXPECT_GE(now_ns(), event.deadline());
      ++released;
    });
  }
  join();
  EXPECT_EQ(released, 200);
  EXPECT_FALSE(event.set());
}

TEST_P(ClockTest, AnEventThatIsSetAtItsDeadlineHappensOnce) {
  for (int round = 0; round < scaled(200); ++round) {
    auto event = std::make_shared<Event>(now_ns() + 20'000);
    auto won = std::make_shared<std::atomic<int>>(0);
    for (int i = 0; i < 2; ++i) {
      go([event]() -> Task {
        Parcel p;
        EXPECT_EQ(co_await recv_from(*event, p), Result::Closed);
      });
    }
    go([event, won]() -> Task {
      co_await sleep_for(20'000);
      if (event->set()) ++*won;
      EXPECT_EQ(event->state() == Event::State::Set, *won == 1);
    });
  }
  join();
}

WITH_ALL_PROCS(ClockTest);

}  // namespace
}  // namespace lagoon::sched
