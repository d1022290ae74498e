#include "sched/g_pool.h"

#include <new>

namespace lagoon::sched {
namespace {

constexpr unsigned kBatch = 32, kSpillAt = 64, kIds = 16;

void push(G*& list, G& g) noexcept {
  g.next = list;
  list = &g;
}

G* pop(G*& list) noexcept {
  G* g = list;
  if (g != nullptr) list = static_cast<G*>(g->next);
  return g;
}

// Makes a dead G look new; its Wait keeps counting.
void reset(G& g, uint64_t id) noexcept {
  g.id = id;
  g.strand = nullptr;
  g.reason.store(Reason::None, std::memory_order_relaxed);
  g.canceled.store(false, std::memory_order_relaxed);
  g.waits_on.store(nullptr, std::memory_order_relaxed);
  g.outcome = Outcome::Fired;
  g.fired = nullptr;
  g.blocked = nullptr;
  g.foreign = false;
  g.status.store(Status::Fresh, std::memory_order_release);
}

}  // namespace

GPool::~GPool() {
  for (G* g : all_) scheduler_.client().free_g(*g);
}

G* GPool::get(P* p) noexcept {
  G* g = p == nullptr ? get_common() : p->free_gs != nullptr || refill(*p) ? pop(p->free_gs) : nullptr;
  if (g == nullptr) return nullptr;
  if (p != nullptr) --p->free_count;
  reset(*g, new_id(p));
  return g;
}

void GPool::put(P* p, G& g) noexcept {
  g.status.store(Status::Dead, std::memory_order_release);
  if (p == nullptr) {
    LockGuard guard(lock_);
    push(free_, g);
    return;
  }
  push(p->free_gs, g);
  if (++p->free_count >= kSpillAt) spill(*p, kSpillAt - kBatch);
}

void GPool::retire(P& p) noexcept { spill(p, 0); }

void GPool::each(const std::function<void(G&)>& f) {
  LockGuard guard(lock_);
  for (G* g : all_) {
    if (g->status.load(std::memory_order_acquire) != Status::Dead) f(*g);
  }
}

bool GPool::refill(P& p) noexcept {
  LockGuard guard(lock_);
  if (free_ == nullptr && !make_batch()) return false;
  for (; free_ != nullptr && p.free_count < kBatch; ++p.free_count) push(p.free_gs, *pop(free_));
  return true;
}

void GPool::spill(P& p, unsigned keep) noexcept {
  LockGuard guard(lock_);
  for (; p.free_count > keep; --p.free_count) push(free_, *pop(p.free_gs));
}

G* GPool::get_common() noexcept {
  LockGuard guard(lock_);
  return free_ != nullptr || make_batch() ? pop(free_) : nullptr;
}

// REQUIRES: lock_.  False: not even one could be made.
bool GPool::make_batch() noexcept {
  for (unsigned i = 0; i < kBatch; ++i) {
    try {
      all_.reserve(all_.size() + 1 > all_.capacity() ? 2 * all_.size() + kBatch : 0);
      G* g = scheduler_.client().make_g();
      if (g == nullptr) return i > 0;
      g->scheduler = &scheduler_;
      all_.push_back(g);
      push(free_, *g);
    } catch (const std::bad_alloc&) {
      return i > 0;
    }
  }
  return true;
}

uint64_t GPool::new_id(P* p) noexcept {
  if (p == nullptr) return ids_.fetch_add(1, std::memory_order_relaxed) + 1;
  if (p->next_id == p->last_id) {
    p->next_id = ids_.fetch_add(kIds, std::memory_order_relaxed);
    p->last_id = p->next_id + kIds;
  }
  return ++p->next_id;
}

}  // namespace lagoon::sched
