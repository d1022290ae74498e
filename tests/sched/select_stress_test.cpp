// Select between goroutines that really run.  Tn names the case of Go's test suite that is ported.

#include <gtest/gtest.h>
#include <time.h>

#include <memory>
#include <vector>

#include "ops.h"

namespace lagoon::sched {
namespace {

using namespace by_hand;
using namespace test;

class SelectStress : public SchedTest {
 protected:
  void TearDown() override {
    SchedTest::TearDown();
    EXPECT_EQ(live_parcels, 0);
  }
};

// T2: plain and selecting senders and receivers on four channels; a channel one is done with
// becomes a disabled case.
TEST_P(SelectStress, EveryChannelCarriesWhatWasMeantForIt) {
  constexpr int kChans = 4;
  const int n = scaled(2000);
  Chan chans[kChans]{Chan(0), Chan(0), Chan(2), Chan(3)};
  std::atomic<int> received[kChans] = {};
  for (int c = 0; c < kChans; ++c) {
    go([&, c]() -> Task {
      for (int i = 0; i < n; ++i) {
        Parcel p = parcel_of(1);
        EXPECT_EQ(co_await send(chans[c], p), Result::Done);
      }
    });
    go([&, c]() -> Task {
      Parcel p;
      for (int i = 0; i < n; ++i) {
        EXPECT_EQ(co_await recv(chans[c], p), Result::Done);
        received[c] += static_cast<int>(open(p));
      }
    });
  }
  go([&]() -> Task {
    Select s;
    int left[kChans] = {n, n, n, n};
    Parcel p[kChans];
    for (int i = 0; i < kChans * n; ++i) {
      EXPECT_TRUE(s.resize(kChans));
      for (int c = 0; c < kChans; ++c) {
        if (left[c] == 0) continue;
        if (is_empty(p[c])) p[c] = parcel_of(1);
        s[c] = send_case(chans[c], p[c]);
      }
      EXPECT_EQ(co_await choose(s), Result::Done);
      --left[s.index()];
    }
    for (Parcel& each : p) each.drop();
  });
  go([&]() -> Task {
    Select s;
    int left[kChans] = {n, n, n, n};
    for (int i = 0; i < kChans * n; ++i) {
      EXPECT_TRUE(s.resize(kChans));
      for (int c = 0; c < kChans; ++c) {
        if (left[c] > 0) s[c] = recv_case(chans[c]);
      }
      EXPECT_EQ(co_await choose(s), Result::Done);
      received[s.index()] += static_cast<int>(open(s.parcel()));
      --left[s.index()];
    }
  });
  join();
  for (auto& count : received) EXPECT_EQ(count, 2 * n);
}

// T5
TEST_P(SelectStress, TwoSelfSelectorsTradeAndNeverMeetThemselves) {
  const int n = scaled(1000);
  for (size_t cap : {0, 10}) {
    Chan chan(cap);
    std::atomic<int> own{0};
    WaitGroup both;
    both.add(2);
    for (uint64_t who = 1; who <= 2; ++who) {
      go([&, who]() -> Task {
        Select s;
        Parcel p;
        for (int i = 0; i < n; ++i) {
          if (is_empty(p)) p = parcel_of(who);
          set_cases(s, recv_case(chan), send_case(chan, p));
          if (co_await choose(s) == Result::Closed) break;
          if (s.index() == 0 && open(s.parcel()) == who) ++own;
        }
        p.drop();
        both.add(-1);
      });
    }
    // The last one may be left alone: closing ends it.
    go([&]() -> Task {
      while (co_await wait(both, in_ms(5)) != Result::Done) {
        if (both.count() == 1) {
          chan.close();
          break;
        }
      }
      co_await wait(both);
      Parcel p;
      while (chan.try_recv(p) == Result::Done) p.drop();
    });
    join();
    if (cap == 0) {
      EXPECT_EQ(own, 0);
    }
  }
}

// T18
TEST_P(SelectStress, TwoSendCasesOnOneChannelAreBothChosen) {
  const int n = scaled(2000);
  for (size_t cap : {0, 100}) {
    Chan chan(cap);
    std::atomic<int> hits[3] = {};
    go([&]() -> Task {
      Select s;
      for (int i = 0; i < n; ++i) {
        Parcel one = parcel_of(1), two = parcel_of(2);
        set_cases(s, send_case(chan, one), send_case(chan, two));
        EXPECT_EQ(co_await choose(s), Result::Done);
        one.drop(), two.drop();
      }
      chan.close();
    });
    go([&]() -> Task {
      Parcel p;
      while (co_await recv(chan, p) == Result::Done) {
        ++hits[open(p)];
        co_await yield();
      }
    });
    join();
    EXPECT_EQ(hits[1] + hits[2], n);
    EXPECT_GT(hits[1], n / 10);
    EXPECT_GT(hits[2], n / 10);
  }
}

// T61
TEST_P(SelectStress, AChannelThatIsNeverReadyGathersNoWaiters) {
  const int n = scaled(20000);
  Chan dead(0), chan(0);
  go([&]() -> Task {
    for (int i = 0; i < n; ++i) {
      Parcel p = parcel_of(1);
      co_await send(chan, p);
    }
  });
  go([&]() -> Task {
    Select s;
    for (int i = 0; i < n; ++i) {
      set_cases(s, recv_case(dead), recv_case(chan), recv_case(dead));
      EXPECT_EQ(co_await choose(s), Result::Done);
      EXPECT_EQ(s.index(), 1u);
      s.parcel().drop();
      EXPECT_TRUE(dead.receivers().empty());
    }
  });
  join();
}

int64_t cpu_ns() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec * 1'000'000'000 + t.tv_nsec;
}

// T66: leaving the middle of a long queue is O(1).  So that caches count for nothing, the yardstick
// is as many goroutines of which each waits on a channel of its own only.
TEST_P(SelectStress, LeavingTheMiddleOfALongQueueIsCheap) {
  const int n = scaled(8000);
  auto run = [&](bool all_in_one_queue) {
    Chan common(0);
    std::vector<std::unique_ptr<Chan>> own, other;
    for (int i = 0; i < n; ++i) {
      own.push_back(std::make_unique<Chan>(0));
      other.push_back(std::make_unique<Chan>(0));
    }
    WaitGroup waiting, started;
    waiting.add(n);
    started.add(n);
    for (int i = 0; i < n; ++i) {
      go([&, i]() -> Task {
        Select s;
        set_cases(s, recv_case(all_in_one_queue ? common : *other[i]), recv_case(*own[i]));
        started.add(-1);
        EXPECT_EQ(co_await choose(s), Result::Done);
        s.parcel().drop();
        waiting.add(-1);
      });
    }
    int64_t took = 0;
    go([&]() -> Task {
      co_await wait(started);
      int64_t start = cpu_ns();  // the machine may be busy
      for (int i = n; i-- > 0;) {
        Parcel p = parcel_of(1);
        co_await send(*own[i], p);
      }
      co_await wait(waiting);
      took = cpu_ns() - start;
    });
    join();
    return took;
  };
  int64_t apart = INT64_MAX, together = INT64_MAX;
  for (int i = 0; i < 4; ++i) {
    apart = std::min(apart, run(false));
    together = std::min(together, run(true));
  }
  EXPECT_LT(together, 10 * apart);
}

TEST_P(SelectStress, DeadlinesAndCancellationsLoseNoValue) {
  const int n = scaled(2000);
  Chan one(0), two(1);
  std::atomic<int> sent{0}, back{0}, received{0};
  std::atomic<CoG*> victim{nullptr};
  go([&]() -> Task {
    victim = &me();
    Select s;
    for (int i = 0; i < n; ++i) {
      Parcel p = parcel_of(1), q = parcel_of(1);
      set_cases(s, send_case(one, p), send_case(two, q));
      Result r = co_await choose(s, {}, now_ns() + i % 5 * 1000);
      ++(r == Result::Done ? sent : back);
      EXPECT_EQ(is_empty(p) + is_empty(q), r == Result::Done ? 1 : 0);
      p.drop(), q.drop();
    }
    victim = nullptr;
    one.close();
    two.close();
  });
  go([&]() -> Task {
    Select s;
    for (bool open_one = true, open_two = true; open_one || open_two;) {
      EXPECT_TRUE(s.resize(2));
      if (open_one) s[0] = recv_case(one);
      if (open_two) s[1] = recv_case(two);
      Result r = co_await choose(s, {}, now_ns() + 2000);
      if (r == Result::Done) received += static_cast<int>(open(s.parcel()));
      if (r == Result::Closed) (s.index() == 0 ? open_one : open_two) = false;
    }
  });
  go([&]() -> Task {
    for (int i = 0; i < n && !one.closed(); ++i) {
      if (CoG* g = victim.load()) scheduler().cancel(*g);
      co_await yield();
    }
  });
  join();
  EXPECT_EQ(sent, received);
  EXPECT_EQ(sent + back, n);
}

WITH_ALL_PROCS(SelectStress);

}  // namespace
}  // namespace lagoon::sched
