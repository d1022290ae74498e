// Listeners: sources whose values are connections.
#include "sched/listener.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>

#include <map>
#include <vector>

#include "io.h"

namespace lagoon::sched::test {
namespace {

struct Address {
  sockaddr_in in{};
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&in); }
  socklen_t size = sizeof(sockaddr_in);
};

// Listens on a port of the system's choice.
int listening(Address& address) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  address.in.sin_family = AF_INET;
  address.in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(fd, address.get(), address.size) != 0 || listen(fd, 4096) != 0) std::terminate();
  if (getsockname(fd, address.get(), &address.size) != 0) std::terminate();
  return fd;
}

int dial(Address& address) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd >= 0 && connect(fd, address.get(), address.size) == 0) return fd;
  if (fd >= 0) ::close(fd);
  return -1;
}

class ListenerTest : public SchedTest {
 protected:
  Listener& listener() {
    if (!listener_) {
      listener_.emplace(scheduler());
      if (listener_->open(listening(address)) != 0) std::terminate();
    }
    return *listener_;
  }
  void until_waiters(unsigned n) {
    until([&] { return scheduler().netpoll().waiters() == n; });
  }
  void TearDown() override {
    until_waiters(0);
    listener_.reset();
    SchedTest::TearDown();
  }

  Address address;

 private:
  std::optional<Listener> listener_;
};
WITH_ALL_PROCS(ListenerTest);

// (Go: TestTCPConcurrentAccept)
TEST_P(ListenerTest, ManyAcceptorsGetEachConnectionOnce) {
  constexpr int kAcceptors = 10, kDials = scaled(400);
  Listener& l = listener();
  std::atomic<int> accepted{0}, closed{0};
  for (int i = 0; i < kAcceptors; ++i) {
    go([&]() -> Task {
      for (;;) {
        Parcel p;
        Result r = co_await recv_from(l, p);
        if (r == Result::Closed) break;
        EXPECT_EQ(r, Result::Done);
        p.drop();
        ++accepted;
      }
      ++closed;
    });
  }
  for (int i = 0; i < kDials; ++i) {
    int fd = dial(address);
    ASSERT_GE(fd, 0);
    ::close(fd);
  }
  until([&] { return accepted == kDials; });
  EXPECT_TRUE(l.close());
  EXPECT_FALSE(l.close());
  join();
  EXPECT_EQ(closed, kAcceptors);
}

TEST_P(ListenerTest, AConnectionIsThereForWhoComesAfterATimeout) {
  Listener& l = listener();
  go([&]() -> Task {
    for (int i = 0; i < scaled(200); ++i) {
      Parcel p;
      Result late = co_await recv_from(l, p, now_ns() + 50'000);
      EXPECT_EQ(late, Result::Timeout);
      int fd = dial(address);
      Result r = co_await recv_from(l, p);
      EXPECT_EQ(r, Result::Done);
      p.drop();
      ::close(fd);
    }
  });
  join();
}

TEST_P(ListenerTest, StandsInSelects) {
  Listener& l = listener();
  Chan quit(0);
  std::atomic<int> accepted{0};
  for (int i = 0; i < 4; ++i) {
    go([&]() -> Task {
      for (;;) {
        Select s;
        set_cases(s, recv_case(l), recv_case(quit));
        Result r = co_await choose(s);
        if (s.index() == 1) break;
        EXPECT_EQ(r, Result::Done);
        s.parcel().drop();
        ++accepted;
      }
    });
  }
  constexpr int kDials = scaled(200);
  for (int i = 0; i < kDials; ++i) ::close(dial(address));
  until([&] { return accepted == kDials; });
  quit.close();
  join();
}

// Every other acceptor gives up at about the moment its connection comes: it must go to another.
TEST_P(ListenerTest, NoConnectionIsLostToTimeouts) {
  Listener& l = listener();
  constexpr int kDials = scaled(500);
  std::atomic<int> accepted{0};
  for (int i = 0; i < 8; ++i) {
    go([&, i]() -> Task {
      while (accepted < kDials) {
        Parcel p;
        Result r = co_await recv_from(l, p, now_ns() + 20'000 * (i + 1));
        if (r != Result::Done) continue;
        p.drop();
        ++accepted;
      }
    });
  }
  for (int i = 0; i < kDials; ++i) ::close(dial(address));
  join();
  EXPECT_EQ(accepted, kDials);
}

TEST_P(ListenerTest, AtTheLimitOfDescriptorsAcceptorsWaitWithoutSpinning) {
  Listener& l = listener();
  std::vector<int> fillers, dialled;
  for (int i = 0; i < 8; ++i) dialled.push_back(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  rlimit old;
  getrlimit(RLIMIT_NOFILE, &old);
  rlimit low{static_cast<rlim_t>(dup(0)), old.rlim_max};
  ::close(static_cast<int>(low.rlim_cur));
  for (int fd; (fd = dup(0)) >= 0 && fd < static_cast<int>(low.rlim_cur) + 4;) fillers.push_back(fd);
  setrlimit(RLIMIT_NOFILE, &low);
  std::atomic<int> accepted{0};
  go([&]() -> Task {
    for (int i = 0; i < 8; ++i) {
      Parcel p;
      Result r = co_await recv_from(l, p);
      EXPECT_EQ(r, Result::Done);
      p.drop();
      ++accepted;
    }
  });
  for (int fd : dialled) EXPECT_EQ(connect(fd, address.get(), address.size), 0);
  until_waiters(1);
  timespec before, after;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
  EXPECT_EQ(accepted, 0);
  int64_t used = (after.tv_sec - before.tv_sec) * 1'000'000'000 + after.tv_nsec - before.tv_nsec;
  EXPECT_LT(used, 50'000'000);
  setrlimit(RLIMIT_NOFILE, &old);
  join();
  EXPECT_EQ(accepted, 8);
  for (int fd : fillers) ::close(fd);
  for (int fd : dialled) ::close(fd);
}

}  // namespace
}  // namespace lagoon::sched::test
