#include "sched/listener.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

#include "sched/scheduler.h"

namespace lagoon::sched {
namespace {

constexpr int64_t kLookAgainNs = 20'000'000;

// About a connection that is gone already, or the call was interrupted: the next one may be fine.
bool about_one(int error) noexcept {
  switch (error) {
    case EINTR:
    case ECONNABORTED:
    case EPROTO:
    case EPERM:
    case ENETDOWN:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case ENONET:
    case EHOSTUNREACH:
    case ENETUNREACH:
    case ETIMEDOUT: return true;
    default: return false;
  }
}

bool out_of_something(int error) noexcept {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

Listener::~Listener() {
  close();
  disarm();
}

int Listener::open(int fd) noexcept {
  if (int error = scheduler_.netpoll().add(fd, *this); error != 0) return error;
  LockGuard hold(lock_);
  fd_ = fd;
  return 0;
}

// A descriptor, or -1: none there, or at a limit.  Under lock_.
int Listener::accept() noexcept {
  if (spare_ >= 0) return std::exchange(spare_, -1);
  for (;;) {
    int fd = accept4(fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    int error = fd >= 0 ? 0 : errno;
    starved_ = out_of_something(error);
    if (starved_) again_ = now_ns() + kLookAgainNs;
    if (!about_one(error)) return fd;
  }
}

bool Listener::take(Parcel* out, bool* ok, Woken&) noexcept {
  *out = Parcel{};
  *ok = !closed_.load(std::memory_order_relaxed);
  if (!*ok) return true;
  int fd = accept();
  if (fd < 0) return false;
  out->words[0] = static_cast<uint64_t>(fd);
  out->dropper = [](Parcel& p) noexcept { ::close(static_cast<int>(p.words[0])); };
  return true;
}

// Under lock_.
void Listener::hand_out(Woken& woken) noexcept {
  Parcel parcel;
  bool ok;
  while (!receivers_.empty() && take(&parcel, &ok, woken)) {
    Waiter* w = receivers_.pop_claimed();
    if (w == nullptr) {
      if (ok) spare_ = static_cast<int>(parcel.words[0]);
      return;
    }
    w->parcel = parcel;
    w->ok = ok;
    fire(*w, woken);
  }
}

void Listener::event(unsigned, Woken& woken) noexcept {
  bool starved;
  {
    LockGuard hold(lock_);
    hand_out(woken);
    starved = starved_;
  }
  if (starved) change_while_stopped(scheduler_, [] {});
}

AlarmSource::Plan Listener::plan() const noexcept {
  if (!starved_) return {};
  return {again_, kLookAgainNs};
}

void Listener::ring(int64_t, Woken& woken) noexcept { hand_out(woken); }

bool Listener::watch(G& g) noexcept {
  scheduler_.netpoll().add_waiter();
  return AlarmSource::watch(g);
}

void Listener::unwatch() noexcept { scheduler_.netpoll().drop_waiter(); }

bool Listener::close() noexcept {
  Woken woken;
  int fd, spare;
  {
    LockGuard hold(lock_);
    fd = std::exchange(fd_, -1);
    spare = std::exchange(spare_, -1);
    if (closed_.exchange(true, std::memory_order_release)) return false;
    starved_ = false;
    hand_out(woken);
  }
  if (fd >= 0) {
    scheduler_.netpoll().remove(fd, *this);
    ::close(fd);
  }
  if (spare >= 0) ::close(spare);
  woken.ready_all();
  return true;
}

}  // namespace lagoon::sched
