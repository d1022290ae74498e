// The queue of what waits to be started: in order, however many, in arrays that come and go.
#include "sched/freshq.h"

#include <gtest/gtest.h>

#include <deque>
#include <vector>

namespace lagoon::sched {
namespace {

struct Items {
  explicit Items(size_t n) {
    for (size_t i = 0; i < n; ++i) all.emplace_back(Item::Kind::G);
  }
  std::deque<Item> all;
};

TEST(FreshQueue, FirstComeFirstServedOverManyArrays) {
  Items items(1000);
  FreshQueue q;
  size_t in = 0, out = 0;
  EXPECT_TRUE(q.empty());
  for (size_t step = 1; out < items.all.size(); ++step) {
    for (size_t i = 0; i < 3 * step && in < items.all.size(); ++i) q.push(items.all[in++]);
    for (size_t i = 0; i < 2 * step && out < in; ++i) ASSERT_EQ(q.pop(), &items.all[out++]);
    ASSERT_EQ(q.size(), in - out);
  }
  EXPECT_EQ(q.pop(), nullptr);
  EXPECT_TRUE(q.empty());
}

TEST(FreshQueue, ABatchGoesBeforeWhatIsThere) {
  for (size_t there : {0, 1, 126, 300}) {
    for (size_t n : {0, 1, 126, 300}) {
      Items items(there), first(n);
      FreshQueue q;
      for (Item& item : items.all) q.push(item);
      InjectQueue batch;
      for (Item& item : first.all) batch.push(item);
      q.prepend(batch);
      ASSERT_EQ(q.size(), there + n);
      for (Item& item : first.all) ASSERT_EQ(q.pop(), &item);
      for (Item& item : items.all) ASSERT_EQ(q.pop(), &item);
      ASSERT_EQ(q.pop(), nullptr);
      if (n > 0) q.push(first.all[0]);
      ASSERT_EQ(q.size(), n > 0 ? 1u : 0u);
    }
  }
}

TEST(FreshQueue, IsLeftWithItemsInIt) {
  Items items(500);
  FreshQueue q;
  for (Item& item : items.all) q.push(item);
  for (int i = 0; i < 200; ++i) (void)q.pop();
}

}  // namespace
}  // namespace lagoon::sched
