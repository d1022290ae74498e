// How many processors this process may use: its affinity mask, and the quota of its cgroup.
//
// Read by stdio: streams would be the only ones of the program, and touch half a megabyte as it starts.

#include "sched/cpus.h"

#include <sched.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>

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

std::string text_of(const std::string& path) {
  std::string text;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "re"), std::fclose);
  char part[512];
  while (size_t n = file == nullptr ? 0 : std::fread(part, 1, sizeof part, file.get())) text.append(part, n);
  return text;
}

// cpu.max holds "max 100000" or "<quota> <period>".
unsigned quota_v2(const std::string& dir) {
  long long per_period = 0, period = 0;
  std::sscanf(text_of(dir + "/cpu.max").c_str(), "%lld %lld", &per_period, &period);
  return quota(per_period, period);
}

unsigned quota_v1(const std::string& dir) {
  long long per_period = 0, period = 0;
  std::sscanf(text_of(dir + "/cpu.cfs_quota_us").c_str(), "%lld", &per_period);
  std::sscanf(text_of(dir + "/cpu.cfs_period_us").c_str(), "%lld", &period);
  return quota(per_period, period);
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
  const size_t first = line.find(':'), second = line.find(':', first + 1);
  if (second == std::string::npos) return kNoQuota;
  const std::string controllers = line.substr(first + 1, second - first - 1), path = line.substr(second + 1);
  if (controllers.empty()) return tightest(root + "/sys/fs/cgroup", path, quota_v2);
  bool cpu = ("," + controllers + ",").find(",cpu,") != std::string::npos;
  return cpu ? tightest(root + "/sys/fs/cgroup/cpu", path, quota_v1) : kNoQuota;
}

}  // namespace

unsigned cgroup_quota(const std::string& root) {
  const std::string groups = text_of(root + "/proc/self/cgroup");
  unsigned least = kNoQuota;
  for (size_t begin = 0, end; (end = groups.find('\n', begin)) != std::string::npos; begin = end + 1) {
    least = std::min(least, quota_of_line(root, groups.substr(begin, end - begin)));
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
