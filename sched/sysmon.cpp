// sysmon: a thread without a P that watches the others.
//
// It looks every 20 us while it takes Ps back from system calls, ever more rarely (up to 10 ms; 1 ms while
// a G runs and there are others) while it does not, and sleeps deeply when all Ps are idle.  It ends
// slices, takes Ps back from system calls, polls when nobody does, and sees to timers whose P computes.
// While Ms ready strands and wake nobody for them (Core::submit_ready) it looks every 20 to 200 us.
// A P is never taken from an M inside a call that was not declared (its M may push on the ring when it
// returns); when such a P is stuck while work waits and no P is idle, an M on a spare P steals what
// waits there.

#include <sys/prctl.h>

#include <algorithm>
#include <cstdio>

#include "sched/check.h"
#include "sched/core.h"
#include "sched/source.h"
#include "sched/starved.h"
#include "sched/time_slice.h"
#include "sched/trace.h"

namespace lagoon::sched {
namespace {

constexpr int64_t kShortestNs = 20'000, kLongestNs = 10'000'000;
constexpr int64_t kTimeSliceNs = 100'000;  // the kernel's shortest
constexpr int kRoundsBeforeRest = 50;
constexpr int64_t kPollEveryNs = 10'000'000;
constexpr int64_t kCallWithoutWorkNs = 10'000'000;
constexpr int64_t kWakeUpPreemptNs = 1'000'000;
constexpr int64_t kRingEveryNs = 500'000;     // an alarm that nobody heeds
constexpr int64_t kSpentPreemptNs = 200'000;  // the same for what had given way before
constexpr int64_t kUnheardNs = 300'000;       // a timer whose P has been told, and does nothing: any P is to see to it
constexpr int64_t kStuckNs = 20'000'000;
constexpr int64_t kHeedNs = 2'000'000;  // processor time in which an M heeds interrupts, if it does
constexpr int64_t kLongestNapNs = 200'000;
constexpr int64_t kSurplusCheckNs = 1'100'000'000;

// What sysmon saw of one P when it last changed.
struct Seen {
  uint32_t tick = 0;
  int64_t tick_since = 0;
  uint64_t runs = 0;
  int64_t run_since = 0;
  P::Word word = 0;
  int64_t word_since = 0;
  int64_t told = 0;        // when the M was last interrupted
  uint64_t watched = 0;    // runs at the last watch()
  uint64_t spared = 0;     // the run for which a spare P was started
  uint64_t suspected = 0;  // the run that seemed stuck, and what its thread had used then
  int64_t used_ns = 0;
};

class Sysmon {
 public:
  explicit Sysmon(Core& core) : core_(core), started_(now_ns()), traced_(started_) {}

  void run() {
    while (!core_.sysmon_stop.load()) {
      rest();
      pass_poke();
      round(now_ns());
    }
  }

 private:
  void rest();
  void pass_poke();
  void sleep(int64_t until);
  bool deep_sleep();
  bool keen();
  void round(int64_t now);
  bool look_at(P& p, Seen& seen, int64_t now);
  void running(P& p, Seen& seen, int64_t now);
  bool in_call(P& p, Seen& seen, int64_t now);
  bool may_stay(P& p, int64_t waited);
  bool awaited(P& p, int64_t now);
  int64_t next_alarm(int64_t now) const;
  void ring(M& m, Seen& seen, int64_t now);
  void help_stuck(P& p, M& m, Seen& seen, int64_t now);
  bool starves(const M& m, Seen& seen);
  void watch();
  void poll(int64_t now);
  void serve_timers(int64_t now);
  void trace(int64_t now);

  Core& core_;
  const int64_t started_;
  int64_t traced_;
  int idle_rounds_ = kRoundsBeforeRest;  // begins at rest: a short script needs nothing of it
  int64_t delay_ = kShortestNs;
  bool busy_ = false;          // a G runs: its turn may be a long one, and somebody be woken meanwhile
  bool unheard_ = false;       // a timer is over, and its P does nothing about it
  bool left_alone_ = false;    // Ms have readied something without waking others for it
  int64_t nap_ = kShortestNs;  // between two looks at that
  bool spares_ = false;        // there have been spare Ps
  std::vector<Seen> seen_;
};

void Sysmon::sleep(int64_t until) {
  core_.sysmon_until.store(until, std::memory_order_seq_cst);
  core_.sysmon_note.sleep_until(until);
}

void Sysmon::pass_poke() {
  if (!core_.poked.load(std::memory_order_relaxed) || !core_.poked.exchange(false, std::memory_order_seq_cst)) return;
  Core::Bearer bearer(core_);  // of whom the client readies
  core_.client.poked();
}

void Sysmon::rest() {
  if (keen()) {
    sleep(now_ns() + nap_);
    nap_ = std::min(2 * nap_, kLongestNapNs);
    return;
  }
  nap_ = kShortestNs;
  if (idle_rounds_ == 0) delay_ = kShortestNs;
  const int64_t longest = busy_ && core_.live() > 1 ? kWakeUpPreemptNs : kLongestNs;
  if (idle_rounds_ > kRoundsBeforeRest) delay_ = std::min(2 * delay_, longest);
  if (idle_rounds_ > kRoundsBeforeRest && deep_sleep()) return;
  int64_t now = now_ns();
  int64_t until = now + delay_;
  // A P that computes does not see its timers; a poller does.
  core_.sysmon_until.store(until, std::memory_order_seq_cst);
  if (core_.last_poll.load(std::memory_order_seq_cst) != 0) {
    until = std::min(until, core_.next_timer());
  }
  sleep(std::max(std::min(until, next_alarm(now)), now + kShortestNs));
}

// Whether what was left alone is to be watched.  Who leaves something says so and then looks here.
bool Sysmon::keen() {
  core_.sysmon_keen.store(left_alone_, std::memory_order_seq_cst);
  if (left_alone_ || !core_.left_alone.load(std::memory_order_seq_cst)) return left_alone_;
  core_.sysmon_keen.store(true, std::memory_order_seq_cst);
  return true;
}

// Sleeps until a P leaves the idle list.  False: one has already.
bool Sysmon::deep_sleep() {
  if (core_.config.schedtrace_ms > 0) return false;
  {
    LockGuard guard(core_.lock);
    if (core_.any_busy_p() || core_.sysmon_stop.load()) return false;
    core_.sysmon_deep.store(true, std::memory_order_seq_cst);
    if (core_.start_failed.load(std::memory_order_seq_cst)) {
      core_.sysmon_deep.store(false, std::memory_order_relaxed);
      return false;
    }
  }
  core_.sysmon_until.store(0, std::memory_order_seq_cst);  // the poller sees to timers
  bool woken = true;
  int64_t since = now_ns();
  if (core_.placement.has_surplus()) {
    woken = core_.sysmon_note.sleep_until(now_ns() + kSurplusCheckNs);
  } else {
    core_.sysmon_note.sleep();
  }
  core_.sysmon_deep.store(false, std::memory_order_seq_cst);
  if (!woken) core_.rouse();  // an M that finds nothing to do closes surplus strands
  // All Ps of a server are idle for a moment again and again: that is more of what it saw before.
  if (now_ns() - since < kLongestNs) return true;
  idle_rounds_ = 0;
  delay_ = kShortestNs;
  return true;
}

void Sysmon::round(int64_t now) {
  core_.coarse_now.store(now, std::memory_order_relaxed);
  poll(now);
  serve_timers(now);
  if (core_.start_failed.exchange(false) && core_.anything_queued()) core_.wakep();
  bool acted = false;
  busy_ = false;
  unheard_ = core_.next_timer() <= now - kUnheardNs;
  unsigned n = core_.p_count.load(std::memory_order_acquire);
  seen_.resize(n);
  for (unsigned i = 0; i < n; ++i) {
    acted |= look_at(*core_.ps[i].load(std::memory_order_acquire), seen_[i], now);
  }
  watch();
  idle_rounds_ = acted ? 0 : idle_rounds_ + 1;
  if (spares_ && idle_rounds_ >= kRoundsBeforeRest) core_.prune_idle();
  trace(now);
}

bool Sysmon::look_at(P& p, Seen& seen, int64_t now) {
  switch (p.status()) {
    case P::Running: running(p, seen, now); return false;
    case P::Syscall: return in_call(p, seen, now);
    default: return false;
  }
}

// When the next alarm of an M with a P is to ring, in a call or not.
int64_t Sysmon::next_alarm(int64_t now) const {
  int64_t next = kNever;
  core_.each_p([&](P& p) {
    M* m = p.m.load(std::memory_order_acquire);
    if (m == nullptr || (p.status() != P::Running && p.status() != P::Syscall)) return;
    int64_t alarm = m->alarm();
    next = std::min(next, alarm <= now ? now + kRingEveryNs : alarm);
  });
  return next;
}

void Sysmon::ring(M& m, Seen& seen, int64_t now) {
  if (now - seen.told < kRingEveryNs) return;
  seen.told = now;
  core_.client.interrupt(m);
}

// Ends turns that have lasted a slice, or 1 ms (and less, if what runs has had a slice already) with
// somebody waiting who was just woken; rings alarms.
void Sysmon::running(P& p, Seen& seen, int64_t now) {
  M* m = p.m.load(std::memory_order_acquire);
  if (m == nullptr) return;
  bool idle = m->g.load(std::memory_order_acquire) == nullptr;  // between two Gs, or looking for one
  uint32_t tick = p.schedtick.load(std::memory_order_relaxed);
  uint64_t runs = p.runs.get();  // after g: a run is counted before its G is shown
  if (tick != seen.tick || seen.tick_since == 0) {
    seen.tick = tick;
    seen.tick_since = now;
    seen.told = 0;
  }
  if (runs != seen.runs || idle) seen.runs = runs, seen.run_since = now;
  int64_t slice = core_.config.slice_ns;
  busy_ |= !idle;  // not "its turn is old": one that took the place of another a moment ago may become so
  bool over = now - seen.tick_since >= slice;
  if (!idle && m->alarm() <= now) ring(*m, seen, now);
  int64_t undisturbed = m->runs_spent.load(std::memory_order_relaxed) ? kSpentPreemptNs : kWakeUpPreemptNs;
  if (!over && !(now - seen.tick_since >= undisturbed && awaited(p, now))) return;
  help_stuck(p, *m, seen, now);
  if (now - seen.run_since >= slice) m->hog.store(true, std::memory_order_relaxed);
  if (over) m->slice_over.store(true, std::memory_order_relaxed);
  m->preempt.store(true, std::memory_order_relaxed);
  if (now - seen.told < std::min(slice, kWakeUpPreemptNs)) return;
  seen.told = now;
  if (!idle) core_.client.interrupt(*m);
}

// Whether something was woken, or is new, that p's M would run now.
bool Sysmon::awaited(P& p, int64_t now) {
  return p.timers.next() <= now || unheard_ || core_.others_wait(p) ||
         core_.placement.has_inbox(p.strand.load(std::memory_order_relaxed));
}

// The M ignores interrupts: others run what waits behind it.
void Sysmon::help_stuck(P& p, M& m, Seen& seen, int64_t now) {
  if (now - seen.run_since < kStuckNs || seen.spared == seen.runs) return;
  if (core_.idle_count.load() > 0 || core_.stopping.load()) return;
  if (!core_.anything_queued() && core_.next_timer() > now) return;
  if (starves(m, seen)) return;
  seen.spared = seen.runs;
  spares_ = true;
  core_.start_spare(p, seen.runs);
}

// Whether the M has not had a processor for long enough to heed interrupts.  On a busy machine a spare P for each
// that only waits for a processor would make all of them wait longer.
bool Sysmon::starves(const M& m, Seen& seen) {
  ThreadUse use;
  if (!look_at_thread(m.kernel_thread(), &use) || !use.wants_cpu) return false;
  if (seen.suspected != seen.runs) {
    seen.suspected = seen.runs;
    seen.used_ns = use.used_ns;
    return true;  // until the next look tells more
  }
  return use.used_ns - seen.used_ns < kHeedNs;
}

// Takes the P of a system call that lasts, unless nobody would do anything with it.
bool Sysmon::in_call(P& p, Seen& seen, int64_t now) {
  P::Word word = p.word();
  if (word != seen.word) {
    seen.word = word;
    seen.word_since = now;
    return false;
  }
  if ((word & 3) != P::Syscall || may_stay(p, now - seen.word_since)) return false;
  Core::Bearer bearer(core_);  // of P and strand
  if (!core_.count_away()) return false;
  if (!p.retake(word)) {
    core_.count_back();
    return false;
  }
  core_.shaken();
  core_.hand_strand(*p.strand.load(std::memory_order_relaxed), p);
  core_.hand_off(p);
  return true;
}

bool Sysmon::may_stay(P& p, int64_t waited) {
  if (waited >= kCallWithoutWorkNs || !p.queue.empty()) return false;
  if (p.strand_ready.load(std::memory_order_relaxed)) return false;
  if (core_.idle_count.load() + core_.spinning.load() == 0) return false;
  return !core_.placement.has_inbox(p.strand.load(std::memory_order_relaxed));
}

// Ms run what they have readied themselves, unless their G goes on for longer: then an idle P is to steal it.
void Sysmon::watch() {
  left_alone_ = core_.left_alone.exchange(false, std::memory_order_seq_cst);
  StdAtomics::fence_seq_cst();
  bool waits = false;
  for (unsigned i = 0; i < seen_.size(); ++i) {
    P& p = *core_.ps[i].load(std::memory_order_relaxed);
    uint64_t runs = p.runs.get();
    bool queued = !p.queue.empty();
    left_alone_ |= queued;
    waits |= queued && runs == seen_[i].watched;
    seen_[i].watched = runs;
  }
  left_alone_ &= core_.idle_count.load(std::memory_order_seq_cst) > 0;
  if (waits) core_.wakep();
}

void Sysmon::poll(int64_t now) {
  int64_t last = core_.last_poll.load(std::memory_order_seq_cst);
  if (last == 0 || now - last < kPollEveryNs || core_.netpoll.waiters() == 0) return;
  if (!core_.last_poll.compare_exchange_strong(last, now)) return;
  Woken woken;
  core_.netpoll.poll(0, woken);
  core_.ready_all(woken);
}

// Timers of busy Ps that are due: lets an idle P steal them.
void Sysmon::serve_timers(int64_t now) {
  if (core_.idle_count.load() > 0 && core_.next_timer() <= now) core_.wakep();
}

void Sysmon::trace(int64_t now) {
  int64_t every = core_.config.schedtrace_ms * 1'000'000;
  if (every <= 0 || now - traced_ < every) return;
  traced_ = now;
  std::fprintf(stderr, "%s\n", trace_line(core_, now - started_).c_str());
}

}  // namespace

void Core::sysmon() {
  prctl(PR_SET_TIMERSLACK, 1);  // as an M's
  ask_time_slice(kTimeSliceNs);
  Sysmon(*this).run();
}

void Core::wake_sysmon() noexcept { sysmon_note.wake(); }

}  // namespace lagoon::sched
