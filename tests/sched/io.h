#pragma once
// Calls on descriptors as things a test's goroutine can do, by the protocol of sched/descriptor.h.

#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ops.h"
#include "sched/descriptor.h"

namespace lagoon::sched::test {

// One of the steps that may block.
struct IoStep {
  enum What { Begin, BeginAgain, Wait, Close } what;
  Descriptor& d;
  Side side = Side::Read;
  Result result = Result::Blocked;

  Result start(G& g) {
    switch (what) {
      case Begin: return d.begin(g, side);
      case BeginAgain: return Result::Blocked;
      case Wait: return d.wait(g, side);
      case Close: return d.close(g);
    }
    return Result::Blocked;
  }
  Result finish(G& g) {
    if (what == Close) return d.finish_close(g);
    return what == Wait ? d.finish_wait(g, side) : d.finish_begin(g, side);
  }
  bool await_ready() { return (result = start(me())) != Result::Blocked; }
  void await_suspend(std::coroutine_handle<>) {
    me().step = Step::Park;
    me().scheduler->prepare(me(), Reason::IoWait, &d, what == Close ? kNever : d.deadline(side));
  }
  Result await_resume() {
    if (result != Result::Blocked) return result;
    me().scheduler->finish(me());
    return finish(me());
  }
};

// Defines `r`: Done, and then `n` is what `call` returned; or why there was none.
#define CO_IO_LEAVING(r, n, d, side, left, call)                                            \
  ssize_t n = -1;                                                                           \
  Result r = co_await IoStep{IoStep::Begin, d, side};                                       \
  while (r == Result::Blocked) r = co_await IoStep{IoStep::BeginAgain, d, side};            \
  if (r == Result::Done || r == Result::Busy) {                                             \
    if (r == Result::Busy) r = co_await IoStep{IoStep::Wait, d, side};                      \
    while (r == Result::Done && ((d).before_call(side), n = call) < 0 && errno == EAGAIN) { \
      r = co_await IoStep{IoStep::Wait, d, side};                                           \
    }                                                                                       \
    (d).end(side, left);                                                                    \
  }
#define CO_IO(r, n, d, side, call) CO_IO_LEAVING(r, n, d, side, Descriptor::Left::Unknown, call)

#define CO_READ(r, n, d, buffer) CO_IO(r, n, d, Side::Read, ::read((d).fd(), buffer, sizeof(buffer)))

// Two connected descriptors.
struct Pair {
  explicit Pair(Scheduler& s, int type = SOCK_STREAM) : a(s), b(s) {
    int fds[2];
    if (socketpair(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) != 0) std::terminate();
    if (a.open(fds[0]) != 0 || b.open(fds[1]) != 0) std::terminate();
  }
  Descriptor a, b;
};

// With nobody left in the poller when a test ends.
class PolledTest : public SchedTest {
 protected:
  // Until that many Gs wait for events.
  void until_waiters(unsigned n) {
    until([&] { return scheduler().netpoll().waiters() == n; });
  }
  void TearDown() override {
    until_waiters(0);
    SchedTest::TearDown();
  }
};

// The inode that fd is open on, or 0.  Whether a number is free cannot be seen: sysmon may have it just then.
inline ino_t inode(int fd) {
  struct stat s;
  return fstat(fd, &s) == 0 ? s.st_ino : 0;
}

}  // namespace lagoon::sched::test
