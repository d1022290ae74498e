#pragma once
// Descriptor: a non-blocking file descriptor on which Gs wait: a socket, a pipe, a terminal.
//
// A call of the operating system in one direction goes like this, by the running g:
//
//   Result r = d.begin(g, side);               Blocked: g parks, then r = d.finish_begin(g, side),
//                                              which may say Blocked again
//   loop: d.before_call(side); the call, on d.fd()        anything but EAGAIN: leave the loop
//         r = d.wait(g, side);                 Blocked: g parks, then r = d.finish_wait(g, side)
//                                              Done: make the call again; else leave the loop
//   d.end(side, ...);
//
// "g parks" means prepare(g, Reason::IoWait, object, d.deadline(side)), leaving the stack, and
// finish(g), as everywhere (source.h).  A G that began a call must end it, however it ended.
//
// Invariants:
//   each direction has one G at a time between begin and end; others wait for it in turn, so what
//   one call reads or writes is one piece;
//   the descriptor is registered once, edge-triggered, and closed by the last G to end a call after
//   close(): so its number is never used again under a running call;
//   a deadline holds for calls that wait and for those to come; it is armed only while a G waits,
//   as that G's, and moving it sends those who wait to look again.
//
// As a Source it yields an empty parcel whenever a read would not block (data, the end, an error),
// as often as one looks; closed, it is at its end.
//
// A regular file can be opened too: it is not pollable(), its calls never give EAGAIN, and begin
// and end still give them turns and keep the number.

#include "sched/netpoll.h"
#include "sched/source.h"

namespace lagoon::sched {

enum class Side : uint8_t { Read, Write };

class Descriptor final : public Source, private PollTarget {
 public:
  explicit Descriptor(Scheduler& scheduler) noexcept : scheduler_(scheduler) {}
  ~Descriptor() override;  // closes.  REQUIRES: nobody is inside a call; the scheduler lives

  // Takes over a non-blocking descriptor; once.  0, or an errno, and fd stays the caller's.
  int open(int fd) noexcept;
  bool pollable() const noexcept { return pollable_; }

  // Done; Busy: as Done, but a call would find nothing (see end): wait() first; Closed; Timeout:
  // the deadline has passed; Blocked.
  Result begin(G& g, Side side) noexcept;
  // Done, Busy, Closed, Timeout, Canceled, Blocked.
  Result finish_begin(G& g, Side side) noexcept;

  // The call gave EAGAIN.  Done: it may go now; Closed; Timeout; Blocked.
  Result wait(G& g, Side side) noexcept;
  Result finish_wait(G& g, Side side) noexcept;  // Done, Closed, Timeout, Canceled

  // What the calls of this turn have left.
  enum class Left : uint8_t {
    Unknown,
    Nothing,   // the last call, in this turn or before, took less of a stream than it had room for
    Buffered,  // the caller keeps input that it read ahead: the next read will not block
  };
  void end(Side side, Left left = Left::Unknown) noexcept;

  // Between begin and end.
  int fd() const noexcept { return fd_; }
  // Just before a call: it will see what events so far were about.  (Without it wait() may say Done
  // in vain, and a descriptor is never known to be empty.)
  void before_call(Side side) noexcept { way(side).heard.store(false, std::memory_order_relaxed); }
  // Calls f(fd) for what does not block and needs no turn (names, options).  False: closed.
  template <class F>
  bool with_fd(F&& f) noexcept;

  // Wakes everybody, with Closed.  Done; Closed: it was closed before; Blocked: until the last call
  // has ended.
  Result close(G& g) noexcept;
  Result finish_close(G& g) noexcept;  // Done, Timeout, Canceled: it closes all the same
  // The same without waiting for the last call.  Any thread.  False: it was closed before.
  bool close() noexcept;
  bool closed() const noexcept { return closed_.load(std::memory_order_acquire); }

  // Monotonic ns; kNever: none.  Any thread.
  void set_deadline(Side side, int64_t when) noexcept;
  int64_t deadline(Side side) const noexcept { return way(side).deadline.load(std::memory_order_relaxed); }

  bool take(Parcel* out, bool* ok, Woken& woken) noexcept override;
  bool watch(G& g) noexcept override;
  void unwatch() noexcept override;

 private:
  // One direction; guarded by lock_.
  struct Way {
    std::atomic<int64_t> deadline{kNever};
    WaitQueue turns;    // for the G inside to end its call; a waiter with ok has been given the turn
    WaitQueue parked;   // the G inside, waiting for an event
    bool busy = false;  // a G is inside
    // An event came and woke nobody: a call may go although one said EAGAIN.
    std::atomic<bool> heard{false};
    bool dry = false;  // a call would find nothing
  };

  void event(unsigned what, Woken& woken) noexcept override;
  Way& way(Side side) noexcept { return side == Side::Read ? read_ : write_; }
  const Way& way(Side side) const noexcept { return side == Side::Read ? read_ : write_; }
  bool inside() const noexcept { return read_.busy || write_.busy; }
  Result enter(G& g, Way& way) noexcept;
  static Result started(const Way& way) noexcept { return way.dry ? Result::Busy : Result::Done; }
  void tell(Way& way, Woken& woken) noexcept;
  void tell_receivers(Woken& woken) noexcept;
  bool begin_close(G* g, Woken& woken) noexcept;
  void close_now() noexcept;

  Scheduler& scheduler_;
  int fd_ = -1;
  bool pollable_ = false;
  std::atomic<bool> closed_{false};  // written under lock_; never reset
  bool last_ = false;                // under lock_: nothing may be concluded any more from an event
  bool buffered_ = false;            // under lock_: the reader keeps input
  Way read_, write_;
  WaitQueue closers_;  // under lock_
};

template <class F>
bool Descriptor::with_fd(F&& f) noexcept {
  LockGuard hold(lock_);
  if (closed_.load(std::memory_order_relaxed) || fd_ < 0) return false;
  f(fd_);
  return true;
}

}  // namespace lagoon::sched
