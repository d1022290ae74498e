#include "sched/descriptor.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include <utility>

#include "sched/check.h"
#include "sched/scheduler.h"

namespace lagoon::sched {
namespace {

bool passed(int64_t deadline) noexcept { return deadline != kNever && deadline <= now_ns(); }

// Ends the waits of all in `queue`; their waiters' ok stays false.
void wake_all(WaitQueue& queue, Woken& woken) noexcept {
  while (Waiter* w = queue.pop_claimed()) fire(*w, woken);
}

void wait_in(WaitQueue& queue, G& g) noexcept {
  open_wait(g, g.waiter);
  queue.push(g.waiter);
}

}  // namespace

Descriptor::~Descriptor() {
  if (fd_ < 0) return;
  CHECK(!inside());
  close_now();
}

int Descriptor::open(int fd) noexcept {
  int error = scheduler_.netpoll().add(fd, *this);
  if (error != 0 && error != EPERM) return error;
  LockGuard hold(lock_);
  pollable_ = error == 0;
  fd_ = fd;
  return 0;
}

// --- A call

// Under lock_.
Result Descriptor::enter(G& g, Way& way) noexcept {
  if (closed_.load(std::memory_order_relaxed)) return Result::Closed;
  if (passed(way.deadline.load(std::memory_order_relaxed))) return Result::Timeout;
  if (!way.busy) {
    way.busy = true;
    return started(way);
  }
  wait_in(way.turns, g);
  return Result::Blocked;
}

Result Descriptor::begin(G& g, Side side) noexcept {
  LockGuard hold(lock_);
  return enter(g, way(side));
}

Result Descriptor::finish_begin(G& g, Side side) noexcept {
  LockGuard hold(lock_);
  Way& way = this->way(side);
  if (g.outcome == Outcome::Fired) return g.waiter.ok ? started(way) : enter(g, way);
  way.turns.remove(g.waiter);
  return g.outcome == Outcome::Canceled ? Result::Canceled : enter(g, way);
}

Result Descriptor::wait(G& g, Side side) noexcept {
  CHECK(pollable_);
  LockGuard hold(lock_);
  Way& way = this->way(side);
  if (closed_.load(std::memory_order_relaxed)) return Result::Closed;
  if (passed(way.deadline.load(std::memory_order_relaxed))) return Result::Timeout;
  way.dry = false;
  if (way.heard.exchange(false, std::memory_order_relaxed)) return Result::Done;
  wait_in(way.parked, g);
  scheduler_.netpoll().add_waiter();
  return Result::Blocked;
}

Result Descriptor::finish_wait(G& g, Side side) noexcept {
  scheduler_.netpoll().drop_waiter();
  LockGuard hold(lock_);
  Way& way = this->way(side);
  way.parked.remove(g.waiter);
  if (g.outcome == Outcome::Canceled) return Result::Canceled;
  if (closed_.load(std::memory_order_relaxed)) return Result::Closed;
  if (passed(way.deadline.load(std::memory_order_relaxed))) return Result::Timeout;
  return Result::Done;
}

void Descriptor::end(Side side, Left left) noexcept {
  Woken woken;
  bool last;
  {
    LockGuard hold(lock_);
    Way& way = this->way(side);
    way.dry = left == Left::Nothing && !way.heard.load(std::memory_order_relaxed) && !last_;
    if (side == Side::Read) buffered_ = left == Left::Buffered;
    if (buffered_) tell_receivers(woken);
    Waiter* next = way.turns.pop_claimed();
    way.busy = next != nullptr;
    if (next != nullptr) {
      next->ok = true;
      fire(*next, woken);
    }
    last = closed_.load(std::memory_order_relaxed) && !inside();
  }
  woken.ready_all();
  if (last) close_now();
}

// --- Events

// Under lock_.
void Descriptor::tell(Way& way, Woken& woken) noexcept {
  way.dry = false;
  Waiter* w = way.parked.pop_claimed();
  way.heard.store(w == nullptr, std::memory_order_relaxed);
  if (w != nullptr) fire(*w, woken);
}

// Under lock_.
void Descriptor::tell_receivers(Woken& woken) noexcept {
  Parcel none;
  bool ok;
  while (!receivers_.empty() && take(&none, &ok, woken)) {
    Waiter* w = receivers_.pop_claimed();
    if (w == nullptr) return;
    w->ok = ok;
    fire(*w, woken);
  }
}

void Descriptor::event(unsigned what, Woken& woken) noexcept {
  LockGuard hold(lock_);
  if ((what & kLast) != 0) last_ = true;
  if ((what & kReadable) != 0) {
    tell(read_, woken);
    tell_receivers(woken);
  }
  if ((what & kWritable) != 0) tell(write_, woken);
}

bool Descriptor::take(Parcel* out, bool* ok, Woken&) noexcept {
  *out = Parcel{};
  *ok = !closed_.load(std::memory_order_relaxed);
  if (!*ok || buffered_) return true;
  if (read_.dry) return false;
  pollfd look{fd_, POLLIN | POLLRDHUP, 0};
  return ::poll(&look, 1, 0) > 0;
}

bool Descriptor::watch(G&) noexcept {
  scheduler_.netpoll().add_waiter();
  return true;
}

void Descriptor::unwatch() noexcept { scheduler_.netpoll().drop_waiter(); }

// --- Closing

// Nobody is inside, nor will be.
void Descriptor::close_now() noexcept {
  Woken woken;
  int fd;
  {
    LockGuard hold(lock_);
    fd = std::exchange(fd_, -1);
  }
  if (pollable_) scheduler_.netpoll().remove(fd, *this);
  ::close(fd);
  {
    LockGuard hold(lock_);
    wake_all(closers_, woken);
  }
  woken.ready_all();
}

// Under lock_.  True: nobody is inside.
bool Descriptor::begin_close(G* g, Woken& woken) noexcept {
  closed_.store(true, std::memory_order_release);
  for (Way* way : {&read_, &write_}) {
    wake_all(way->turns, woken);
    wake_all(way->parked, woken);
  }
  tell_receivers(woken);
  if (inside() && g != nullptr) wait_in(closers_, *g);
  return !inside();
}

Result Descriptor::close(G& g) noexcept {
  Woken woken;
  bool now;
  {
    LockGuard hold(lock_);
    if (closed_.load(std::memory_order_relaxed)) return Result::Closed;
    now = begin_close(&g, woken);
  }
  woken.ready_all();
  if (!now) return Result::Blocked;
  close_now();
  return Result::Done;
}

Result Descriptor::finish_close(G& g) noexcept {
  if (g.outcome == Outcome::Fired) return Result::Done;
  LockGuard hold(lock_);
  closers_.remove(g.waiter);
  return ended(g);
}

bool Descriptor::close() noexcept {
  Woken woken;
  bool now;
  {
    LockGuard hold(lock_);
    if (closed_.load(std::memory_order_relaxed)) return false;
    now = begin_close(nullptr, woken);
  }
  woken.ready_all();
  if (now) close_now();
  return true;
}

// --- Deadlines

void Descriptor::set_deadline(Side side, int64_t when) noexcept {
  Woken woken;
  {
    LockGuard hold(lock_);
    Way& way = this->way(side);
    way.deadline.store(when, std::memory_order_relaxed);
    wake_all(way.turns, woken);
    wake_all(way.parked, woken);
  }
  woken.ready_all();
}

}  // namespace lagoon::sched
