#pragma once
// The blocking operations of channels, select, sync and clocks, as things a test's goroutine can
// co_await, and the same for a thread of the host.  They follow the protocol of sched/source.h.

#include "by_hand.h"
#include "sched/clock.h"
#include "sched/event.h"
#include "sched/select.h"
#include "sched/sync.h"
#include "tests/support/sched/sched_test.h"

namespace lagoon::sched::test {

// begin(g), and end(g) if that blocked.
template <class Begin, class End>
struct Op {
  Begin begin;
  End end;
  Reason reason;
  const void* object;
  int64_t deadline;
  Result result = Result::Blocked;

  bool await_ready() { return (result = begin(me())) != Result::Blocked; }
  void await_suspend(std::coroutine_handle<>) {
    me().step = Step::Park;
    me().scheduler->prepare(me(), reason, object, deadline);
  }
  Result await_resume() {
    if (result != Result::Blocked) return result;
    me().scheduler->finish(me());
    return end(me());
  }

  // The same on a thread of the host.
  Result run_on(G& foreign) {
    if ((result = begin(foreign)) != Result::Blocked) return result;
    foreign.scheduler->prepare(foreign, reason, object, deadline);
    foreign.scheduler->wait_foreign(foreign);
    foreign.scheduler->finish(foreign);
    return end(foreign);
  }
};
template <class B, class E>
Op(B, E, Reason, const void*, int64_t) -> Op<B, E>;

inline auto send(Chan& c, Parcel& p, int64_t deadline = kNever) {
  return Op{[&](G& g) { return c.send(g, p); }, [&](G& g) { return c.finish_send(g, p); }, Reason::ChanSend, &c,
            deadline};
}
inline auto recv(Chan& c, Parcel& p, int64_t deadline = kNever) {
  return Op{[&](G& g) { return c.recv(g, p); }, [&](G& g) { return c.finish_recv(g, p); }, Reason::ChanReceive, &c,
            deadline};
}
inline auto recv_from(Source& s, Parcel& p, int64_t deadline = kNever) {
  return Op{[&](G& g) { return s.recv(g, p); }, [&](G& g) { return s.finish_recv(g, p); }, Reason::ChanReceive, &s,
            deadline};
}
inline auto choose(Select& s, Select::How how = {}, int64_t deadline = kNever) {
  return Op{[&, how](G& g) { return s.start(g, how); }, [&](G& g) { return s.finish(g); }, Reason::Select, &s,
            deadline};
}
inline auto wait(WaitGroup& w, int64_t deadline = kNever) {
  return Op{[&](G& g) { return w.wait(g); }, [&](G& g) { return w.finish_wait(g); }, Reason::WaitGroupWait, &w,
            deadline};
}
inline auto acquire(Semaphore& s, uint64_t n, int64_t deadline = kNever) {
  return Op{[&, n](G& g) { return s.acquire(g, n); }, [&](G& g) { return s.finish_acquire(g); }, Reason::Semaphore, &s,
            deadline};
}
inline auto rlock(RWMutex& m, int64_t deadline = kNever) {
  return Op{[&](G& g) { return m.rlock(g); }, [&](G& g) { return m.finish_rlock(g); }, Reason::RWMutexRLock, &m,
            deadline};
}
inline auto wlock(RWMutex& m, int64_t deadline = kNever) {
  return Op{[&](G& g) { return m.lock(g); }, [&](G& g) { return m.finish_lock(g); }, Reason::RWMutexLock, &m, deadline};
}

// The two that may have to block several times: `while (r == Blocked) r = co_await again`.
inline auto lock_once(Mutex& m, int64_t deadline = kNever) {
  return Op{[&](G& g) { return m.lock(g); }, [&](G& g) { return m.finish_lock(g); }, Reason::MutexLock, &m, deadline};
}
inline auto lock_again(Mutex& m, int64_t deadline = kNever) {
  return Op{[](G&) { return Result::Blocked; }, [&](G& g) { return m.finish_lock(g); }, Reason::MutexLock, &m,
            deadline};
}
inline auto wait_again(Cond& c, Mutex& m, CondWait& w, int64_t deadline = kNever) {
  return Op{[](G&) { return Result::Blocked; }, [&](G& g) { return c.finish_wait(g, m, w); }, w.reason(), &c,
            w.relocking ? kNever : deadline};
}

#define CO_LOCK_UNTIL(result, m, deadline)         \
  Result result = co_await lock_once(m, deadline); \
  while (result == Result::Blocked) result = co_await lock_again(m, deadline)
#define CO_LOCK(m) \
  for (Result r_ = co_await lock_once(m); r_ == Result::Blocked;) r_ = co_await lock_again(m)
#define CO_WAIT(result, cond, m, deadline) \
  Result result = (cond).wait(me(), m);    \
  for (CondWait w_; result == Result::Blocked;) result = co_await wait_again(cond, m, w_, deadline)

inline int64_t in_ms(int64_t ms) { return time_after(ms * 1'000'000); }

inline Case recv_case(Source& source) { return {Case::Dir::Recv, &source, nullptr, nullptr}; }
inline Case send_case(Chan& chan, Parcel& p) { return {Case::Dir::Send, nullptr, &chan, &p}; }

// Sets the cases of s.
template <class... Cases>
void set_cases(Select& s, Cases... cases) {
  if (!s.resize(sizeof...(cases))) std::terminate();
  size_t i = 0;
  ((s[i++] = cases), ...);
}

}  // namespace lagoon::sched::test
