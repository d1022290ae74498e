#include "bindings/cli/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <thread>

namespace lagoon::cli {

namespace {

constexpr int kQuitStatus = 2;

std::atomic<lagoon_runtime*> interrupted{nullptr};
std::atomic<bool> again{false};  // SIGINT interrupts every time
std::atomic<void (*)()> dump_hook{nullptr};
int quit_pipe[2] = {-1, -1};
std::atomic<bool> quitting{false};

void on_interrupt(int signal) {
  int kept = errno;
  if (!again.load()) set_handler(signal, SIG_DFL);  // if that one does not help, the next one kills
  lagoon_interrupt(interrupted.load());
  errno = kept;
}

void on_quit(int) {
  if (quitting.exchange(true)) _exit(kQuitStatus);  // the dump hangs
  int kept = errno;
  [[maybe_unused]] ssize_t written = write(quit_pipe[1], "q", 1);
  errno = kept;
}

void await_quit(lagoon_runtime* rt) {
  char byte;
  while (read(quit_pipe[0], &byte, 1) < 0 && errno == EINTR) {
  }
  if (void (*hook)() = dump_hook.load()) hook();
  std::fputs("SIGQUIT: quit\n\n", stderr);
  lagoon_dump_goroutines(rt, lagoon_report_stderr, nullptr);
  _exit(kQuitStatus);
}

}  // namespace

void set_handler(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  // What main waits for in the system is to notice an interrupt; nobody else's call is to fail.
  action.sa_flags = signal == SIGINT ? 0 : SA_RESTART;
  sigaction(signal, &action, nullptr);
}

void answer_sigquit(lagoon_runtime* rt) {
  if (pipe2(quit_pipe, O_CLOEXEC) != 0) return;
  std::thread(await_quit, rt).detach();
  set_handler(SIGQUIT, on_quit);
}

void interrupt_once(lagoon_runtime* rt) {
  interrupted.store(rt);
  again.store(false);
  set_handler(SIGINT, on_interrupt);
}

void interrupt_always(lagoon_runtime* rt) {
  interrupted.store(rt);
  again.store(true);
  set_handler(SIGINT, on_interrupt);
}

void before_dump(void (*f)()) { dump_hook.store(f); }

}  // namespace lagoon::cli
