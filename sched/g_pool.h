#pragma once
// GPool: the memory of Gs.  Made in batches by the client, reused, freed with the scheduler.
//
// Each P has dead Gs and a range of ids, so that a G on an M costs no lock.  A full P gives half of them to all.
// They are kept in arrays: to go along a list of Gs that another processor has used is a cache miss each.

#include <atomic>
#include <functional>
#include <vector>

#include "sched/lock.h"
#include "sched/p.h"
#include "sched/scheduler.h"

namespace lagoon::sched {

class GPool {
 public:
  explicit GPool(Scheduler& scheduler) : scheduler_(scheduler) {}
  ~GPool();  // frees every G

  // A dead G with a new id, now Fresh; null: out of memory.  p: the caller's, or null.
  G* get(P* p) noexcept;
  // Takes back a G that ended.  p: the caller's, or null.
  void put(P* p, G& g) noexcept;
  // Gives a P's dead Gs to the others.  Its owner.
  void retire(P& p) noexcept;
  // Calls f for every G that is not Dead.
  void each(const std::function<void(G&)>& f);

 private:
  bool refill(P& p) noexcept;
  void spill(P& p, unsigned n) noexcept;
  G* get_common() noexcept;
  bool make_batch() noexcept;
  uint64_t new_id(P* p) noexcept;

  Scheduler& scheduler_;
  std::atomic<uint64_t> ids_{0};  // the last one given out
  Lock lock_;
  std::vector<G*> all_;   // guarded by lock_
  std::vector<G*> free_;  // guarded by lock_; has room for all, so that a G is taken back without memory
};

}  // namespace lagoon::sched
