#pragma once
// Shell commands at the other end of a pipe.

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

// Waits for its end; the status as waitpid has it, or -1 and errno.
int wait_for_process(pid_t process) noexcept;

// Nobody will wait for it: it is buried when it has ended and a command is started.
void forsake_process(pid_t process) noexcept;

}  // namespace lagoon::bindings
