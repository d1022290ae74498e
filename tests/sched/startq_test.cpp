// The queue of those to be started: order, overflow, stealing.
#include "sched/startq.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "sched/injectq.h"
#include "sched/lock.h"
#include "tests/support/sched/sched_test.h"

namespace lagoon::sched {
namespace {

struct Thing : Item {
  Thing() : Item(Kind::G) {}
  std::atomic<int> taken{0};
};

auto no_overflow = [](Item* const*, uint32_t) { FAIL() << "the ring is not full"; };

int taken(Item* item) { return ++static_cast<Thing*>(item)->taken; }

TEST(StartQueue, ABatchComesOutInTheOrderItWasPut) {
  StartQueue q;
  Thing things[256];
  for (int round = 0; round < 300; ++round) {
    const int n = 1 + round % 256;
    for (int i = 0; i < n; ++i) q.put(&things[i], no_overflow);
    for (int i = 0; i < n; ++i) EXPECT_EQ(q.get(), &things[i]);
    EXPECT_EQ(q.get(), nullptr);
    EXPECT_TRUE(q.empty());
  }
}

TEST(StartQueue, ALaterBatchComesBeforeWhatIsLeftOfAnEarlierOne) {
  StartQueue q;
  Thing a, b, c, d, e;
  for (Thing* t : {&a, &b, &c}) q.put(t, no_overflow);
  EXPECT_EQ(q.get(), &a);
  for (Thing* t : {&d, &e}) q.put(t, no_overflow);
  for (Thing* t : {&d, &e, &b, &c}) EXPECT_EQ(q.get(), t);
}

TEST(StartQueue, WhatIsPutInOneStepIsOneBatchWithWhatComesBeforeTheNextGet) {
  StartQueue q;
  Thing a, b, c, d;
  q.put(&a, no_overflow);
  Item* both[] = {&b, &c};
  q.put_all(both, 2);
  q.put(&d, no_overflow);
  EXPECT_EQ(q.size(), 4u);
  for (Thing* t : {&a, &b, &c, &d}) EXPECT_EQ(q.get(), t);
  EXPECT_EQ(q.get(), nullptr);
}

TEST(StartQueue, TheOldestComesWhenAskedFor) {
  StartQueue q;
  Thing a, b, c;
  q.put(&a, no_overflow);
  q.put(&b, no_overflow);
  EXPECT_EQ(q.get_oldest(), &a);
  q.put(&c, no_overflow);
  for (Thing* t : {&b, &c}) EXPECT_EQ(q.get(), t);
  EXPECT_EQ(q.get_oldest(), nullptr);
}

TEST(StartQueue, AFullRingGivesItsOlderHalfAwayWithTheNewOneLast) {
  StartQueue q;
  Thing things[257];
  std::vector<Item*> away;
  for (Thing& t : things) {
    q.put(&t, [&](Item* const* items, uint32_t n) { away.assign(items, items + n); });
  }
  ASSERT_EQ(away.size(), 129u);
  for (int i = 0; i < 128; ++i) EXPECT_EQ(away[i], &things[i]);
  EXPECT_EQ(away[128], &things[256]);
  EXPECT_EQ(q.size(), 128u);
  for (int i = 128; i < 256; ++i) EXPECT_EQ(q.get(), &things[i]);
}

TEST(StartQueue, AThiefTakesTheOlderHalfRoundedUpInOrder) {
  std::vector<Thing> things(256);
  for (int n = 1; n <= 256; ++n) {
    StartQueue victim, thief;
    for (int i = 0; i < n; ++i) victim.put(&things[i], no_overflow);
    EXPECT_EQ(thief.steal(victim), &things[0]);
    for (int i = 1; i < (n + 1) / 2; ++i) EXPECT_EQ(thief.get(), &things[i]);
    EXPECT_EQ(thief.get(), nullptr);
    for (int i = (n + 1) / 2; i < n; ++i) EXPECT_EQ(victim.get(), &things[i]);
    EXPECT_EQ(thief.steal(victim), nullptr);
  }
}

// A small ring, so that it overflows and wraps all the time.
using SmallQueue = BasicStartQueue<StdAtomics, Item, 4>;

TEST(StartQueue, UnderThievesNothingIsLostOrTakenTwice) {
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
      if (Item* item = own.steal(q)) take(item);
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
    q.put(&things[i], overflow);
    if (i % 7 == 0) {
      if (Item* item = q.get()) take(item);
    }
    if (i % 31 == 0) {
      if (Item* item = q.get_oldest()) take(item);
    }
  }
  while (Item* item = q.get()) take(item);
  one.join();
  two.join();
  for (Thing& t : things) EXPECT_EQ(t.taken, 1);
}

}  // namespace
}  // namespace lagoon::sched
