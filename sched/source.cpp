#include "sched/source.h"

#include <utility>

#include "sched/check.h"
#include "sched/scheduler.h"

namespace lagoon::sched {

void WaitQueue::push(Waiter& w) noexcept {
  CHECK(w.queue == nullptr);
  w.queue = this;
  w.next = nullptr;
  w.prev = tail_;
  if (tail_ != nullptr) {
    tail_->next = &w;
  } else {
    head_.store(&w, std::memory_order_release);
  }
  tail_ = &w;
}

void WaitQueue::push_front(Waiter& w) noexcept {
  Waiter* first = front();
  if (first == nullptr) return push(w);
  CHECK(w.queue == nullptr);
  w.queue = this;
  w.prev = nullptr;
  w.next = first;
  first->prev = &w;
  head_.store(&w, std::memory_order_release);
}

void WaitQueue::remove(Waiter& w) noexcept {
  if (w.queue != this) return;
  w.queue = nullptr;
  if (w.prev != nullptr) {
    w.prev->next = w.next;
  } else {
    head_.store(w.next, std::memory_order_release);
  }
  if (w.next != nullptr) {
    w.next->prev = w.prev;
  } else {
    tail_ = w.prev;
  }
}

Waiter* WaitQueue::pop_claimed_slowly() noexcept {
  while (Waiter* w = front()) {
    remove(*w);
    if (w->g->wait.claim(w->ticket)) return w;
  }
  return nullptr;
}

G* unchain(G& g) noexcept { return static_cast<G*>(std::exchange(g.next, nullptr)); }

void Woken::add(G& g) noexcept {
  g.next = nullptr;
  if (tail_ != nullptr) {
    tail_->next = &g;
  } else {
    head_ = &g;
  }
  tail_ = &g;
}

void Woken::ready_chain() noexcept {
  while (G* g = head_) {
    head_ = unchain(*g);
    g->scheduler->ready(*g);
  }
  tail_ = nullptr;
}

bool withdraw(G& g) noexcept {
  Wait::Ticket ticket = g.wait.current();
  if (ticket == 0 || !g.wait.claim(ticket)) return false;
  g.outcome = Outcome::Canceled;
  g.fired = nullptr;
  return true;
}

Result Source::try_recv(Parcel& out) noexcept {
  Woken woken;
  bool ok = false, taken;
  {
    LockGuard hold(lock_);
    taken = take(&out, &ok, woken);
  }
  woken.ready_all();
  if (!taken) return Result::Busy;
  return ok ? Result::Done : Result::Closed;
}

Result Source::recv(G& g, Parcel& out) noexcept {
  Woken woken;
  bool ok = false, taken;
  {
    LockGuard hold(lock_);
    taken = take(&out, &ok, woken);
    if (!taken) {
      open_wait(g, g.waiter);
      receivers_.push(g.waiter);
    }
  }
  woken.ready_all();
  if (taken) return ok ? Result::Done : Result::Closed;
  if (watch(g) || !withdraw(g)) return Result::Blocked;
  finish_recv(g, out);
  return Result::NoMemory;
}

Result Source::finish_recv(G& g, Parcel& out) noexcept {
  Waiter& w = g.waiter;
  unwatch();
  if (g.outcome != Outcome::Fired) {
    LockGuard hold(lock_);
    receivers_.remove(w);
    return ended(g);
  }
  CHECK(g.fired == &w);
  out = w.parcel.take();
  return w.ok ? Result::Done : Result::Closed;
}

}  // namespace lagoon::sched
