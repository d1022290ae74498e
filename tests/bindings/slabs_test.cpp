// The memory of goroutines: theirs alone, over slabs of both kinds of pages, and where there is none.
#include "bindings/slabs.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <new>
#include <vector>

#include "vm/heap.h"

namespace lagoon::bindings {
namespace {

TEST(Slabs, GivesEachGoroutineMemoryOfItsOwn) {
  constexpr size_t kMany = 20'000;  // five slabs, the first two on small pages
  Slabs slabs;
  std::vector<Goroutine*> all;
  for (size_t i = 0; i < kMany; ++i) {
    all.push_back(slabs.make());
    ASSERT_NE(all.back(), nullptr);
    ASSERT_EQ(reinterpret_cast<uintptr_t>(all.back()) % alignof(Goroutine), 0u);
    all.back()->id = i;
  }
  for (size_t i = 0; i < kMany; ++i) ASSERT_EQ(all[i]->id, i);
  std::vector<Goroutine*> sorted = all;
  std::sort(sorted.begin(), sorted.end());
  for (size_t i = 1; i < kMany; ++i) ASSERT_GE(sorted[i], sorted[i - 1] + 1) << "two overlap";
  for (Goroutine* g : all) slabs.destroy(*g);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // which need address space themselves
TEST(Slabs, SaysWhenThereIsNoMemory) {
  Slabs slabs;
  Goroutine* first = slabs.make();
  ASSERT_NE(first, nullptr);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_AS, &before), 0);
  const rlimit none{0, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_AS, &none), 0);
  size_t made = 1;
  Goroutine* all[8192];
  while (made < std::size(all) && (all[made] = slabs.make()) != nullptr) ++made;
  ASSERT_EQ(setrlimit(RLIMIT_AS, &before), 0);
  EXPECT_LT(made, std::size(all));
  Goroutine* later = slabs.make();
  ASSERT_NE(later, nullptr) << "it had been only for then";
  slabs.destroy(*later);
  slabs.destroy(*first);
  for (size_t i = 1; i < made; ++i) slabs.destroy(*all[i]);
}
#endif

}  // namespace
}  // namespace lagoon::bindings
