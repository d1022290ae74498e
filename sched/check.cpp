#include "sched/check.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>

namespace lagoon::sched {
namespace {

std::atomic<DumpHook> dump_hook{nullptr};
std::atomic<bool> failing{false};

}  // namespace

DumpHook set_dump_hook(DumpHook hook) noexcept { return dump_hook.exchange(hook); }

void fatal(const char* file, int line, const char* what) noexcept {
  std::fprintf(stderr, "fatal: %s:%d: %s\n", file, line, what);
  // A second failure, in the dump or on another thread, must not dump again.
  if (!failing.exchange(true)) {
    if (DumpHook hook = dump_hook.load()) hook();
  }
  std::abort();
}

}  // namespace lagoon::sched
