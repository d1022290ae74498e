#include "sched/trace.h"

#include <algorithm>

#include "sched/core.h"

namespace lagoon::sched {
namespace {

std::string field(const char* name, uint64_t value) { return std::string(" ") + name + "=" + std::to_string(value); }

}  // namespace

std::string trace_line(Core& core, int64_t since_start_ns) {
  Stats s = core.scheduler.stats();
  std::string line = "SCHED " + std::to_string(since_start_ns / 1'000'000) + "ms:";
  line += field("gomaxprocs", s.procs) + field("idleprocs", s.idle_procs) + field("threads", s.threads);
  line += field("spinningthreads", s.spinning) + field("idlethreads", s.idle_threads);
  line += field("strands", s.strands) + field("runqueue", core.global.size()) + field("spent", core.spent.size());
  std::string sizes, ticks;
  core.each_p([&](P& p) {
    if (p.status() == P::Retired) return;
    sizes += std::to_string(p.queue.size()) + " ";
    ticks += std::to_string(p.schedtick.load(std::memory_order_relaxed)) + " ";
  });
  return line + " [ " + sizes + "] schedticks=[ " + ticks + "]";
}

std::string describe(const G& g) {
  Status status = g.status.load(std::memory_order_acquire);
  Reason reason = g.reason.load(std::memory_order_relaxed);
  std::string text = "goroutine " + std::to_string(g.id) + " [";
  bool waits = status == Status::Waiting && reason != Reason::None;
  text += waits ? name_of(reason) : name_of(status);
  int64_t since = g.since.load(std::memory_order_relaxed);
  int64_t minutes = waits ? (now_ns() - since) / 60'000'000'000 : 0;
  if (minutes > 0) text += ", " + std::to_string(minutes) + " minutes";
  return text + "]";
}

}  // namespace lagoon::sched
