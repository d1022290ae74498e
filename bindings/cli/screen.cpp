#include "bindings/cli/screen.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <thread>

namespace lagoon::cli {

Screen* Screen::open() {
  std::unique_ptr<Screen> screen(new Screen);
  screen->terminal_ = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
  screen->errors_too_ = isatty(STDERR_FILENO);
  bool opened = screen->terminal_ >= 0 && pipe2(screen->output_pipe_, O_CLOEXEC) == 0 &&
                fcntl(screen->output_pipe_[0], F_SETFL, O_NONBLOCK) == 0 &&
                pipe2(screen->wake_pipe_, O_CLOEXEC | O_NONBLOCK) == 0;
  if (!opened) return nullptr;
  // stdio decides by the descriptor it meets first, which could be the pipe.
  std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
  Screen* self = screen.release();
  std::thread([self] { self->pump(); }).detach();
  return self;
}

void Screen::wake() noexcept { [[maybe_unused]] ssize_t n = ::write(wake_pipe_[1], "w", 1); }

void Screen::drain_wakes() noexcept {
  char bytes[64];
  while (read(wake_pipe_[0], bytes, sizeof bytes) > 0) {
  }
}

void Screen::write(const char* data, size_t size) noexcept {
  while (size > 0) {
    ssize_t n = ::write(terminal_, data, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;
    data += n;
    size -= n;
  }
}

void Screen::divert() {
  std::fflush(stdout);
  {
    std::lock_guard lock(lock_);
    editing_ = true;
  }
  dup2(output_pipe_[1], STDOUT_FILENO);
  if (errors_too_) dup2(output_pipe_[1], STDERR_FILENO);
}

void Screen::restore() {
  dup2(terminal_, STDOUT_FILENO);
  if (errors_too_) dup2(terminal_, STDERR_FILENO);
  std::lock_guard lock(lock_);
  editing_ = false;
  write(pending_.data(), pending_.size());
  pending_.clear();
  taken_.notify_one();
}

std::string Screen::take() {
  std::lock_guard lock(lock_);
  std::string text;
  text.swap(pending_);
  taken_.notify_one();
  return text;
}

// One piece at a time: writers wait in the pipe while the editor is busy.
void Screen::pass_on(const char* data, size_t size) {
  std::unique_lock lock(lock_);
  taken_.wait(lock, [&] { return pending_.empty(); });
  if (!editing_) {
    write(data, size);
    return;
  }
  pending_.assign(data, size);
  wake();
}

void Screen::pump() {
  static char bytes[1 << 16];
  pollfd more{output_pipe_[0], POLLIN, 0};
  for (;;) {
    if (poll(&more, 1, -1) < 0) continue;
    std::lock_guard carrying(carrying_);
    ssize_t n = read(output_pipe_[0], bytes, sizeof bytes);
    if (n > 0) pass_on(bytes, n);
  }
}

void Screen::abandon() noexcept {
  std::fflush(stdout);
  std::lock_guard showing(showing_);
  restore();
  std::lock_guard carrying(carrying_);  // what the pump had in hand is out now
  char bytes[4096];
  ssize_t n;
  while ((n = read(output_pipe_[0], bytes, sizeof bytes)) > 0) write(bytes, n);
}

}  // namespace lagoon::cli
