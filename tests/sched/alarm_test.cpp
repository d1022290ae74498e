// Alarms: what runs on an M is interrupted at a moment of its choice.  And Gs with a strand of their own.
#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "tests/support/sched/sched_test.h"

namespace lagoon::sched::test {
namespace {

class AlarmTest : public SchedTest {};
WITH_ALL_PROCS(AlarmTest);

constexpr int64_t kSoon = 2'000'000, kFar = 3'600'000'000'000;

void compute_until(const std::function<bool()>& condition) {
  int64_t give_up = now_ns() + 10'000'000'000;
  while (!condition() && now_ns() < give_up) {
  }
}

TEST_P(AlarmTest, InterruptsWhatRuns) {
  config.slice_ns = kFar;  // nothing else does
  int64_t rang = 0, due = 0;
  go([&]() -> Task {
    due = now_ns() + kSoon;
    M::current()->set_alarm(due);
    compute_until([&] { return client.interrupts > 0; });
    rang = now_ns();
    M::current()->set_alarm(kNever);
    co_return;
  });
  join();
  EXPECT_GT(client.interrupts, 0);
  EXPECT_GE(rang, due);
  EXPECT_LT(rang, due + 2'000'000'000);
}

TEST_P(AlarmTest, RingsUntilItIsHeeded) {
  config.slice_ns = kFar;
  go([&]() -> Task {
    M::current()->set_alarm(now_ns());
    compute_until([&] { return client.interrupts > 3; });
    M::current()->set_alarm(kNever);
    co_return;
  });
  join();
  EXPECT_GT(client.interrupts, 3);
}

TEST_P(AlarmTest, IsNotLostWhileItsThreadIsWithoutAP) {
  config.slice_ns = kFar;
  Bell bell;
  std::atomic<int> before{0};
  go([&]() -> Task {
    M::current()->set_alarm(now_ns() + kSoon);
    EXPECT_TRUE(bell.block());  // far beyond the alarm
    before = client.interrupts.load();
    compute_until([&] { return client.interrupts > before; });
    M::current()->set_alarm(kNever);
    co_return;
  });
  go([&]() -> Task {
    co_await sleep_for(5 * kSoon);
    bell.ring();
  });
  join();
  EXPECT_GT(client.interrupts, before);
}

class AloneTest : public SchedTest {
 protected:
  void go_alone(Body body) {
    auto* g = static_cast<CoG*>(scheduler().acquire());
    g->alone = true;
    g->body = std::move(body);
    scheduler().spawn(*g);
  }
};
WITH_ALL_PROCS(AloneTest);

TEST_P(AloneTest, NobodyElseStartsInItsStrand) {
  Bell bell;
  std::atomic<Strand*> own{nullptr};
  std::atomic<int> inside{0}, ran{0};
  go_alone([&]() -> Task {
    own = me().strand;
    co_await bell.wait();
  });
  until([&] { return own != nullptr; });
  for (int i = 0; i < scaled(1'000); ++i) {
    go([&]() -> Task {
      if (me().strand == own) ++inside;
      ++ran;
      co_return;
    });
  }
  until([&] { return ran == scaled(1'000); });
  bell.ring();
  join();
  EXPECT_EQ(inside, 0);
}

TEST_P(AloneTest, ManyOfThemTakeNoRoomFromTheOthers) {
  constexpr int kAlone = 500, kOthers = 8;
  std::vector<Bell> bells(kAlone + kOthers);
  std::atomic<int> waiting{0};
  std::set<Strand*> strands;
  Lock lock;
  for (int i = 0; i < kAlone; ++i) {
    go_alone([&, i]() -> Task {
      ++waiting;
      co_await bells[i].wait();
    });
  }
  until([&] { return waiting == kAlone; });
  EXPECT_EQ(client.strands, kAlone);
  for (int i = kAlone; i < kAlone + kOthers; ++i) {
    go([&, i]() -> Task {
      {
        LockGuard guard(lock);
        strands.insert(me().strand);
      }
      ++waiting;
      co_await bells[i].wait();
    });
    until([&] { return waiting == i + 1; });
  }
  EXPECT_EQ(strands.size(), std::min<size_t>(kOthers, 4 * GetParam()));
  for (Bell& bell : bells) bell.ring();
  join();
}

TEST_P(AloneTest, ItsStrandIsClosedAfterTheLastGInIt) {
  std::atomic<int> ran{0};
  go_alone([&]() -> Task {
    for (int i = 0; i < 10; ++i) {
      go_in(*me().strand, [&]() -> Task {
        co_await sleep_for(100'000);
        ++ran;
      });
    }
    co_return;
  });
  join();
  EXPECT_EQ(ran, 10);
  until([&] { return client.strands == 0; });  // which is after the last G is counted out
}

TEST_P(AloneTest, WithoutAStrandOfItsOwnItStartsInAnother) {
  go([&]() -> Task { co_return; });
  join();
  client.strand_limit = client.strands.load();
  bool ran = false;
  go_alone([&]() -> Task {
    ran = true;
    co_return;
  });
  join();
  EXPECT_TRUE(ran);
}

}  // namespace
}  // namespace lagoon::sched::test
