#include "tests/support/sched/coro_client.h"

#include <algorithm>

#include "sched/lock.h"

namespace lagoon::sched::test {

Step CoroClient::run(Strand& strand, G& g) {
  auto& own = static_cast<CoroStrand&>(strand);
  auto& co = static_cast<CoG&>(g);
  if (!co.handle) co.handle = co.body().handle;
  if (own.inside.fetch_add(1) != 0) ++overlaps;
  co.handle.resume();
  own.inside.fetch_sub(1);
  if (!co.handle.done()) return co.step;
  co.handle.destroy();
  co.handle = nullptr;
  co.body = nullptr;
  return Step::Done;
}

Strand* CoroClient::open_strand(G*) {
  int n = ++strands;
  if (n > strand_limit.load()) {
    --strands;
    return nullptr;
  }
  for (int most = most_strands; n > most && !most_strands.compare_exchange_weak(most, n);) {
  }
  return new CoroStrand;
}

void CoroClient::close_strand(Strand& strand) {
  --strands;
  delete static_cast<CoroStrand*>(&strand);
}

void CoroClient::free_g(G& g) {
  auto* co = static_cast<CoG*>(&g);
  if (co->handle) co->handle.destroy();
  delete co;
}

// --- Bell

void Bell::ring() {
  G* woken = nullptr;
  {
    LockGuard guard(lock_);
    G* g = std::exchange(g_, nullptr);
    if (g == nullptr || !g->wait.claim(ticket_)) {
      rung_ = true;
      return;
    }
    g->outcome = Outcome::Fired;
    if (g->wait.deliver()) woken = g;
  }
  if (woken != nullptr) woken->scheduler->ready(*woken);
}

void Bell::open(G& g, int64_t deadline) {
  Wait::Ticket ticket = g.wait.open();
  bool fired = false;
  {
    LockGuard guard(lock_);
    ticket_ = ticket;
    g_ = &g;
    if (rung_ && g.wait.claim(ticket)) {
      rung_ = false;
      g_ = nullptr;
      fired = true;
      g.outcome = Outcome::Fired;
    }
  }
  g.scheduler->prepare(g, Reason::Host, this, deadline);
  if (fired && g.wait.deliver()) std::terminate();  // we have not left
}

Park Bell::wait(int64_t deadline) {
  open(me(), deadline);
  return {};
}

bool Bell::block(int64_t deadline) {
  CoG& g = me();
  auto& strand = static_cast<CoroStrand&>(*g.strand);
  open(g, deadline);
  strand.inside.fetch_sub(1);
  bool blocked = g.scheduler->block_here(g);
  if (strand.inside.fetch_add(1) != 0) ++static_cast<CoroClient&>(g.scheduler->client()).overlaps;
  g.scheduler->finish(g);
  return blocked;
}

void Bell::wait_foreign(G& foreign) {
  open(foreign, kNever);
  foreign.scheduler->wait_foreign(foreign);
  foreign.scheduler->finish(foreign);
}

}  // namespace lagoon::sched::test
