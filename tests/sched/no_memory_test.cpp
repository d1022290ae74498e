// What channels and selects do when an allocation fails: nothing, and say so.

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "by_hand.h"
#include "sched/freshq.h"
#include "sched/select.h"

namespace {

thread_local bool no_memory = false;

}  // namespace

// The only form of new that this room uses where running out is an outcome.
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  if (no_memory) return nullptr;
  try {
    return ::operator new(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

namespace lagoon::sched {
namespace {

using namespace by_hand;

TEST(NoMemory, ASendThatCannotBeBufferedKeepsItsValue) {
  Chan chan(100);
  for (uint64_t i = 1; i <= 8; ++i) ASSERT_EQ(send_now(chan, i), Result::Done);
  G g;
  Parcel p = parcel_of(9);
  no_memory = true;
  EXPECT_EQ(chan.try_send(p), Result::NoMemory);
  EXPECT_EQ(chan.send(g, p), Result::NoMemory);
  no_memory = false;
  EXPECT_EQ(chan.len(), 8u);
  EXPECT_EQ(chan.try_send(p), Result::Done);
  for (uint64_t i = 1; i <= 9; ++i) EXPECT_EQ(recv_now(chan), i);
}

TEST(NoMemory, ASelectThatCannotBufferKeepsItsValue) {
  Chan chan(100);
  Select select;
  ASSERT_TRUE(select.resize(1));
  G g;
  Parcel p = parcel_of(9);
  select[0] = {Case::Dir::Send, nullptr, &chan, &p};
  no_memory = true;
  EXPECT_EQ(select.start(g, {}), Result::NoMemory);
  no_memory = false;
  EXPECT_EQ(open(p), 9u);
  EXPECT_EQ(live_parcels, 0);
}

TEST(NoMemory, ASelectThatCannotGrowStaysAsItIs) {
  Select select;
  ASSERT_TRUE(select.resize(3));
  no_memory = true;
  EXPECT_TRUE(select.resize(Select::kInline));
  EXPECT_FALSE(select.resize(Select::kInline + 1));
  no_memory = false;
  EXPECT_EQ(select.size(), Select::kInline);
  EXPECT_TRUE(select.resize(Select::kInline + 1));
}

TEST(NoMemory, WhatIsToBeStartedIsLinked) {
  Item items[6] = {Item(Item::Kind::G), Item(Item::Kind::G), Item(Item::Kind::G),
                   Item(Item::Kind::G), Item(Item::Kind::G), Item(Item::Kind::G)};
  FreshQueue q;
  no_memory = true;
  q.push(items[0]);
  no_memory = false;
  q.push(items[1]);  // behind the first
  EXPECT_EQ(q.pop(), &items[0]);
  EXPECT_EQ(q.pop(), &items[1]);
  q.push(items[2]);
  InjectQueue batch;
  batch.push(items[3]);
  no_memory = true;
  q.prepend(batch);
  no_memory = false;
  q.push(items[4]);
  EXPECT_EQ(q.size(), 3u);
  for (int i : {2, 3, 4}) EXPECT_EQ(q.pop(), &items[i]);
  EXPECT_EQ(q.pop(), nullptr);
  q.push(items[5]);
  EXPECT_EQ(q.pop(), &items[5]);
}

}  // namespace
}  // namespace lagoon::sched
