// Select, step by step.  Tn names the case of Go's test suite that is ported.

#include "sched/select.h"

#include <gtest/gtest.h>

#include <vector>

#include "by_hand.h"
#include "sched/event.h"

namespace lagoon::sched {
namespace {

using namespace by_hand;

using How = Select::How;
constexpr How kWait{}, kDefault{.has_default = true}, kInOrder{.priority = true};

class SelectTest : public testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(live_parcels, 0); }

  static Case recv(Source& source) { return {Case::Dir::Recv, &source, nullptr, nullptr}; }
  static Case send(Chan& chan, Parcel& p) { return {Case::Dir::Send, nullptr, &chan, &p}; }

  Result start(std::vector<Case> cases, How how = kWait) { return start(select, g, cases, how); }
  static Result start(Select& s, G& g, const std::vector<Case>& cases, How how = kWait) {
    EXPECT_TRUE(s.resize(cases.size()));
    for (size_t i = 0; i < cases.size(); ++i) s[i] = cases[i];
    return s.start(g, how);
  }

  G g, h;
  Select select;
  Parcel p, q;
};

TEST_F(SelectTest, AReadyReceiveGoesAheadAndOthersAreUntouched) {  // T62
  Chan ready(1), other(1), full(1);
  send_now(ready, 5);
  send_now(full, 6);
  p = parcel_of(7);
  ASSERT_EQ(start({recv(other), recv(ready), send(full, p)}), Result::Done);
  EXPECT_EQ(select.index(), 1u);
  EXPECT_EQ(open(select.parcel()), 5u);
  EXPECT_EQ(open(p), 7u) << "a send that was not chosen keeps its value";
  EXPECT_EQ(full.len(), 1u);
  EXPECT_EQ(send_now(other, 1), Result::Done);
  EXPECT_EQ(other.len(), 1u) << "nobody waits there";
}

TEST_F(SelectTest, AReadySendTakesItsValue) {
  Chan chan(1);
  p = parcel_of(7);
  ASSERT_EQ(start({send(chan, p)}), Result::Done);
  EXPECT_TRUE(is_empty(p));
  EXPECT_EQ(recv_now(chan), 7u);
}

TEST_F(SelectTest, DefaultIsTakenOnlyWhenNothingIsReady) {
  Chan chan(1);
  EXPECT_EQ(start({recv(chan)}, kDefault), Result::Busy);
  send_now(chan, 1);
  EXPECT_EQ(start({recv(chan)}, kDefault), Result::Done);
  EXPECT_EQ(open(select.parcel()), 1u);
}

TEST_F(SelectTest, AWaitingSelectTakesTheFirstThatComesAndLeavesTheOthers) {
  Chan one(0), two(0), out(0);
  p = parcel_of(9);
  ASSERT_EQ(start({recv(one), recv(two), send(out, p)}), Result::Blocked);
  EXPECT_EQ(select.reason(), Reason::Select);
  EXPECT_EQ(send_now(two, 2), Result::Done);
  EXPECT_EQ(send_now(one, 1), Result::Busy) << "only one case may fire";
  EXPECT_EQ(out.try_recv(q), Result::Busy);
  EXPECT_TRUE(was_woken(g));
  ASSERT_EQ(select.finish(g), Result::Done);
  EXPECT_EQ(select.index(), 1u);
  EXPECT_EQ(open(select.parcel()), 2u);
  EXPECT_EQ(open(p), 9u);
  EXPECT_TRUE(one.receivers().empty() && two.receivers().empty() && out.senders().empty());
}

TEST_F(SelectTest, AWaitingSendIsTaken) {
  Chan in(0), out(0);
  p = parcel_of(9);
  ASSERT_EQ(start({recv(in), send(out, p)}), Result::Blocked);
  EXPECT_EQ(recv_now(out), 9u);
  ASSERT_EQ(select.finish(g), Result::Done);
  EXPECT_EQ(select.index(), 1u);
  EXPECT_TRUE(is_empty(p));
}

TEST_F(SelectTest, TimeoutAndCancellationGiveTheValuesBack) {
  Chan in(0), out(0);
  for (auto end : {time_out, cancel}) {
    p = parcel_of(9);
    ASSERT_EQ(start({recv(in), send(out, p)}), Result::Blocked);
    end(g);
    EXPECT_EQ(out.try_recv(q), Result::Busy);
    EXPECT_EQ(select.finish(g), end == time_out ? Result::Timeout : Result::Canceled);
    EXPECT_EQ(open(p), 9u);
    EXPECT_TRUE(in.receivers().empty() && out.senders().empty());
  }
}

// T7
TEST_F(SelectTest, AClosedChannelIsAlwaysReady) {
  Chan closed(0), idle(0);
  closed.close();
  ASSERT_EQ(start({recv(idle), recv(closed)}), Result::Closed);
  EXPECT_EQ(select.index(), 1u);
  EXPECT_TRUE(is_empty(select.parcel()));
  p = parcel_of(3);
  ASSERT_EQ(start({recv(idle), send(closed, p)}), Result::Closed);
  EXPECT_EQ(select.index(), 1u);
  EXPECT_EQ(open(p), 3u);
}

TEST_F(SelectTest, ACloseEndsAWaitingSelect) {
  Chan in(0), out(0);
  ASSERT_EQ(start({recv(in), recv(out)}), Result::Blocked);
  in.close();
  ASSERT_EQ(select.finish(g), Result::Closed);
  EXPECT_EQ(select.index(), 0u);

  Chan next(0);
  p = parcel_of(3);
  ASSERT_EQ(start({recv(next), send(out, p)}), Result::Blocked);
  out.close();
  ASSERT_EQ(select.finish(g), Result::Closed);
  EXPECT_EQ(select.index(), 1u);
  EXPECT_EQ(open(p), 3u) << "the channel was closed, so the value came back";
}

// T7
TEST_F(SelectTest, NothingAndOnlyDisabledCasesWaitForEver) {
  EXPECT_EQ(start({}, kDefault), Result::Busy);
  ASSERT_EQ(start({}), Result::Blocked);
  EXPECT_EQ(select.reason(), Reason::SelectNoCases);
  cancel(g);
  EXPECT_EQ(select.finish(g), Result::Canceled);
  EXPECT_EQ(start({Case{}, Case{}}, kDefault), Result::Busy);
  ASSERT_EQ(start({Case{}, Case{}}), Result::Blocked);
  EXPECT_EQ(select.reason(), Reason::SelectNoCases);
  time_out(g);
  EXPECT_EQ(select.finish(g), Result::Timeout);
}

// T5, T7
TEST_F(SelectTest, ASelectDoesNotMeetItself) {
  Chan chan(0);
  p = parcel_of(1);
  EXPECT_EQ(start({recv(chan), send(chan, p)}, kDefault), Result::Busy);
  ASSERT_EQ(start({recv(chan), send(chan, p)}), Result::Blocked);
  EXPECT_FALSE(was_woken(g));

  // Another one like it meets it.
  Select other;
  q = parcel_of(2);
  ASSERT_EQ(start(other, h, {recv(chan), send(chan, q)}), Result::Done);
  ASSERT_EQ(select.finish(g), Result::Done);
  EXPECT_NE(select.index(), other.index());
  open(p), open(q), open(select.parcel()), open(other.parcel());
}

TEST_F(SelectTest, AChannelMayOccurSeveralTimes) {
  Chan chan(0);
  ASSERT_EQ(start({recv(chan), recv(chan), recv(chan)}), Result::Blocked);
  EXPECT_EQ(send_now(chan, 4), Result::Done);
  EXPECT_EQ(send_now(chan, 5), Result::Busy);
  ASSERT_EQ(select.finish(g), Result::Done);
  EXPECT_EQ(open(select.parcel()), 4u);
  EXPECT_TRUE(chan.receivers().empty());
}

// T18
TEST_F(SelectTest, ReadyCasesAreChosenEvenly) {
  for (int n : {2, 3, 5}) {
    Chan chan(1);
    std::vector<int> hits(n);
    Select::seed(static_cast<uint64_t>(n));
    for (int i = 0; i < 1000 * n; ++i) {
      std::vector<Parcel> values(n);
      std::vector<Case> cases;
      for (Parcel& value : values) cases.push_back(send(chan, value = parcel_of(1)));
      ASSERT_EQ(start(cases), Result::Done);
      ++hits[select.index()];
      recv_now(chan);
      for (Parcel& value : values) value.drop();
    }
    for (int hit : hits) EXPECT_NEAR(hit, 1000, 150);
  }
}

TEST_F(SelectTest, PriorityTakesTheFirstReadyCase) {
  Chan idle(0), one(1000), two(1000);
  for (int i = 0; i < 1000; ++i) send_now(one, 1), send_now(two, 2);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(start({recv(idle), recv(one), recv(two)}, kInOrder), Result::Done);
    EXPECT_EQ(open(select.parcel()), 1u);
  }
}

TEST_F(SelectTest, TheSameSeedMakesTheSameChoices) {
  auto choices = [&] {
    Select::seed(42);
    std::vector<size_t> out;
    Chan chan(1);
    chan.close();
    for (int i = 0; i < 50; ++i) {
      start({recv(chan), recv(chan), recv(chan)});
      out.push_back(select.index());
    }
    return out;
  };
  EXPECT_EQ(choices(), choices());
}

TEST_F(SelectTest, TakesAsManyCasesAsGoDoes) {
  std::vector<std::unique_ptr<Chan>> chans;
  std::vector<Case> cases;
  for (size_t i = 0; i < Select::kMax; ++i) {
    chans.push_back(std::make_unique<Chan>(0));
    cases.push_back(recv(*chans.back()));
  }
  ASSERT_EQ(start(cases), Result::Blocked);
  send_now(*chans[54321], 6);
  ASSERT_EQ(select.finish(g), Result::Done);
  EXPECT_EQ(select.index(), 54321u);
  EXPECT_EQ(open(select.parcel()), 6u);
  EXPECT_FALSE(select.resize(Select::kMax + 1));
}

// T63: every set of cases, each ready, not ready or disabled, in each direction, with and without a
// default.
TEST_F(SelectTest, EveryCombinationGoesTheWayTheReadyCasesAllow) {
  enum Kind { kRecvReady, kRecvNot, kSendReady, kSendNot, kOff, kKinds };
  for (int code = 0; code < kKinds * kKinds * kKinds * 2; ++code) {
    bool has_default = code % 2 != 0;
    Chan empty(1), full(1);  // receiving: full is ready; sending: empty is
    send_now(full, 1);
    std::vector<Parcel> values(3);
    std::vector<Case> cases;
    std::vector<bool> ready;
    for (int i = 0, rest = code / 2; i < 3; ++i, rest /= kKinds) {
      int kind = rest % kKinds;
      bool sends = kind == kSendReady || kind == kSendNot;
      if (sends) values[i] = parcel_of(2);
      cases.push_back(kind == kOff ? Case{}
                      : sends      ? send(kind == kSendReady ? empty : full, values[i])
                                   : recv(kind == kRecvReady ? full : empty));
      ready.push_back(kind == kRecvReady || kind == kSendReady);
    }
    bool any = ready[0] || ready[1] || ready[2];
    Result result = start(cases, How{.has_default = has_default});
    EXPECT_EQ(result, any ? Result::Done : has_default ? Result::Busy : Result::Blocked) << code;
    if (any) {
      EXPECT_TRUE(ready[select.index()]) << code;
    }
    if (result == Result::Blocked) {
      cancel(g);
      EXPECT_EQ(select.finish(g), Result::Canceled);
    }
    EXPECT_TRUE(empty.receivers().empty() && full.senders().empty());
    select.parcel().drop();
    for (Parcel& value : values) value.drop();
  }
}

TEST_F(SelectTest, AnEventStandsAmongChannels) {
  Chan chan(0);
  Event event;
  ASSERT_EQ(start({recv(chan), recv(event)}), Result::Blocked);
  event.set();
  ASSERT_EQ(select.finish(g), Result::Closed);
  EXPECT_EQ(select.index(), 1u);
  EXPECT_EQ(start({recv(chan), recv(event)}), Result::Closed) << "and for ever after";
}

TEST_F(SelectTest, AWaitThatCouldNotBePreparedIsTakenBack) {
  Chan in(0), out(0);
  p = parcel_of(3);
  ASSERT_EQ(start({recv(in), send(out, p)}), Result::Blocked);
  ASSERT_TRUE(withdraw(g));
  EXPECT_EQ(select.finish(g), Result::Canceled);
  EXPECT_EQ(open(p), 3u);
}

}  // namespace
}  // namespace lagoon::sched
