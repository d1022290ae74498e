#pragma once
// Netpoll: the seam to the operating system's poller (epoll here; one file per platform).
//
// What an implementation must provide:
//   edge-triggered readiness of descriptors, each registered once for both directions;
//   a poll with a timeout to the nanosecond, one thread at a time inside a blocking one;
//   interrupt(): the current or the next blocking poll returns at once.
//
// The poller knows no Gs that wait: a PollTarget (descriptor.h, listener.h) turns an event into Gs
// whose wait it has ended.
//
// An event that was fetched before its descriptor was removed may come after it.  So what the
// system is given is not the target but a slot, whose memory is never freed and which knows under
// its lock whether the target is still there.  Slots are used again: a late event may reach another
// target, for which an event is never more than a hint to try the call.

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "sched/lock.h"

namespace lagoon::sched {

class PollTarget;
class Woken;

struct PollSlot {
  Lock lock;                     // held while an event is delivered; under it, the target's
  PollTarget* target = nullptr;  // guarded by lock; null: removed
  PollSlot* next_free = nullptr;
};

// A descriptor's end in the scheduler.
class PollTarget {
 public:
  enum What : unsigned {
    kReadable = 1,
    kWritable = 2,
    kLast = 4,  // ended, failed, or of a kind where one event may stand for several pieces of news
  };

  // Something (an or of What) may have become possible.  Any M, without a P; not once remove() has
  // returned.  Ends waits; the Gs to be made ready are added to `woken`.
  virtual void event(unsigned what, Woken& woken) noexcept = 0;

 protected:
  ~PollTarget() = default;

 private:
  friend class Netpoll;
  PollSlot* slot_ = nullptr;
};

class Netpoll {
 public:
  Netpoll();
  ~Netpoll();
  Netpoll(const Netpoll&) = delete;

  // Registers a non-blocking descriptor, or forgets it before it is closed.  Any thread, without
  // the target's lock.  add() returns 0 or an errno (EPERM: nothing to poll, as with a regular
  // file).
  int add(int fd, PollTarget& target) noexcept;
  void remove(int fd, PollTarget& target) noexcept;

  // Reports events to their targets, sleeping up to timeout_ns for the first (0: not at all, < 0:
  // for ever).
  void poll(int64_t timeout_ns, Woken& woken) noexcept;
  // Breaks one blocking poll, the one in progress or the next.  Any thread.
  void interrupt() noexcept;

  // How many Gs wait for events: while there are any, somebody polls.  Any thread.
  void add_waiter() noexcept { waiters_.fetch_add(1, std::memory_order_seq_cst); }
  void drop_waiter() noexcept { waiters_.fetch_sub(1, std::memory_order_seq_cst); }
  unsigned waiters() const noexcept { return waiters_.load(std::memory_order_seq_cst); }

 private:
  struct Os;
  // The platform's part: registration by slot.
  int attach(int fd, PollSlot& slot) noexcept;
  void detach(int fd) noexcept;

  // netpoll.cpp
  static void deliver(PollSlot& slot, unsigned what, Woken& woken) noexcept;
  PollSlot* take_slot() noexcept;
  void free_slot(PollSlot& slot) noexcept;

  // The system passes what add() wrote on to who polls.  This says so in C++'s terms.
  std::atomic<unsigned> published_{0};
  Lock lock_;
  PollSlot* free_slots_ = nullptr;                   // guarded by lock_
  std::vector<std::unique_ptr<PollSlot[]>> blocks_;  // guarded by lock_; grows only
  std::atomic<unsigned> waiters_{0};
  std::atomic<bool> interrupted_{false};  // an interrupt is on its way: no need for another
  Os* os_;
};

}  // namespace lagoon::sched
