#pragma once
// Placement: in which strand a fresh G starts.
//
// In its P's home strand while that is free, and has at most half as many live Gs again as where
// there were fewest, and as it has had itself since: one compare-and-swap.  Otherwise, among the
// strands that are idle and not hot, in the one with the fewest live Gs; and while that is not an
// empty one and there are fewer than 4 strands for each P, in a new one.  So short-lived Gs reuse one
// warm strand, those that start others have them beside them, and a pool of Gs that park at once and
// compute later is spread over many, also after more have ended.
//
// If none is idle, those that are queued go first, for a while: what they run is mostly what the fresh
// one would wait for.
//
// With that many, it goes to the strand with the fewest live Gs among those nobody holds: what an M
// holds may be stuck there, in a call that was not declared.  So hogs too are spread evenly, and none
// waits behind others while a P is idle.
//
// A strand is hot while a G in it is using up whole slices.  Only when none is idle and cool are there
// ever more than 4 for each P: up to 16, and any number if all are held.  So each of some Gs that compute
// has a strand of its own: two that share one leave a P without work in the end.  Surplus strands that
// have been empty for a second are closed by an M that has nothing to do.
//
// A G that asks for a strand of its own gets a new one, which does not count, as main's does not; others
// come into that only by spawn_in, and it is closed when its last G is done.
//
// A strand is only freed after it was taken (Running) and unlisted under lock_; hence whoever holds
// lock_ may look at any listed strand, and a P may try its home without a lock, because a home is
// never closed.

#include <atomic>
#include <functional>
#include <vector>

#include "sched/lock.h"
#include "sched/p.h"
#include "sched/scheduler.h"
#include "sched/strand.h"

namespace lagoon::sched {

class Placement {
 public:
  explicit Placement(Scheduler& scheduler);
  ~Placement();  // closes what open_strand made

  // Where a G went: `held` is Running and the caller's, with g in its list; or g was pushed into a
  // busy strand, and `queue`, if any, must be put in a run queue.
  struct Started {
    Strand* held = nullptr;
    Strand* queue = nullptr;
    bool later = false;
  };
  // Gives a fresh g its strand.  The owner of p, no lock held.  `may_wait`: or says, if none is idle, that it
  // is to be started later.
  Started start(P& p, G& g, bool may_wait);

  // Whether start() would find `strand`, which the caller holds, were it idle.  The owner of p.
  bool starts_at(P& p, const Strand& strand) noexcept;
  // Gives a fresh g a strand that the caller holds.
  static void settle(Strand& strand, G& g) noexcept;
  // The same, for who does not hold the strand.
  static void settle_from_outside(Strand& strand, G& g) noexcept;

  // Adds a live G to a strand of the caller's choice, which may be new to the list (spawn_in).
  void join(Strand& strand, G& g);
  // One live G less.  The holder.
  void leave(Strand& strand) noexcept { count_own(strand, -1u); }

  // A turn ended: keeps `hot`; true: the strand was closed and is gone.  The holder.
  bool turn_ended(Strand& strand, bool hogged, int64_t now);
  // Gives up p's home.  The owner of p.
  void retire(P& p) noexcept;

  // Closes one strand that has been surplus for a second.  True: there may be more.  No lock held.
  bool close_surplus(int64_t now);
  // Whether close_surplus will have something to do.  Any thread; a guess.
  bool has_surplus() const noexcept;

  // Whether a G was pushed into `strand` that its holder has not seen.  Any thread; strand may be
  // stale, even closed.
  bool has_inbox(const Strand* strand);
  void each(const std::function<void(Strand&)>& f);
  size_t count() const noexcept { return count_.load(std::memory_order_relaxed); }

  void set_procs(unsigned n) noexcept { procs_.store(n, std::memory_order_relaxed); }

 private:
  struct Best {
    Strand* idle = nullptr;  // fewest live, not hot
    // Fewest live, cool ones before hot ones:
    Strand* free = nullptr;    // idle or spent: what comes there runs at once
    Strand* queued = nullptr;  // others run there before
    Strand* held = nullptr;    // an M holds it, and may be stuck there
  };

  enum class Chosen : uint8_t { Started, Open, Retry, Later };  // Open: counted in opening_

  static void count_own(Strand& strand, uint32_t by) noexcept;  // the holder
  Started start_slow(P& p, G& g, bool may_wait);
  Started start_new(P& p, G& g, Strand& strand);
  Started start_alone(G& g, Strand& strand);
  Chosen choose(P& p, G& g, bool may_open, bool may_wait, Started* started);
  static uint32_t room(const Best& best) noexcept;
  bool wants_new(P& p, const Best& best) const noexcept;
  Best best(P& p) noexcept;
  Best scan() noexcept;
  void adopt_home(P& p, Strand& strand) noexcept;
  std::vector<Strand*>& list_of(const Strand& strand) noexcept { return strand.reserved ? reserved_ : list_; }
  void list(Strand& strand);
  void unlist(Strand& strand) noexcept;
  bool closable(Strand& strand, int64_t now) const noexcept;

  Scheduler& scheduler_;
  std::atomic<unsigned> procs_{1};
  std::atomic<size_t> count_{0};   // of both lists
  Lock lock_;                      // rank: leaf
  std::vector<Strand*> list_;      // guarded by lock_; those that fresh Gs start in
  std::vector<Strand*> reserved_;  // guarded by lock_; main's, and those made for one G and what it starts
  unsigned opening_ = 0;           // guarded by lock_; strands being made
  size_t cursor_ = 0;              // guarded by lock_; where the next scan begins
};

}  // namespace lagoon::sched
