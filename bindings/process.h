#pragma once
// Shell commands, and their ends.

#include <sys/types.h>

#include <cstdio>

namespace lagoon::bindings {

struct Command {
  std::FILE* stream = nullptr;  // our end of the pipe; null: errno says why not
  pid_t process = 0;
};

// Starts `sh -c command` with its output ("r") or input ("w") at the other end.  Other descriptors
// of ours do not pass on unless they were inherited.
Command start_command(const char* command, const char* mode) noexcept;

// Starts it with our own input and output, as system() does: SIGINT and SIGQUIT are the command's alone until
// stop_ignoring_interrupts().  0, or an errno and nothing to stop.
int start_in_place(const char* command, pid_t* process) noexcept;
void stop_ignoring_interrupts() noexcept;

// What poll() knows as readable when the process has ended; the caller's.  -1: the kernel has none.
int open_process(pid_t process) noexcept;

// Has it ended?  Then *status is as waitpid has it, or -1 and *error.
bool bury_process(pid_t process, int* status, int* error) noexcept;

// Waits for its end; the status as waitpid has it, or -1 and errno.
int wait_for_process(pid_t process) noexcept;

// Nobody will wait for it: it is buried when it has ended and a command is started.
void forsake_process(pid_t process) noexcept;

}  // namespace lagoon::bindings
