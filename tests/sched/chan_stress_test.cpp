// Channels between goroutines that really run.  Tn names the case of Go's test suite that is
// ported.

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "ops.h"

namespace lagoon::sched {
namespace {

using namespace by_hand;
using namespace test;

class ChanStress : public SchedTest {
 protected:
  void TearDown() override {
    SchedTest::TearDown();
    EXPECT_EQ(live_parcels, 0);
  }
};

// T1: each value arrives once, and those of one sender in order.
TEST_P(ChanStress, ManySendersAndReceiversLoseNothing) {
  constexpr int kSenders = 4, kReceivers = 4;
  const int n = scaled(1000);
  for (size_t cap : {0, 1, 10}) {
    Chan chan(cap);
    std::atomic<int> senders{kSenders}, received{0}, disordered{0};
    for (int s = 0; s < kSenders; ++s) {
      go([&, s]() -> Task {
        for (int i = 1; i <= n; ++i) {
          Parcel p = parcel_of(static_cast<uint64_t>(s) << 32 | static_cast<uint64_t>(i));
          EXPECT_EQ(co_await send(chan, p), Result::Done);
        }
        if (--senders == 0) chan.close();
      });
    }
    for (int r = 0; r < kReceivers; ++r) {
      go([&]() -> Task {
        std::vector<uint64_t> last(kSenders);
        Parcel p;
        while (co_await recv(chan, p) == Result::Done) {
          uint64_t number = open(p);
          uint64_t& before = last[number >> 32];
          if ((number & UINT32_MAX) <= before) ++disordered;
          before = number & UINT32_MAX;
          ++received;
        }
      });
    }
    join();
    EXPECT_EQ(received, kSenders * n);
    EXPECT_EQ(disordered, 0);
  }
}

// T57
TEST_P(ChanStress, AChainOfGoroutinesKeepsTheOrder) {
  constexpr int kLinks = 10;
  const int n = scaled(500);
  std::vector<std::unique_ptr<Chan>> chans;
  for (int i = 0; i <= kLinks; ++i) chans.push_back(std::make_unique<Chan>(0));
  for (int i = 0; i < kLinks; ++i) {
    go([&, i]() -> Task {
      Parcel p;
      while (co_await recv(*chans[i], p) == Result::Done) co_await send(*chans[i + 1], p);
      chans[i + 1]->close();
    });
  }
  go([&]() -> Task {
    for (int i = 1; i <= n; ++i) {
      Parcel p = parcel_of(static_cast<uint64_t>(i));
      co_await send(*chans[0], p);
    }
    chans[0]->close();
  });
  go([&]() -> Task {
    Parcel p;
    for (uint64_t i = 1; co_await recv(*chans[kLinks], p) == Result::Done; ++i) EXPECT_EQ(open(p), i);
  });
  join();
}

// T4
TEST_P(ChanStress, AReceiveThatMustSucceedIsNeverTakenForNotReady) {
  for (int i = 0; i < scaled(2000); ++i) {
    auto chan = std::make_shared<Chan>(1);
    auto done = std::make_shared<WaitGroup>();
    done->add(1);
    send_now(*chan, 1);
    go([chan, done]() -> Task {
      Parcel p;
      EXPECT_NE(chan->try_recv(p), Result::Busy);
      p.drop();
      done->add(-1);
      co_return;
    });
    go([chan, done]() -> Task {
      Parcel p;
      chan->close();
      co_await recv(*chan, p);
      p.drop();
      co_await wait(*done);
    });
  }
  join();
}

TEST_P(ChanStress, WhatWasSentIsReceivedAndWhatWasNotComesBackWhenClosed) {
  for (int round = 0; round < scaled(200); ++round) {
    Chan chan(static_cast<size_t>(round % 3));
    std::atomic<int> sent{0}, returned{0}, received{0};
    for (int s = 0; s < 3; ++s) {
      go([&]() -> Task {
        for (int i = 0; i < 20; ++i) {
          Parcel p = parcel_of(1);
          Result r = co_await send(chan, p);
          ++(r == Result::Done ? sent : returned);
          p.drop();
        }
      });
    }
    go([&]() -> Task {
      Parcel p;
      while (co_await recv(chan, p) == Result::Done) received += static_cast<int>(open(p));
    });
    go([&]() -> Task {
      co_await yield();
      EXPECT_TRUE(chan.close());
    });
    join();
    EXPECT_EQ(sent, received);
    EXPECT_EQ(sent + returned, 60);
  }
}

TEST_P(ChanStress, ADeadlineThatRacesWithAHandOffLosesNoValue) {
  Chan chan(0);
  std::atomic<int> sent{0}, back{0}, received{0};
  const int n = scaled(2000);
  for (int s = 0; s < 2; ++s) {
    go([&]() -> Task {
      for (int i = 0; i < n; ++i) {
        Parcel p = parcel_of(1);
        Result r = co_await send(chan, p, now_ns() + i % 7 * 1000);
        EXPECT_EQ(is_empty(p), r == Result::Done);
        ++(r == Result::Done ? sent : back);
        p.drop();
      }
      if (sent + back == 2 * n) chan.close();
    });
    go([&]() -> Task {
      for (Result r = Result::Done; r != Result::Closed;) {
        Parcel p;
        r = co_await recv(chan, p, now_ns() + 3000);
        EXPECT_EQ(is_empty(p), r != Result::Done);
        if (r == Result::Done) received += static_cast<int>(open(p));
      }
    });
  }
  join();
  EXPECT_EQ(sent, received);
  EXPECT_EQ(sent + back, 2 * n);
}

TEST_P(ChanStress, ACancellationThatRacesWithAHandOffLosesNoValue) {
  Chan chan(0);
  std::atomic<int> sent{0}, received{0};
  std::atomic<CoG*> receiver{nullptr};
  const int n = scaled(2000);
  go([&]() -> Task {
    receiver = &me();
    for (Result r = Result::Done; r != Result::Closed;) {
      Parcel p;
      r = co_await recv(chan, p);
      if (r == Result::Done) received += static_cast<int>(open(p));
    }
    receiver = nullptr;
  });
  go([&]() -> Task {
    for (int i = 0; i < n; ++i) {
      Parcel p = parcel_of(1);
      if (co_await send(chan, p) == Result::Done) ++sent;
      if (i % 16 == 0) co_await yield();
    }
    chan.close();
  });
  go([&]() -> Task {
    while (receiver.load() == nullptr && !chan.closed()) co_await yield();
    for (CoG* g; !chan.closed() && (g = receiver.load()) != nullptr;) {
      scheduler().cancel(*g);
      co_await yield();
    }
  });
  join();
  EXPECT_EQ(sent, n);
  EXPECT_EQ(received, n);
}

// T7: what must block does, until its deadline.
TEST_P(ChanStress, WhatMustBlockBlocks) {
  go([&]() -> Task {
    Chan empty(0), buffered(1), full(1);
    send_now(full, 1);
    Parcel p = parcel_of(1), q;
    Event never;
    int64_t start = now_ns();
    EXPECT_EQ(co_await recv(empty, q, in_ms(2)), Result::Timeout);
    EXPECT_EQ(co_await recv(buffered, q, in_ms(2)), Result::Timeout);
    EXPECT_EQ(co_await send(empty, p, in_ms(2)), Result::Timeout);
    EXPECT_EQ(co_await send(full, p, in_ms(2)), Result::Timeout);
    EXPECT_EQ(co_await recv_from(never, q, in_ms(2)), Result::Timeout);
    EXPECT_GE(now_ns() - start, 10'000'000);
    EXPECT_EQ(co_await recv(full, q, in_ms(0)), Result::Done);
    EXPECT_EQ(open(p) + open(q), 2u);
  });
  join();
}

TEST_P(ChanStress, ThreadsOfTheHostTakePart) {
  Chan to(0), from(2);
  const int n = scaled(2000);
  scheduler();
  std::vector<std::thread> hosts;
  for (int h = 0; h < 2; ++h) {
    hosts.emplace_back([&] {
      G& g = *scheduler().acquire_foreign();
      for (int i = 0; i < n; ++i) {
        Parcel p = parcel_of(static_cast<uint64_t>(i));
        EXPECT_EQ(send(to, p).run_on(g), Result::Done);
        EXPECT_EQ(recv(from, p).run_on(g), Result::Done);
        p.drop();
      }
      scheduler().release_foreign(g);
    });
  }
  go([&]() -> Task {
    Parcel p;
    for (int i = 0; i < 2 * n; ++i) {
      EXPECT_EQ(co_await recv(to, p), Result::Done);
      EXPECT_EQ(co_await send(from, p), Result::Done);
    }
  });
  for (auto& host : hosts) host.join();
  join();
}

WITH_ALL_PROCS(ChanStress);

}  // namespace
}  // namespace lagoon::sched
