#pragma once
// How long the kernel lets this thread run beside others, and for how short a one it interrupts them.

#include <cstdint>

namespace lagoon::sched {

// Asks for slices of `ns`, 0: for those that all have.  A thread with short ones runs as soon as it wakes, where it else
// would wait for a clock tick, 4 ms, once in a hundred times.  Threads inherit it from their starter.  Nothing
// happens where the kernel gives none out on request (before Linux 6.12), or the host has chosen another policy.
void ask_time_slice(int64_t ns) noexcept;

}  // namespace lagoon::sched
