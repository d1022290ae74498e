#include "bindings/process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <mutex>
#include <new>
#include <vector>

extern char** environ;

namespace lagoon::bindings {

namespace {

std::mutex forsaken_lock;
std::vector<pid_t> forsaken;  // guarded by forsaken_lock

void bury_forsaken() noexcept {
  std::lock_guard hold(forsaken_lock);
  auto ended = [](pid_t process) { return waitpid(process, nullptr, WNOHANG) != 0; };
  forsaken.erase(std::remove_if(forsaken.begin(), forsaken.end(), ended), forsaken.end());
}

// 0, or an errno.  Either may be null.
int spawn_shell(const char* command, const posix_spawn_file_actions_t* actions, const posix_spawnattr_t* attributes,
                pid_t* process) noexcept {
  char shell[] = "sh", option[] = "-c";
  char* arguments[] = {shell, option, const_cast<char*>(command), nullptr};
  return posix_spawn(process, "/bin/sh", actions, attributes, arguments, environ);
}

// With the descriptor `theirs` as its `as`.
int spawn_at_pipe(const char* command, int theirs, int as, pid_t* process) noexcept {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  int error = posix_spawn_file_actions_adddup2(&actions, theirs, as);
  if (error == 0) error = spawn_shell(command, &actions, nullptr, process);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

// --- Interrupts that are a command's

constexpr int kInterrupts[] = {SIGINT, SIGQUIT};
std::mutex ignoring_lock;
int ignoring = 0;             // commands; guarded by ignoring_lock, as are those below
struct sigaction ignored[2];  // what they do otherwise

// In *theirs, the signals that are as usual for the command.
void ignore_interrupts(sigset_t* theirs) noexcept {
  std::lock_guard hold(ignoring_lock);
  sigemptyset(theirs);
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  for (int i = 0; i < 2; ++i) {
    if (ignoring == 0) sigaction(kInterrupts[i], &ignore, &ignored[i]);
    if (ignored[i].sa_handler != SIG_IGN) sigaddset(theirs, kInterrupts[i]);
  }
  ++ignoring;
}

}  // namespace

void stop_ignoring_interrupts() noexcept {
  std::lock_guard hold(ignoring_lock);
  if (--ignoring != 0) return;
  for (int i = 0; i < 2; ++i) sigaction(kInterrupts[i], &ignored[i], nullptr);
}

int start_in_place(const char* command, pid_t* process) noexcept {
  bury_forsaken();
  sigset_t theirs;
  ignore_interrupts(&theirs);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigdefault(&attributes, &theirs);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  int error = spawn_shell(command, nullptr, &attributes, process);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) stop_ignoring_interrupts();
  return error;
}

Command start_command(const char* command, const char* mode) noexcept {
  bury_forsaken();
  const bool reads = *mode == 'r';
  Command made;
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return made;
  const int ours = ends[reads ? 0 : 1], theirs = ends[reads ? 1 : 0];
  made.stream = fdopen(ours, mode);
  int error = made.stream == nullptr ? errno : spawn_at_pipe(command, theirs, reads ? 1 : 0, &made.process);
  close(theirs);
  if (error == 0) return made;
  if (made.stream != nullptr) {
    std::fclose(made.stream);
  } else {
    close(ours);
  }
  errno = error;
  return {};
}

int open_process(pid_t process) noexcept {
#ifdef SYS_pidfd_open
  return static_cast<int>(syscall(SYS_pidfd_open, process, 0));  // closed in programs that we start
#else
  return -1;
#endif
}

bool bury_process(pid_t process, int* status, int* error) noexcept {
  pid_t waited = waitpid(process, status, WNOHANG);
  if (waited == 0) return false;
  *error = waited < 0 ? errno : 0;
  if (waited < 0) *status = -1;
  return true;
}

int wait_for_process(pid_t process) noexcept {
  int status;
  pid_t waited;
  do {
    waited = waitpid(process, &status, 0);
  } while (waited < 0 && errno == EINTR);
  return waited < 0 ? -1 : status;
}

void forsake_process(pid_t process) noexcept {
  if (waitpid(process, nullptr, WNOHANG) != 0) return;
  try {
    std::lock_guard hold(forsaken_lock);
    forsaken.push_back(process);
  } catch (const std::bad_alloc&) {  // then it stays until we end
  }
}

}  // namespace lagoon::bindings
