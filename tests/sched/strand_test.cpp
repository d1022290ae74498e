// The strand protocol, and the wait word.
#include "sched/strand.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "sched/lock.h"
#include "sched/note.h"
#include "sched/spentq.h"
#include "sched/timer.h"
#include "tests/support/sched/sched_test.h"

namespace lagoon::sched {
namespace {

using State = StrandState;

TEST(Strand, IsQueuedOnceByTheFirstOfManyPushes) {
  Strand s;
  G a, b;
  EXPECT_TRUE(s.push(a));
  EXPECT_FALSE(s.push(b));
  EXPECT_EQ(s.state(), State::Owned);
  EXPECT_FALSE(s.held());
  s.take();
  EXPECT_TRUE(s.held());
  EXPECT_EQ(s.pop(), &a);
  EXPECT_EQ(s.pop(), &b);
  EXPECT_EQ(s.pop(), nullptr);
  EXPECT_FALSE(s.release());
  EXPECT_EQ(s.state(), State::Idle);
}

TEST(Strand, KeepsTheOrderOfPushesAcrossItsTwoLists) {
  Strand s;
  G g[4];
  ASSERT_TRUE(s.try_take());
  EXPECT_FALSE(s.try_take());
  s.push_own(g[0]);
  EXPECT_FALSE(s.push(g[1]));
  s.push_own(g[2]);
  EXPECT_FALSE(s.push(g[3]));
  for (G& each : g) EXPECT_EQ(s.pop(), &each);
}

TEST(Strand, IsQueuedAgainWhenReleasedWithReadyGs) {
  Strand s;
  G a, b;
  ASSERT_TRUE(s.try_take());
  s.push_own(a);
  EXPECT_TRUE(s.release());
  EXPECT_EQ(s.state(), State::Owned);
  EXPECT_FALSE(s.held());
  s.take();
  EXPECT_EQ(s.pop(), &a);
  EXPECT_FALSE(s.push(b));
  EXPECT_TRUE(s.release());
}

TEST(Strand, WhoWasWokenGoesBeforeWhoGaveWay) {
  Strand s;
  G spent, own, other;
  ASSERT_TRUE(s.try_take());
  s.push_spent(spent);
  EXPECT_TRUE(s.next_is_spent());
  s.push_own(own);
  EXPECT_FALSE(s.push(other));
  EXPECT_FALSE(s.next_is_spent());
  for (G* each : {&own, &other, &spent}) EXPECT_EQ(s.pop(), each);
  EXPECT_FALSE(s.release());
}

TEST(Strand, WhoGaveWayIsDoneAFavour) {
  Strand s;
  G spent[2], woken;
  ASSERT_TRUE(s.try_take());
  s.push_spent(spent[0]);
  s.push_spent(spent[1]);
  s.push_own(woken);
  s.favour_spent();
  EXPECT_TRUE(s.next_is_spent());
  for (G* each : {&spent[0], &woken, &spent[1]}) EXPECT_EQ(s.pop(), each);
  EXPECT_FALSE(s.release());
}

TEST(SpentQueue, KeepsStrandsUntilTheyAreTakenOrSomebodyIsWoken) {
  SpentQueue q;
  Strand s[3];
  G spent[3], woken;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(s[i].try_take());
    s[i].push_spent(spent[i]);
    EXPECT_TRUE(q.release(s[i]));
    EXPECT_EQ(s[i].state(), State::Spent);
  }
  EXPECT_TRUE(s[1].push(woken));
  ASSERT_TRUE(SpentQueue::holds(s[1]));
  EXPECT_EQ(q.take(), &s[0]);
  q.unlink(s[1]);
  EXPECT_EQ(q.take(), &s[2]);
  EXPECT_EQ(q.take(), nullptr);
  EXPECT_TRUE(q.empty());
  for (Strand& each : s) EXPECT_EQ(each.state(), State::Owned);
  s[1].take();
  EXPECT_EQ(s[1].pop(), &woken);
  EXPECT_EQ(s[1].pop(), &spent[1]);
}

TEST(SpentQueue, DoesNotTakeAStrandIntoWhichSomebodyIsPushing) {
  SpentQueue q;
  Strand s;
  G spent, woken;
  ASSERT_TRUE(s.try_take());
  s.push_spent(spent);
  ASSERT_TRUE(q.release(s));
  EXPECT_TRUE(s.push(woken));
  EXPECT_EQ(q.take(), nullptr);
  q.unlink(s);
  s.take();
  EXPECT_FALSE(q.release(s));  // somebody was woken
  EXPECT_FALSE(SpentQueue::holds(s));
  EXPECT_EQ(s.state(), State::Owned);
  EXPECT_TRUE(s.held());
}

// Pushers and holders race for one strand: it is never held twice, and no push is forgotten.
TEST(Strand, UnderRacingPushersEveryGIsPoppedOnceByOneHolderAtATime) {
  constexpr int kEach = test::scaled(50'000), kPushers = 3;
  Strand s;
  std::vector<G> gs(kPushers * kEach);
  std::atomic<int> holders{0}, popped{0};
  auto hold = [&] {
    s.take();
    do {
      EXPECT_EQ(++holders, 1);
      while (s.pop() != nullptr) ++popped;
      --holders;
    } while (s.release() && (s.take(), true));
  };
  std::vector<std::thread> pushers;
  for (int i = 0; i < kPushers; ++i) {
    pushers.emplace_back([&, i] {
      for (int k = 0; k < kEach; ++k) {
        if (s.push(gs[i * kEach + k])) hold();
      }
    });
  }
  for (auto& t : pushers) t.join();
  EXPECT_EQ(popped, kPushers * kEach);
  EXPECT_EQ(s.state(), State::Idle);
}

TEST(Wait, IsClaimedOnceAndOnlyWithItsOwnTicket) {
  Wait w;
  auto first = w.open();
  EXPECT_EQ(w.current(), first);
  EXPECT_TRUE(w.claim(first));
  EXPECT_FALSE(w.claim(first));
  EXPECT_EQ(w.current(), 0u);
  EXPECT_FALSE(w.deliver());
  Wait::Ticket left;
  EXPECT_TRUE(w.leave(&left));
  auto second = w.open();
  EXPECT_NE(first, second);
  EXPECT_FALSE(w.claim(first));
  EXPECT_TRUE(w.claim(second));
}

TEST(Wait, WhoeverComesSecondOfLeaveAndDeliverReadies) {
  Wait w;
  auto ticket = w.open();
  Wait::Ticket left = 0;
  EXPECT_FALSE(w.leave(&left));
  EXPECT_EQ(left, ticket);
  EXPECT_TRUE(w.claim(ticket));
  EXPECT_TRUE(w.deliver());
}

TEST(Wait, RacingClaimersHaveOneWinnerAndTheGIsReadiedOnce) {
  constexpr int kRounds = test::scaled(10'000), kClaimers = 3;
  Wait w;
  std::atomic<Wait::Ticket> ticket{0};
  std::atomic<int> wins{0}, readied{0}, arrived{0};
  std::atomic<bool> over{false};
  std::vector<std::thread> claimers;
  for (int i = 0; i < kClaimers; ++i) {
    claimers.emplace_back([&] {
      for (Wait::Ticket seen = 0, now = 0; !over; seen = now) {
        now = ticket;
        if (now == seen) std::this_thread::yield();
        if (now == seen || !w.claim(now)) continue;
        ++wins;
        if (w.deliver()) ++readied;
      }
    });
  }
  for (int round = 1; round <= kRounds; ++round) {
    ticket = w.open();
    if (round % 2 == 0) std::this_thread::yield();
    if (Wait::Ticket left; w.leave(&left)) ++readied;
    while (readied < round) std::this_thread::yield();
    ASSERT_EQ(wins, round);
    ASSERT_EQ(readied, round);
  }
  over = true;
  for (auto& t : claimers) t.join();
}

TEST(Note, RemembersAWakeThatCameFirstOnce) {
  Note n;
  n.wake();
  n.wake();
  n.sleep();
  EXPECT_FALSE(n.sleep_until(now_ns() + 1'000'000));
}

TEST(Note, PingPongLosesNoWake) {
  Note ping, pong;
  constexpr int kRounds = test::scaled(20'000);
  std::thread other([&] {
    for (int i = 0; i < kRounds; ++i) ping.sleep(), pong.wake();
  });
  for (int i = 0; i < kRounds; ++i) ping.wake(), pong.sleep();
  other.join();
}

TEST(Note, AWakeAtTheDeadlineIsNotLost) {
  Note n;
  int seen = 0;
  constexpr int kRounds = test::scaled(2'000);
  std::atomic<int> go{0};
  std::thread waker([&] {
    for (int i = 1; i <= kRounds; ++i) {
      while (go < i) std::this_thread::yield();
      n.wake();
    }
  });
  for (int i = 1; i <= kRounds; ++i) {
    go = i;
    while (!n.sleep_until(now_ns() + 1'000)) {
    }
    ++seen;
  }
  waker.join();
  EXPECT_EQ(seen, kRounds);
}

TEST(Lock, ExcludesEachOther) {
  Lock lock;
  int counter = 0;
  constexpr int kEach = test::scaled(100'000);
  auto count = [&] {
    for (int i = 0; i < kEach; ++i) {
      LockGuard guard(lock);
      ++counter;
    }
  };
  std::thread a(count), b(count), c(count);
  a.join(), b.join(), c.join();
  EXPECT_EQ(counter, 3 * kEach);
  EXPECT_TRUE(lock.try_lock());
  EXPECT_FALSE(lock.try_lock());
  lock.unlock();
}

}  // namespace
}  // namespace lagoon::sched
