#include "sched/g_pool.h"

#include <algorithm>
#include <new>

namespace lagoon::sched {
namespace {

constexpr unsigned kBatch = P::kFreeGs / 2, kIds = 16;

// Makes a dead G look new; its Wait keeps counting.
void reset(G& g, uint64_t id) noexcept {
  g.id.store(id, std::memory_order_relaxed);
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
  G* g;
  if (p == nullptr) {
    g = get_common();
  } else {
    g = p->free_count > 0 || refill(*p) ? p->free_gs[--p->free_count] : nullptr;
    if (p->free_count > 0) fetch_to_start(p->free_gs[p->free_count - 1]);
  }
  if (g != nullptr) reset(*g, new_id(p));
  return g;
}

void GPool::put(P* p, G& g) noexcept {
  g.status.store(Status::Dead, std::memory_order_release);
  if (p == nullptr) {
    LockGuard guard(lock_);
    free_.push_back(&g);
    return;
  }
  if (p->free_count == P::kFreeGs) spill(*p, kBatch);
  p->free_gs[p->free_count++] = &g;
}

void GPool::retire(P& p) noexcept { spill(p, p.free_count); }

void GPool::each(const std::function<void(G&)>& f) {
  LockGuard guard(lock_);
  for (G* g : all_) {
    if (g->status.load(std::memory_order_acquire) != Status::Dead) f(*g);
  }
}

bool GPool::refill(P& p) noexcept {
  LockGuard guard(lock_);
  if (free_.empty() && !make_batch()) return false;
  const auto n = static_cast<unsigned>(std::min<size_t>(kBatch, free_.size()));
  std::copy(free_.end() - n, free_.end(), p.free_gs);
  free_.resize(free_.size() - n);
  p.free_count = n;
  return true;
}

// Those that have been free for longest.
void GPool::spill(P& p, unsigned n) noexcept {
  {
    LockGuard guard(lock_);
    free_.insert(free_.end(), p.free_gs, p.free_gs + n);
  }
  std::copy(p.free_gs + n, p.free_gs + p.free_count, p.free_gs);
  p.free_count -= n;
}

G* GPool::get_common() noexcept {
  LockGuard guard(lock_);
  if (free_.empty() && !make_batch()) return nullptr;
  G* g = free_.back();
  free_.pop_back();
  return g;
}

// REQUIRES: lock_.  False: not even one could be made.
bool GPool::make_batch() noexcept {
  for (unsigned i = 0; i < kBatch; ++i) {
    try {
      if (all_.size() == all_.capacity()) {
        const size_t room = 2 * all_.size() + kBatch;
        free_.reserve(room);
        all_.reserve(room);
      }
      G* g = scheduler_.client().make_g();
      if (g == nullptr) return i > 0;
      g->scheduler = &scheduler_;
      all_.push_back(g);
      free_.push_back(g);
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
