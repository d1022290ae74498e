#include "sched/starved.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace lagoon::sched {
namespace {

// Into text, which is ended by a zero.  False: there is none.
template <size_t Size>
bool read_file_of(pid_t thread, const char* name, char (&text)[Size]) noexcept {
  char path[64];
  std::snprintf(path, sizeof path, "/proc/self/task/%d/%s", static_cast<int>(thread), name);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  ssize_t n = read(fd, text, Size - 1);
  close(fd);
  if (n <= 0) return false;
  text[n] = '\0';
  return true;
}

}  // namespace

bool look_at_thread(pid_t thread, ThreadUse* use) noexcept {
  char stat[512], schedstat[128];
  if (!read_file_of(thread, "stat", stat) || !read_file_of(thread, "schedstat", schedstat)) return false;
  const char* name_end = std::strrchr(stat, ')');  // the name may hold anything
  if (name_end == nullptr || name_end[1] != ' ') return false;
  use->wants_cpu = name_end[2] == 'R';
  use->used_ns = std::strtoll(schedstat, nullptr, 10);
  return use->used_ns > 0;  // it runs or has run: 0 is a kernel that does not count
}

}  // namespace lagoon::sched
