// Descriptors that are closed under those who use them, and numbers that are used again.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "io.h"

namespace lagoon::sched::test {
namespace {

class ClosingTest : public PolledTest {};
WITH_ALL_PROCS(ClosingTest);

// (Go: TestMutexCloseUnblock)  Nobody gets anything from a descriptor that took over the number.
TEST_P(ClosingTest, ClosingWakesAllWhoWaitAndTheNumberIsFreeThen) {
  constexpr int kWaiters = 16, kRounds = scaled(10'000);
  std::atomic<int> closed{0}, other{0};
  int64_t slowest = 0;
  for (int round = 0; round < kRounds; ++round) {
    auto pair = std::make_shared<Pair>(scheduler());
    int number = pair->a.fd();
    const ino_t socket = inode(number);
    std::atomic<int> left{kWaiters};
    for (int i = 0; i < kWaiters; ++i) {
      go([&, pair, i]() -> Task {
        Side side = i % 4 == 0 ? Side::Write : Side::Read;
        CO_IO(r, n, pair->a, side, (errno = EAGAIN, -1));
        ++(r == Result::Closed ? closed : other);
        --left;
      });
    }
    if (round % 2 == 0) until_waiters(2);
    const int64_t before = now_ns();
    go([&, pair, number, socket]() -> Task {
      Result r = co_await IoStep{IoStep::Close, pair->a};
      EXPECT_EQ(r, Result::Done);
      EXPECT_NE(inode(number), socket);
      Result twice = co_await IoStep{IoStep::Close, pair->a};
      EXPECT_EQ(twice, Result::Closed);
    });
    until([&] { return left == 0; });
    slowest = std::max(slowest, now_ns() - before);
    join();
  }
  EXPECT_LT(slowest, 5'000'000'000);  // and 100 ms on a machine that is not busy
  EXPECT_EQ(closed, kWaiters * kRounds);
  EXPECT_EQ(other, 0);
}

TEST_P(ClosingTest, TheNumberIsKeptUntilTheLastCallHasEnded) {
  Pair pair(scheduler());
  std::atomic<bool> inside{false}, go_on{false};
  int number = pair.a.fd();
  const ino_t socket = inode(number);
  go([&]() -> Task {
    Result r = co_await IoStep{IoStep::Begin, pair.a, Side::Read};
    EXPECT_EQ(r, Result::Done);
    inside = true;
    while (!go_on) co_await yield();
    EXPECT_EQ(inode(number), socket);
    EXPECT_EQ(pair.a.fd(), number);
    pair.a.end(Side::Read);
    EXPECT_NE(inode(number), socket);
  });
  until([&] { return inside.load(); });
  EXPECT_TRUE(pair.a.close());
  EXPECT_FALSE(pair.a.close());
  EXPECT_EQ(inode(number), socket);
  go_on = true;
  join();
}

// Numbers and slots are used again at once, while events for their predecessors are on their way.
TEST_P(ClosingTest, DescriptorsThatComeAndGoDoNotDisturbEachOther) {
  std::atomic<int> right{0};
  constexpr int kGs = 16, kRounds = scaled(1'000);
  for (int i = 0; i < kGs; ++i) {
    go([&, i]() -> Task {
      for (int k = 0; k < kRounds; ++k) {
        Pair pair(scheduler(), k % 2 == 0 ? SOCK_STREAM : SOCK_SEQPACKET);
        int sent = i * kRounds + k, got = -1;
        if (k % 3 == 0) {
          pair.a.set_deadline(Side::Read, now_ns() + 30'000);
          char buffer[8];
          CO_READ(r, n, pair.a, buffer);
          EXPECT_EQ(r, Result::Timeout);
          pair.a.set_deadline(Side::Read, kNever);
        }
        EXPECT_EQ(::write(pair.b.fd(), &sent, sizeof sent), ssize_t{sizeof sent});
        CO_IO(r, n, pair.a, Side::Read, ::read(pair.a.fd(), &got, sizeof got));
        if (n == sizeof got && got == sent) ++right;
      }
    });
  }
  join();
  EXPECT_EQ(right, kGs * kRounds);
}

}  // namespace
}  // namespace lagoon::sched::test
