// The run queue: order, overflow, stealing.  (Go: TestSchedLocalQueue..., TestStealOrder)
#include "sched/runq.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <thread>
#include <vector>

#include "sched/injectq.h"
#include "sched/steal_order.h"
#include "tests/support/sched/sched_test.h"

namespace lagoon::sched {
namespace {

struct Thing : Item {
  Thing() : Item(Kind::G) {}
  std::atomic<int> taken{0};
};

auto no_overflow = [](Item* const*, uint32_t) { FAIL() << "the ring is not full"; };
auto yes = [] { return true; };
auto no = [] { return false; };

int taken(Item* item) { return ++static_cast<Thing*>(item)->taken; }

TEST(RunQueue, GivesWhatWasPutFirst) {
  RunQueue q;
  Thing things[256];
  for (int round = 0; round < 3; ++round) {
    for (Thing& t : things) q.put(&t, no_overflow);
    for (Thing& t : things) EXPECT_EQ(q.get(), &t);
    EXPECT_EQ(q.get(), nullptr);
    EXPECT_TRUE(q.empty());
  }
}

TEST(RunQueue, NextComesFirstAndItsPredecessorLast) {
  RunQueue q;
  Thing a, b, c;
  q.put(&a, no_overflow);
  q.put_next(&b, no_overflow);
  q.put_next(&c, no_overflow);
  EXPECT_EQ(q.size(), 3u);
  EXPECT_EQ(q.take_next(), &c);
  EXPECT_EQ(q.take_next(), nullptr);
  EXPECT_EQ(q.get(), &a);
  EXPECT_EQ(q.get(), &b);
}

TEST(RunQueue, AFullRingGivesHalfAwayInOrderWithTheNewOneLast) {
  RunQueue q;
  Thing things[257];
  std::vector<Item*> away;
  for (Thing& t : things) {
    q.put(&t, [&](Item* const* items, uint32_t n) { away.assign(items, items + n); });
  }
  ASSERT_EQ(away.size(), 129u);
  for (int i = 0; i < 128; ++i) EXPECT_EQ(away[i], &things[i]);
  EXPECT_EQ(away[128], &things[256]);
  EXPECT_EQ(q.size(), 128u);
  EXPECT_EQ(q.get(), &things[128]);
}

TEST(RunQueue, AThiefTakesHalfRoundedUpAndEveryItemIsTakenOnce) {
  std::vector<Thing> things(256);
  for (int n = 1; n <= 256; ++n) {
    RunQueue victim, thief;
    for (int i = 0; i < n; ++i) victim.put(&things[i], no_overflow);
    int stolen = 0, kept = 0;
    for (Item* item = thief.steal(victim, no); item != nullptr; item = thief.get()) ++stolen, taken(item);
    while (Item* item = victim.get()) ++kept, taken(item);
    EXPECT_EQ(stolen, (n + 1) / 2);
    EXPECT_EQ(kept, n / 2);
    for (int i = 0; i < n; ++i) EXPECT_EQ(things[i].taken.exchange(0), 1);
  }
}

TEST(RunQueue, NextIsStolenOnlyWhenAllowedAndTheRingIsEmpty) {
  RunQueue victim, thief;
  Thing a, b;
  victim.put(&a, no_overflow);
  victim.put_next(&b, no_overflow);
  EXPECT_EQ(thief.steal(victim, yes), &a);
  EXPECT_EQ(thief.steal(victim, no), nullptr);
  EXPECT_EQ(thief.steal(victim, yes), &b);
  EXPECT_TRUE(victim.empty());
}

// A small ring, so that it overflows and wraps all the time.
using SmallQueue = BasicRunQueue<StdAtomics, Item, 4>;

TEST(RunQueue, UnderThievesNothingIsLostOrTakenTwice) {
  constexpr int kThings = test::scaled(200'000);
  std::vector<Thing> things(kThings);
  SmallQueue q;
  Lock lock;
  InjectQueue away;
  std::atomic<int> left{kThings};
  auto take = [&](Item* item) {
    EXPECT_EQ(taken(item), 1);
    --left;
  };
  auto thief = [&] {
    SmallQueue own;
    while (left > 0) {
      if (Item* item = own.steal(q, yes)) take(item);
      while (Item* item = own.get()) take(item);
      std::unique_lock guard(lock);
      Item* item = away.pop();
      guard.unlock();
      if (item != nullptr) take(item);
    }
  };
  std::thread one(thief), two(thief);
  auto overflow = [&](Item* const* items, uint32_t n) {
    LockGuard guard(lock);
    for (uint32_t i = 0; i < n; ++i) away.push(*items[i]);
  };
  for (int i = 0; i < kThings; ++i) {
    i % 3 == 0 ? q.put_next(&things[i], overflow) : q.put(&things[i], overflow);
    if (i % 5 == 0) {
      if (Item* item = i % 2 == 0 ? q.take_next() : q.get()) take(item);
    }
  }
  one.join(), two.join();
  EXPECT_EQ(left, 0);
}

// The owner keeps one item going round through next and ring; an observer must never see nothing.
TEST(RunQueue, IsNeverSeenEmptyWhileSomethingIsInIt) {
  SmallQueue q;
  Thing a, b;
  std::atomic<bool> over{false};
  q.put_next(&a, no_overflow);
  std::thread observer([&] {
    while (!over) EXPECT_FALSE(q.empty());
  });
  for (int i = 0; i < test::scaled(200'000); ++i) {
    q.put_next(i % 2 == 0 ? &b : &a, no_overflow);  // kicks the other into the ring
    EXPECT_NE(q.get(), nullptr);
  }
  over = true;
  observer.join();
}

TEST(StealOrder, VisitsEveryPOnceForAnyNumberAndStart) {
  for (uint32_t n = 1; n <= 64; ++n) {
    for (uint32_t random = 0; random < 3 * n * n; random += 7) {
      StealOrder order(n, random);
      std::set<uint32_t> seen;
      for (uint32_t i = 0; i < n; ++i) seen.insert(order.next());
      ASSERT_EQ(seen.size(), n);
      ASSERT_LT(*seen.rbegin(), n);
    }
  }
}

TEST(InjectQueue, BatchesGoBeforeOrBehindInTheirOrder) {
  InjectQueue q, first, last;
  Thing t[6];
  q.push(t[2]), q.push(t[3]);
  first.push(t[0]), first.push(t[1]);
  last.push(t[4]), last.push(t[5]);
  q.prepend(first);
  q.append(last);
  EXPECT_TRUE(first.empty() && last.empty());
  EXPECT_EQ(q.size(), 6u);
  for (Thing& thing : t) EXPECT_EQ(q.pop(), &thing);
  EXPECT_EQ(q.pop(), nullptr);
  q.prepend(first);
  EXPECT_TRUE(q.empty());
}

}  // namespace
}  // namespace lagoon::sched
