#include "bindings/process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
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

// 0, or an errno.
int spawn_shell(const char* command, int theirs, int as, pid_t* process) noexcept {
  char shell[] = "sh", option[] = "-c";
  char* arguments[] = {shell, option, const_cast<char*>(command), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  int error = posix_spawn_file_actions_adddup2(&actions, theirs, as);
  if (error == 0) error = posix_spawn(process, "/bin/sh", &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

}  // namespace

Command start_command(const char* command, const char* mode) noexcept {
  bury_forsaken();
  const bool reads = *mode == 'r';
  Command made;
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return made;
  const int ours = ends[reads ? 0 : 1], theirs = ends[reads ? 1 : 0];
  made.stream = fdopen(ours, mode);
  int error =
      made.stream == nullptr ? errno : spawn_shell(command, theirs, reads ? 1 : 0, &made.process);
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
