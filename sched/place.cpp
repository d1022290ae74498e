#include "sched/place.h"

#include <sched.h>

#include <algorithm>

#include "sched/check.h"

namespace lagoon::sched {
namespace {

constexpr size_t kPerProc = 4, kPerProcHot = 16;
constexpr size_t kScan = 64;         // strands looked at for one G
constexpr size_t kMostForOne = 512;  // place=fresh: strands at a time
constexpr unsigned kCoolTurns = 10;  // short turns until a hot strand is cool
constexpr int64_t kSurplusNs = 1'000'000'000;

uint32_t live_of(const Strand* s) noexcept { return s->live(); }
bool is_hot(const Strand* s) noexcept { return s->hot.load(std::memory_order_relaxed); }

// How many live Gs a home may have and still be used: half as many again as where there are fewest.  That is
// at most its own number, so the room shrinks as the home empties.
uint32_t room_where_fewest(uint32_t live) noexcept { return live + live / 2; }

}  // namespace

Placement::Placement(Scheduler& scheduler) : scheduler_(scheduler) {}

Placement::~Placement() {
  each([this](Strand& s) {
    if (s.ours_) scheduler_.client().close_strand(s);
  });
}

Placement::Started Placement::start(P& p, G& g, bool may_wait) {
  if (g.alone) {
    if (Strand* strand = scheduler_.client().open_strand(&g)) return start_alone(g, *strand);
  }
  if (Strand* home = p.home; home != nullptr && starts_at(p, *home) && home->try_take()) {
    settle(*home, g);
    home->push_own(g);
    return {home, nullptr};
  }
  return start_slow(p, g, may_wait);
}

bool Placement::starts_at(P& p, const Strand& strand) noexcept {
  if (p.home != &strand) return false;
  const uint32_t live = live_of(&strand);
  p.home_room = std::min(p.home_room, room_where_fewest(live));
  return live <= p.home_room && !is_hot(&strand);
}

Placement::Started Placement::start_slow(P& p, G& g, bool may_wait) {
  for (bool may_open = true;;) {
    Started started;
    switch (choose(p, g, may_open, may_wait, &started)) {
      case Chosen::Started:
        if (started.held != nullptr) adopt_home(p, *started.held);
        return started;
      case Chosen::Later: started.later = true; return started;
      case Chosen::Retry: sched_yield(); break;  // the first strand is just being made
      case Chosen::Open:
        if (Strand* strand = scheduler_.client().open_strand(nullptr)) return start_new(p, g, *strand);
        LockGuard guard(lock_);
        --opening_;
        may_open = false;
    }
  }
}

Placement::Started Placement::start_new(P& p, G& g, Strand& strand) {
  CHECK(strand.try_take());
  strand.ours_ = true;
  strand.for_one_ = scheduler_.config().place == Config::Place::Fresh;
  settle(strand, g);
  strand.push_own(g);
  {
    LockGuard guard(lock_);
    --opening_;
    list(strand);
  }
  adopt_home(p, strand);
  return {&strand, nullptr};
}

Placement::Started Placement::start_alone(G& g, Strand& strand) {
  CHECK(strand.try_take());
  strand.ours_ = strand.reserved = strand.for_one_ = true;
  settle(strand, g);
  strand.push_own(g);
  LockGuard guard(lock_);
  list(strand);
  return {&strand, nullptr};
}

// Starts g in an existing strand, or says that a new one should be made.
Placement::Chosen Placement::choose(P& p, G& g, bool may_open, bool may_wait, Started* started) {
  LockGuard guard(lock_);
  Best found = best(p);
  if (may_open && wants_new(p, found)) {
    ++opening_;
    return Chosen::Open;
  }
  p.home_room = room(found);
  if (found.idle != nullptr && found.idle->try_take()) {
    settle(*found.idle, g);
    found.idle->push_own(g);
    started->held = found.idle;
    return Chosen::Started;
  }
  if (may_wait && found.free == nullptr) return Chosen::Later;
  for (Strand* strand : {found.free, found.queued, found.held}) {
    if (strand == nullptr) continue;
    settle_from_outside(*strand, g);  // from here on it is not empty, so nobody closes it
    if (strand->push(g)) started->queue = strand;
    return Chosen::Started;
  }
  CHECK_MSG(opening_ > 0, "no strand can be made to start a goroutine in");
  return Chosen::Retry;
}

uint32_t Placement::room(const Best& best) noexcept {
  uint32_t fewest = UINT32_MAX;
  for (const Strand* strand : {best.free, best.queued, best.held}) {
    if (strand != nullptr) fewest = std::min(fewest, live_of(strand));
  }
  return fewest == UINT32_MAX ? 0 : room_where_fewest(fewest);
}

// REQUIRES: lock_.
bool Placement::wants_new(P& p, const Best& best) const noexcept {
  size_t procs = procs_.load(std::memory_order_relaxed);
  size_t n = list_.size() + opening_;
  switch (scheduler_.config().place) {
    case Config::Place::One: return best.free == nullptr && opening_ == 0;
    case Config::Place::Fresh: return n < kMostForOne;
    case Config::Place::Random: return best.free == nullptr || (n < kPerProc * procs && p.random() % 4 == 0);
    case Config::Place::Normal: break;
  }
  if (best.idle != nullptr && live_of(best.idle) == 0) return false;
  if (n < kPerProc * procs) return true;
  if (best.free == nullptr && best.queued == nullptr) return true;
  return best.idle == nullptr && n < kPerProcHot * procs;
}

// REQUIRES: lock_.
Placement::Best Placement::best(P& p) noexcept {
  Config::Place place = scheduler_.config().place;
  if (place != Config::Place::One && place != Config::Place::Random) return scan();
  if (list_.empty()) return {};
  Strand* any = list_[place == Config::Place::Random ? p.random() % list_.size() : 0];
  return {any, any, nullptr, nullptr};
}

// REQUIRES: lock_.
Placement::Best Placement::scan() noexcept {
  Best best;
  size_t n = std::min(list_.size(), kScan);
  for (size_t i = 0; i < n; ++i) {
    Strand* s = list_[cursor_++ % list_.size()];
    if (s->for_one_) continue;
    auto better = [s](const Strand* than) {
      return than == nullptr || std::pair(live_of(s), is_hot(s)) < std::pair(live_of(than), is_hot(than));
    };
    StrandState state = s->state();
    Strand*& such = state != StrandState::Owned ? best.free : s->held() ? best.held : best.queued;
    if (better(such)) such = s;
    if (state == StrandState::Idle && !is_hot(s) && better(best.idle)) best.idle = s;
    if (best.idle == s && live_of(s) == 0) break;
  }
  if (best.free == nullptr && scheduler_.config().place == Config::Place::Fresh) {
    // All are for one G each and there are enough of them: share the least used.
    for (Strand* s : list_) {
      if (best.free == nullptr || live_of(s) < live_of(best.free)) best.free = s;
    }
  }
  return best;
}

void Placement::count_own(Strand& strand, uint32_t by) noexcept {
  strand.own_live_.store(strand.own_live_.load(std::memory_order_relaxed) + by, std::memory_order_release);
}

void Placement::settle(Strand& strand, G& g) noexcept {
  count_own(strand, 1);
  g.strand = &strand;
}

void Placement::settle_from_outside(Strand& strand, G& g) noexcept {
  strand.joined_.fetch_add(1, std::memory_order_relaxed);
  g.strand = &strand;
}

// The holder of strand, owner of p.
void Placement::adopt_home(P& p, Strand& strand) noexcept {
  if (scheduler_.config().place != Config::Place::Normal) return;
  if (p.home == &strand || strand.home_of_.load(std::memory_order_relaxed) != nullptr) return;
  retire(p);
  strand.home_of_.store(&p, std::memory_order_release);
  p.home = &strand;
}

void Placement::retire(P& p) noexcept {
  if (p.home != nullptr) p.home->home_of_.store(nullptr, std::memory_order_release);
  p.home = nullptr;
}

void Placement::join(Strand& strand, G& g) {
  if (!strand.listed_.load(std::memory_order_acquire)) {
    LockGuard guard(lock_);
    list(strand);
  }
  settle_from_outside(strand, g);
}

bool Placement::turn_ended(Strand& strand, bool hogged, int64_t now) {
  bool empty = live_of(&strand) == 0;
  if (hogged && !empty) {
    strand.hot.store(true, std::memory_order_relaxed);
    strand.short_turns_ = 0;
  } else if (is_hot(&strand) && (empty || ++strand.short_turns_ >= kCoolTurns)) {
    strand.hot.store(false, std::memory_order_relaxed);
  }
  if (!empty) return false;
  strand.idle_since_.store(now, std::memory_order_relaxed);
  if (!strand.for_one_) return false;
  {
    LockGuard guard(lock_);
    if (live_of(&strand) != 0) return false;
    unlist(strand);
  }
  scheduler_.client().close_strand(strand);
  return true;
}

bool Placement::has_surplus() const noexcept { return count() > procs_.load(std::memory_order_relaxed); }

bool Placement::close_surplus(int64_t now) {
  if (!has_surplus()) return false;
  Strand* surplus = nullptr;
  {
    LockGuard guard(lock_);
    for (Strand* s : list_) {
      if (!closable(*s, now) || !s->try_take()) continue;
      if (closable(*s, now)) {
        surplus = s;
        break;
      }
      CHECK(!s->release());  // nobody pushes into a strand without live Gs but under lock_
    }
    if (surplus == nullptr) return false;
    unlist(*surplus);
  }
  scheduler_.client().close_strand(*surplus);
  return true;
}

// REQUIRES: lock_.
bool Placement::closable(Strand& s, int64_t now) const noexcept {
  return s.ours_ && live_of(&s) == 0 && s.home_of_.load(std::memory_order_acquire) == nullptr &&
         now - s.idle_since_.load(std::memory_order_relaxed) > kSurplusNs;
}

bool Placement::has_inbox(const Strand* strand) {
  LockGuard guard(lock_);
  auto in = [strand](const std::vector<Strand*>& list) {
    return std::find(list.begin(), list.end(), strand) != list.end();
  };
  return (in(list_) || in(reserved_)) && strand->has_inbox();
}

void Placement::each(const std::function<void(Strand&)>& f) {
  LockGuard guard(lock_);
  for (Strand* s : list_) f(*s);
  for (Strand* s : reserved_) f(*s);
}

// REQUIRES: lock_.
void Placement::list(Strand& strand) {
  if (strand.listed_.load(std::memory_order_relaxed)) return;
  list_of(strand).push_back(&strand);
  count_.store(list_.size() + reserved_.size(), std::memory_order_relaxed);
  strand.listed_.store(true, std::memory_order_release);
}

// REQUIRES: lock_.
void Placement::unlist(Strand& strand) noexcept {
  std::vector<Strand*>& list = list_of(strand);
  list.erase(std::find(list.begin(), list.end(), &strand));
  count_.store(list_.size() + reserved_.size(), std::memory_order_relaxed);
}

}  // namespace lagoon::sched
