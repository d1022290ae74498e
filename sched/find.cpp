// Where an M looks for work, in Go's order.
//
//   its own due timers; every 61st turn the global queue, and after a slice without that of the spent;
//   its own queue; a batch from the global queue; the poller, without waiting; other Ps' queues (if not
//   too many do the same); the queue of the spent; then it lays down its P, looks at everything once
//   more, and becomes the poller if there is none and something to poll for, or parks.

#include <time.h>

#include <algorithm>
#include <utility>

#include "sched/check.h"
#include "sched/core.h"
#include "sched/source.h"
#include "sched/steal_order.h"

namespace lagoon::sched {
namespace {

constexpr int kRounds = 4;
constexpr uint32_t kKeeps = 8;           // so often a P must have run what it readied, until it is left alone with that
constexpr int64_t kStealNextNs = 3'000;  // a strand readied just now will most likely run at once

void pause_ns(int64_t ns) noexcept {
  timespec t{0, ns};
  nanosleep(&t, nullptr);
}

}  // namespace

// --- Putting

void Core::put(P& p, Item& item) {
  p.queue.put(&item, [&](Item* const* items, uint32_t n) { overflow(p, items, n); });
}

void Core::put_next(P& p, Item& item) {
  if (config.shake && p.random() % 2 == 0) return put(p, item);
  p.queue.put_next(&item, [&](Item* const* items, uint32_t n) { overflow(p, items, n); });
}

void Core::overflow(P& p, Item* const* items, uint32_t n) {
  p.overflows.add();
  LockGuard guard(lock);
  global.push_all(items, n);
}

void Core::inject(Item& item) {
  LockGuard guard(lock);
  global.push(item);
}

void Core::submit(Item& item) {
  M* m = own_m();
  if (m == nullptr) {
    inject(item);
    return wakep();
  }
  put_next(*m->p_, item);
  m->p_->offers = true;
  shaken();
  config.shake ? wakep() : wakep_after_fence();  // which put_next is, but for the shaken
}

// Mostly the G that readies another blocks at once, and its M goes on with that one.  To wake an M that
// comes too late costs more than all the rest; so where that is how it goes, sysmon watches instead.
void Core::submit_ready(Strand& strand) {
  withdraw(strand);
  M* m = own_m();
  if (m == nullptr || !m->p_->queue.empty() || m->p_->kept < kKeeps || config.shake) {
    return submit(static_cast<Item&>(strand));
  }
  put_next(*m->p_, strand);
  m->p_->offers = true;
  leave_alone();
}

// As in wakep, but put_next is the fence.  sysmon takes the flag back before it looks at the queues.
void Core::leave_alone() {
  if (idle_count.load(std::memory_order_seq_cst) == 0) return;
  if (left_alone.load(std::memory_order_seq_cst)) return;
  left_alone.store(true, std::memory_order_seq_cst);
  if (!sysmon_keen.load(std::memory_order_seq_cst)) wake_sysmon();
}

void Core::submit(Strand& strand) {
  withdraw(strand);
  submit(static_cast<Item&>(strand));
}

void Core::withdraw(Strand& strand) {
  if (!SpentQueue::holds(strand)) return;
  LockGuard guard(lock);
  spent.unlink(strand);
}

void Core::lay_aside(P& p, Strand& strand) {
  bool aside;
  {
    LockGuard guard(lock);
    aside = spent.release(strand);
  }
  if (!aside && strand.release()) put(p, strand);
  wakep();
}

// --- Finding

Item* Core::find(M& m) {
  for (;;) {
    if (surplus(*m.p_)) {
      if (m.spinning_) stop_spinning(m);
      P& p = *m.p_;
      m.p_ = nullptr;
      retire(p);
      return nullptr;
    }
    Item* item = find_here(m);
    if (item == nullptr && may_spin(m)) item = steal(m);
    if (item == nullptr) item = take_spent(*m.p_);
    if (item == nullptr) item = let_go(m);
    if (item != nullptr) {
      if (m.spinning_) looked_enough(m);
      return item;
    }
    if (m.p_ == nullptr && !look_again(m) && !poll(m)) return nullptr;
  }
}

// What m's P has itself, or can have without looking at others'.
Item* Core::find_here(M& m) {
  P& p = *m.p_;
  m.inherits_ = false;
  if (p.timers.next() != kNever) run_timers(p.timers, now_ns());
  // Now and then, but not what has just given way to them: it would keep them waiting for another slice.
  if (Item* item = std::exchange(m.gave_way_, false) ? nullptr : take_fairly(p)) {
    if (!p.queue.empty()) wakep();  // what ready_in_turn left to us alone has to wait now
    return item;
  }
  if (Item* item = take_local(m)) return item;
  if (!global.empty()) {
    if (Item* item = take_global(p, Batch::kMost)) return item;
  }
  return poll_now() ? take_local(m) : nullptr;
}

// Makes one of several Gs ready that should run in the order they come: the first goes to `next`,
// which each of them would otherwise take from the one before.  An M that looks for work and has none
// yet takes that one itself, so nobody is woken for it.
void Core::ready_in_turn(G& g, bool first) {
  M* m = own_m();
  if (g.foreign || m == nullptr) return scheduler.ready(g);
  g.status.store(Status::Ready, std::memory_order_release);
  if (g.strand == m->strand_) return g.strand->push_own(g);
  P& p = *m->p_;
  Strand& strand = *g.strand;
  bool for_itself = m->strand_ == nullptr && p.queue.empty();
  if (!strand.push(g)) return;
  withdraw(strand);
  if (first) {
    put_next(p, strand);
  } else {
    put(p, strand);
  }
  if (!for_itself) wakep();
}

// `next` first, in the slice of what ran before; once that is over it queues behind the others.
Item* Core::take_local(M& m) {
  P& p = *m.p_;
  Item* item = p.queue.take_next();
  if (p.offers) {
    p.offers = false;
    p.kept = item != nullptr ? p.kept + 1 : 0;
  }
  if (item != nullptr) {
    bool over = m.preempt.load(std::memory_order_relaxed);
    if (config.shake && p.random() % 4 == 0) over = true;
    if (!over) {
      m.inherits_ = true;
      return item;
    }
    put(p, *item);
  }
  return p.queue.get();
}

// Takes a share of the global queue: one is returned, the rest goes to p's rings, which are empty.
Item* Core::take_global(P& p, size_t most) {
  Item* item;
  size_t n;
  Batch rest;
  {
    LockGuard guard(lock);
    size_t size = global.size();
    n = std::min({most, size, size / procs.load(std::memory_order_relaxed) + 1});
    item = global.pop();
    if (n > 1) global.pop(rest, n - 1);
  }
  p.queue.put_all(rest);
  // Who gave up looking while the rest was in neither queue has missed it.
  if (n > 1) wakep();
  return item;
}

// A strand that gave way, when nobody else is there to run.
Item* Core::take_spent(P& p) {
  if (spent.empty()) return nullptr;
  p.spent_at = coarse_now.load(std::memory_order_relaxed);
  LockGuard guard(lock);
  return spent.take();
}

// What others would keep from running for ever.
Item* Core::take_fairly(P& p) {
  if (!spent.empty() && waited_long(p.spent_at)) return take_spent(p);
  bool fair = p.schedtick.load(std::memory_order_relaxed) % kFairTick == 0;
  return fair && !global.empty() ? take_global(p, 1) : nullptr;
}

bool Core::may_spin(M& m) {
  if (m.spinning_) return true;
  unsigned busy = procs.load(std::memory_order_relaxed);
  unsigned idle = idle_count.load(std::memory_order_relaxed);
  busy = busy > idle ? busy - idle : 0;
  if (2 * spinning.load(std::memory_order_relaxed) >= busy) return false;
  start_spinning(m);
  return true;
}

void Core::start_spinning(M& m) {
  m.spinning_ = true;
  spinning.fetch_add(1, std::memory_order_seq_cst);
}

void Core::stop_spinning(M& m) {
  m.spinning_ = false;
  spinning.fetch_sub(1, std::memory_order_seq_cst);
}

// Those who saw m looking relied on it; it wakes the next to look, if there is something for that one.  As in
// look_again: one of the two sees the other.
void Core::looked_enough(M& m) {
  stop_spinning(m);
  StdAtomics::fence_seq_cst();
  if (anything_queued() || lacks_poller()) wakep();
}

Item* Core::steal(M& m) {
  uint32_t n = p_count.load(std::memory_order_acquire);
  for (int round = 0; round < kRounds; ++round) {
    StealOrder order(n, m.p_->random());
    for (uint32_t i = 0; i < n; ++i) {
      P* victim = ps[order.next()].load(std::memory_order_acquire);
      if (victim == m.p_) continue;
      if (Item* item = steal_from(m, *victim, round == kRounds - 1)) return item;
    }
  }
  return nullptr;
}

Item* Core::steal_from(M& m, P& victim, bool last_round) {
  P& p = *m.p_;
  if (last_round && victim.timers.next() != kNever) {
    int64_t now = now_ns();
    if (victim.timers.next() <= now) {
      run_timers(victim.timers, now);
      if (Item* item = take_local(m)) return item;
    }
  }
  P::Status status = victim.status();
  if (status == P::Idle || status == P::Retired) return nullptr;
  Item* item = p.queue.steal(victim.queue, [&] {
    if (!last_round) return false;
    if (status == P::Running) pause_ns(kStealNextNs);
    return true;
  });
  if (item != nullptr) p.steals.add();
  m.inherits_ = false;
  return item;
}

Strand* Core::find_strand(M& m) {
  P& p = *m.p_;
  Item* item = p.queue.get_strand();
  if (item == nullptr) item = steal_strand(p);
  if (item == nullptr && !global.empty()) {
    LockGuard guard(lock);
    item = global.pop_strand();
  }
  return static_cast<Strand*>(item);
}

Item* Core::steal_strand(P& p) {
  uint32_t n = p_count.load(std::memory_order_acquire);
  StealOrder order(n, p.random());
  for (uint32_t i = 0; i < n; ++i) {
    P* victim = ps[order.next()].load(std::memory_order_acquire);
    P::Status status = victim->status();
    if (victim == &p || status == P::Idle || status == P::Retired) continue;
    if (Item* item = p.queue.steal_strand(victim->queue)) return item;
  }
  return nullptr;
}

// --- Stopping to look

// Lays down m's P, unless the global queue has something after all: that is returned.
Item* Core::let_go(M& m) {
  P& p = *m.p_;
  shaken();
  if (!global.empty()) {
    if (Item* item = take_global(p, Batch::kMost)) return item;
  }
  {
    LockGuard guard(lock);
    if (surplus(p)) return nullptr;  // still ours: find() retires it
    m.p_ = nullptr;
    push_idle_p(p);
  }
  return nullptr;
}

// Guards against lost wake-ups: whoever enqueued before our P was on the idle list may have relied
// on us.  True: there is something, and m has a P again to look for it.
bool Core::look_again(M& m) {
  if (m.spinning_) stop_spinning(m);
  StdAtomics::fence_seq_cst();
  shaken();
  if (!anything_queued()) return false;
  P* p = acquire_idle_p();
  if (p == nullptr) return false;
  give(m, *p);
  start_spinning(m);
  return true;
}

bool Core::anything_queued() const noexcept {
  bool found = !global.empty() || !spent.empty();
  each_p([&found](P& p) { found = found || !p.queue.empty(); });
  return found;
}

// --- The poller

// Without waiting, with a P, if somebody waits for events and nobody polls.  True: work came of it.
bool Core::poll_now() {
  if (netpoll.waiters() == 0 || last_poll.load(std::memory_order_seq_cst) == 0) return false;
  Woken woken;
  netpoll.poll(0, woken);
  bool any = woken.chain() != nullptr;
  ready_all(woken);
  return any;
}

void Core::ready_all(const Woken& woken) {
  G* g = woken.chain();
  for (bool first = true; g != nullptr; first = false) {
    G& one = *g;
    g = unchain(one);
    ready_in_turn(one, first);
  }
}

// Whether there is a reason to poll and nobody does.
bool Core::lacks_poller() const noexcept {
  return last_poll.load(std::memory_order_seq_cst) != 0 && (netpoll.waiters() > 0 || next_timer() != kNever);
}

// Becomes the poller, if there is a reason to poll and nobody else does.  True: m has a P again.
bool Core::poll(M& m) {
  if (stopping.load(std::memory_order_seq_cst)) return false;
  int64_t until = next_timer();
  if (until == kNever && netpoll.waiters() == 0) return false;
  if (last_poll.exchange(0, std::memory_order_seq_cst) == 0) {
    int64_t theirs = poll_until.load(std::memory_order_seq_cst);
    if (theirs == 0 || theirs > until) netpoll.interrupt();
    return false;
  }
  until = next_timer();  // who adds an earlier one from now on sees that we poll
  poll_until.store(until, std::memory_order_seq_cst);
  int64_t left = until == kNever ? -1 : std::max<int64_t>(until - now_ns(), 0);
  Woken woken;
  netpoll.poll(left, woken);
  int64_t now = now_ns();
  coarse_now.store(now, std::memory_order_relaxed);
  poll_until.store(0, std::memory_order_seq_cst);
  last_poll.store(now, std::memory_order_seq_cst);
  P* p = acquire_idle_p();
  if (p != nullptr) give(m, *p);
  ready_all(woken);
  if (p == nullptr) return false;
  run_all_timers(now);
  return true;
}

}  // namespace lagoon::sched
