// Deadlock: whether anything can ever run again (README.md).

#include <utility>

#include "sched/core.h"

namespace lagoon::sched {

// Only the poller runs, for a timer that was stopped or a waiter that has left: let it look again.
bool Core::is_last_running() {
  return threads - idle_threads - asleep == 1 && last_poll.load(std::memory_order_seq_cst) == 0;
}

bool Core::check_dead() {
  if (dead_told || stopping.load(std::memory_order_relaxed)) return false;
  if (sources.load(std::memory_order_seq_cst) > 0 || !begun()) return false;
  if (netpoll.waiters() > 0 || next_timer() != kNever) return false;
  if (is_last_running()) netpoll.interrupt();
  if (threads - idle_threads - asleep > 0 || anything_queued()) return false;
  seemed_dead = bearers > 0;
  dead_told = !seemed_dead;
  return dead_told;
}

Core::Bearer::Bearer(Core& core) : core_(core) {
  LockGuard guard(core.lock);
  ++core.bearers;
}

Core::Bearer::~Bearer() {
  bool missed;
  {
    LockGuard guard(core_.lock);
    missed = --core_.bearers == 0 && std::exchange(core_.seemed_dead, false);
  }
  if (missed) core_.rouse();
}

// Whether anything was ever spawned: before that, rest is no deadlock.
bool Core::begun() const noexcept {
  uint64_t spawned = foreign_spawned.load(std::memory_order_acquire);
  each_p([&](P& p) { spawned += p.spawned.get(); });
  return spawned > 0;
}

void Core::rouse() {
  unsigned none = 0;
  if (spinning.compare_exchange_strong(none, 1, std::memory_order_seq_cst)) start_m(nullptr, true);
}

}  // namespace lagoon::sched
