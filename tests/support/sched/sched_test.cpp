#include "tests/support/sched/sched_test.h"

#include <cstdio>
#include <cstdlib>

#include "sched/trace.h"

namespace lagoon::sched::test {

Watchdog::Watchdog(Scheduler& scheduler) : scheduler_(scheduler), thread_([this] { watch(); }) {}

Watchdog::~Watchdog() {
  {
    std::lock_guard guard(mutex_);
    over_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Watchdog::watch() {
  std::unique_lock guard(mutex_);
  if (changed_.wait_for(guard, std::chrono::seconds(60), [this] { return over_; })) return;
  Stats s = scheduler_.stats();
  std::fprintf(stderr,
               "watchdog: the test hangs: %zu goroutines, %u of %u procs idle, %u threads, %u idle, "
               "%u spinning, %zu runnable, %zu strands\n",
               s.goroutines, s.idle_procs, s.procs, s.threads, s.idle_threads, s.spinning, s.runnable_items, s.strands);
  scheduler_.each_g([](G& g) { std::fprintf(stderr, "%s\n", describe(g).c_str()); });
  scheduler_.each_strand([](Strand& strand) {
    std::fprintf(stderr, "strand: state %d, %u live, inbox %d\n", static_cast<int>(strand.state()), strand.live(),
                 strand.has_inbox());
  });
  std::abort();
}

Scheduler& SchedTest::scheduler() {
  if (!scheduler_) {
    scheduler_.emplace(config, client);
    if (hold_source) scheduler_->add_source();
    watchdog_.emplace(*scheduler_);
  }
  return *scheduler_;
}

void SchedTest::go(Body body) {
  Scheduler& s = scheduler();
  G* g = s.acquire();
  static_cast<CoG*>(g)->body = std::move(body);
  s.spawn(*g);
}

void SchedTest::go_in(Strand& strand, Body body) {
  Scheduler& s = scheduler();
  G* g = s.acquire();
  static_cast<CoG*>(g)->body = std::move(body);
  s.spawn_in(strand, *g);
}

void SchedTest::join() {
  until([this] { return scheduler().live() == 0; });
}

void SchedTest::until(const std::function<bool()>& condition) {
  for (int us = 1; !condition(); us = us < 500 ? 2 * us : us) {
    std::this_thread::sleep_for(std::chrono::microseconds(us));
  }
}

void SchedTest::TearDown() {
  if (!scheduler_) return;
  if (!may_leave_gs) {
    EXPECT_EQ(scheduler_->live(), 0u);
    scheduler_->each_g([](G& g) { ADD_FAILURE() << "left over: " << describe(g); });
  }
  EXPECT_TRUE(scheduler_->stop(10'000'000'000));
  EXPECT_EQ(client.overlaps, 0);
  watchdog_.reset();
  scheduler_.reset();
  EXPECT_EQ(client.strands, 0);
}

}  // namespace lagoon::sched::test
