#include "sched/m.h"

#include <sys/prctl.h>
#include <unistd.h>

#include "sched/check.h"
#include "sched/core.h"
#include "sched/time_slice.h"

namespace lagoon::sched {

constinit thread_local M* current_m = nullptr;

namespace {

constexpr unsigned kWaits = 16;  // strands a fresh G lets go first while none is idle
constexpr unsigned kOften = 64;  // Gs run in a turn between two looks at timers

}  // namespace

Scheduler& M::scheduler() noexcept { return core_.scheduler; }

// sysmon says when it will wake before it looks for alarms: one of the two sees the other.
void M::set_alarm(int64_t when) noexcept {
  alarm_.store(when, std::memory_order_seq_cst);
  if (when < core_.sysmon_until.load(std::memory_order_seq_cst)) core_.wake_sysmon();
}

G* current_g() noexcept { return current_m == nullptr ? nullptr : current_m->g.load(std::memory_order_relaxed); }

void M::main() {
  current_m = this;
  handle_ = pthread_self();
  kernel_thread_ = gettid();
  prctl(PR_SET_TIMERSLACK, 1);  // sleeps end when asked, not up to 50 us later
  ask_time_slice(0);            // sysmon may have started it
  core_.client.thread_started(*this);
  loop();
  core_.client.thread_ending(*this);
  current_m = nullptr;
  LockGuard guard(core_.lock);
  --core_.threads;
}

void M::loop() {
  for (;;) {
    if (p_ == nullptr) {
      if (core_.ends(*this)) return;
      core_.stop_m(*this);
    } else if (Item* item = core_.find(*this)) {
      run(*item);
    }
  }
}

void M::run(Item& item) {
  if (!inherits_) {
    p_->schedtick.store(p_->schedtick.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    // Before the client looks whether somebody wants its G to end, who would set this afterwards.
    if (preempt.load(std::memory_order_relaxed)) preempt.store(false, std::memory_order_seq_cst);
    slice_over.store(false, std::memory_order_relaxed);
  }
  if (item.kind == Item::Kind::Strand) return take(static_cast<Strand&>(item));
  if (core_.stopping.load(std::memory_order_relaxed)) return;
  G& fresh = static_cast<G&>(item);
  Placement::Started started = core_.placement.start(*p_, fresh, p_->waited < kWaits);
  if (started.later) {
    ++p_->waited;
    if (Strand* strand = core_.find_strand(*this)) {
      core_.put(*p_, item);
      core_.wakep();
      return take(*strand);
    }
    started = core_.placement.start(*p_, fresh, false);
  }
  p_->waited = 0;
  if (started.queue != nullptr) core_.submit(*started.queue);
  if (started.held != nullptr) turn(*started.held);
}

void M::take(Strand& strand) {
  strand.take();
  turn(strand);
}

// Runs the ready Gs of a held strand until there are none, the slice is over, or those that are left
// had given way and others wait.
void M::turn(Strand& strand) {
  strand_ = &strand;
  switches_ = 0;
  hog.store(false, std::memory_order_relaxed);
  p_->strand.store(&strand, std::memory_order_relaxed);
  bool over = false;
  while (!over && !leave_spent(strand)) {
    G* g = strand.pop();
    if (g == nullptr && (g = next_start(strand)) == nullptr) break;
    if (g->blocked != nullptr) return core_.hand_over(*this, strand, *g);
    if (core_.stopping.load(std::memory_order_relaxed)) continue;  // it never runs again
    over = run_one(strand, *g);
    if (++switches_ % kOften == 0) every_so_often();
  }
  end_turn(strand, over);
}

// What find() and run() would start here next, without letting the strand go and finding it again; or null,
// for them to see.  A burst of starts mostly goes this way.
G* M::next_start(Strand& strand) {
  P& p = *p_;
  if (!p.queue.has_only_fresh() || !core_.placement.starts_at(p, strand)) return nullptr;
  const uint32_t tick = p.schedtick.load(std::memory_order_relaxed);
  if (core_.config.shake || tick % Core::kFairTick == 0 || preempt.load(std::memory_order_relaxed)) return nullptr;
  if (p.timers.next() != kNever && p.timers.next() <= now_ns()) return nullptr;
  G* fresh = static_cast<G*>(p.queue.get_fresh());
  if (fresh == nullptr) return nullptr;
  if (fresh->alone) {
    core_.put(p, *fresh);
    return nullptr;
  }
  p.schedtick.store(tick + 1, std::memory_order_relaxed);
  p.waited = 0;
  Placement::settle(strand, *fresh);
  return fresh;
}

// Whether what is ready in the strand had its slice and is to be left for who waits elsewhere: not for
// ever, nor before anything has run.
bool M::leave_spent(Strand& strand) {
  bool spent = strand.next_is_spent();
  says_spent(spent);
  if (!spent) return false;
  if (switches_ > 0 && core_.others_wait(*p_) && !core_.waited_long(strand.spent_at_)) return true;
  strand.spent_at_ = core_.coarse_now.load(std::memory_order_relaxed);
  return false;
}

void M::says_spent(bool spent) noexcept {
  if (runs_spent.load(std::memory_order_relaxed) == spent) return;
  runs_spent.store(spent, std::memory_order_relaxed);
}

// True: the turn is over.
bool M::run_one(Strand& strand, G& one) {
  one.status.store(Status::Running, std::memory_order_release);
  p_->runs.add();
  g.store(&one, std::memory_order_release);
  strand.running.store(&one, std::memory_order_relaxed);
  Step step = core_.client.run(strand, one);
  g.store(nullptr, std::memory_order_release);
  strand.running.store(nullptr, std::memory_order_relaxed);
  return after(strand, one, step);
}

bool M::after(Strand& strand, G& one, Step step) {
  core_.shaken();
  switch (step) {
    case Step::Done: done(strand, one); break;
    case Step::Park: park(strand, one); break;
    case Step::Preempt:
      p_->preemptions.add();
      // Slices that others cut short make a hog as well.
      if (runs_spent.load(std::memory_order_relaxed) && preempt.load(std::memory_order_relaxed)) {
        hog.store(true, std::memory_order_relaxed);
      }
      [[fallthrough]];
    case Step::Yield:
      one.status.store(Status::Ready, std::memory_order_release);
      give_way(strand, one);
      break;
  }
  return turn_over(step);
}

void M::done(Strand& strand, G& one) {
  core_.placement.leave(strand);
  core_.gs.put(p_, one);
  p_->finished.add();  // last: who sees live() at 0 finds no G that is not Dead
}

void M::park(Strand& strand, G& one) {
  p_->parks.add();
  one.status.store(Status::Waiting, std::memory_order_release);
  if (!core_.left(one)) return;  // from here on whoever delivers has it
  one.status.store(Status::Ready, std::memory_order_release);
  strand.push_own(one);
}

void M::give_way(Strand& strand, G& one) {
  if (!strand.has_spent()) strand.spent_at_ = core_.coarse_now.load(std::memory_order_relaxed);
  strand.push_spent(one);
}

// A G that gives way lets others go first: those of its strand if nothing else is there to run.
bool M::turn_over(Step step) {
  if (step == Step::Preempt || preempt.load(std::memory_order_relaxed)) return true;
  if (step != Step::Yield) return false;
  return core_.others_wait(*p_) || !core_.spent.empty();
}

void M::every_so_often() {
  if (p_->timers.next() != kNever) core_.run_timers(p_->timers, now_ns());
}

void M::end_turn(Strand& strand, bool over) {
  bool hogged = hog.load(std::memory_order_relaxed);
  strand_ = nullptr;
  int64_t now = core_.coarse_now.load(std::memory_order_relaxed);
  if (core_.placement.turn_ended(strand, hogged, now)) return;
  core_.shaken();
  if (over) make_way(strand);
  if (!strand.has_ready()) {
    if (strand.release()) core_.put(*p_, strand);
    return;
  }
  // If there is nobody else, the next turn is this strand's, here.
  bool alone = !core_.others_wait(*p_) && core_.spent.empty();
  if (!alone && !strand.has_woken()) {
    core_.lay_aside(*p_, strand);
    gave_way_ = true;
    return;
  }
  (void)strand.release();  // Queued: something is ready
  core_.put(*p_, strand);
  if (!alone) core_.wakep();
}

// A turn that is over lets others go first, who was due included: at any P, because its thread may be waiting for
// a processor.  If that is for somebody who was woken, and not because the slice is over, whoever was readied
// last need not queue for it.
void M::make_way(Strand& strand) {
  core_.run_all_timers(now_ns());
  if (!slice_over.load(std::memory_order_relaxed)) {
    preempt.store(false, std::memory_order_seq_cst);  // as in run()
  } else if (core_.waited_long(strand.spent_at_)) {
    strand.spent_at_ = core_.coarse_now.load(std::memory_order_relaxed);
    if (!runs_spent.load(std::memory_order_relaxed)) strand.favour_spent();
  }
}

}  // namespace lagoon::sched
