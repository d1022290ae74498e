// Events, step by step.  Tn names the case of Go's test suite.

#include "sched/event.h"

#include <gtest/gtest.h>

#include "by_hand.h"

namespace lagoon::sched {
namespace {

using namespace by_hand;

class EventTest : public testing::Test {
 protected:
  EventTest() { a.id = 1, b.id = 2, c.id = 3; }
  G a, b, c;
};

TEST_F(EventTest, AnEventWakesEverybodyAndIsSeenByLatecomers) {
  Event event;
  Parcel out, value = parcel_of(5), late = parcel_of(6);
  EXPECT_EQ(event.try_recv(out), Result::Busy);
  ASSERT_EQ(event.recv(a, out), Result::Blocked);
  ASSERT_EQ(event.recv(b, out), Result::Blocked);
  ASSERT_EQ(event.recv(c, out), Result::Blocked);
  cancel(c);
  EXPECT_TRUE(event.set(value));
  EXPECT_FALSE(event.set(late));
  EXPECT_EQ(open(late), 6u);
  EXPECT_EQ(event.finish_recv(a, out), Result::Closed);
  EXPECT_EQ(event.finish_recv(b, out), Result::Closed);
  EXPECT_EQ(event.finish_recv(c, out), Result::Canceled);
  EXPECT_EQ(event.recv(c, out), Result::Closed);
  EXPECT_EQ(event.state(), Event::State::Set);
  EXPECT_EQ(event.value().words[0], 5u);
}

TEST_F(EventTest, AnEventDropsItsValue) {
  {
    Event event;
    Parcel value = parcel_of(5);
    event.set(value);
    EXPECT_EQ(live_parcels, 1);
  }
  EXPECT_EQ(live_parcels, 0);
}

TEST_F(EventTest, APastDeadlineHasHappenedAlready) {
  Event event(now_ns() - 1);
  EXPECT_FALSE(event.set());
  EXPECT_EQ(event.state(), Event::State::Expired);
  Event pending(now_ns() + 1'000'000'000'000);
  EXPECT_FALSE(pending.done());
  EXPECT_TRUE(pending.set());
  EXPECT_EQ(pending.state(), Event::State::Set);
}

}  // namespace
}  // namespace lagoon::sched
