// How many processors this process may use: its affinity mask, and the quota of its cgroup.

#include <sched.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

#include "sched/cpus.h"
#include "sched/scheduler.h"

namespace lagoon::sched {
namespace {

unsigned affinity() noexcept {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<unsigned>(CPU_COUNT(&set));
}

unsigned quota(long long per_period, long long period) noexcept {
  if (per_period <= 0 || period <= 0) return kNoQuota;
  return static_cast<unsigned>((per_period + period - 1) / period);
}

// cpu.max holds "max 100000" or "<quota> <period>".
unsigned quota_v2(const std::string& dir) {
  std::ifstream file(dir + "/cpu.max");
  long long per_period = 0, period = 0;
  return file >> per_period >> period ? quota(per_period, period) : kNoQuota;
}

unsigned quota_v1(const std::string& dir) {
  std::ifstream quota_file(dir + "/cpu.cfs_quota_us"), period_file(dir + "/cpu.cfs_period_us");
  long long per_period = 0, period = 0;
  return quota_file >> per_period && period_file >> period ? quota(per_period, period) : kNoQuota;
}

// The tightest quota of this cgroup and of those above it.
template <class Quota>
unsigned tightest(const std::string& mount, std::string path, Quota&& quota_of) {
  unsigned least = kNoQuota;
  while (!path.empty()) {
    least = std::min(least, quota_of(mount + path));
    path.resize(path.rfind('/') == std::string::npos ? 0 : path.rfind('/'));
  }
  return std::min(least, quota_of(mount));
}

// A line is "<id>:<controllers>:<path>"; the unified hierarchy has id 0 and no controllers.
unsigned quota_of_line(const std::string& root, const std::string& line) {
  std::istringstream in(line);
  std::string id, controllers, path;
  std::getline(in, id, ':');
  std::getline(in, controllers, ':');
  std::getline(in, path);
  if (controllers.empty()) return tightest(root + "/sys/fs/cgroup", path, quota_v2);
  bool cpu = ("," + controllers + ",").find(",cpu,") != std::string::npos;
  return cpu ? tightest(root + "/sys/fs/cgroup/cpu", path, quota_v1) : kNoQuota;
}

}  // namespace

unsigned cgroup_quota(const std::string& root) {
  unsigned least = kNoQuota;
  std::ifstream file(root + "/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    least = std::min(least, quota_of_line(root, line));
  }
  return least;
}

unsigned usable_cpus() noexcept {
  try {
    return std::max(1u, std::min(affinity(), cgroup_quota("")));
  } catch (...) {  // out of memory while reading small files
    return std::max(1u, affinity());
  }
}

}  // namespace lagoon::sched
