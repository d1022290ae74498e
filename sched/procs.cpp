// Ps and Ms: who has the right to run, and who sleeps.

#include <algorithm>
#include <system_error>

#include "sched/check.h"
#include "sched/core.h"

namespace lagoon::sched {

Core::Core(Scheduler& scheduler, const Config& config, Client& client)
    : scheduler(scheduler),
      config(config),
      client(client),
      coarse_now(now_ns()),
      last_poll(now_ns()),
      gs(scheduler),
      placement(scheduler) {
  unsigned n = config.procs != 0 ? config.procs : usable_cpus();
  set_procs(std::clamp(n, 1u, kMaxProcs));
  sysmon_thread = std::thread([this] { sysmon(); });
}

Core::~Core() {
  CHECK_MSG(!sysmon_thread.joinable() && threads == 0, "a scheduler must be stopped before it goes");
  each_p([](P& p) { delete &p; });
}

// Where other processes compute, to yield costs a slice of each of them; so after that, none for a quarter as long,
// or what takes a second would take minutes.
void Core::shake() noexcept {
  thread_local unsigned times = 0;
  thread_local int64_t rest_until = 0;
  int64_t before = now_ns();
  if (before < rest_until) return;
  if (++times % 32 == 0) {
    std::this_thread::sleep_for(std::chrono::microseconds(50));
  } else {
    std::this_thread::yield();
  }
  int64_t after = now_ns();
  if (after - before >= 1'000'000) rest_until = after + (after - before) / 4;
}

// --- Idle lists

void Core::push_idle_p(P& p) {
  p.m.store(nullptr, std::memory_order_relaxed);
  p.become(P::Running, P::Idle);
  p.next_idle = idle_ps;
  idle_ps = &p;
  idle_count.fetch_add(1, std::memory_order_seq_cst);
}

P* Core::pop_idle_p() {
  P* p = idle_ps;
  if (p == nullptr) return nullptr;
  idle_ps = p->next_idle;
  idle_count.fetch_sub(1, std::memory_order_seq_cst);
  p->become(P::Idle, P::Running);
  if (sysmon_deep.load(std::memory_order_relaxed)) wake_sysmon();
  return p;
}

P* Core::acquire_idle_p() {
  LockGuard guard(lock);
  return pop_idle_p();
}

// Lays down a P with an empty ring.  The owner; no lock held.
void Core::put_p(P& p) {
  {
    LockGuard guard(lock);
    if (!surplus(p)) return push_idle_p(p);
  }
  retire(p);
}

M* Core::pop_idle_m() {
  M* m = idle_ms;
  if (m == nullptr) return nullptr;
  idle_ms = m->next_idle_;
  --idle_threads;
  return m;
}

// Null: the limit is reached.  The caller launches it after unlocking.
M* Core::new_m() {
  if (threads >= static_cast<int>(config.max_threads)) return nullptr;
  M* m = unlaunched;
  if (m != nullptr) {
    unlaunched = m->next_idle_;
    m->ended_ = false;
  } else {
    m = ms.emplace_back(std::make_unique<M>(*this)).get();
  }
  ++threads;
  ++launching;
  return m;
}

// Starts the thread of a new M.  No lock held.  False: the system has none left.
bool Core::launch(M& m) {
  bool runs = true;
  try {
    m.start();
  } catch (const std::system_error&) {
    runs = false;
  }
  LockGuard guard(lock);
  --launching;
  if (runs) return true;
  --threads;
  m.ended_ = true;
  m.next_idle_ = unlaunched;
  unlaunched = &m;
  return false;
}

void Core::give(M& m, P& p) {
  m.p_ = &p;
  p.m.store(&m, std::memory_order_release);
}

// --- Starting and parking Ms

void Core::start_m(P* p, bool spins) {
  M* idle;
  M* fresh = nullptr;
  {
    LockGuard guard(lock);
    if (p == nullptr && (closed || (p = pop_idle_p()) == nullptr)) {
      // Under the lock: whoever saw us as a spinner and relied on it enqueued before this, and
      // whoever lays down a P after this looks at the queues once more.
      if (spins) spinning.fetch_sub(1, std::memory_order_seq_cst);
      return;
    }
    idle = pop_idle_m();
    if (idle == nullptr) fresh = new_m();
  }
  M* m = idle != nullptr ? idle : fresh;
  if (m != nullptr) {
    m->spinning_ = spins;
    give(*m, *p);
    if (idle != nullptr) return idle->note_.wake();
    if (launch(*fresh)) return;
  }
  if (spins) spinning.fetch_sub(1, std::memory_order_seq_cst);
  // Nobody steals from an idle P.
  InjectQueue batch;
  empty_ring(*p, batch);
  {
    LockGuard guard(lock);
    global.prepend(batch);
  }
  put_p(*p);
  start_failed.store(true, std::memory_order_seq_cst);
  if (last_poll.load(std::memory_order_seq_cst) == 0) netpoll.interrupt();  // it may be the last M left
  if (sysmon_deep.load(std::memory_order_seq_cst)) wake_sysmon();
}

// Moves what is queued on p, in order.  The owner.
void Core::empty_ring(P& p, InjectQueue& into) {
  if (Item* item = p.queue.take_next()) into.push(*item);
  while (Item* item = p.queue.get()) into.push(*item);
}

void Core::wakep() {
  StdAtomics::fence_seq_cst();
  wakep_after_fence();
}

void Core::wakep_after_fence() {
  if (idle_count.load(std::memory_order_seq_cst) == 0) return;
  unsigned none = 0;
  if (spinning.load(std::memory_order_seq_cst) != 0 ||
      !spinning.compare_exchange_strong(none, 1, std::memory_order_seq_cst)) {
    return;
  }
  start_m(nullptr, true);
}

void Core::stop_m(M& m) {
  while (placement.close_surplus(coarse_now.load(std::memory_order_relaxed))) {
  }
  bool dead;
  {
    LockGuard guard(lock);
    m.next_idle_ = idle_ms;
    idle_ms = &m;
    ++idle_threads;
    dead = check_dead();
  }
  if (dead) client.all_asleep();
  m.note_.sleep();
}

bool Core::ends(M& m) {
  LockGuard guard(lock);
  if (!stopping.load(std::memory_order_relaxed) || asleep > 0) return false;
  m.ended_ = true;
  return true;
}

bool Core::count_away() {
  for (;;) {
    M* fresh;
    {
      LockGuard guard(lock);
      if (threads - launching - away > 1) {
        ++away;
        return true;
      }
      fresh = new_m();
      if (fresh == nullptr && launching == 0) return false;
    }
    if (fresh == nullptr) {
      std::this_thread::yield();  // somebody is making a thread, which may yet fail
    } else if (!launch(*fresh)) {
      return false;
    }
  }
}

void Core::count_back() {
  LockGuard guard(lock);
  --away;
}

void Core::hand_off(P& p) {
  handoffs.fetch_add(1, std::memory_order_relaxed);
  if (surplus(p)) return retire(p);
  if (others_wait(p) || !spent.empty()) return start_m(&p, false);
  unsigned none = 0;
  if (idle_count.load(std::memory_order_seq_cst) + spinning.load(std::memory_order_seq_cst) == 0 &&
      spinning.compare_exchange_strong(none, 1, std::memory_order_seq_cst)) {
    return start_m(&p, true);
  }
  put_p(p);
  // What was made runnable between the look and the list is found here or by wakep's look at the
  // list.
  StdAtomics::fence_seq_cst();
  if (anything_queued()) wakep();
  if (int64_t when = next_timer(); when != kNever || netpoll.waiters() > 0) wake_poller(when);
}

// --- The number of Ps

void Core::add_p(unsigned id) {
  ps[id].store(new P(id), std::memory_order_release);
  p_count.store(id + 1, std::memory_order_release);
}

unsigned Core::set_procs(unsigned n) {
  unsigned old;
  {
    LockGuard guard(lock);
    old = procs.load(std::memory_order_relaxed);
    while (p_count.load(std::memory_order_relaxed) < n) add_p(p_count.load(std::memory_order_relaxed));
    procs.store(n, std::memory_order_seq_cst);
    placement.set_procs(n);
    for (unsigned id = old; id < n; ++id) {
      P& p = *ps[id].load(std::memory_order_relaxed);
      if (p.status() != P::Retired) continue;  // it has not got round to retiring
      p.become(P::Retired, P::Running);
      push_idle_p(p);
    }
  }
  prune_idle();
  if (anything_queued()) wakep();
  return old;
}

// Not by the count of idle ones: spare Ps may be among them.
bool Core::any_busy_p() const {
  bool busy = false;
  each_p([&busy](P& p) { busy |= p.status() == P::Running || p.status() == P::Syscall; });
  return busy;
}

void Core::prune_idle() {
  Bearer bearer(*this);  // of the timers of those Ps
  std::vector<P*> gone;
  {
    LockGuard guard(lock);
    for (P** link = &idle_ps; *link != nullptr;) {
      P* p = *link;
      if (!surplus(*p)) {
        link = &p->next_idle;
        continue;
      }
      *link = p->next_idle;
      idle_count.fetch_sub(1, std::memory_order_seq_cst);
      p->become(P::Idle, P::Running);
      gone.push_back(p);
    }
  }
  for (P* p : gone) retire(*p);
}

// REQUIRES: lock.  A retired P beyond the wanted number, Running now; null: there can be no more.
P* Core::revive_p() {
  unsigned n = p_count.load(std::memory_order_relaxed);
  unsigned id = procs.load(std::memory_order_relaxed);
  while (id < n && ps[id].load(std::memory_order_relaxed)->status() != P::Retired) ++id;
  if (id >= kMaxProcs) return nullptr;
  if (id == n) add_p(id);
  P* p = ps[id].load(std::memory_order_relaxed);
  p->become(P::Retired, P::Running);
  return p;
}

void Core::start_spare(P& stuck, uint64_t run) {
  P* p;
  {
    LockGuard guard(lock);
    p = revive_p();
    if (p == nullptr) return;
    p->stuck_run.store(run, std::memory_order_relaxed);
    p->stuck.store(&stuck, std::memory_order_release);
  }
  spinning.fetch_add(1, std::memory_order_seq_cst);
  start_m(p, true);
}

void Core::retire(P& p) {
  InjectQueue batch;
  empty_ring(p, batch);
  placement.retire(p);
  gs.retire(p);
  try {
    p.timers.drain_into(ps[0].load(std::memory_order_acquire)->timers);
  } catch (const std::bad_alloc&) {
    // They stay where they are; pollers and thieves look at retired Ps too.
  }
  {
    LockGuard guard(lock);
    global.prepend(batch);
    p.m.store(nullptr, std::memory_order_relaxed);
    if (surplus(p)) {
      p.become(P::Running, P::Retired);
    } else {
      push_idle_p(p);  // the number went up again meanwhile
    }
  }
  if (anything_queued()) wakep();
  if (int64_t when = next_timer(); when != kNever) wake_poller(when);
}

// --- Timers and the poller

int64_t Core::next_timer() const noexcept {
  int64_t next = kNever;
  each_p([&next](P& p) { next = std::min(next, p.timers.next()); });
  return next;
}

void Core::run_timers(TimerHeap& heap, int64_t now) {
  coarse_now.store(now, std::memory_order_relaxed);
  bool first = true;
  heap.run_due(now, [&](G& g) {
    client.fetch(g);
    ready_in_turn(g, first);
    first = false;
  });
}

void Core::run_all_timers(int64_t now) {
  each_p([&](P& p) {
    if (p.timers.next() <= now) run_timers(p.timers, now);
  });
}

void Core::timer_added(int64_t when) {
  // An M looks at its own timers before it sleeps, so nobody need be woken to poll for them; but if
  // it computes for long instead, sysmon must know.
  if (own_m() == nullptr || last_poll.load(std::memory_order_seq_cst) == 0) {
    wake_poller(when);
  } else if (when < sysmon_until.load(std::memory_order_seq_cst)) {
    wake_sysmon();
  }
}

void Core::wake_poller(int64_t when) {
  StdAtomics::fence_seq_cst();
  if (last_poll.load(std::memory_order_seq_cst) != 0) return wakep();
  int64_t until = poll_until.load(std::memory_order_seq_cst);
  if (until == 0 || when < until) netpoll.interrupt();
}

// --- Counts

size_t Core::live() const noexcept {
  uint64_t finished = 0, spawned = 0;
  each_p([&](P& p) { finished += p.finished.get(); });
  each_p([&](P& p) { spawned += p.spawned.get(); });
  return spawned + foreign_spawned.load(std::memory_order_acquire) - finished;
}

}  // namespace lagoon::sched
