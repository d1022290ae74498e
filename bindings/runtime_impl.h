#pragma once
// What a Runtime keeps to itself; for runtime.cpp, ending.cpp and jobs.cpp.

#include <condition_variable>
#include <list>
#include <mutex>
#include <unordered_map>
#include <unordered_set>

#include "bindings/runtime.h"
#include "bindings/slabs.h"

namespace lagoon::bindings {

struct Runtime::Impl {
  Slabs slabs;  // used by the scheduler, which ends before this
  std::unique_ptr<Worker> main;

  std::mutex jobs_lock;
  std::condition_variable job_done;
  std::list<Job*> jobs;  // given and not ended; guarded by jobs_lock
  std::string fatal;     // why no job can run any more; guarded by jobs_lock

  std::mutex names_lock;
  std::unordered_map<Goroutine*, std::string> names;  // guarded by names_lock
  std::unordered_set<std::string> chunks;             // guarded by names_lock; never shrinks

  std::mutex report_lock;

  Goroutine* main_g = nullptr;  // guarded by jobs_lock
  // Counts the changes of main_g, so that an interrupt hits the run it was meant for, or none.
  std::atomic<uint64_t> turn{0};
  std::atomic<uint64_t> interrupted_turn{0};
};

}  // namespace lagoon::bindings
