// Channels, step by step.  Tn names the case of Go's test suite that is ported.

#include "sched/chan.h"

#include <gtest/gtest.h>

#include <memory>

#include "by_hand.h"

namespace lagoon::sched {
namespace {

using namespace by_hand;

class ChanTest : public testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(live_parcels, 0); }
  G a, b, c;
  Parcel p, q;
};

TEST_F(ChanTest, AValueGoesStraightIntoAWaitingReceiver) {
  Chan chan(0);
  ASSERT_EQ(chan.recv(a, q), Result::Blocked);
  EXPECT_FALSE(was_woken(b));
  p = parcel_of(7);
  EXPECT_EQ(chan.send(b, p), Result::Done);
  EXPECT_TRUE(is_empty(p));
  EXPECT_TRUE(was_woken(a));
  EXPECT_EQ(chan.finish_recv(a, q), Result::Done);
  EXPECT_EQ(open(q), 7u);
}

TEST_F(ChanTest, AWaitingSenderIsDoneWhenItsValueWasTaken) {
  Chan chan(0);
  p = parcel_of(8);
  ASSERT_EQ(chan.send(a, p), Result::Blocked);
  EXPECT_TRUE(is_empty(p)) << "the value is with the waiter";
  EXPECT_EQ(recv_now(chan), 8u);
  EXPECT_TRUE(was_woken(a));
  EXPECT_EQ(chan.finish_send(a, p), Result::Done);
}

TEST_F(ChanTest, ReceiverOfAFullBufferTakesTheHeadAndMovesTheSendersValueIn) {
  Chan chan(2);
  send_now(chan, 1);
  send_now(chan, 2);
  p = parcel_of(3);
  ASSERT_EQ(chan.send(a, p), Result::Blocked);
  EXPECT_EQ(recv_now(chan), 1u);
  EXPECT_TRUE(was_woken(a));
  EXPECT_EQ(chan.finish_send(a, p), Result::Done);
  EXPECT_EQ(chan.len(), 2u);
  EXPECT_EQ(recv_now(chan), 2u);
  EXPECT_EQ(recv_now(chan), 3u);
}

// T57
TEST_F(ChanTest, WaitersAreServedFirstComeFirstServed) {
  Chan chan(0);
  G g[5];
  for (G& each : g) ASSERT_EQ(chan.recv(each, q), Result::Blocked);
  for (uint64_t i = 0; i < 5; ++i) {
    EXPECT_EQ(send_now(chan, i + 1), Result::Done);
    EXPECT_TRUE(was_woken(g[i]));
    EXPECT_EQ(chan.finish_recv(g[i], q), Result::Done);
    EXPECT_EQ(open(q), i + 1);
  }
  for (G& each : g) {
    p = parcel_of(static_cast<uint64_t>(&each - g) + 1);
    ASSERT_EQ(chan.send(each, p), Result::Blocked);
  }
  for (uint64_t i = 0; i < 5; ++i) {
    EXPECT_EQ(recv_now(chan), i + 1);
    EXPECT_TRUE(was_woken(g[i]));
    EXPECT_EQ(chan.finish_send(g[i], p), Result::Done);
  }
}

// T1, T57
TEST_F(ChanTest, BuffersOfEveryCapacityAreFifoAndReportTheirLength) {
  for (size_t cap = 0; cap <= 20; ++cap) {
    Chan chan(cap);
    EXPECT_EQ(chan.cap(), cap);
    EXPECT_EQ(chan.try_recv(q), Result::Busy);
    for (size_t i = 0; i < cap; ++i) {
      EXPECT_EQ(chan.len(), i);
      EXPECT_EQ(send_now(chan, i + 1), Result::Done);
    }
    EXPECT_EQ(send_now(chan, 99), Result::Busy);
    for (size_t round = 0; round < 3 * cap; ++round) {  // turn the ring around
      EXPECT_EQ(recv_now(chan), round + 1);
      EXPECT_EQ(send_now(chan, cap + round + 1), Result::Done);
    }
    EXPECT_TRUE(chan.close());
    for (size_t i = 0; i < cap; ++i) EXPECT_EQ(recv_now(chan), 3 * cap + i + 1);
    for (int i = 0; i < 2; ++i) EXPECT_EQ(chan.try_recv(q), Result::Closed);
  }
}

TEST_F(ChanTest, TheRingKeepsItsOrderWhenItGrowsHalfwayRound) {
  Chan chan(1000);
  uint64_t sent = 0, received = 0;
  while (sent < 3000) {
    for (int i = 0; i < 5 && chan.len() < 1000; ++i) send_now(chan, ++sent);
    EXPECT_EQ(recv_now(chan), ++received);
    EXPECT_EQ(recv_now(chan), ++received);
  }
  while (received < sent) EXPECT_EQ(recv_now(chan), ++received);
}

TEST_F(ChanTest, AHugeCapacityTakesNoMemoryUntilUsed) {
  Chan chan(size_t{1} << 60);
  EXPECT_EQ(send_now(chan, 1), Result::Done);
  EXPECT_EQ(chan.cap(), size_t{1} << 60);
  EXPECT_EQ(recv_now(chan), 1u);
}

// T8
TEST_F(ChanTest, ClosingTwiceIsRefused) {
  Chan chan(1);
  EXPECT_TRUE(chan.close());
  EXPECT_FALSE(chan.close());
  EXPECT_TRUE(chan.closed());
}

// T8
TEST_F(ChanTest, SendingOnAClosedChannelLeavesTheValueWithTheCaller) {
  for (size_t cap : {0, 1}) {
    Chan chan(cap);
    chan.close();
    p = parcel_of(4);
    EXPECT_EQ(chan.try_send(p), Result::Closed);
    EXPECT_EQ(chan.send(a, p), Result::Closed);
    EXPECT_EQ(open(p), 4u);
  }
}

// T8
TEST_F(ChanTest, AClosedChannelDrainsAndThenEndsEveryReceive) {
  Chan chan(2);
  send_now(chan, 1);
  chan.close();
  EXPECT_EQ(chan.recv(a, q), Result::Done);
  EXPECT_EQ(open(q), 1u);
  for (int i = 0; i < 3; ++i) {
    for (uint64_t& word : q.words) word = 5;
    EXPECT_EQ(chan.recv(a, q), Result::Closed);
    EXPECT_EQ(q.words[0], 0u);
    EXPECT_EQ(chan.try_recv(q), Result::Closed);
  }
}

TEST_F(ChanTest, CloseWakesReceiversWithNothing) {
  Chan chan(0);
  ASSERT_EQ(chan.recv(a, q), Result::Blocked);
  ASSERT_EQ(chan.recv(b, q), Result::Blocked);
  chan.close();
  for (G* g : {&a, &b}) {
    EXPECT_TRUE(was_woken(*g));
    EXPECT_EQ(chan.finish_recv(*g, q), Result::Closed);
    EXPECT_TRUE(is_empty(q));
  }
}

TEST_F(ChanTest, CloseWakesSendersAndGivesTheirValuesBack) {
  Chan chan(1);
  send_now(chan, 1);
  p = parcel_of(2);
  ASSERT_EQ(chan.send(a, p), Result::Blocked);
  chan.close();
  EXPECT_TRUE(was_woken(a));
  EXPECT_EQ(chan.finish_send(a, p), Result::Closed);
  EXPECT_EQ(open(p), 2u);
  EXPECT_EQ(recv_now(chan), 1u);
}

TEST_F(ChanTest, ATimedOutReceiverIsPassedOver) {
  Chan chan(0);
  ASSERT_EQ(chan.recv(a, q), Result::Blocked);
  ASSERT_EQ(chan.recv(b, q), Result::Blocked);
  time_out(a);  // and has not unlinked itself yet
  EXPECT_EQ(send_now(chan, 5), Result::Done);
  EXPECT_EQ(send_now(chan, 6), Result::Busy) << "nobody is left who could take it";
  EXPECT_EQ(chan.finish_recv(b, q), Result::Done);
  EXPECT_EQ(open(q), 5u);
  EXPECT_EQ(chan.finish_recv(a, q), Result::Timeout);
}

TEST_F(ChanTest, ACancelledSenderGetsItsValueBackAndIsPassedOver) {
  Chan chan(0);
  p = parcel_of(1);
  ASSERT_EQ(chan.send(a, p), Result::Blocked);
  p = parcel_of(2);
  ASSERT_EQ(chan.send(b, p), Result::Blocked);
  cancel(a);
  EXPECT_EQ(recv_now(chan), 2u);
  EXPECT_EQ(chan.finish_send(b, p), Result::Done);
  EXPECT_EQ(chan.finish_send(a, p), Result::Canceled);
  EXPECT_EQ(open(p), 1u);
}

TEST_F(ChanTest, AWaiterThatLeavesFromTheMiddleLeavesTheOthersInOrder) {
  Chan chan(0);
  for (G* g : {&a, &b, &c}) ASSERT_EQ(chan.recv(*g, q), Result::Blocked);
  time_out(b);
  EXPECT_EQ(chan.finish_recv(b, q), Result::Timeout);
  ASSERT_EQ(chan.recv(b, q), Result::Blocked);
  for (G* g : {&a, &c, &b}) {
    send_now(chan, 1);
    EXPECT_EQ(chan.finish_recv(*g, q), Result::Done);
    EXPECT_EQ(open(q), 1u);
  }
}

TEST_F(ChanTest, AValueThatCameBeforeTheTimeoutIsNotLost) {
  Chan chan(0);
  ASSERT_EQ(chan.recv(a, q), Result::Blocked);
  send_now(chan, 9);
  time_out(a);  // too late: its claim fails
  EXPECT_EQ(chan.finish_recv(a, q), Result::Done);
  EXPECT_EQ(open(q), 9u);
}

TEST_F(ChanTest, AWaitThatCouldNotBePreparedIsTakenBack) {
  Chan chan(0);
  p = parcel_of(3);
  ASSERT_EQ(chan.send(a, p), Result::Blocked);
  EXPECT_TRUE(withdraw(a));
  EXPECT_EQ(chan.finish_send(a, p), Result::Canceled);
  EXPECT_EQ(open(p), 3u);
  EXPECT_EQ(chan.try_recv(q), Result::Busy);
}

TEST_F(ChanTest, AWaitThatHasEndedIsNotTakenBack) {
  Chan chan(0);
  ASSERT_EQ(chan.recv(a, q), Result::Blocked);
  send_now(chan, 3);
  EXPECT_FALSE(withdraw(a));
  EXPECT_EQ(chan.finish_recv(a, q), Result::Done);
  EXPECT_EQ(open(q), 3u);
}

TEST_F(ChanTest, ItsDestructorDropsWhatIsBuffered) {
  auto chan = std::make_unique<Chan>(20);
  for (int i = 1; i <= 15; ++i) send_now(*chan, 1);
  for (int i = 1; i <= 10; ++i) recv_now(*chan);
  EXPECT_EQ(live_parcels, 5);
  chan.reset();
}

// T65
TEST_F(ChanTest, AnUnbufferedChannelHasNoLength) {
  Chan chan(0);
  p = parcel_of(3);
  ASSERT_EQ(chan.send(a, p), Result::Blocked);
  EXPECT_EQ(chan.len(), 0u);
  EXPECT_EQ(recv_now(chan), 3u);
  EXPECT_EQ(chan.finish_send(a, p), Result::Done);
}

}  // namespace
}  // namespace lagoon::sched
