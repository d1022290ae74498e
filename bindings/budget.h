#pragma once
// Budget: what a goroutine that go.task started under limits may use, together with all it starts.
//
// Budgets nest: a goroutine draws on its own and on those around it.  The outermost one has the list of
// all goroutines in it and in those inside, and the lock; who runs over a budget has those of them that
// draw on it killed, with the budget as the reason, so nothing in a script can hold their end up.
//
// CPU time is the threads': a Meter reads their clocks where a goroutine gets the thread, where it leaves it
// and at alarms in between (sched's M::set_alarm).  When several may run at once, an alarm comes after the
// share of each, because nobody sees what the others have not paid yet.  Wall time is a timer.  Memory is
// that of one worker state, in which all goroutines of the budget live: its heap says no (runtime.cpp).
//
// Counted: by its goroutines, by budgets inside, and by the worker state it may have.
//
// Locks: the outermost budget's is taken under that of a timer heap, by the timer; timers are started and
// stopped without it.

#include <atomic>
#include <cstdint>
#include <string>

#include "sched/lock.h"
#include "sched/source.h"
#include "sched/timer.h"
#include "vm/account.h"

namespace lagoon::sched {
class M;
class Scheduler;
}  // namespace lagoon::sched

namespace lagoon::bindings {

struct Goroutine;

// CPU time of this thread.
int64_t thread_cpu_ns() noexcept;

struct Limits {
  int64_t cpu_ns = sched::kNever;
  int64_t wall_ns = sched::kNever;
  size_t memory = SIZE_MAX;

  bool limits_memory() const noexcept { return memory != SIZE_MAX; }
};

class Budget {
 public:
  enum class Over : uint8_t { No, Cpu, Wall, Memory };

  // Inside `around`, which may be null and is counted.  Null: no memory.
  static Budget* make(sched::Scheduler& scheduler, const Limits& limits, Budget* around) noexcept;
  void retain() noexcept { refs_.fetch_add(1, std::memory_order_relaxed); }
  void release() noexcept;  // no lock held
  Budget(const Budget&) = delete;

  const Limits& limits() const noexcept { return limits_; }
  // Lets its wall time begin, once.  False: no memory.
  bool start_clock() noexcept;
  // What it took of the memory of a budget around; given back when the last goroutine in it has left.
  vm::Charge& charge() noexcept { return charge_; }

  // g, not spawned yet, draws on it; if it is used up, g is killed at once.  REQUIRES: g has its `rare`.
  void join(Goroutine& g) noexcept;
  // g, which joined, is not to be, or has ended and nothing of it is left.
  void leave(Goroutine& g) noexcept;
  // Does g draw on it?  Any g, also one that has ended.
  bool includes(const Goroutine& g) noexcept;

  // Ends all that draw on it.  The first reason stands.  Any thread.
  void exceed(Over why) noexcept;
  // Why it is used up: "cpu limit exceeded (0.5 s)".
  std::string message() const;
  // Is g, which ended because of it, the one whose end is to be told?  That is the one it was made for, or,
  // if that had ended before, the first.
  bool is_told_by(const Goroutine& g) noexcept;

 private:
  friend class Meter;

  Budget(sched::Scheduler& scheduler, const Limits& limits, Budget* around) noexcept;
  ~Budget();

  static sched::G* on_time(sched::Timer& timer, int64_t now) noexcept;
  bool counts_cpu() const noexcept { return counts_cpu_; }
  // Takes CPU time off it and those around.  Returns what the poorest has left; kNever: it is used up.
  int64_t pay(int64_t cpu_ns) noexcept;
  // How long one goroutine may go on before it pays again.
  int64_t share(int64_t left) const noexcept;
  bool is_within(const Budget& other) const noexcept;
  void exceed(Over why, sched::Woken& woken) noexcept;
  static void end(Goroutine& g, Budget& over, sched::Woken& woken) noexcept;

  sched::Scheduler& scheduler_;
  const Limits limits_;
  Budget* const around_;  // counted
  Budget& outermost_;
  const bool counts_cpu_;  // it or one around limits that
  std::atomic<uint32_t> refs_{1};
  std::atomic<Over> over_{Over::No};
  std::atomic<bool> alone_{false};  // the goroutine it was made for has ended
  std::atomic<bool> told_{false};
  std::atomic<uint32_t> members_in_{0};  // that draw on it
  std::atomic<int64_t> cpu_{0};          // paid
  sched::Timer timer_;
  vm::Charge charge_;

  // The outermost budget's.
  sched::Lock lock_;
  Goroutine* members_ = nullptr;  // guarded by lock_
};

// What this thread spends while it runs g is paid for.  On an M, around everything it does for g.
class Meter {
 public:
  explicit Meter(Goroutine& g) noexcept;
  ~Meter();  // g may have ended
  Meter(const Meter&) = delete;

  // Pays, if it is time.  On the thread that runs g.
  void look() noexcept {
    if (near_ || sched::now_ns() >= due_) pay();
  }
  // Whether so little is left that g looks itself, every few instructions: sysmon's thread may have to wait for
  // a processor longer than the limit may be exceeded.
  bool near() const noexcept { return near_; }
  // Pays at once, because others share from now on.
  void pay() noexcept;

 private:
  Goroutine& g_;
  sched::M* m_;               // null: nothing is to be paid
  Budget* budget_ = nullptr;  // counted
  int64_t from_ = 0;          // the thread's clock when it last paid
  int64_t due_ = 0;
  bool near_ = false;
};

}  // namespace lagoon::bindings
