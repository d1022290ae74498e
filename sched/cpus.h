#pragma once
// The quota of this process's cgroup; usable_cpus() in scheduler.h is what others ask.

#include <string>

namespace lagoon::sched {

constexpr unsigned kNoQuota = ~0u;

// The CPUs that the cgroup of this process and those above it allow, rounded up; kNoQuota: as many
// as there are.  Both versions of cgroups.  root: before /proc and /sys, empty but in tests.
unsigned cgroup_quota(const std::string& root);

}  // namespace lagoon::sched
