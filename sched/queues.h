#pragma once
// Where items wait to be run: a P's own, and the global one.  Each is two queues, one for strands with ready Gs
// and one for Gs that have not started, which are served by turns.
//
// Invariant: an item moves from `next` into a ring and never back, so who looks at `next` first misses none.
//
// Tried and dropped: one queue, as Go has.  A strand is many Gs, and what waits behind thousands of fresh ones
// are those who would end them: of a tree of a million goroutines half lived at the same time.

#include "sched/injectq.h"
#include "sched/runq.h"

namespace lagoon::sched {

// Whose turn it is.
class Turns {
 public:
  bool strands_first() noexcept { return (strands_ = !strands_); }

 private:
  bool strands_ = false;
};

// A P's.  Contracts as in runq.h, which the rings follow; overflow is called for one kind at a time.
class LocalQueue {
 public:
  template <class Overflow>
  void put(Item* item, Overflow&& overflow) {
    ring_of(*item).put(item, overflow);
  }

  template <class Overflow>
  void put_next(Item* item, Overflow&& overflow) {
    if (Item* old = fresh_.swap_next(item)) put(old, overflow);
  }

  Item* take_next() noexcept { return fresh_.take_next(); }

  // The oldest of the kind whose turn it is, or of the other.
  Item* get() noexcept {
    RunQueue& first = turns_.strands_first() ? strands_ : fresh_;
    Item* item = first.get();
    return item != nullptr ? item : (&first == &fresh_ ? strands_ : fresh_).get();
  }

  template <class MayTakeNext>
  Item* steal(LocalQueue& victim, MayTakeNext&& may_take_next) {
    if (Item* item = strands_.steal(victim.strands_, [] { return false; })) return item;
    return fresh_.steal(victim.fresh_, may_take_next);
  }

  bool empty() const noexcept { return fresh_.empty() && strands_.empty(); }
  uint32_t size() const noexcept { return fresh_.size() + strands_.size(); }

 private:
  RunQueue& ring_of(const Item& item) noexcept {
    return item.kind == Item::Kind::Strand ? strands_ : fresh_;
  }

  RunQueue fresh_;    // and `next`, of either kind
  RunQueue strands_;  // its `next` stays empty
  Turns turns_;       // the owner's
};

// Everybody's, under the scheduler's lock but for size() and empty().
class GlobalQueue {
 public:
  void push(Item& item) noexcept { (item.kind == Item::Kind::Strand ? strands_ : fresh_).push(item); }

  Item* pop() noexcept {
    InjectQueue& first = turns_.strands_first() ? strands_ : fresh_;
    Item* item = first.pop();
    return item != nullptr ? item : (&first == &fresh_ ? strands_ : fresh_).pop();
  }

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
  InjectQueue fresh_;
  InjectQueue strands_;
  Turns turns_;
};

}  // namespace lagoon::sched
