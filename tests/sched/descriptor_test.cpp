// Descriptors: Gs that wait for sockets and pipes.
#include "sched/descriptor.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "io.h"

namespace lagoon::sched::test {
namespace {

class DescriptorTest : public PolledTest {};
WITH_ALL_PROCS(DescriptorTest);

TEST_P(DescriptorTest, ReadersWaitForWhatIsWritten) {
  constexpr int kPairs = 8, kRounds = scaled(2'000);
  std::vector<std::unique_ptr<Pair>> pairs;
  for (int i = 0; i < kPairs; ++i) pairs.push_back(std::make_unique<Pair>(scheduler()));
  std::atomic<int> right{0};
  for (auto& pair : pairs) {
    go([&, p = pair.get()]() -> Task {
      for (int i = 0; i < kRounds; ++i) {
        int got = -1;
        CO_IO(w, written, p->a, Side::Write, ::write(p->a.fd(), &i, sizeof i));
        CO_IO(r, n, p->a, Side::Read, ::read(p->a.fd(), &got, sizeof got));
        if (w == Result::Done && written == sizeof i && n == sizeof got && got == i + 1) ++right;
      }
    });
    go([&, p = pair.get()]() -> Task {
      for (int i = 0; i < kRounds; ++i) {
        int got = -1;
        CO_IO_LEAVING(r, n, p->b, Side::Read, Descriptor::Left::Nothing, ::read(p->b.fd(), &got, sizeof got));
        ++got;
        CO_IO(w, written, p->b, Side::Write, ::write(p->b.fd(), &got, sizeof got));
      }
    });
  }
  join();
  EXPECT_EQ(right, kPairs * kRounds);
}

// While one is inside, with a message larger than the socket holds, the others wait in turn.
TEST_P(DescriptorTest, MessagesOfManyWritersAreNotMixed) {
  constexpr int kWriters = 16, kMessages = scaled(50);
  constexpr size_t kSize = 300'000;
  Pair pair(scheduler());
  std::atomic<int> whole{0};
  for (int i = 0; i < kWriters; ++i) {
    go([&, i]() -> Task {
      std::vector<char> message(kSize, static_cast<char>('a' + i));
      for (int k = 0; k < kMessages; ++k) {
        size_t sent = 0;
        auto send_some = [&]() -> ssize_t {
          while (sent < kSize) {
            ssize_t n = ::send(pair.a.fd(), &message[sent], kSize - sent, MSG_NOSIGNAL);
            if (n < 0) return n;
            sent += static_cast<size_t>(n);
          }
          return static_cast<ssize_t>(sent);
        };
        CO_IO(r, n, pair.a, Side::Write, send_some());
        EXPECT_EQ(n, static_cast<ssize_t>(kSize));
      }
    });
  }
  go([&]() -> Task {
    std::vector<char> message(kSize);
    for (int k = 0; k < kWriters * kMessages; ++k) {
      for (size_t got = 0; got < kSize;) {
        CO_IO(r, n, pair.b, Side::Read, ::read(pair.b.fd(), &message[got], kSize - got));
        if (n <= 0) std::terminate();
        got += static_cast<size_t>(n);
      }
      if (std::string(kSize, message[0]) == std::string(message.data(), kSize)) ++whole;
    }
  });
  join();
  EXPECT_EQ(whole, kWriters * kMessages);
}

// (Go: TestReadTimeoutMustNotReturn, TestReadTimeout)
TEST_P(DescriptorTest, ADeadlineThatHasPassedFailsAtOnceEvenWithData) {
  Pair pair(scheduler());
  go([&]() -> Task {
    char buffer[8];
    EXPECT_EQ(::write(pair.b.fd(), "x", 1), 1);
    pair.a.set_deadline(Side::Read, now_ns() - 1);
    CO_READ(late, n, pair.a, buffer);
    EXPECT_EQ(late, Result::Timeout);
    pair.a.set_deadline(Side::Read, kNever);
    CO_READ(fine, m, pair.a, buffer);
    EXPECT_EQ(fine, Result::Done);
    EXPECT_EQ(m, 1);
  });
  join();
}

TEST_P(DescriptorTest, ADeadlineEndsAWaitAndTheQueueBehindIt) {
  Pair pair(scheduler());
  std::atomic<int> late{0};
  int64_t when = now_ns() + 20'000'000;
  pair.a.set_deadline(Side::Read, when);
  for (int i = 0; i < 16; ++i) {
    go([&]() -> Task {
      char buffer[8];
      CO_READ(r, n, pair.a, buffer);
      EXPECT_GE(now_ns(), when);
      late += r == Result::Timeout;
    });
  }
  join();
  EXPECT_EQ(late, 16);
}

TEST_P(DescriptorTest, ADeadlineMovedWhileSomebodyWaitsHolds) {
  bool in_time = false;
  for (int64_t ahead = 30'000'000; !in_time; ahead *= 2) {
    Pair pair(scheduler());
    std::atomic<bool> timed_out{false};
    go([&]() -> Task {
      char buffer[8];
      CO_READ(r, n, pair.a, buffer);
      timed_out = r == Result::Timeout;
    });
    until_waiters(1);
    int64_t deadline = now_ns() + ahead;
    pair.a.set_deadline(Side::Read, deadline);
    pair.a.set_deadline(Side::Read, kNever);  // further away
    in_time = now_ns() < deadline;            // else this thread lost its CPU in between
    if (in_time) {
      std::this_thread::sleep_for(std::chrono::nanoseconds(2 * ahead));
      EXPECT_FALSE(timed_out);
    }
    pair.a.set_deadline(Side::Read, now_ns());  // nearer
    join();
    EXPECT_TRUE(timed_out);
  }
}

TEST_P(DescriptorTest, DeadlinesAreOfOneDirection) {
  Pair pair(scheduler());
  go([&]() -> Task {
    pair.a.set_deadline(Side::Read, now_ns());
    CO_IO(w, n, pair.a, Side::Write, ::write(pair.a.fd(), "x", 1));
    EXPECT_EQ(w, Result::Done);
  });
  join();
}

TEST_P(DescriptorTest, ACancellationEndsAWait) {
  Pair pair(scheduler());
  std::atomic<CoG*> waiting{nullptr};
  go([&]() -> Task {
    char buffer[8];
    waiting = &me();
    CO_READ(r, n, pair.a, buffer);
    EXPECT_EQ(r, Result::Canceled);
    EXPECT_EQ(::write(pair.b.fd(), "x", 1), 1);
    CO_READ(again, m, pair.a, buffer);  // its turn was given back
    EXPECT_EQ(again, Result::Done);
  });
  until_waiters(1);
  scheduler().cancel(*waiting);
  join();
}

// Nobody has become the poller, and none of the Ms comes round: sysmon polls, and starts an M on a spare P.
TEST_P(DescriptorTest, AnEventIsSeenWhileEveryPComputes) {
  Pair pair(scheduler());
  std::atomic<bool> told{false};
  std::atomic<unsigned> computing{0};
  go([&]() -> Task {
    for (unsigned i = 0; i < GetParam(); ++i) {
      go([&]() -> Task {
        ++computing;
        while (!told) cpu_relax();
        co_return;
      });
    }
    while (computing < GetParam() - 1) cpu_relax();  // the last one comes when this waits
    char buffer[8];
    CO_READ(r, n, pair.a, buffer);
    EXPECT_EQ(n, 1);
    told = true;
  });
  until_waiters(1);
  until([&] { return computing == GetParam(); });
  EXPECT_EQ(::write(pair.b.fd(), "x", 1), 1);
  join();
}

TEST_P(DescriptorTest, WaitingForTheNetworkIsNotBeingAsleep) {
  hold_source = false;
  Pair pair(scheduler());
  std::atomic<int> step{0};
  go([&]() -> Task {
    char buffer[8];
    CO_READ(r, n, pair.a, buffer);
    EXPECT_EQ(n, 1);
    step = 1;
    Select s;
    set_cases(s, recv_case(pair.a));
    Result chosen = co_await choose(s);
    EXPECT_EQ(chosen, Result::Done);
  });
  for (int i = 0; i < 2; ++i) {
    until([&] { return step == i; });
    until_waiters(1);
    until([&] { return scheduler().stats().idle_procs == GetParam(); });
    EXPECT_EQ(client.deadlocks, 0);
    EXPECT_EQ(::write(pair.b.fd(), "x", 1), 1);
  }
  join();
  until_waiters(0);
  until([&] { return client.deadlocks == 1; });
}

TEST_P(DescriptorTest, ASelectSeesDataTheEndBufferedInputAndClosing) {
  Pair pair(scheduler()), other(scheduler());
  std::atomic<int> step{0};
  go([&]() -> Task {
    char buffer[8];
    Select s;
    auto ready = [&] { return choose(s); };
    set_cases(s, recv_case(other.a), recv_case(pair.a));
    EXPECT_EQ(co_await ready(), Result::Done);
    EXPECT_EQ(s.index(), 1u);
    CO_IO_LEAVING(r, n, pair.a, Side::Read, Descriptor::Left::Buffered, ::read(pair.a.fd(), buffer, sizeof buffer));
    EXPECT_EQ(co_await ready(), Result::Done);  // what was read ahead
    CO_IO_LEAVING(r2, n2, pair.a, Side::Read, Descriptor::Left::Nothing, ::read(pair.a.fd(), buffer, 0));
    step = 1;
    EXPECT_EQ(co_await ready(), Result::Done);  // the end
    CO_READ(end, zero, pair.a, buffer);
    EXPECT_EQ(zero, 0);
    pair.a.close();
    EXPECT_EQ(co_await ready(), Result::Closed);
    EXPECT_EQ(s.index(), 1u);
  });
  until_waiters(2);
  EXPECT_EQ(::write(pair.b.fd(), "x", 1), 1);
  until([&] { return step == 1 && scheduler().netpoll().waiters() == 2; });
  EXPECT_EQ(::shutdown(pair.b.fd(), SHUT_WR), 0);
  join();
}

// A read that took less than it had room for need not be tried again before an event; unless the
// end was announced together with the data.
TEST_P(DescriptorTest, WhatIsKnownToBeEmptyIsNotTried) {
  Pair pair(scheduler());
  Bell more;
  go([&]() -> Task {
    char buffer[8];
    EXPECT_EQ(::write(pair.b.fd(), "x", 1), 1);
    CO_IO_LEAVING(r, n, pair.a, Side::Read, Descriptor::Left::Unknown, ::read(pair.a.fd(), buffer, sizeof buffer));
    int calls = 0;
    for (bool dry = false; !dry;) {  // an event about the first byte may still come
      Result b = co_await IoStep{IoStep::Begin, pair.a, Side::Read};
      dry = b == Result::Busy;
      pair.a.end(Side::Read, Descriptor::Left::Nothing);
      co_await sleep_for(1'000'000);
    }
    more.ring();
    CO_IO_LEAVING(r2, n2, pair.a, Side::Read, Descriptor::Left::Nothing,
                  (++calls, ::read(pair.a.fd(), buffer, sizeof buffer)));
    EXPECT_EQ(n2, 1);
    EXPECT_EQ(calls, 1);
    CO_READ(r3, end, pair.a, buffer);
    EXPECT_EQ(end, 0);
  });
  go([&]() -> Task {
    co_await more.wait();
    EXPECT_EQ(::write(pair.b.fd(), "y", 1), 1);
    pair.b.close();
  });
  join();
}

TEST_P(DescriptorTest, AGWhoseStackCannotBeLeftWaitsToo) {
  int fds[2];
  ASSERT_EQ(pipe2(fds, O_NONBLOCK | O_CLOEXEC), 0);
  Descriptor out(scheduler());
  ASSERT_EQ(out.open(fds[0]), 0);
  go_in(own_strand, [&]() -> Task {
    CoG& g = me();
    auto& strand = static_cast<CoroStrand&>(*g.strand);
    char c;
    EXPECT_EQ(out.begin(g, Side::Read), Result::Done);
    EXPECT_EQ(::read(out.fd(), &c, 1), -1);
    EXPECT_EQ(out.wait(g, Side::Read), Result::Blocked);
    scheduler().prepare(g, Reason::IoWait, &out);
    strand.inside.fetch_sub(1);
    EXPECT_TRUE(scheduler().block_here(g));
    strand.inside.fetch_add(1);
    scheduler().finish(g);
    EXPECT_EQ(out.finish_wait(g, Side::Read), Result::Done);
    EXPECT_EQ(::read(out.fd(), &c, 1), 1);
    out.end(Side::Read);
    co_return;
  });
  go_in(own_strand, [&]() -> Task {
    EXPECT_EQ(::write(fds[1], "x", 1), 1);
    co_return;
  });
  join();
  ::close(fds[1]);
}

TEST_P(DescriptorTest, ARegularFileHasTurnsButNothingToPoll) {
  char name[] = "/tmp/descriptor_test.XXXXXX";
  int fd = mkstemp(name);
  ASSERT_GE(fd, 0);
  unlink(name);
  Descriptor file(scheduler());
  ASSERT_EQ(file.open(fd), 0);
  EXPECT_FALSE(file.pollable());
  go([&]() -> Task {
    char buffer[8];
    CO_IO(w, n, file, Side::Write, ::pwrite(file.fd(), "four", 4, 0));
    CO_READ(r, m, file, buffer);
    EXPECT_EQ(m, 4);
  });
  join();
}

}  // namespace
}  // namespace lagoon::sched::test
