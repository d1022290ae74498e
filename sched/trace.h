#pragma once
// Trace: the scheduler seen from outside, as text.

#include <cstdint>
#include <string>

namespace lagoon::sched {

class Core;
struct G;

// One line in the manner of Go's schedtrace, without a newline:
//   SCHED 12ms: gomaxprocs=4 idleprocs=1 threads=6 spinningthreads=0 idlethreads=2 strands=5
//   runqueue=0 [ 0 3 0 0 ] schedticks=[ 12 7 9 0 ]
std::string trace_line(Core& core, int64_t since_start_ns);

// "goroutine 18 [chan receive, 3 minutes, blocked on its thread]"; racy by nature.
std::string describe(const G& g);

}  // namespace lagoon::sched
