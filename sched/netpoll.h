#pragma once
// Netpoll: the seam to the operating system's poller (epoll here; one file per platform).
//
// What an implementation must provide:
//   edge-triggered readiness of descriptors, each registered once for both directions;
//   a poll with a timeout to the nanosecond, one thread at a time inside a blocking one;
//   interrupt(): the current or the next blocking poll returns at once.
//
// The poller knows no Gs that wait: a PollTarget turns an event into Gs whose wait it has ended.

#include <atomic>
#include <cstdint>

#include "sched/g.h"

namespace lagoon::sched {

// Gs whose wait is over and delivered, on their way to Scheduler::ready; linked through Item::next.
class ReadyList {
 public:
  void push(G& g) noexcept {
    g.next = nullptr;
    (head_ == nullptr ? head_ : tail_->next) = &g;
    tail_ = &g;
  }
  G* pop() noexcept {
    auto* g = static_cast<G*>(head_);
    if (g != nullptr) head_ = g->next;
    return g;
  }
  bool empty() const noexcept { return head_ == nullptr; }

 private:
  Item* head_ = nullptr;
  Item* tail_ = nullptr;
};

// A descriptor's end in the scheduler.  Its memory must be type-stable: an event fetched before
// remove() may still be reported after it, to be recognised as stale by the target.
class PollTarget {
 public:
  // The descriptor became readable or writable (or both, on an error).  Any M, without a P; ends
  // waits, and appends each G whose deliver() returned true.
  virtual void event(bool readable, bool writable, ReadyList& ready) noexcept = 0;

 protected:
  ~PollTarget() = default;
};

class Netpoll {
 public:
  Netpoll();
  ~Netpoll();
  Netpoll(const Netpoll&) = delete;

  // Registers a non-blocking descriptor, or forgets it before it is closed.  Any thread.  add()
  // returns 0 or an errno.
  int add(int fd, PollTarget& target) noexcept;
  void remove(int fd) noexcept;

  // Reports events to their targets, sleeping up to timeout_ns for the first (0: not at all, < 0:
  // for ever).
  void poll(int64_t timeout_ns, ReadyList& ready) noexcept;
  // Breaks one blocking poll, the one in progress or the next.  Any thread.
  void interrupt() noexcept;

  // How many Gs wait for events: while there are any, somebody polls.  Any thread.
  void add_waiter() noexcept { waiters_.fetch_add(1, std::memory_order_seq_cst); }
  void drop_waiter() noexcept { waiters_.fetch_sub(1, std::memory_order_seq_cst); }
  unsigned waiters() const noexcept { return waiters_.load(std::memory_order_seq_cst); }

 private:
  struct Os;
  std::atomic<unsigned> waiters_{0};
  std::atomic<bool> interrupted_{false};  // an interrupt is on its way: no need for another
  Os* os_;
};

}  // namespace lagoon::sched
