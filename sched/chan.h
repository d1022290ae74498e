#pragma once
// Channels pass parcels between Gs.
//
// Invariants, whenever lock_ is free (waiters that cannot be claimed any more do not count):
//   senders_ or receivers_ is empty, but for one G whose select does both;
//   a parcel in the buffer means no receiver waits;
//   room in the buffer means no sender waits;
//   closed means nobody waits.
// So a sender that finds a receiver hands its parcel over directly, and a receiver that takes the
// head of a full buffer moves the first waiting sender's parcel to its tail: strictly first come,
// first served.  The blocking protocol is in source.h.
//
// Tried and dropped: a lock-free buffer.  Select must see several channels at one instant,
// so it locks them all anyway, in address order.

#include <atomic>
#include <cstddef>

#include "sched/ring.h"
#include "sched/source.h"

namespace lagoon::sched {

class Chan final : public Source {
 public:
  // The buffer takes memory only as it fills.
  explicit Chan(size_t capacity) noexcept : ring_(capacity) {}
  ~Chan() override = default;  // drops what is buffered.  REQUIRES: nobody waits

  // Any thread.  Done: p was taken (and is empty); Closed, Busy, NoMemory: p stays with the caller.
  Result try_send(Parcel& p) noexcept;
  // g, running.  Done, Closed, NoMemory, or Blocked: p was moved into g's waiter.
  Result send(G& g, Parcel& p) noexcept;
  // After Blocked.  Done; or Closed, Timeout, Canceled: p is the value given back.
  Result finish_send(G& g, Parcel& p) noexcept;

  // Any thread.  Done: out is a value; Closed: closed and drained, out is empty; Busy.
  Result try_recv(Parcel& out) noexcept;
  // g, running.  Done, Closed or Blocked.  finish_recv is Source's.
  Result recv(G& g, Parcel& out) noexcept;

  // Wakes every waiter: receivers with Closed, then senders with Closed.  Any thread.  False: it
  // was closed already.
  bool close() noexcept;

  size_t len() const noexcept { return ring_.size(); }  // stale at once
  size_t cap() const noexcept { return ring_.capacity(); }
  bool closed() const noexcept { return closed_.load(std::memory_order_acquire); }

  // For select.  REQUIRES: lock() held.  Done, Closed, Busy or NoMemory; p as in try_send.
  Result put(Parcel& p, Woken& woken) noexcept;
  bool take(Parcel* out, bool* ok, Woken& woken) noexcept override;
  WaitQueue& senders() noexcept { return senders_; }

 private:
  Result glance_send() const noexcept;
  Result glance_recv() const noexcept;
  bool empty() const noexcept { return cap() == 0 ? senders_.empty() : len() == 0; }

  Ring ring_;                        // guarded by lock_, but for size()
  WaitQueue senders_;                // guarded by lock_
  std::atomic<bool> closed_{false};  // written under lock_; never reset
};

}  // namespace lagoon::sched
