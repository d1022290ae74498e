// Ms that leave with a G on their stack: blocking where a yield is impossible, and system calls.
//
// P and strand go to other Ms meanwhile.  The G comes back only on its own M: when some M pops it
// from its strand's ready list, it hands over the P it has and the strand, wakes that M, and parks.
// An M that is to leave is counted `away` first, so that there is always one left to do that.

#include "sched/check.h"
#include "sched/core.h"

namespace lagoon::sched {

// Lets a held strand go; if it has ready Gs, it queues on p.  The holder, and owner of p.
void Core::hand_strand(Strand& strand, P& p) {
  strand.running.store(nullptr, std::memory_order_relaxed);
  if (strand.release()) put(p, strand);
}

// g is in, or on its way into, its strand's ready list, with g.blocked = &m.
void Core::sleep_with(M& m, G& g) {
  bool dead;
  {
    LockGuard guard(lock);
    ++asleep;
    m.asleep_g_ = &g;
    dead = check_dead();
  }
  if (dead) client.all_asleep();
  m.note_.sleep();
  {
    LockGuard guard(lock);
    m.asleep_g_ = nullptr;
  }
  g.blocked = nullptr;
  g.status.store(Status::Running, std::memory_order_release);
  m.g.store(&g, std::memory_order_release);
  m.strand_->running.store(&g, std::memory_order_relaxed);
  m.set_alarm(m.alarm());  // sysmon has not looked at it while there was no P
}

void Core::hand_over(M& m, Strand& strand, G& g) {
  P* p = m.p_;
  M* to = g.blocked;
  m.p_ = nullptr;
  m.strand_ = nullptr;
  {
    LockGuard guard(lock);
    --away;
    --asleep;  // perhaps before it was counted: the sum is right in the end
  }
  handoffs.fetch_add(1, std::memory_order_relaxed);
  to->strand_ = &strand;
  to->preempt.store(false, std::memory_order_relaxed);
  give(*to, *p);
  to->note_.wake();
}

bool Core::block_here(M& m, G& g) {
  Strand& strand = *g.strand;
  if (!count_away()) {
    Wait::Ticket ticket = g.wait.current();
    if (ticket != 0 && g.wait.claim(ticket)) {
      g.outcome = Outcome::Canceled;
      (void)g.wait.deliver();  // we have not left
      return false;
    }
    while (!g.wait.delivered()) std::this_thread::yield();  // a waker is about to
    return true;
  }
  g.blocked = &m;
  g.status.store(Status::Waiting, std::memory_order_release);
  m.p_->parks.add();
  if (left(g)) {  // the outcome was there first: nobody else has seen us leave
    count_back();
    g.blocked = nullptr;
    g.status.store(Status::Running, std::memory_order_release);
    return true;
  }
  P& p = *m.p_;
  m.p_ = nullptr;
  m.strand_ = nullptr;
  m.g.store(nullptr, std::memory_order_release);
  hand_strand(strand, p);
  hand_off(p);
  sleep_with(m, g);
  return true;
}

// The strand waits among the spent with g at its head, so whoever takes it hands it over.
void Core::lend_processor(M& m, G& g) {
  Strand& strand = *g.strand;
  P& p = *m.p_;
  if (p.timers.next() != kNever) run_timers(p.timers, now_ns());
  if (!anything_queued() || !count_away()) return;
  (void)placement.turn_ended(strand, m.hog.exchange(false, std::memory_order_relaxed),
                             coarse_now.load(std::memory_order_relaxed));  // g lives: it stays
  g.blocked = &m;
  g.status.store(Status::Ready, std::memory_order_release);
  strand.push_first(g);
  strand.running.store(nullptr, std::memory_order_relaxed);
  m.p_ = nullptr;
  m.strand_ = nullptr;
  m.g.store(nullptr, std::memory_order_release);
  lay_aside(p, strand);
  hand_off(p);
  sleep_with(m, g);
}

bool Core::enter_syscall(M& m, G& g, bool long_one) {
  if (long_one && !count_away()) return false;
  P& p = *m.p_;
  Strand& strand = *m.strand_;
  g.status.store(Status::Syscall, std::memory_order_release);
  m.p_ = nullptr;
  m.strand_ = nullptr;
  m.call_p_ = &p;
  if (long_one) {
    m.call_ = 0;
    hand_strand(strand, p);
    hand_off(p);
    return true;
  }
  p.strand.store(&strand, std::memory_order_relaxed);
  p.strand_ready.store(strand.has_ready(), std::memory_order_relaxed);
  m.call_ = p.become(P::Running, P::Syscall);
  return true;
}

bool Core::exit_syscall(M& m, G& g) {
  if (m.call_ != 0 && m.call_p_->retake(m.call_)) {
    m.p_ = m.call_p_;
    m.strand_ = g.strand;
    g.status.store(Status::Running, std::memory_order_release);
    return true;
  }
  if (come_back(m, g)) return false;
  g.blocked = &m;
  g.status.store(Status::Ready, std::memory_order_release);
  if (g.strand->push(g)) submit(*g.strand);
  sleep_with(m, g);
  return false;
}

// From a call whose P was taken: with another P, if one is idle and the strand is too.
bool Core::come_back(M& m, G& g) {
  if (idle_count.load(std::memory_order_seq_cst) == 0) return false;
  if (!g.strand->try_take()) return false;
  P* p = acquire_idle_p();
  if (p == nullptr) {
    if (g.strand->release()) submit(*g.strand);
    return false;
  }
  count_back();
  give(m, *p);
  p->schedtick.store(p->schedtick.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  p->runs.add();  // to sysmon, a turn and a run of its own
  p->strand.store(g.strand, std::memory_order_relaxed);
  g.strand->running.store(&g, std::memory_order_relaxed);
  m.strand_ = g.strand;
  m.preempt.store(false, std::memory_order_relaxed);
  m.set_alarm(m.alarm());
  g.status.store(Status::Running, std::memory_order_release);
  return true;
}

}  // namespace lagoon::sched
