#pragma once
// A client whose goroutines are C++20 coroutines, so that scheduler tests read as sequential code:
//
//   TEST_P(MyTest, AnEarlySleeperWakesFirst) {
//     go([&]() -> Task { co_await sleep_for(1'000'000); order.push_back(1); });
//     join();
//   }
//
// A body is called on the M that runs it first; what its closure captures lives until it has ended.

#include <coroutine>
#include <exception>
#include <functional>
#include <memory>
#include <utility>

#include "sched/m.h"
#include "sched/scheduler.h"
#include "sched/strand.h"

namespace lagoon::sched::test {

struct CoG;

// The coroutine that is a goroutine's body.
class Task {
 public:
  struct promise_type {
    Task get_return_object() { return Task(Handle::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
  using Handle = std::coroutine_handle<promise_type>;

  explicit Task(Handle handle) : handle(handle) {}
  Handle handle;
};

using Body = std::function<Task()>;

struct CoG : G {
  Body body;
  Task::Handle handle;
  Step step = Step::Done;  // what the next suspension means
};

inline CoG& me() { return static_cast<CoG&>(*current_g()); }

class CoroClient : public Client {
 public:
  // --- Client ---
  Step run(Strand& strand, G& g) override;
  Strand* open_strand(G* alone) override;
  void close_strand(Strand& strand) override;
  G* make_g() override { return new CoG; }
  void free_g(G& g) override;
  void interrupt(M&) noexcept override { ++interrupts; }
  void poked() override { ++pokes; }
  void all_asleep() override { ++deadlocks; }

  std::atomic<int> strands{0};       // open now
  std::atomic<int> most_strands{0};  // ever open at once
  std::atomic<int> strand_limit{1 << 30};
  std::atomic<int> interrupts{0}, pokes{0}, deadlocks{0};
  std::atomic<int> overlaps{0};  // turns that found somebody else in their strand: never
};

struct CoroStrand : Strand {
  std::atomic<int> inside{0};
};

// --- What a body may wait for

struct Suspend {
  Step step;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<>) const noexcept { me().step = step; }
  void await_resume() const noexcept {}
};

inline Suspend yield() { return {Step::Yield}; }
inline Suspend preempted() { return {Step::Preempt}; }

// Gives up the stack until the wait that was opened and prepared is over.
struct Park : Suspend {
  Park() : Suspend{Step::Park} {}
  Outcome await_resume() const noexcept {
    CoG& g = me();
    g.scheduler->finish(g);
    return g.outcome;
  }
};

inline Park sleep_until(int64_t when) {
  CoG& g = me();
  g.wait.open();
  g.scheduler->prepare(g, Reason::Sleep, nullptr, when);
  return {};
}
inline Park sleep_for(int64_t ns) { return sleep_until(now_ns() + ns); }

// A place where one G at a time waits to be rung.  A ring that comes first is remembered.
class Bell {
 public:
  // Any thread.
  void ring();
  // co_await bell.wait(): until rung, cancelled, or the deadline.
  Park wait(int64_t deadline = kNever);
  // The same, keeping the M.  False: no M was left.
  bool block(int64_t deadline = kNever);
  // The same, for a thread of the host.
  void wait_foreign(G& foreign);

 private:
  void open(G& g, int64_t deadline);

  Lock lock_;
  bool rung_ = false;
  G* g_ = nullptr;
  Wait::Ticket ticket_ = 0;
};

}  // namespace lagoon::sched::test
