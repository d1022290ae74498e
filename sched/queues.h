#pragma once
// Where items wait to be run: a P's own, and the global one.  Each is two queues, one for strands with ready Gs
// and one for Gs that have not started, which are served by turns.
//
// Invariant: an item moves from `next` into a ring and never back, so who looks at `next` first misses none.
//
// Tried and dropped: one queue, as Go has.  A strand is many Gs, and what waits behind thousands of fresh ones
// are those who would end them: of a tree of a million goroutines half lived at the same time.  Two queues, each
// first come first served: a twentieth did.  (startq.h: one in a hundred, and most of these for fairness.)

#include "sched/check.h"
#include "sched/freshq.h"
#include "sched/injectq.h"
#include "sched/runq.h"
#include "sched/startq.h"

namespace lagoon::sched {

// Whose turn it is.
class Turns {
 public:
  bool strands_first() noexcept { return (strands_ = !strands_); }

 private:
  bool strands_ = false;
};

// Items on their way from one queue to another, each kind in order: nobody looks into them.
struct Batch {
  static constexpr uint32_t kMost = 128;
  Item *fresh[kMost], *strands[kMost];
  uint32_t fresh_count = 0, strand_count = 0;
};

// A P's.  Contracts as in runq.h and startq.h, whose rings these are; overflow is called for one kind at a time.
class LocalQueue {
 public:
  template <class Overflow>
  void put(Item* item, Overflow&& overflow) {
    if (item->kind == Item::Kind::Strand) return strands_.put(item, overflow);
    fresh_.put(item, overflow);
  }

  // Puts all of it.  The owner, whose rings are empty if it is not.
  void put_all(const Batch& batch) {
    if (batch.fresh_count > 0) {
      CHECK_MSG(fresh_.empty(), "no room in the ring");
      fresh_.put_all(batch.fresh, batch.fresh_count);
    }
    for (uint32_t i = 0; i < batch.strand_count; ++i) {
      strands_.put(batch.strands[i], [](Item* const*, uint32_t) { CHECK_MSG(false, "no room in the ring"); });
    }
  }

  template <class Overflow>
  void put_next(Item* item, Overflow&& overflow) {
    if (Item* old = strands_.swap_next(item)) put(old, overflow);
  }

  Item* take_next() noexcept { return strands_.take_next(); }

  // One of the kind whose turn it is, or of the other.
  Item* get() noexcept {
    const bool strands_first = turns_.strands_first();
    Item* item = strands_first ? strands_.get() : get_fresh();
    return item != nullptr ? item : strands_first ? get_fresh() : strands_.get();
  }

  // Whether there is something to start, and no strand to run.  The owner.
  bool has_only_fresh() const noexcept { return !fresh_.empty() && strands_.empty(); }
  // The next to be started, or null.  The owner.
  Item* get_fresh() noexcept {
    // Every 64th is whoever has waited longest.
    Item* item = ++started_ % kOldest == 0 ? fresh_.get_oldest() : fresh_.get();
    if (Item* soon = item == nullptr ? nullptr : fresh_.likely_next()) fetch_to_start(soon);
    return item;
  }
  // The oldest strand, or null; `next` aside.  The owner.
  Item* get_strand() noexcept { return strands_.get(); }
  // The same, from there.  The owner, who has no strand in its ring.
  Item* steal_strand(LocalQueue& victim) {
    return strands_.steal(victim.strands_, [] { return false; });
  }

  template <class MayTakeNext>
  Item* steal(LocalQueue& victim, MayTakeNext&& may_take_next) {
    if (Item* item = steal_strand(victim)) return item;
    if (Item* item = fresh_.steal(victim.fresh_)) return item;
    return strands_.steal(victim.strands_, may_take_next);
  }

  // An item may move from `next` to either ring, so that is looked at first.
  bool empty() const noexcept { return strands_.empty() && fresh_.empty(); }
  uint32_t size() const noexcept { return fresh_.size() + strands_.size(); }

 private:
  static constexpr uint32_t kOldest = 64;

  StartQueue fresh_;
  RunQueue strands_;      // and `next`, of either kind
  Turns turns_;           // the owner's
  uint32_t started_ = 0;  // the owner's
};

// Everybody's, under the scheduler's lock but for size() and empty().
class GlobalQueue {
 public:
  void push(Item& item) noexcept {
    if (item.kind == Item::Kind::Strand) return strands_.push(item);
    fresh_.push(item);
  }

  // Items of one kind.
  void push_all(Item* const* items, uint32_t n) noexcept {
    const bool strands = items[0]->kind == Item::Kind::Strand;
    for (uint32_t i = 0; i < n; ++i) strands ? strands_.push(*items[i]) : fresh_.push(*items[i]);
  }

  // The oldest of the kind whose turn it is, or of the other.
  Item* pop() noexcept {
    const bool strands_first = turns_.strands_first();
    Item* item = strands_first ? strands_.pop() : fresh_.pop();
    return item != nullptr ? item : strands_first ? fresh_.pop() : strands_.pop();
  }
  // Moves the next n items into `batch`.
  void pop(Batch& batch, size_t n) noexcept {
    for (; n > 0; --n) {
      if (fresh_.empty() || (turns_.strands_first() && !strands_.empty())) {
        batch.strands[batch.strand_count++] = strands_.pop();
      } else {
        batch.fresh[batch.fresh_count++] = fresh_.pop();
      }
    }
  }

  Item* pop_strand() noexcept { return strands_.pop(); }

  // Moves everything of `batch` before what is here.
  void prepend(InjectQueue& batch) noexcept {
    InjectQueue fresh, strands;
    while (Item* item = batch.pop()) (item->kind == Item::Kind::Strand ? strands : fresh).push(*item);
    fresh_.prepend(fresh);
    strands_.prepend(strands);
  }

  size_t size() const noexcept { return fresh_.size() + strands_.size(); }
  bool empty() const noexcept { return fresh_.empty() && strands_.empty(); }

 private:
  FreshQueue fresh_;
  InjectQueue strands_;
  Turns turns_;
};

}  // namespace lagoon::sched
