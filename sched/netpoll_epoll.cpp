// The poller on Linux: epoll, an eventfd to interrupt it, and epoll_pwait2 for timeouts below a
// millisecond (where the kernel lacks it: a timerfd in the same epoll set).

#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "sched/check.h"
#include "sched/netpoll.h"
#include "sched/source.h"

namespace lagoon::sched {
namespace {

constexpr int kBatch = 128;

timespec timespec_of(int64_t ns) noexcept { return timespec{ns / 1'000'000'000, ns % 1'000'000'000}; }

bool register_fd(int epoll, int fd, uint32_t events, void* data) noexcept {
  epoll_event event{};
  event.events = events;
  event.data.ptr = data;
  return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

void drain(int fd) noexcept {
  uint64_t count;
  while (read(fd, &count, sizeof count) > 0) {
  }
}

bool has_pwait2(int epoll) noexcept {
  epoll_event event;
  timespec zero{};
  return epoll_pwait2(epoll, &event, 1, &zero, nullptr) >= 0 || errno != ENOSYS;
}

// Urgent data makes a read stop short although more is there: no conclusion may be drawn from it.
unsigned what_of(uint32_t events) noexcept {
  unsigned what = 0;
  if (events & (EPOLLIN | EPOLLPRI | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) what |= PollTarget::kReadable;
  if (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) what |= PollTarget::kWritable;
  if (events & (EPOLLPRI | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) what |= PollTarget::kLast;
  return what;
}

}  // namespace

struct Netpoll::Os {
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  int timer = -1;  // only where epoll_pwait2 is missing

  int wait(epoll_event* events, int64_t timeout_ns) noexcept;
};

int Netpoll::Os::wait(epoll_event* events, int64_t timeout_ns) noexcept {
  timespec timeout = timespec_of(timeout_ns < 0 ? 0 : timeout_ns);
  if (timer < 0) {
    return epoll_pwait2(epoll, events, kBatch, timeout_ns < 0 ? nullptr : &timeout, nullptr);
  }
  if (timeout_ns > 0) {
    itimerspec once{{0, 0}, timeout};
    timerfd_settime(timer, 0, &once, nullptr);
  }
  return epoll_wait(epoll, events, kBatch, timeout_ns == 0 ? 0 : -1);
}

Netpoll::Netpoll() : os_(new Os) {
  CHECK_MSG(os_->epoll >= 0 && os_->event >= 0, "cannot make a poller");
  // The two descriptors of our own are told apart by where their data points.
  CHECK(register_fd(os_->epoll, os_->event, EPOLLIN | EPOLLET, &os_->event));
  if (has_pwait2(os_->epoll)) return;
  os_->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  CHECK(os_->timer >= 0);
  CHECK(register_fd(os_->epoll, os_->timer, EPOLLIN | EPOLLET, &os_->timer));
}

Netpoll::~Netpoll() {
  close(os_->epoll);
  close(os_->event);
  if (os_->timer >= 0) close(os_->timer);
  delete os_;
}

int Netpoll::attach(int fd, PollSlot& slot) noexcept {
  uint32_t events = EPOLLIN | EPOLLOUT | EPOLLPRI | EPOLLRDHUP | EPOLLET;
  return register_fd(os_->epoll, fd, events, &slot) ? 0 : errno;
}

void Netpoll::detach(int fd) noexcept {
  epoll_event unused{};
  epoll_ctl(os_->epoll, EPOLL_CTL_DEL, fd, &unused);
}

void Netpoll::poll(int64_t timeout_ns, Woken& woken) noexcept {
  epoll_event events[kBatch];
  int n = os_->wait(events, timeout_ns);
  CHECK(n >= 0 || errno == EINTR);
  published_.load(std::memory_order_acquire);
  for (int i = 0; i < n; ++i) {
    void* data = events[i].data.ptr;
    if (data == &os_->timer) {
      drain(os_->timer);
    } else if (data == &os_->event) {
      // A poll that does not block leaves the interrupt to the one that does.
      if (timeout_ns == 0) {
        uint64_t one = 1;
        [[maybe_unused]] ssize_t written = write(os_->event, &one, sizeof one);
        continue;
      }
      drain(os_->event);
      interrupted_.store(false, std::memory_order_seq_cst);
    } else {
      deliver(*static_cast<PollSlot*>(data), what_of(events[i].events), woken);
    }
  }
}

void Netpoll::interrupt() noexcept {
  if (interrupted_.exchange(true, std::memory_order_seq_cst)) return;
  uint64_t one = 1;
  CHECK(write(os_->event, &one, sizeof one) == sizeof one || errno == EAGAIN);
}

}  // namespace lagoon::sched
