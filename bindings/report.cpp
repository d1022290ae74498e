#include "bindings/report.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <vector>

#include "bindings/task.h"
#include "vm/shared.h"

namespace lagoon::bindings {

std::string quoted_name(Runtime& runtime, Goroutine& g) {
  std::string name = runtime.name_of(g);
  return name.empty() ? name : " \"" + name + "\"";
}

std::string created_by(const Goroutine& g) {
  const char* where = g.created_in.load(std::memory_order_relaxed);
  if (where == nullptr) return "";
  return "\ncreated by goroutine " + std::to_string(g.created_by.load(std::memory_order_relaxed)) + " at " + where +
         ":" + std::to_string(g.created_line.load(std::memory_order_relaxed));
}

std::string goroutine_error(Runtime& runtime, Goroutine& g, const vm::Failure& failure) {
  return "lagoon: " + failure.message + "\ngoroutine " + std::to_string(g.id) + " [running]" + quoted_name(runtime, g) +
         ":\n" + failure.traceback + "\n";
}

void flush_output() noexcept {
  for (int tries = 0; tries < 200; ++tries) {
    if (ftrylockfile(stdout) == 0) {
      fflush_unlocked(stdout);
      funlockfile(stdout);
      return;
    }
    struct timespec pause {
      0, 1'000'000
    };
    nanosleep(&pause, nullptr);
  }
}

void close_states(Runtime& runtime) {
  std::vector<Goroutine*> all;
  runtime.scheduler().each_g([&](sched::G& g) { all.push_back(static_cast<Goroutine*>(&g)); });
  std::sort(all.begin(), all.end(), [](auto* a, auto* b) { return a->id > b->id; });
  for (Goroutine* g : all) runtime.abandon(*g);
  runtime.scheduler().each_strand([](sched::Strand& strand) { static_cast<Worker&>(strand).state.reset(); });
  runtime.main_worker()->state.reset();
}

}  // namespace lagoon::bindings
