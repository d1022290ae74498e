#include "vm/heap.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <lua.hpp>
#include <random>
#include <utility>
#include <vector>

#include "vm/account.h"

namespace lagoon::vm {
namespace {

constexpr int kKind = LUA_TTABLE;  // what Lua passes as the old size of a new block

// Every test with slabs and without.
class HeapTest : public testing::TestWithParam<bool> {
 protected:
  Heap heap_{0, GetParam()};
  void* take(size_t size) { return Heap::allocate(&heap_, nullptr, kKind, size); }
  void give(void* block, size_t size) { Heap::allocate(&heap_, block, size, 0); }
  void* resize(void* block, size_t from, size_t to) { return Heap::allocate(&heap_, block, from, to); }
};
INSTANTIATE_TEST_SUITE_P(, HeapTest, testing::Values(true, false),
                         [](const auto& info) { return info.param ? "slabs" : "malloc"; });

TEST_P(HeapTest, CountsWhatIsInUseAndItsPeak) {
  void* a = take(100);
  void* b = take(5000);
  EXPECT_EQ(heap_.used(), 5100u);
  give(b, 5000);
  EXPECT_EQ(heap_.used(), 100u);
  EXPECT_EQ(heap_.peak(), 5100u);
  a = resize(a, 100, 700);
  EXPECT_EQ(heap_.used(), 700u);
  give(a, 700);
  EXPECT_EQ(heap_.used(), 0u);
}

// First in the mixed chunk, where blocks of 8 and 16 bytes more lie side by side, then in pages.
TEST_P(HeapTest, AlignsEveryBlockTo8AndMultiplesOf16To16) {
  std::vector<std::pair<void*, size_t>> blocks;
  for (int round = 0; round < 10; ++round) {
    for (size_t size = 1; size <= 1100; size += 3) {
      void* block = blocks.emplace_back(take(size), size).first;
      ASSERT_EQ(reinterpret_cast<uintptr_t>(block) % (size % 16 == 0 || size > Heap::kFine ? 16 : 8), 0u) << size;
    }
  }
  for (const auto& [block, size] : blocks) give(block, size);
}

TEST_P(HeapTest, TellsWhetherItWasTheLimitThatRefused) {
  heap_.set_limit(1000);
  EXPECT_FALSE(heap_.refused());
  EXPECT_EQ(take(1001), nullptr);
  EXPECT_TRUE(heap_.refused());
  void* a = take(10);
  EXPECT_FALSE(heap_.refused());
  heap_.fail_from(0);
  EXPECT_EQ(take(10), nullptr);
  EXPECT_FALSE(heap_.refused());
  heap_.fail_from(Heap::kNever);
  give(a, 10);
}

TEST_P(HeapTest, CountsWhatIsOutsideUntilThatIsGivenBack) {
  ASSERT_TRUE(heap_.open_account());
  heap_.set_limit(1000);
  ASSERT_TRUE(heap_.charge_outside(900));
  EXPECT_FALSE(heap_.charge_outside(101));
  EXPECT_EQ(take(101), nullptr);
  void* a = take(100);
  EXPECT_NE(a, nullptr);
  {
    Charge charge;
    charge.fill(*heap_.account(), 900);
  }
  EXPECT_EQ(heap_.account()->held(), 0u);
  EXPECT_TRUE(heap_.charge_outside(900));
  heap_.account()->refund(900);
  give(a, 100);
}

TEST_P(HeapTest, RefusesGrowthOverTheLimitAndNothingElse) {
  heap_.set_limit(1000);
  void* a = take(900);
  ASSERT_NE(a, nullptr);
  EXPECT_EQ(take(101), nullptr);
  EXPECT_EQ(resize(a, 900, 1001), nullptr);
  a = resize(a, 900, 1000);
  ASSERT_NE(a, nullptr);
  heap_.set_limit(10);
  a = resize(a, 1000, 500);  // shrinking is always allowed
  ASSERT_NE(a, nullptr);
  give(a, 500);
  EXPECT_EQ(heap_.used(), 0u);
}

TEST_P(HeapTest, ChargesNativeMemoryAgainstTheLimit) {
  heap_.set_limit(1000);
  EXPECT_TRUE(heap_.charge(800));
  EXPECT_EQ(take(300), nullptr);
  EXPECT_FALSE(heap_.charge(201));
  heap_.refund(800);
  EXPECT_EQ(heap_.used(), 0u);
}

TEST_P(HeapTest, FailsFromTheNthRequestOn) {
  heap_.fail_from(1);
  void* a = take(10);
  EXPECT_NE(a, nullptr);
  EXPECT_EQ(take(10), nullptr);
  EXPECT_EQ(take(10), nullptr);
  heap_.fail_from(Heap::kNever);
  void* b = take(10);
  EXPECT_NE(b, nullptr);
  give(a, 10);
  give(b, 10);
}

// Random traffic of all sizes: contents stay, blocks do not overlap, and the count returns to zero.
TEST_P(HeapTest, KeepsContentsThroughRandomTraffic) {
  struct Live {
    unsigned char* at;
    size_t size;
    unsigned char fill;
  };
  std::mt19937 random(7);
  std::vector<Live> live;
  const auto check = [](const Live& l, size_t size) {
    for (size_t i = 0; i < size; ++i) ASSERT_EQ(l.at[i], l.fill);
  };
  for (int round = 0; round < 60000; ++round) {
    const size_t size = random() % 3 == 0 ? 1 + random() % 3000 : 1 + random() % 200;
    const unsigned char fill = static_cast<unsigned char>(random());
    const int what = static_cast<int>(random() % 10);
    if (live.size() < 3000 ? what < 5 : what < 3) {
      live.push_back({static_cast<unsigned char*>(take(size)), size, fill});
      memset(live.back().at, fill, size);
    } else if (!live.empty()) {
      Live& l = live[random() % live.size()];
      if (what < 8) {
        check(l, l.size);
        give(l.at, l.size);
        l = live.back();
        live.pop_back();
      } else {
        l.at = static_cast<unsigned char*>(resize(l.at, l.size, size));
        check(l, std::min(l.size, size));
        l.size = size;
        l.fill = fill;
        memset(l.at, fill, size);
      }
    }
  }
  for (const Live& l : live) {
    check(l, l.size);
    give(l.at, l.size);
  }
  EXPECT_EQ(heap_.used(), 0u);
}

TEST(Heap, ASmallStateStaysInTheFirstMebibyte) {
  Heap heap(0, true);
  std::vector<void*> blocks;
  for (int i = 0; i < 1000; ++i) blocks.push_back(Heap::allocate(&heap, nullptr, kKind, 1 + i));
  EXPECT_EQ(heap.reserved(), size_t{1} << 20);
  for (int i = 0; i < 1000; ++i) Heap::allocate(&heap, blocks[i], 1 + i, 0);
}

// As many objects of Lua's take: a captured variable 40 bytes, a table with one field 24 for that.
TEST(Heap, RoundsSmallBlocksToEightBytes) {
  for (size_t size : {24u, 33u, 40u, 56u, 72u}) {
    const size_t n = (size_t{60} << 20) / size;
    const size_t rounded = (size + 7) / 8 * 8;
    Heap heap(0, true);
    std::vector<void*> blocks;
    for (size_t i = 0; i < n; ++i) blocks.push_back(Heap::allocate(&heap, nullptr, kKind, size));
    EXPECT_LE(heap.reserved(), n * rounded + (size_t{4} << 20)) << size;
    for (void* block : blocks) Heap::allocate(&heap, block, size, 0);
  }
}

// Bytes of memory that the 2 MiB around `block` take.
size_t resident_around(void* block) {
  constexpr uintptr_t kChunk = uintptr_t{2} << 20;
  void* chunk = reinterpret_cast<void*>(reinterpret_cast<uintptr_t>(block) & ~(kChunk - 1));
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  std::vector<unsigned char> in(kChunk / page);
  EXPECT_EQ(mincore(chunk, kChunk, in.data()), 0);
  return page * static_cast<size_t>(std::count_if(in.begin(), in.end(), [](auto b) { return b & 1; }));
}

// Eight states of a thousand connections each took 2 MiB more than they used, each.
TEST(Heap, TakesNoHugePageForTheFirstBytesBeyondTheFirstMebibyte) {
  Heap heap(0, true);
  std::vector<void*> blocks;
  while (heap.reserved() <= size_t{1} << 20) {
    blocks.push_back(Heap::allocate(&heap, nullptr, kKind, 208));
  }
  EXPECT_LE(resident_around(blocks.back()), size_t{256} << 10);
  for (void* block : blocks) Heap::allocate(&heap, block, 208, 0);
}

TEST(Heap, GivesChunksBackWhenTheirBlocksAreFree) {
  Heap heap(0, true);
  std::vector<void*> blocks;
  for (int i = 0; i < 200000; ++i) blocks.push_back(Heap::allocate(&heap, nullptr, kKind, 208));
  const size_t full = heap.reserved();
  EXPECT_GT(full, size_t{40} << 20);
  for (void* block : blocks) Heap::allocate(&heap, block, 208, 0);
  EXPECT_LE(heap.reserved(), size_t{5} << 20);
}

TEST(Heap, ReusesThePagesOfOneSizeForAnother) {
  Heap heap(0, true);
  std::vector<void*> blocks;
  size_t reserved[2];
  for (size_t size : {64u, 640u}) {
    blocks.clear();
    for (size_t n = 0; n < (size_t{20} << 20); n += size) {
      blocks.push_back(Heap::allocate(&heap, nullptr, kKind, size));
    }
    reserved[size == 640] = heap.reserved();
    for (void* block : blocks) Heap::allocate(&heap, block, size, 0);
  }
  EXPECT_LE(reserved[1], reserved[0] + (size_t{4} << 20));
}

}  // namespace
}  // namespace lagoon::vm
