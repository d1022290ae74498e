#pragma once
// CHECK: a fact that only a bug of ours can break.  Fatal in every build, with a dump of whatever
// the client wants to be seen.  The world's failures are returned values, a script's are Lua
// errors.

namespace lagoon::sched {

// Called once before the process aborts, from the thread that failed, with unknown locks held:
// it must take none.  One hook for the process; null: none.
using DumpHook = void (*)() noexcept;
DumpHook set_dump_hook(DumpHook hook) noexcept;  // returns the old one

// Prints "fatal: <file>:<line>: <what>" to stderr, runs the dump hook, aborts.  Any thread.
[[noreturn]] void fatal(const char* file, int line, const char* what) noexcept;

}  // namespace lagoon::sched

#define CHECK(condition) CHECK_MSG(condition, #condition)
#define CHECK_MSG(condition, what)                                          \
  (__builtin_expect(static_cast<bool>(condition), 1) ? static_cast<void>(0) \
                                                     : ::lagoon::sched::fatal(__FILE__, __LINE__, what))
