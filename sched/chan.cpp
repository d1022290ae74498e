#include "sched/chan.h"

namespace lagoon::sched {

// A look without the lock.  Busy: at some instant of this call the channel was open and not ready;
// Done: look again under the lock.  Not closed and then not ready is enough, because a closed
// channel never gets less ready for a send.
Result Chan::glance_send() const noexcept {
  if (closed()) return Result::Done;
  bool ready = cap() == 0 ? !receivers_.empty() : !ring_.full();
  return ready ? Result::Done : Result::Busy;
}

// The same for a receive.  Closed: closed and drained for good.  Empty and then not closed is
// enough, because an open channel was not closed earlier; closed and then empty, because nothing is
// ever sent on a closed one.
Result Chan::glance_recv() const noexcept {
  if (!empty()) return Result::Done;
  if (!closed()) return Result::Busy;
  return empty() ? Result::Closed : Result::Done;
}

Result Chan::put(Parcel& p, Woken& woken) noexcept {
  if (closed_.load(std::memory_order_relaxed)) return Result::Closed;
  if (Waiter* w = receivers_.pop_claimed()) {
    w->parcel = p.take();
    w->ok = true;
    fire(*w, woken);
    return Result::Done;
  }
  if (ring_.full()) return Result::Busy;
  return ring_.push(p) ? Result::Done : Result::NoMemory;
}

bool Chan::take(Parcel* out, bool* ok, Woken& woken) noexcept {
  bool buffered = ring_.size() != 0;
  if (buffered) *out = ring_.pop();
  if (Waiter* w = senders_.pop_claimed()) {
    if (buffered) {
      ring_.push(w->parcel);  // there is room: one was just taken out
    } else {
      *out = w->parcel.take();
    }
    w->ok = true;
    fire(*w, woken);
  } else if (!buffered) {
    if (!closed_.load(std::memory_order_relaxed)) return false;
    *out = Parcel{};
    *ok = false;
    return true;
  }
  *ok = true;
  return true;
}

Result Chan::try_send(Parcel& p) noexcept {
  if (glance_send() == Result::Busy) return Result::Busy;
  Woken woken;
  Result result;
  {
    LockGuard hold(lock_);
    result = put(p, woken);
  }
  woken.ready_all();
  return result;
}

Result Chan::send(G& g, Parcel& p) noexcept {
  Woken woken;
  Result result;
  {
    LockGuard hold(lock_);
    result = put(p, woken);
    if (result == Result::Busy) {
      open_wait(g, g.waiter);
      g.waiter.parcel = p.take();
      senders_.push(g.waiter);
      return Result::Blocked;
    }
  }
  woken.ready_all();
  return result;
}

Result Chan::finish_send(G& g, Parcel& p) noexcept {
  Waiter& w = g.waiter;
  Result result;
  if (g.outcome == Outcome::Fired) {
    if (w.ok) return Result::Done;
    result = Result::Closed;
  } else {
    LockGuard hold(lock_);
    senders_.remove(w);
    result = ended(g);
  }
  p = w.parcel.take();
  return result;
}

Result Chan::try_recv(Parcel& out) noexcept {
  Result seen = glance_recv();
  if (seen == Result::Closed) out = Parcel{};
  return seen == Result::Done ? Source::try_recv(out) : seen;
}

Result Chan::recv(G& g, Parcel& out) noexcept {
  Woken woken;
  bool ok;
  {
    LockGuard hold(lock_);
    if (!take(&out, &ok, woken)) {
      open_wait(g, g.waiter);
      receivers_.push(g.waiter);
      return Result::Blocked;
    }
  }
  woken.ready_all();
  return ok ? Result::Done : Result::Closed;
}

bool Chan::close() noexcept {
  Woken woken;
  {
    LockGuard hold(lock_);
    if (closed_.load(std::memory_order_relaxed)) return false;
    closed_.store(true, std::memory_order_release);
    for (WaitQueue* queue : {&receivers_, &senders_}) {
      while (Waiter* w = queue->pop_claimed()) fire(*w, woken);  // w->ok is false
    }
  }
  woken.ready_all();
  return true;
}

}  // namespace lagoon::sched
