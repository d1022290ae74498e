#include "bindings/budget.h"

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <new>

#include "bindings/runtime.h"
#include "sched/clock.h"
#include "sched/m.h"

namespace lagoon::bindings {

namespace {

constexpr int64_t kShortestShareNs = 500'000;
constexpr int64_t kNearNs = 5'000'000;  // how late sysmon may be

}  // namespace

int64_t thread_cpu_ns() noexcept {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec * INT64_C(1'000'000'000) + t.tv_nsec;
}

// --- Life ----------------------------------------------------------------------------------------

Budget* Budget::make(sched::Scheduler& scheduler, const Limits& limits, Budget* around) noexcept {
  return new (std::nothrow) Budget(scheduler, limits, around);
}

Budget::Budget(sched::Scheduler& scheduler, const Limits& limits, Budget* around) noexcept
    : scheduler_(scheduler),
      limits_(limits),
      around_(around),
      outermost_(around != nullptr ? around->outermost_ : *this),
      counts_cpu_(limits.cpu_ns != sched::kNever || (around != nullptr && around->counts_cpu_)) {
  if (around != nullptr) around->retain();
}

Budget::~Budget() { sched::stop_timer(timer_); }

// Those around in a loop: a script may nest them deep.
void Budget::release() noexcept {
  for (Budget* b = this; b != nullptr && b->refs_.fetch_sub(1, std::memory_order_acq_rel) == 1;) {
    Budget* around = b->around_;
    delete b;
    b = around;
  }
}

bool Budget::start_clock() noexcept {
  if (limits_.wall_ns == sched::kNever) return true;
  timer_.when = sched::time_after(limits_.wall_ns);
  timer_.fire = on_time;
  timer_.context = this;
  try {
    scheduler_.start_timer(timer_);
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

sched::G* Budget::on_time(sched::Timer& timer, int64_t) noexcept {
  sched::Woken woken;
  static_cast<Budget*>(timer.context)->exceed(Over::Wall, woken);
  return woken.chain();
}

// --- Members -------------------------------------------------------------------------------------

void Budget::join(Goroutine& g) noexcept {
  retain();
  g.budget = this;
  Drawing& d = g.drawing();
  d.over.store(nullptr, std::memory_order_relaxed);
  Budget& all = outermost_;
  sched::Woken nobody;  // g does not wait
  sched::LockGuard guard(all.lock_);
  d.prev = nullptr;
  d.next = all.members_;
  if (all.members_ != nullptr) all.members_->drawing().prev = &g;
  all.members_ = &g;
  for (Budget* b = this; b != nullptr; b = b->around_) {
    b->members_in_.fetch_add(1, std::memory_order_relaxed);
    if (b->over_.load(std::memory_order_relaxed) != Over::No) end(g, *b, nobody);
  }
}

void Budget::leave(Goroutine& g) noexcept {
  Budget& all = outermost_;
  {
    sched::LockGuard guard(all.lock_);
    const Drawing& d = g.drawing();
    (d.prev == nullptr ? all.members_ : d.prev->drawing().next) = d.next;
    if (d.next != nullptr) d.next->drawing().prev = d.prev;
    g.budget = nullptr;
  }
  if (g.owns_budget) alone_.store(true);
  for (Budget* b = this; b != nullptr; b = b->around_) {
    if (b->members_in_.fetch_sub(1, std::memory_order_acq_rel) == 1) b->charge_.give_back();
  }
  release();
}

bool Budget::is_within(const Budget& other) const noexcept {
  const Budget* b = this;
  while (b != nullptr && b != &other) b = b->around_;
  return b != nullptr;
}

bool Budget::includes(const Goroutine& g) noexcept {
  sched::LockGuard guard(outermost_.lock_);
  Goroutine* member = outermost_.members_;
  while (member != nullptr && member != &g) member = member->drawing().next;
  return member != nullptr && member->budget->is_within(*this);
}

// --- Running over --------------------------------------------------------------------------------

void Budget::exceed(Over why) noexcept {
  sched::Woken woken;
  exceed(why, woken);
  woken.ready_all();
}

void Budget::exceed(Over why, sched::Woken& woken) noexcept {
  Over none = Over::No;
  sched::LockGuard guard(outermost_.lock_);
  if (!over_.compare_exchange_strong(none, why)) return;
  for (Goroutine* g = outermost_.members_; g != nullptr; g = g->drawing().next) {
    if (g->budget->is_within(*this)) end(*g, *this, woken);
  }
}

// REQUIRES: the lock, under which g cannot go.
void Budget::end(Goroutine& g, Budget& over, sched::Woken& woken) noexcept {
  if (g.killed.load()) return;  // for another reason
  g.drawing().over.store(&over, std::memory_order_relaxed);
  g.killed.store(true);
  g.scheduler->cancel(g, woken);
  g.runtime->interrupt_goroutine(g);
}

std::string Budget::message() const {
  char text[80] = "";
  switch (over_.load()) {
    case Over::Cpu:
      std::snprintf(text, sizeof text, "cpu limit exceeded (%.14g s)", static_cast<double>(limits_.cpu_ns) / 1e9);
      break;
    case Over::Wall:
      std::snprintf(text, sizeof text, "wall limit exceeded (%.14g s)", static_cast<double>(limits_.wall_ns) / 1e9);
      break;
    case Over::Memory: std::snprintf(text, sizeof text, "memory limit exceeded (%zu bytes)", limits_.memory); break;
    case Over::No: break;
  }
  return text;
}

bool Budget::is_told_by(const Goroutine& g) noexcept {
  const bool is_owner = g.owns_budget && g.budget == this;
  return (is_owner || alone_.load()) && !told_.exchange(true);
}

// --- CPU time ------------------------------------------------------------------------------------

int64_t Budget::pay(int64_t cpu_ns) noexcept {
  int64_t least = sched::kNever;
  for (Budget* b = this; b != nullptr; b = b->around_) {
    const int64_t limit = b->limits_.cpu_ns;
    if (limit == sched::kNever) continue;
    const int64_t left = limit - (b->cpu_.fetch_add(cpu_ns, std::memory_order_relaxed) + cpu_ns);
    if (left <= 0) {
      b->exceed(Over::Cpu);
    } else if (b->over_.load(std::memory_order_relaxed) == Over::No) {
      least = std::min(least, left);
    }
  }
  return least;
}

int64_t Budget::share(int64_t left) const noexcept {
  if (left == sched::kNever || outermost_.members_in_.load(std::memory_order_relaxed) <= 1) return left;
  return std::max(left / scheduler_.procs(), std::min(left, kShortestShareNs));
}

Meter::Meter(Goroutine& g) noexcept : g_(g), m_(nullptr) {
  if (g.budget == nullptr || !g.budget->counts_cpu()) return;
  m_ = sched::M::current();
  if (m_ == nullptr) return;  // the program ends
  budget_ = g.budget;
  budget_->retain();
  from_ = thread_cpu_ns();
  g.drawing().meter = this;
  pay();
}

Meter::~Meter() {
  if (m_ == nullptr) return;
  budget_->pay(thread_cpu_ns() - from_);
  m_->set_alarm(sched::kNever);
  g_.rare->drawing.meter = nullptr;
  budget_->release();
}

void Meter::pay() noexcept {
  if (m_ == nullptr) return;
  const int64_t now = thread_cpu_ns();
  const int64_t share = budget_->share(budget_->pay(now - from_));
  from_ = now;
  near_ = share <= kNearNs;
  due_ = share == sched::kNever ? share : sched::time_after(near_ ? share : share - kNearNs);
  m_->set_alarm(due_);
}

}  // namespace lagoon::bindings
