// Changing the number of Ps, stopping, and where goroutines are placed.
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

class PlaceTest : public SchedTest {
 protected:
  // Starts as many as there are bells, and waits until each is parked at its own.
  void park_at(std::vector<Bell>& bells) {
    uint64_t before = scheduler().stats().parks;
    for (Bell& bell : bells) go([&]() -> Task { co_await bell.wait(); });
    until([&] { return scheduler().stats().parks == before + bells.size(); });
  }
  uint32_t most_in_a_strand() {
    uint32_t most = 0;
    scheduler().each_strand([&](Strand& s) { most = std::max(most, s.live.load()); });
    return most;
  }
};
WITH_ALL_PROCS(PlaceTest);

TEST_P(PlaceTest, ShortGoroutinesShareAFewWarmStrands) {
  for (int i = 0; i < 1'000; ++i) go([]() -> Task { co_return; });
  join();
  EXPECT_LE(client.most_strands, static_cast<int>(2 * GetParam()));
}

TEST_P(PlaceTest, ParkedGoroutinesAreSpreadOverFourStrandsForEachP) {
  config.slice_ns = 3'600'000'000'000;  // a strand whose M has to wait for a processor is not hot
  int limit = static_cast<int>(4 * GetParam());
  int many = 10 * limit;
  std::vector<Bell> bells(many);
  for (Bell& bell : bells) go([&]() -> Task { co_await bell.wait(); });
  auto parked = [&] { return scheduler().stats().parks == static_cast<uint64_t>(many); };
  until(parked);
  EXPECT_EQ(client.strands, limit);
  uint32_t fewest = many, most = 0;
  scheduler().each_strand([&](Strand& s) {
    fewest = std::min(fewest, s.live.load());
    most = std::max(most, s.live.load());
  });
  EXPECT_GT(fewest, 0u);
  EXPECT_LE(most, 40u);
  for (Bell& bell : bells) bell.ring();
  join();
}

// How many lived in a home once is no measure for those that start there when they are gone.
TEST_P(PlaceTest, ParkedGoroutinesAreSpreadAfterManyMoreHaveEnded) {
  const size_t strands = 4 * GetParam();
  std::vector<Bell> burst(100 * strands), bells(20 * strands);
  park_at(burst);
  for (Bell& bell : burst) bell.ring();
  until([&] { return scheduler().live() == 0; });
  park_at(bells);
  EXPECT_LE(most_in_a_strand(), 60u);
  for (Bell& bell : bells) bell.ring();
  join();
}

TEST_P(PlaceTest, WhenNoMoreStrandsCanBeMadeTheExistingOnesAreShared) {
  client.strand_limit = 1;
  std::vector<Bell> bells(50);
  for (Bell& bell : bells) go([&]() -> Task { co_await bell.wait(); });
  until([&] { return scheduler().stats().parks == 50; });
  for (Bell& bell : bells) bell.ring();
  join();
}

TEST_P(PlaceTest, NothingStartsInAReservedStrand) {
  own_strand.reserved = true;
  std::atomic<int> inside{0};
  go_in(own_strand, [&]() -> Task {
    for (int i = 0; i < 100; ++i) {
      go([&]() -> Task {
        if (me().strand == &own_strand) ++inside;
        co_return;
      });
      if (i % 10 == 0) co_await yield();
    }
  });
  join();
  EXPECT_EQ(inside, 0);
}

TEST_P(PlaceTest, OnePutsAllIntoOneStrand) {
  config.place = Config::Place::One;
  for (int i = 0; i < 1'000; ++i) go([]() -> Task { co_await yield(); });
  join();
  EXPECT_EQ(client.most_strands, 1);
}

TEST_P(PlaceTest, FreshGivesEachItsOwnAndClosesItAfterwards) {
  config.place = Config::Place::Fresh;
  std::atomic<int> shared{0};
  constexpr int kMany = scaled(5'000);
  for (int i = 0; i < kMany; ++i) {
    go([&]() -> Task {
      if (me().strand->live != 1) ++shared;
      co_await yield();
    });
  }
  join();
  EXPECT_LE(client.most_strands, 512);
  until([&] { return client.strands == 0; });
}

TEST_P(PlaceTest, FreshSharesBeyondItsLimit) {
  config.place = Config::Place::Fresh;
  std::vector<Bell> bells(600);
  for (Bell& bell : bells) go([&]() -> Task { co_await bell.wait(); });
  until([&] { return scheduler().stats().parks == 600; });
  EXPECT_EQ(client.strands, 512);
  for (Bell& bell : bells) bell.ring();
  join();
}

TEST_P(PlaceTest, RandomRunsThemAll) {
  config.place = Config::Place::Random;
  std::atomic<int> ran{0};
  for (int i = 0; i < 2'000; ++i) {
    go([&]() -> Task {
      co_await yield();
      ++ran;
    });
  }
  join();
  EXPECT_EQ(ran, 2'000);
}

TEST_P(PlaceTest, SurplusStrandsAreClosedAfterASecondOfRest) {
  std::vector<Bell> bells(8 * GetParam());
  for (Bell& bell : bells) go([&]() -> Task { co_await bell.wait(); });
  until([&] { return scheduler().stats().parks == bells.size(); });
  EXPECT_GT(client.strands, static_cast<int>(GetParam()));
  for (Bell& bell : bells) bell.ring();
  join();
  until([&] { return client.strands <= static_cast<int>(GetParam()); });
}

TEST_P(PlaceTest, AStrandIsHotWhileAGoroutineUsesUpSlicesAndNothingStartsThere) {
  config.slice_ns = 1'000'000;
  std::atomic<bool> stop{false};
  std::atomic<Strand*> hot{nullptr};
  std::atomic<int> there{0};
  go([&]() -> Task {
    while (!stop) {
      while (!stop && !M::current()->preempt) cpu_relax();
      if (me().strand->hot) hot = me().strand;
      co_await preempted();
    }
    while (me().strand->hot) co_await sleep_for(1'000);  // short turns cool it
  });
  until([&] { return hot.load() != nullptr; });
  for (int i = 0; i < 50; ++i) {
    go([&]() -> Task {
      if (me().strand == hot) ++there;
      co_return;
    });
  }
  until([&] { return scheduler().live() == 1; });
  EXPECT_EQ(there, 0);
  stop = true;
  join();
}

TEST_P(PlaceTest, GoroutinesThatComputeAreSpreadEvenly) {
  config.slice_ns = 1'000'000;
  constexpr uint32_t kForEach = 4;
  const uint32_t many = kForEach * 4 * std::min(GetParam(), 4u);
  std::atomic<uint32_t> begun{0};
  std::atomic<bool> stop{false};
  for (uint32_t i = 0; i < many; ++i) {
    go([&]() -> Task {
      ++begun;
      while (!stop) {
        while (!stop && !M::current()->preempt) cpu_relax();
        co_await preempted();
      }
    });
  }
  until([&] { return begun == many; });
  EXPECT_LE(most_in_a_strand(), 2 * kForEach);
  stop = true;
  join();
}

TEST_P(PlaceTest, NothingStartsWhereAGoroutineDoesNotGiveWay) {
  const unsigned many = 4 * GetParam() + 2;
  std::atomic<unsigned> stuck{0}, ended{0};
  std::atomic<bool> stop{false};
  for (unsigned i = 0; i < many; ++i) {
    go([&]() -> Task {
      ++stuck;
      while (!stop) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      co_return;
    });
  }
  until([&] { return stuck == many; });
  for (unsigned i = 0; i < many; ++i) {
    go([&]() -> Task {
      ++ended;
      co_return;
    });
  }
  until([&] { return ended == many; });
  stop = true;
  join();
}

}  // namespace
}  // namespace lagoon::sched::test
