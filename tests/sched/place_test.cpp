// In which strands goroutines start.
#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

#include "tests/support/sched/sched_test.h"

namespace lagoon::sched::test {
namespace {

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
    scheduler().each_strand([&](Strand& s) { most = std::max(most, s.live()); });
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
  own_strand.reserved = true;           // beside them
  int limit = static_cast<int>(4 * GetParam());
  int many = 10 * limit;
  std::vector<Bell> bells(many);
  Bell own_bell;
  go_in(own_strand, [&]() -> Task { co_await own_bell.wait(); });
  until([&] { return scheduler().stats().parks == 1; });
  park_at(bells);
  EXPECT_EQ(client.strands, limit);
  uint32_t fewest = many, most = 0;
  scheduler().each_strand([&](Strand& s) {
    fewest = std::min(fewest, s.live());
    most = std::max(most, s.live());
  });
  EXPECT_GT(fewest, 0u);
  EXPECT_LE(most, 40u);
  own_bell.ring();
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
      if (me().strand->live() != 1) ++shared;
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

TEST_P(PlaceTest, EachOfSomeThatComputeHasAStrandOfItsOwn) {
  own_strand.reserved = true;
  const size_t many = 8 * GetParam();
  std::set<Strand*> strands;
  Lock lock;
  std::atomic<size_t> begun{0};
  std::atomic<bool> stop{false};
  go_in(own_strand, [&]() -> Task { co_return; });
  for (size_t i = 0; i < many; ++i) {
    go([&]() -> Task {
      {
        LockGuard guard(lock);
        strands.insert(me().strand);
      }
      ++begun;
      while (!stop) co_await preempted();
    });
  }
  until([&] { return begun == many; });
  EXPECT_EQ(strands.size(), many);
  stop = true;
  join();
}

// The fewest live in a strand that computes, for nothing starts there: that is no reason for new ones.
TEST_P(PlaceTest, BesideAHotStrandTheCoolOnesSuffice) {
  config.slice_ns = 3'600'000'000'000;
  const size_t limit = 4 * GetParam();
  std::vector<Bell> some(2 * limit), more(8 * limit);
  park_at(some);
  EXPECT_EQ(client.strands, static_cast<int>(limit));
  Strand* fewest = nullptr;
  scheduler().each_strand([&](Strand& s) {
    if (fewest == nullptr || s.live() < fewest->live()) fewest = &s;
  });
  fewest->hot = true;
  park_at(more);
  EXPECT_EQ(client.strands, static_cast<int>(limit));
  for (Bell& bell : some) bell.ring();
  for (Bell& bell : more) bell.ring();
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
