#include "sched/scheduler.h"

#include <time.h>

#include "sched/check.h"
#include "sched/core.h"
#include "sched/source.h"

namespace lagoon::sched {
namespace {

// Ends the wait `ticket` of g.  True: the caller must make g ready.
bool end_wait(G& g, Wait::Ticket ticket, Outcome outcome) noexcept {
  if (ticket == 0 || !g.wait.claim(ticket)) return false;
  g.outcome = outcome;
  g.fired = nullptr;
  // A cancellation is raised once; one that comes before this line is the same one.
  if (outcome == Outcome::Canceled) g.canceled.store(false, std::memory_order_seq_cst);
  return g.wait.deliver();
}

// A deadline passed.  It is disarmed before g's next wait, so what is open is the wait it is for.
G* time_out(Timer& timer, int64_t) noexcept {
  G& g = *static_cast<G*>(timer.context);
  if (!end_wait(g, g.wait.current(), Outcome::Timeout)) return nullptr;
  g.next = nullptr;  // a chain of one; a G that was popped from a queue keeps its old link
  return &g;
}

}  // namespace

Scheduler::Scheduler(const Config& config, Client& client)
    : config_(config), client_(client), core_(std::make_unique<Core>(*this, config_, client)) {}

Scheduler::~Scheduler() = default;

M* Core::own_m() noexcept {
  M* m = M::current();
  return m != nullptr && &m->core_ == this && m->p_ != nullptr ? m : nullptr;
}

// --- Making goroutines

G* Scheduler::acquire() {
  M* m = core_->own_m();
  return core_->gs.get(m != nullptr ? m->p_ : nullptr);
}

void Scheduler::discard(G& g) {
  M* m = core_->own_m();
  core_->gs.put(m != nullptr ? m->p_ : nullptr, g);
}

void Core::count_spawn() noexcept {
  if (M* m = own_m()) return m->p_->spawned.add();
  foreign_spawned.fetch_add(1, std::memory_order_release);
}

void Scheduler::spawn(G& g) {
  core_->count_spawn();
  core_->submit(g);
}

void Scheduler::spawn_in(Strand& strand, G& g) {
  core_->count_spawn();
  core_->placement.join(strand, g);
  core_->push_ready(strand, g);
}

// --- Blocking

// Against a lost cancellation: cancel() sets the flag and then looks for an open wait; who leaves has
// opened it and then looks at the flag.  One of the two sees the other; if both do, the claim decides.
bool Core::left(G& g) noexcept {
  Wait::Ticket ticket;
  if (g.wait.leave(&ticket)) return true;
  // If somebody else has ended the wait meanwhile, this is no longer our G, and the ticket is stale.
  return g.canceled.load(std::memory_order_seq_cst) && end_wait(g, ticket, Outcome::Canceled);
}

// A cancellation that came before needs no leaving; left() sees to one that comes now.
void Scheduler::prepare(G& g, Reason reason, const void* object, int64_t deadline) {
  if (deadline != kNever) {
    g.timer.when = deadline;
    g.timer.period = 0;
    g.timer.fire = time_out;
    g.timer.context = &g;
    start_timer(g.timer);
  }
  g.reason.store(reason, std::memory_order_relaxed);
  g.waits_on.store(object, std::memory_order_relaxed);
  g.since.store(core_->coarse_now.load(std::memory_order_relaxed), std::memory_order_relaxed);
  core_->shaken();
  if (!g.canceled.load(std::memory_order_relaxed) && !core_->stopping.load(std::memory_order_relaxed)) {
    return;
  }
  CHECK(!end_wait(g, g.wait.current(), Outcome::Canceled));  // we have not left, so nobody is to be readied
}

void Scheduler::finish(G& g) noexcept {
  if (g.timer.heap.load(std::memory_order_acquire) != nullptr) stop_timer(g.timer);
  g.reason.store(Reason::None, std::memory_order_relaxed);
  g.waits_on.store(nullptr, std::memory_order_relaxed);
}

void Scheduler::lend_processor(G& g) {
  M* m = core_->own_m();
  CHECK(m != nullptr && m->strand_ == g.strand);
  core_->lend_processor(*m, g);
}

bool Scheduler::block_here(G& g) {
  M* m = core_->own_m();
  CHECK(m != nullptr && m->strand_ == g.strand);
  return core_->block_here(*m, g);
}

// In the strand that runs on this M nobody needs to be woken; elsewhere the strand may have to be
// queued.
void Core::push_ready(Strand& strand, G& g) {
  M* m = M::current();
  if (m != nullptr && m->strand_ == &strand) return strand.push_own(g);
  shaken();
  if (strand.push(g)) submit_ready(strand);
}

void Scheduler::ready(G& g) {
  if (g.foreign) return g.blocked->note_.wake();
  g.status.store(Status::Ready, std::memory_order_release);
  core_->push_ready(*g.strand, g);
}

void Scheduler::cancel(G& g) {
  g.canceled.store(true, std::memory_order_seq_cst);
  if (end_wait(g, g.wait.current(), Outcome::Canceled)) ready(g);
}

void Scheduler::cancel(G& g, Woken& woken) noexcept {
  g.canceled.store(true, std::memory_order_seq_cst);
  if (end_wait(g, g.wait.current(), Outcome::Canceled)) woken.add(g);
}

bool Scheduler::enter_syscall(G& g, bool long_one) {
  M* m = core_->own_m();
  CHECK(m != nullptr && m->strand_ == g.strand);
  return core_->enter_syscall(*m, g, long_one);
}

bool Scheduler::exit_syscall(G& g) { return core_->exit_syscall(*M::current(), g); }

void Scheduler::poke() noexcept {
  core_->poked.store(true, std::memory_order_seq_cst);
  core_->wake_sysmon();
}

// --- Timers

void Scheduler::start_timer(Timer& t) {
  M* m = core_->own_m();
  P* p = m != nullptr ? m->p_ : core_->ps[0].load(std::memory_order_acquire);
  int64_t when = t.when;  // it may fire, and be gone, as soon as it is armed
  if (p->timers.start(t)) core_->timer_added(when);
}

// --- Threads of the host

G* Scheduler::acquire_foreign() {
  G* g = core_->gs.get(nullptr);
  if (g == nullptr) return nullptr;
  LockGuard guard(core_->lock);
  auto& spare = core_->foreign_free;
  if (spare.empty()) spare.push_back(std::make_unique<M>(*core_));
  g->foreign = true;
  g->blocked = spare.back().release();
  spare.pop_back();
  g->status.store(Status::Running, std::memory_order_release);
  return g;
}

void Scheduler::wait_foreign(G& g) {
  g.status.store(Status::Waiting, std::memory_order_release);
  if (!core_->left(g)) g.blocked->note_.sleep();
  g.status.store(Status::Running, std::memory_order_release);
}

void Scheduler::release_foreign(G& g) {
  {
    LockGuard guard(core_->lock);
    core_->foreign_free.emplace_back(g.blocked);
  }
  g.blocked = nullptr;
  core_->gs.put(nullptr, g);
}

void Scheduler::add_source() noexcept { core_->sources.fetch_add(1, std::memory_order_seq_cst); }

void Scheduler::drop_source() noexcept {
  if (core_->sources.fetch_sub(1, std::memory_order_seq_cst) == 1) core_->rouse();
}

// --- Looking in

unsigned Scheduler::procs() const noexcept { return core_->procs.load(std::memory_order_relaxed); }

unsigned Scheduler::set_procs(unsigned n) {
  return core_->set_procs(n < 1 ? 1 : n > Core::kMaxProcs ? Core::kMaxProcs : n);
}

Stats Scheduler::stats() const {
  Stats s{};
  s.procs = procs();
  s.idle_procs = core_->idle_count.load();
  s.spinning = core_->spinning.load();
  s.goroutines = live();
  s.strands = core_->placement.count();
  s.handoffs = core_->handoffs.load();
  s.runnable_items = core_->global.size() + core_->spent.size();
  s.spawned = core_->foreign_spawned.load();
  core_->each_p([&s](P& p) {
    s.runnable_items += p.queue.size();
    s.spawned += p.spawned.get();
    s.steals += p.steals.get();
    s.parks += p.parks.get();
    s.preemptions += p.preemptions.get();
    s.overflows += p.overflows.get();
  });
  LockGuard guard(core_->lock);
  s.threads = static_cast<unsigned>(core_->threads);
  s.idle_threads = static_cast<unsigned>(core_->idle_threads);
  return s;
}

void Scheduler::each_g(const std::function<void(G&)>& f) { core_->gs.each(f); }
void Scheduler::each_strand(const std::function<void(Strand&)>& f) { core_->placement.each(f); }
void Scheduler::release(Strand& strand) {
  if (strand.release()) core_->submit(strand);
}
size_t Scheduler::live() const noexcept { return core_->live(); }
Netpoll& Scheduler::netpoll() noexcept { return core_->netpoll; }

// --- Stopping

bool Scheduler::stop(int64_t grace_ns) { return core_->stop(grace_ns); }

bool Core::stop(int64_t grace_ns) {
  CHECK_MSG(own_m() == nullptr, "a scheduler is stopped by a thread of the host");
  {
    LockGuard guard(lock);
    stopping.store(true, std::memory_order_seq_cst);
  }
  int64_t deadline = now_ns() + grace_ns;
  for (int64_t pause = 10'000; !nudge(); pause = pause < 1'000'000 ? 2 * pause : pause) {
    if (now_ns() >= deadline) return false;
    timespec t{0, pause};
    nanosleep(&t, nullptr);
  }
  join();
  return true;
}

// Idle Ms end, a blocked G's wait is cancelled, a running G is interrupted, a poll is broken.
bool Core::nudge() {
  std::vector<G*> blocked;
  {
    LockGuard guard(lock);
    closed = threads == 0 && launching == 0;
    if (closed) return true;
    while (M* m = pop_idle_m()) m->note_.wake();
    for (auto& m : ms) {
      if (m->asleep_g_ != nullptr) blocked.push_back(m->asleep_g_);
      m->preempt.store(true, std::memory_order_relaxed);
      if (m->g.load(std::memory_order_acquire) != nullptr) client.interrupt(*m);
    }
  }
  for (G* g : blocked) scheduler.cancel(*g);
  netpoll.interrupt();
  return false;
}

void Core::join() {
  // sysmon first: it may just be storing the handle of a thread it has launched.
  if (sysmon_thread.joinable()) {
    sysmon_stop.store(true);
    sysmon_note.wake();
    sysmon_thread.join();
  }
  for (auto& m : ms) {
    if (m->thread_.joinable()) m->thread_.join();
  }
}

}  // namespace lagoon::sched
