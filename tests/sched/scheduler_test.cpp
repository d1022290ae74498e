// Spawning, yielding, parking, waking: across Ps and from threads of the host.
#include "sched/scheduler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "tests/support/sched/sched_test.h"

namespace lagoon::sched::test {
namespace {

class SchedulerTest : public SchedTest {};
WITH_ALL_PROCS(SchedulerTest);

TEST_P(SchedulerTest, RunsOneGoroutine) {
  std::atomic<int> ran{0};
  go([&]() -> Task {
    ++ran;
    co_return;
  });
  join();
  EXPECT_EQ(ran, 1);
}

TEST_P(SchedulerTest, RunsEveryGoroutineSpawnedByManyThreadsOfTheHost) {
  std::atomic<int> ran{0};
  scheduler();
  constexpr int kEach = scaled(20'000);
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < kEach; ++k)
        go([&]() -> Task {
          ++ran;
          co_return;
        });
    });
  }
  for (auto& t : threads) t.join();
  join();
  EXPECT_EQ(ran, 3 * kEach);
}

TEST_P(SchedulerTest, RunsAStormSpawnedByOneGoroutine) {
  std::atomic<int> ran{0};
  constexpr int kMany = scaled(100'000);
  go([&]() -> Task {
    for (int i = 0; i < kMany; ++i)
      go([&]() -> Task {
        ++ran;
        co_return;
      });
    co_return;
  });
  join();
  EXPECT_EQ(ran, kMany);
  // On several Ps the others may steal as fast as it spawns.
  EXPECT_TRUE(scheduler().stats().overflows > 0 || GetParam() > 1);
}

TEST_P(SchedulerTest, RunsATreeOfGoroutines) {
  std::atomic<int> leaves{0};
  std::function<Task(int)> grow = [&](int depth) -> Task {
    if (depth == 0) {
      ++leaves;
      co_return;
    }
    go([&, depth] { return grow(depth - 1); });
    co_await yield();
    go([&, depth] { return grow(depth - 1); });
  };
  constexpr int kDepth = scaled(13);
  go([&] { return grow(kDepth); });
  join();
  EXPECT_EQ(leaves, 1 << kDepth);
}

TEST_P(SchedulerTest, IdsAreUniqueAndTheFirstIsOne) {
  std::mutex mutex;
  std::vector<uint64_t> ids;
  auto note_id = [&]() -> Task {
    std::lock_guard guard(mutex);
    ids.push_back(me().id);
    co_return;
  };
  go([&]() -> Task {
    for (int i = 0; i < 999; ++i) go(note_id);
    return note_id();
  });
  join();
  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(ids.size(), 1000u);
  EXPECT_EQ(ids.front(), 1u);
  EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end());
}

TEST_P(SchedulerTest, AYieldingGoroutineLetsTheOthersGoFirst) {
  std::atomic<bool> stop{false};
  std::atomic<int> turns{0};
  go([&]() -> Task {
    while (!stop) ++turns, co_await yield();
  });
  go([&]() -> Task {
    while (turns < 100) co_await yield();
    stop = true;
  });
  join();
}

// One wakes the other and waits, in one strand and across strands.
void ping_pong(int rounds, const std::function<void(Body)>& start) {
  struct Table {
    Bell ping, pong;
    std::atomic<int> served{0};
  };
  auto t = std::make_shared<Table>();
  start([t, rounds]() -> Task {
    for (int i = 0; i < rounds; ++i) t->ping.ring(), co_await t->pong.wait();
  });
  start([t, rounds]() -> Task {
    for (int i = 0; i < rounds; ++i) co_await t->ping.wait(), t->pong.ring();
  });
}

TEST_P(SchedulerTest, PingPongInOneStrandLosesNoWake) {
  own_strand.reserved = true;
  ping_pong(scaled(50'000), [&](Body body) { go_in(own_strand, std::move(body)); });
  join();
}

TEST_P(SchedulerTest, ManyPingPongsAcrossStrandsLoseNoWake) {
  for (int i = 0; i < 20; ++i) ping_pong(scaled(5'000), [&](Body body) { go(std::move(body)); });
  join();
}

TEST_P(SchedulerTest, ShakenPingPongsLoseNoWake) {
  config.shake = true;
  for (int i = 0; i < 20; ++i) ping_pong(scaled(2'000), [&](Body body) { go(std::move(body)); });
  join();
}

class SeveralPsTest : public SchedTest {};
INSTANTIATE_TEST_SUITE_P(Procs, SeveralPsTest, testing::Values(2u, 4u, 16u));

TEST_P(SeveralPsTest, OneGoroutineNeedsOneThread) {
  go([]() -> Task { co_return; });
  join();
  EXPECT_EQ(scheduler().stats().threads, 1u);
}

// Two that talk by turns run on one P, which wakes nobody for it any more; the last ring is answered all the
// same, by another P.
TEST_P(SeveralPsTest, WhomAGoroutineReadiesRunsElsewhereIfThatOneGoesOn) {
  own_strand.reserved = true;
  constexpr int kRounds = scaled(2'000);
  Bell ping, pong;
  std::atomic<bool> answered{false};
  go_in(own_strand, [&]() -> Task {
    for (int i = 0; i < kRounds; ++i) ping.ring(), co_await pong.wait();
    ping.ring();
    while (!answered) std::this_thread::yield();
  });
  go([&]() -> Task {
    for (int i = 0; i < kRounds; ++i) co_await ping.wait(), pong.ring();
    co_await ping.wait();
    answered = true;
  });
  join();
}

// The thread of a P may be waiting for a processor, or be in a call: its timers are seen to before it counts as stuck,
// though all others compute.
TEST_P(SeveralPsTest, TheTimerOfAPThatDoesNotListenIsSeenToByTheOthers) {
  std::atomic<bool> stop{false};
  for (unsigned i = 1; i < GetParam(); ++i) {
    go([&]() -> Task {
      while (!stop) {
        while (!stop && !M::current()->preempt) cpu_relax();
        co_await preempted();
      }
    });
  }
  constexpr int kTimers = 21;
  std::vector<int64_t> late;
  go([&]() -> Task {
    for (int i = 0; i < kTimers; ++i) {
      std::atomic<int64_t> fired{0};
      Timer timer;
      timer.when = now_ns() + 2'000'000;
      timer.context = &fired;
      timer.fire = [](Timer& self, int64_t now) noexcept -> G* {
        *static_cast<std::atomic<int64_t>*>(self.context) = now;
        return nullptr;
      };
      scheduler().start_timer(timer);
      while (fired == 0) std::this_thread::sleep_for(std::chrono::microseconds(50));
      stop_timer(timer);
      late.push_back(fired - timer.when);
      co_await yield();
    }
    stop = true;
  });
  join();
  std::sort(late.begin(), late.end());
  EXPECT_LT(late[kTimers / 5], 15'000'000);  // a P counts as stuck after 20 ms; a busy machine makes some later
}

TEST_P(SchedulerTest, APokeReachesTheClientThoughAllRest) {
  for (int i = 1; i <= 100; ++i) {
    scheduler().poke();
    until([&] { return client.pokes == i; });
  }
}

TEST_P(SchedulerTest, AWakeFromAThreadOfTheHostIsNotLost) {
  constexpr int kRounds = scaled(10'000);
  Bell ping, pong;
  G* host = scheduler().acquire_foreign();
  go([&]() -> Task {
    for (int i = 0; i < kRounds; ++i) co_await ping.wait(), pong.ring();
  });
  for (int i = 0; i < kRounds; ++i) ping.ring(), pong.wait_foreign(*host);
  scheduler().release_foreign(*host);
  join();
}

TEST_P(SchedulerTest, AChainOfTenThousandPassesOneValueThrough) {
  constexpr int kLength = scaled(10'000);
  std::vector<Bell> bells(kLength + 1);
  for (int i = 0; i < kLength; ++i) {
    go([&, i]() -> Task {
      co_await bells[i].wait();
      bells[i + 1].ring();
    });
  }
  bells[0].ring();
  join();
}

TEST_P(SchedulerTest, GoroutinesOfOneStrandNeverOverlap) {
  own_strand.reserved = true;
  int counter = 0;  // unprotected on purpose: the strand is the protection
  for (int i = 0; i < 50; ++i) {
    go_in(own_strand, [&]() -> Task {
      for (int k = 0; k < scaled(200); ++k) {
        ++counter;
        if (k % 3 == 0) co_await yield();
        if (k % 7 == 0) co_await sleep_for(1'000);
        if (k % 11 == 0) co_await preempted();
      }
    });
  }
  join();
  EXPECT_EQ(counter, 50 * scaled(200));
}

class WokenTest : public SchedTest {
 protected:
  static constexpr int kStrands = 40;
  CoroStrand strands[kStrands];
};
WITH_ALL_PROCS(WokenTest);

// Strands compute in slices; somebody in each waits for a bell, and needs no round of slices to answer.
TEST_P(WokenTest, RunsBeforeThoseThatCompute) {
  constexpr int kRounds = kStrands * scaled(50), kFew = kStrands / 2;
  std::atomic<int> slices{0}, waiting{0};
  std::atomic<bool> over{false};
  Bell bells[kStrands], answer;
  for (int i = 0; i < kStrands; ++i) {
    for (int k = 0; k < 2; ++k) {
      go_in(strands[i], [&]() -> Task {
        while (!over) ++slices, co_await preempted();
      });
    }
    go_in(strands[i], [&, i]() -> Task {
      ++waiting;
      for (int round = i; round < kRounds; round += kStrands) {
        co_await bells[i].wait();
        answer.ring();
      }
    });
  }
  std::vector<int> passed;
  go_in(own_strand, [&]() -> Task {
    while (waiting < kStrands) co_await yield();
    for (int round = 0; round < kRounds; ++round) {
      int before = slices;
      bells[round % kStrands].ring();
      co_await answer.wait();
      passed.push_back(slices - before);
      co_await yield();
    }
    over = true;
  });
  join();
  if (GetParam() > 1) return;  // the others compute meanwhile
  std::sort(passed.begin(), passed.end());
  EXPECT_LE(passed[kRounds * 9 / 10], kFew);
}

TEST_P(SchedulerTest, ACancellationBeforeTheWaitEndsItOnce) {
  Bell never;
  std::atomic<int> canceled{0}, timeouts{0};
  go([&]() -> Task {
    scheduler().cancel(me());
    if (co_await never.wait() == Outcome::Canceled) ++canceled;
    if (co_await never.wait(now_ns() + 1'000'000) == Outcome::Timeout) ++timeouts;
  });
  join();
  EXPECT_EQ(canceled, 1);
  EXPECT_EQ(timeouts, 1);
}

// Cancelling, ringing and the deadline race; each wait ends exactly once, by one of them.
TEST_P(SchedulerTest, CancelAndWakeAndDeadlineRaceWithoutLosingTheGoroutine) {
  constexpr int kRounds = scaled(20'000);
  Bell bell;
  std::atomic<G*> victim{nullptr};
  std::atomic<bool> over{false};
  int outcomes[3] = {};
  go([&]() -> Task {
    victim = &me();
    for (int i = 0; i < kRounds; ++i) {
      Outcome outcome = co_await bell.wait(i % 3 == 0 ? now_ns() + 2'000 : now_ns() + 1'000'000);
      ++outcomes[static_cast<int>(outcome)];
    }
    over = true;
  });
  until([&] { return victim.load() != nullptr; });
  std::thread canceller([&] {
    while (!over) scheduler().cancel(*victim), std::this_thread::yield();
  });
  while (!over) bell.ring(), std::this_thread::yield();
  canceller.join();
  join();
  EXPECT_EQ(outcomes[0] + outcomes[1] + outcomes[2], kRounds);
}

TEST_P(SchedulerTest, EachGShowsWhoWaitsForWhat) {
  Bell bell;
  go([&]() -> Task { co_await bell.wait(); });
  auto waiting = [&] {
    int n = 0;
    scheduler().each_g(
        [&](G& g) { n += g.status == Status::Waiting && g.reason == Reason::Host && g.waits_on == &bell; });
    return n;
  };
  until([&] { return waiting() == 1; });
  bell.ring();
  join();
  EXPECT_EQ(waiting(), 0);
}

TEST_P(SchedulerTest, SeveralSchedulersCoexist) {
  CoroClient second_client;
  Scheduler second(Config{.procs = GetParam()}, second_client);
  second.add_source();
  Bell here, there;
  constexpr int kRounds = scaled(5'000);
  go([&]() -> Task {
    for (int i = 0; i < kRounds; ++i) there.ring(), co_await here.wait();
  });
  auto* g = static_cast<CoG*>(second.acquire());
  g->body = [&]() -> Task {
    for (int i = 0; i < kRounds; ++i) co_await there.wait(), here.ring();
  };
  second.spawn(*g);
  join();
  until([&] { return second.live() == 0; });
  EXPECT_TRUE(second.stop(5'000'000'000));
}

}  // namespace
}  // namespace lagoon::sched::test
