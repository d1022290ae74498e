#include "sched/time_slice.h"

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace lagoon::sched {
namespace {

// The kernel's sched_attr, whose header does not go with <sched.h>.
struct Attributes {
  uint32_t size, policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime, deadline, period;
};

}  // namespace

void ask_time_slice(int64_t ns) noexcept {
  Attributes attributes{};
  if (syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0) != 0) return;
  if (attributes.policy != SCHED_OTHER) return;
  attributes.runtime = static_cast<uint64_t>(ns);
  syscall(SYS_sched_setattr, 0, &attributes, 0);
}

}  // namespace lagoon::sched
