#pragma once
// The fixture of scheduler tests: runs each with 1, 2, 4 and 16 Ps, under a watchdog that dumps and
// aborts, and finds goroutines that were left over.

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "tests/support/sched/coro_client.h"

namespace lagoon::sched::test {

// Aborts the process with a dump of all Gs unless destroyed in time.
class Watchdog {
 public:
  explicit Watchdog(Scheduler& scheduler);
  ~Watchdog();

 private:
  void watch();

  Scheduler& scheduler_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;
  std::thread thread_;
};

class SchedTest : public testing::TestWithParam<unsigned> {
 protected:
  // The scheduler starts at first use, so a test may change `config` before.
  Scheduler& scheduler();
  // Starts a goroutine, from any thread; or in a strand of the test's.
  void go(Body body);
  void go_in(Strand& strand, Body body);
  // Waits until no goroutine is left.
  void join();
  // Waits until `condition` holds.
  static void until(const std::function<bool()>& condition);

  void TearDown() override;

  Config config{.procs = GetParam()};
  CoroClient client;
  CoroStrand own_strand;    // for go_in; it must outlive the scheduler
  bool hold_source = true;  // the test may act, so rest is no deadlock
  bool may_leave_gs = false;

 private:
  std::optional<Scheduler> scheduler_;
  std::optional<Watchdog> watchdog_;
};

#define WITH_ALL_PROCS(Fixture)                                              \
  INSTANTIATE_TEST_SUITE_P(Procs, Fixture, testing::Values(1u, 2u, 4u, 16u), \
                           [](const auto& info) { return std::to_string(info.param); })

// How many times to do what a stress test repeats; fewer where every step is checked.
constexpr int scaled(int n) {
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  return n / 10 > 0 ? n / 10 : 1;
#else
  return n;
#endif
}

}  // namespace lagoon::sched::test
