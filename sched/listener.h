#pragma once
// Listener: a listening socket as a Source whose values are the connections that come in.
//
// So accepting is receiving: acceptors wait first come, first served, with deadlines, in selects,
// and are woken with their connection, which can be lost by neither a time-out nor a cancellation.
// The value's parcel has words[0] = the connection's descriptor, non-blocking and close-on-exec;
// dropping it closes that.
//
// While the process has no descriptors or memory left, nobody spins: acceptors wait, and the
// listener looks again every 20 ms as long as somebody does.
//
// Goes before the scheduler.

#include "sched/alarm.h"
#include "sched/netpoll.h"

namespace lagoon::sched {

class Listener final : public AlarmSource, private PollTarget {
 public:
  explicit Listener(Scheduler& scheduler) noexcept : scheduler_(scheduler) {}
  ~Listener() override;  // closes.  REQUIRES: nobody waits

  // Takes over a listening, non-blocking descriptor; once.  0, or an errno, and fd stays the
  // caller's.
  int open(int fd) noexcept;

  // Wakes everybody, with Closed.  Any thread.  False: it was closed before.
  bool close() noexcept;
  bool closed() const noexcept { return closed_.load(std::memory_order_acquire); }

  // Calls f(fd) for what does not block.  False: closed.
  template <class F>
  bool with_fd(F&& f) noexcept;

  bool take(Parcel* out, bool* ok, Woken& woken) noexcept override;
  bool watch(G& g) noexcept override;
  void unwatch() noexcept override;

 private:
  Plan plan() const noexcept override;
  void ring(int64_t now, Woken& woken) noexcept override;
  void event(unsigned what, Woken& woken) noexcept override;
  void hand_out(Woken& woken) noexcept;
  int accept() noexcept;

  Scheduler& scheduler_;
  int fd_ = -1;
  std::atomic<bool> closed_{false};  // written under lock_; never reset
  bool starved_ = false;             // under lock_: the process is at its limit
  int64_t again_ = 0;                // under lock_: when to look again while starved
  int spare_ = -1;                   // under lock_: accepted for somebody who had ceased to wait
};

template <class F>
bool Listener::with_fd(F&& f) noexcept {
  LockGuard hold(lock_);
  if (fd_ < 0) return false;
  f(fd_);
  return true;
}

}  // namespace lagoon::sched
