#include "bindings/file.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio_ext.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

#include "bindings/process.h"

namespace lagoon::bindings {

using sched::Result;
using sched::Side;

namespace {

// All files with a FILE of ours, for flush_all_files.
std::mutex list_lock;
File* list = nullptr;  // guarded by list_lock

}  // namespace

File::File(std::FILE* stream, Kind kind, pid_t process) noexcept
    : Shared(kFileType), kind_(kind), process_(process), stream_(stream) {
  std::lock_guard hold(list_lock);
  next_ = list;
  if (next_ != nullptr) next_->prev_ = this;
  list = this;
}

// The last who knew it: an error of the close is nobody's any more.
File::~File() {
  {
    std::lock_guard hold(list_lock);
    (prev_ != nullptr ? prev_->next_ : list) = next_;
    if (next_ != nullptr) next_->prev_ = prev_;
  }
  delete watched_.load();
  if (kind_ == Kind::Standard || kind_ == Kind::Foreign) return;
  if (stream_ != nullptr) std::fclose(stream_);
  if (kind_ == Kind::Process && !closed()) {
    if (sched::current_g() != nullptr) {
      forsake_process(process_);  // a finalizer does not wait for it
    } else {
      wait_for_process(process_);  // the end of the program does, as in lua
    }
  }
}

// A G to hold a turn for who is none.
const sched::G& nobody() noexcept {
  static const sched::G g;
  return g;
}

void File::flush_if_idle() noexcept {
  if (!turn.try_lock(nobody())) return;
  if (!closed() && __fpending(stream_) > 0) std::fflush(stream_);
  turn.unlock();
}

void flush_all_files() noexcept {
  std::vector<File*> files;
  try {
    std::lock_guard hold(list_lock);
    for (File* f = list; f != nullptr; f = f->next_) {
      files.push_back(nullptr);
      if (f->retain_if_alive()) files.back() = f;
    }
  } catch (const std::bad_alloc&) {
  }
  for (File* f : files) {
    if (f == nullptr) continue;
    f->flush_if_idle();
    f->release();
  }
}

// --- Readiness ---------------------------------------------------------------------------------

bool File::pollable() noexcept {
  if (polled_ != Polled::Unknown) return polled_ == Polled::Yes;
  struct stat is {};
  int fd = fileno(stream_);
  bool kind = fd >= 0 && fstat(fd, &is) == 0 &&
              (S_ISFIFO(is.st_mode) || S_ISSOCK(is.st_mode) || (S_ISCHR(is.st_mode) && isatty(fd)));
  polled_ = kind ? Polled::Yes : Polled::No;
  return kind;
}

// Also after a hang-up or an error: then the call tells.
bool File::ready(Side side) const noexcept {
  pollfd look{fileno(stream_), static_cast<short>(side == Side::Read ? POLLIN : POLLOUT), 0};
  int found;
  do {
    found = ::poll(&look, 1, 0);
  } while (found < 0 && errno == EINTR);  // a slice is over: that says nothing about the file
  return found != 0;
}

// Makes the descriptor that the poller knows.  False: it knows none of this kind, or has no room.
bool File::watch(Goroutine& g) noexcept {
  if (sched::Descriptor* known = watched_.load(std::memory_order_relaxed)) return !known->closed();
  int fd = fcntl(fileno(stream_), F_DUPFD_CLOEXEC, 0);
  if (fd < 0) return false;
  auto* made = new (std::nothrow) sched::Descriptor(*g.scheduler);
  if (made == nullptr || made->open(fd) != 0) {
    ::close(fd);
    delete made;
    return false;
  }
  if (!made->pollable()) {
    polled_ = Polled::No;
    delete made;
    return false;
  }
  watched_.store(made, std::memory_order_release);
  return true;
}

Result File::look(Goroutine* g, Side side) noexcept {
  return g == nullptr || !pollable() || ready(side) || !watch(*g) ? Result::Done : Result::Busy;
}

Result File::wait(Goroutine& g, Side side) noexcept {
  sched::Descriptor& watched = *watched_.load(std::memory_order_relaxed);
  Result r = watched.begin(g, side);
  if (r != Result::Done && r != Result::Busy) return r;
  // From here on an event is kept for Descriptor::wait().
  r = ready(side) ? Result::Done : watched.wait(g, side);
  if (r != Result::Blocked) watched.end(side);
  return r;
}

Result File::finish_wait(Goroutine& g, Side side) noexcept {
  sched::Descriptor& watched = *watched_.load(std::memory_order_relaxed);
  Result r = watched.finish_wait(g, side);
  watched.end(side);
  return r;
}

void File::interrupt() noexcept {
  if (sched::Descriptor* watched = watched_.load(std::memory_order_acquire)) watched->close();
}

// --- Closing -----------------------------------------------------------------------------------

// Who makes a handle counts it first and then looks whether the file is closed; close() does it the
// other way round.
void File::dress(luaL_Stream& front) noexcept {
  handles_.fetch_add(1);
  const bool open = !closed_.load();
  front.f = open ? stream_ : nullptr;
  front.closef = open ? close_file : nullptr;
}

// Flushes and lets go of the descriptor, whose number and FILE stay.  0, or an errno.
int File::empty_stream() noexcept {
  int error = std::fflush(stream_) == 0 ? 0 : errno;
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null >= 0) {
    dup3(null, fileno(stream_), O_CLOEXEC);
    ::close(null);
  }
  __fpurge(stream_);
  return error;
}

int File::close_stream() noexcept {
  std::FILE* stream = std::exchange(stream_, nullptr);
  return std::fclose(stream) == 0 ? 0 : errno;
}

int File::close() noexcept {
  interrupt();  // its duplicate is one that keeps a pipe open
  closed_.store(true);
  return handles_.load() <= 1 ? close_stream() : empty_stream();
}

}  // namespace lagoon::bindings
