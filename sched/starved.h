#pragma once
// What the kernel says of one of our threads: whether it gets a processor.

#include <sys/types.h>

#include <cstdint>

namespace lagoon::sched {

struct ThreadUse {
  bool wants_cpu;   // it runs, or waits for a processor; it does not sleep
  int64_t used_ns;  // processor time it has had, as of the kernel's last tick
};

// Reads /proc.  False: the kernel does not tell, or there is no such thread of ours any more.
bool look_at_thread(pid_t thread, ThreadUse* use) noexcept;

}  // namespace lagoon::sched
