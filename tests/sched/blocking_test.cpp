// Ms that leave with a G on their stack: block_here and system calls.
#include <gtest/gtest.h>
#include <time.h>

#include <vector>

#include "io.h"

namespace lagoon::sched::test {
namespace {

// What happens inside a system call is outside the strand.
// False: no thread is left that could go on meanwhile.
bool in_syscall(const std::function<void()>& call, bool long_one = false) {
  CoG& g = me();
  auto& strand = static_cast<CoroStrand&>(*g.strand);
  strand.inside.fetch_sub(1);
  bool entered = g.scheduler->enter_syscall(g, long_one);
  if (entered) {
    call();
    g.scheduler->exit_syscall(g);
  }
  if (strand.inside.fetch_add(1) != 0) ++static_cast<CoroClient&>(g.scheduler->client()).overlaps;
  return entered;
}

void nap(int64_t ns) {
  timespec t{ns / 1'000'000'000, ns % 1'000'000'000};
  nanosleep(&t, nullptr);
}

class BlockingTest : public SchedTest {};
WITH_ALL_PROCS(BlockingTest);

TEST_P(BlockingTest, AGThatBlocksItsMLetsTheOthersOfItsStrandRun) {
  Bell bell;
  std::thread::id before, after;
  go_in(own_strand, [&]() -> Task {
    before = std::this_thread::get_id();
    EXPECT_TRUE(bell.block());
    after = std::this_thread::get_id();
    co_return;
  });
  go_in(own_strand, [&]() -> Task {
    co_await yield();
    bell.ring();
  });
  join();
  EXPECT_EQ(before, after);
}

// Others get the P; nobody gets the strand.
TEST_P(BlockingTest, AGThatLendsItsProcessorKeepsItsStrand) {
  std::atomic<int> elsewhere{0}, here{0};
  std::atomic<bool> over{false};
  go_in(own_strand, [&]() -> Task {
    for (int i = 0; i < scaled(200); ++i) {
      go([&]() -> Task {
        ++elsewhere;
        co_return;
      });
      go_in(own_strand, [&]() -> Task {
        EXPECT_TRUE(over);
        ++here;
        co_return;
      });
      std::thread::id thread = std::this_thread::get_id();
      while (elsewhere <= i) me().scheduler->lend_processor(me());
      EXPECT_EQ(thread, std::this_thread::get_id());
    }
    EXPECT_EQ(here, 0);
    over = true;
    co_return;
  });
  join();
  EXPECT_EQ(here, scaled(200));
}

TEST_P(BlockingTest, AWakeThatCameFirstDoesNotBlock) {
  go([&]() -> Task {
    Bell bell;
    bell.ring();
    EXPECT_TRUE(bell.block());
    EXPECT_EQ(me().outcome, Outcome::Fired);
    co_return;
  });
  join();
}

TEST_P(BlockingTest, ADeadlineAndACancellationEndIt) {
  std::atomic<CoG*> blocked{nullptr};
  go([&]() -> Task {
    Bell bell;
    EXPECT_TRUE(bell.block(now_ns() + 1'000'000));
    EXPECT_EQ(me().outcome, Outcome::Timeout);
    blocked = &me();
    EXPECT_TRUE(bell.block());
    EXPECT_EQ(me().outcome, Outcome::Canceled);
    co_return;
  });
  until([&] { return blocked.load() != nullptr; });
  scheduler().cancel(*blocked);
  join();
}

TEST_P(BlockingTest, ManyBlockedPingPongsInOneStrandLoseNoWake) {
  constexpr int kPairs = 8, kRounds = scaled(500);
  std::vector<Bell> ping(kPairs), pong(kPairs);
  for (int i = 0; i < kPairs; ++i) {
    go_in(own_strand, [&, i]() -> Task {
      for (int k = 0; k < kRounds; ++k) {
        ping[i].ring();
        EXPECT_TRUE(pong[i].block());
      }
      co_return;
    });
    go_in(own_strand, [&, i]() -> Task {
      for (int k = 0; k < kRounds; ++k) {
        if (k % 2 == 0) {
          EXPECT_TRUE(ping[i].block());
        } else {
          co_await ping[i].wait();
        }
        pong[i].ring();
      }
    });
  }
  join();
  EXPECT_GT(scheduler().stats().handoffs, 0u);
}

TEST_P(BlockingTest, WhenNoThreadIsLeftItSaysSoAtOnceAndNobodyHangs) {
  config.max_threads = 4;
  constexpr int kMany = 20;
  std::vector<Bell> bells(kMany);
  std::atomic<int> blocked{0}, refused{0};
  for (int i = 0; i < kMany; ++i) {
    go([&, i]() -> Task {
      if (bells[i].block()) {
        ++blocked;
      } else {
        EXPECT_EQ(me().outcome, Outcome::Canceled);
        ++refused;
      }
      co_return;
    });
  }
  until([&] { return refused >= kMany - 3; });
  for (Bell& bell : bells) bell.ring();
  join();
  EXPECT_EQ(blocked + refused, kMany);
  EXPECT_LE(blocked, 3);
  EXPECT_LE(scheduler().stats().threads, 4u);
}

// The last M that can run others' Gs goes into calls: a P taken from it would be of no use, and
// nobody would be left to give it one back.
TEST_P(BlockingTest, SystemCallsAtTheThreadLimitComeBack) {
  config.max_threads = 4;
  constexpr int kBlocked = 3;
  std::vector<Bell> bells(kBlocked);
  std::atomic<CoG*> blocked[kBlocked] = {};
  std::atomic<int> calls{0};
  for (int i = 0; i < kBlocked; ++i) {
    go([&, i]() -> Task {
      blocked[i] = &me();
      EXPECT_TRUE(bells[i].block());
      co_return;
    });
  }
  for (auto& g : blocked) until([&] { return g.load() && g.load()->status == Status::Waiting; });
  for (int i = 0; i < 20; ++i) {
    go([&, i]() -> Task {
      for (int k = 0; k < scaled(20); ++k) {
        in_syscall([&] { nap(k % 3 * 100'000); }, (i + k) % 3 == 2);
        ++calls;
        co_await yield();
      }
    });
  }
  until([&] { return calls == 20 * scaled(20); });
  for (Bell& bell : bells) bell.ring();
  join();
  EXPECT_LE(scheduler().stats().threads, 4u);
}

// All other Ms sleep with a G, and the last one waits for events that do not come: whoever is readied then
// has nobody else.
TEST_P(BlockingTest, TheLastThreadIsCalledBackFromThePoller) {
  config.max_threads = 2;
  Pair pair(scheduler());
  for (int i = 0; i < 10; ++i) {
    Bell bell;
    std::atomic<bool> ran{false};
    CoG* reader = nullptr;
    go([&]() -> Task {
      reader = &me();
      char buffer[8];
      CO_READ(r, n, pair.a, buffer);
      EXPECT_EQ(r, Result::Canceled);
    });
    until([&] { return scheduler().netpoll().waiters() == 1; });
    go([&]() -> Task {
      EXPECT_TRUE(bell.block());
      ran = true;
      co_return;
    });
    until([&] { return scheduler().stats().idle_procs == scheduler().procs(); });
    nap(1'000'000);  // it is on its way to the poller
    bell.ring();
    until([&] { return ran.load(); });
    scheduler().cancel(*reader);
    join();
  }
}

TEST_P(BlockingTest, ALongSystemCallDoesNotHoldUpTheOthers) {
  for (bool long_one : {false, true}) {
    std::atomic<bool> ran{false};
    go_in(own_strand, [&]() -> Task {
      in_syscall([&] { until([&] { return ran.load(); }); }, long_one);
      co_return;
    });
    go_in(own_strand, [&]() -> Task {  // of the same strand: it must be taken away too
      ran = true;
      co_return;
    });
    join();
  }
}

TEST_P(BlockingTest, AGReadiedIntoAStrandWhoseHolderIsInASystemCallRuns) {
  Bell bell;
  std::atomic<bool> inside{false}, ran{false};
  go_in(own_strand, [&]() -> Task {
    co_await bell.wait();
    ran = true;
  });
  go_in(own_strand, [&]() -> Task {
    in_syscall([&] {
      inside = true;
      until([&] { return ran.load(); });
    });
    co_return;
  });
  until([&] { return inside.load(); });
  bell.ring();
  join();
}

TEST_P(BlockingTest, ShortSystemCallsKeepTheirP) {
  go([&]() -> Task {
    for (int i = 0; i < scaled(100'000); ++i) in_syscall([] {});
    co_return;
  });
  join();
  EXPECT_LT(scheduler().stats().handoffs, 2'000u);
}

TEST_P(BlockingTest, WhenNoThreadIsLeftALongCallIsRefusedAndShortOnesKeepTheirP) {
  config.max_threads = 4;
  constexpr int kMany = 20;
  std::atomic<int> refused{0}, inside{0}, returned{0};
  std::atomic<bool> over{false};
  for (int i = 0; i < kMany; ++i) {
    go([&]() -> Task {
      bool entered = in_syscall(
          [&] {
            ++inside;
            until([&] { return over.load(); });
          },
          true);
      ++(entered ? returned : refused);
      co_return;
    });
  }
  until([&] { return refused + inside == kMany; });
  EXPECT_LE(inside, 3);
  std::atomic<int> done{0};
  for (int i = 0; i < kMany; ++i) {
    go([&]() -> Task {
      in_syscall([&] { nap(1'000'000); });
      ++done;
      co_return;
    });
  }
  until([&] { return done == kMany; });
  over = true;
  join();
  EXPECT_EQ(refused + returned, kMany);
  EXPECT_LE(scheduler().stats().threads, 4u);
}

// Else each return would wake one M to have it wake another: a second hand-off for each call.
TEST_P(BlockingTest, ACallWhosePWasGivenAwayComesBackThroughAnIdleP) {
  constexpr int kCalls = 20;
  go([&]() -> Task {
    for (int i = 0; i < kCalls; ++i) in_syscall([&] { nap(2'000'000); }, true);
    co_return;
  });
  join();
  EXPECT_LT(scheduler().stats().handoffs, kCalls * 3u / 2);
}

TEST_P(BlockingTest, WhatWaitsBehindAnUndeclaredLongCallRunsAllTheSame) {
  std::atomic<int> hogs{0}, ran{0};
  int procs = static_cast<int>(GetParam());
  for (int i = 0; i < procs; ++i) {
    go([&]() -> Task {  // neither yields nor heeds interrupts until all the others have run
      ++hogs;
      for (int k = 0; k < 3; ++k) {
        go([&]() -> Task {
          co_await sleep_for(1'000);
          ++ran;
        });
      }
      until([&] { return ran == 3 * procs; });
      co_return;
    });
  }
  join();
  EXPECT_EQ(scheduler().procs(), GetParam());
  until([&] { return scheduler().stats().idle_procs >= GetParam(); });
}

// (Go: TestPreemptionAfterSyscall)
TEST_P(BlockingTest, SystemCallsOfManyLengthsMixWithComputingAndParking) {
  std::atomic<int> done{0};
  Bell bell;
  for (int i = 0; i < 8; ++i) {
    go([&, i]() -> Task {
      for (int k = 0; k < scaled(300); ++k) {
        in_syscall([&] { nap(i % 4 * 20'000); }, k % 5 == 4);
        if (k % 3 == 0) co_await yield();
        if (k % 7 == 0) co_await sleep_for(10'000);
      }
      ++done;
    });
  }
  join();
  EXPECT_EQ(done, 8);
}

}  // namespace
}  // namespace lagoon::sched::test
