#pragma once
// Source: anything that can stand after `recv` in a select - a channel, a context, a task, a timer,
// a listener.  It has a lock, receivers that wait in order, and a moment at which a value (or its
// end) is there.
//
// The blocking protocol, common to every object in this room that a G can wait for:
//
//   1. The operation, called by the running g, takes the object's lock once.  It either completes,
//      or opens g's wait, links a waiter of g into the object's queue, and returns Blocked.
//   2. The caller calls g.scheduler->prepare(g, reason, object, deadline), and g leaves its stack
//      (Step::Park, block_here or wait_foreign).  If prepare throws, see withdraw().
//   3. Whoever can complete it takes a waiter off the queue with pop_claimed(), writes the result
//      into the waiter, and calls fire().  Gs that fire() hands back through `Woken` are made ready
//      after the lock was dropped.  The claim is exclusive: a G that is woken with a result never
//      also times out or gets cancelled, so nothing that was handed to a G can be lost.
//   4. With its stack back, the caller calls g.scheduler->finish(g) and then the operation's
//      finish_*(), which unlinks what is still linked and says how it ended.  It must be called,
//      once, after every Blocked; until then the object and the memory of the waiters must stay.
//
// A waiter whose wait was claimed by a timer or a canceller stays linked until its own finish_*();
// wakers that meet it drop it.  So "a queue is empty" reads, everywhere in this room, "but for
// waiters that cannot be claimed any more".
//
// Locks: a thread that holds one object's lock takes no other, except select (all its sources, in
// the order of their addresses).  A timer's fire() takes its source's lock under the heap's lock,
// so no timer is started or stopped under a source's lock.

#include "sched/g.h"
#include "sched/lock.h"

namespace lagoon::sched {

// How an operation stands.
enum class Result : uint8_t {
  Done,
  Closed,    // channels: no value is left / the value stays with the caller
  Blocked,   // g must leave its stack, then finish_*()
  Busy,      // try_*: not without waiting
  NoMemory,  // nothing happened
  Misuse,    // nothing happened: unlock of unlocked, released more than held, ...
  Timeout,   // finish_*: the deadline passed first
  Canceled,  // finish_*: a cancellation came first
};

// A FIFO of waiters, linked through them; removal from the middle is O(1).  Under the object's lock,
// but for a look at whether it is empty, which is stale at once.
class WaitQueue {
 public:
  bool empty() const noexcept { return front() == nullptr; }
  Waiter* front() const noexcept { return head_.load(std::memory_order_acquire); }
  void push(Waiter& w) noexcept;
  void push_front(Waiter& w) noexcept;
  void remove(Waiter& w) noexcept;  // no-op unless w is linked in this queue
  // Unlinks waiters from the front until one's ticket can be claimed; null: none left.  The claimer
  // then writes the outcome and delivers.
  Waiter* pop_claimed() noexcept { return empty() ? nullptr : pop_claimed_slowly(); }

 private:
  Waiter* pop_claimed_slowly() noexcept;

  std::atomic<Waiter*> head_{nullptr};  // written under the lock
  Waiter* tail_ = nullptr;
};

// Gs whose wait was ended under an object's lock and who have left their stacks, in order: to be
// made ready once that lock is free.  Linked through Item::next, which nobody else uses by then.
class Woken {
 public:
  void add(G& g) noexcept;
  void ready_all() noexcept {  // REQUIRES: no object's lock held
    if (head_ != nullptr) ready_chain();
  }
  G* chain() const noexcept { return head_; }  // for Timer::fire, instead of ready_all

 private:
  void ready_chain() noexcept;

  G* head_ = nullptr;
  G* tail_ = nullptr;
};

// Makes w stand for g's wait `ticket`, with an empty result.  g, running, w not linked.
inline void enter_wait(G& g, Waiter& w, Wait::Ticket ticket) noexcept {
  w.g = &g;
  w.ticket = ticket;
  w.ok = false;
  w.parcel = Parcel{};
}

// Opens g's wait and enters w for it; the caller links w.  g, running, under the object's lock.
inline void open_wait(G& g, Waiter& w) noexcept { enter_wait(g, w, g.wait.open()); }

// Ends the wait of a claimed waiter whose result is written.  The claimer, under the object's lock;
// w and its G are not touched afterwards.
inline void fire(Waiter& w, Woken& woken) noexcept {
  G& g = *w.g;
  g.outcome = Outcome::Fired;
  g.fired = &w;
  if (g.wait.deliver()) woken.add(g);
}

// Takes g's own wait back because it cannot be waited for (prepare threw).  g, running, before it
// left its stack.  True: g waits no more, as if cancelled, and finish_*() follows at once.  False:
// someone has ended the wait already, and g parks as usual.
bool withdraw(G& g) noexcept;

// What finish_*() makes of an outcome that is not Fired.
inline Result ended(const G& g) noexcept { return g.outcome == Outcome::Timeout ? Result::Timeout : Result::Canceled; }

class Source {
 public:
  Source() = default;
  Source(const Source&) = delete;
  virtual ~Source() = default;  // REQUIRES: nobody waits

  // Takes what is there.  True: *out is the value and *ok says whether it is one (false: closed).
  // REQUIRES: lock() held.  Gs to be woken by this are appended to `woken`.
  virtual bool take(Parcel* out, bool* ok, Woken& woken) noexcept = 0;

  // Called after a receiver was linked, with no lock held, by its g: a source whose moment is a
  // point in time sets its timer only while somebody waits.  False: out of memory.
  virtual bool watch(G&) noexcept { return true; }
  // Its counterpart, whatever watch() returned: that g's wait is over and the receiver unlinked.
  virtual void unwatch() noexcept {}

  // Receives what is there.  Any thread.  Done: *out is a value; Closed: *out is empty; Busy.
  Result try_recv(Parcel& out) noexcept;
  // Receives, or waits for it.  g, running.  Done, Closed, Blocked or NoMemory.
  Result recv(G& g, Parcel& out) noexcept;
  // After Blocked.  Done, Closed, Timeout or Canceled.
  Result finish_recv(G& g, Parcel& out) noexcept;

  Lock& lock() noexcept { return lock_; }
  WaitQueue& receivers() noexcept { return receivers_; }

 protected:
  Lock lock_;
  WaitQueue receivers_;  // guarded by lock_
};

}  // namespace lagoon::sched
