#pragma once
// Slabs: the memory of goroutines, side by side and never given back before the end.
//
// A goroutine's memory outlives it (sched/g.h), so nothing is ever freed here, and a record needs no header.  The
// first slabs are on small pages, taken as they are touched; with thousands of goroutines huge pages follow.  From
// malloc, 1,000,000 of them were 120,000 page faults, and as many calls of the system where a thread's arena grew.
//
// One thread at a time.

#include <cstddef>
#include <vector>

#include "bindings/goroutine.h"

namespace lagoon::bindings {

class Slabs {
 public:
  Slabs() = default;
  ~Slabs();  // REQUIRES: every goroutine was destroyed
  Slabs(const Slabs&) = delete;
  Slabs& operator=(const Slabs&) = delete;

  // A new goroutine, or null: no memory.  Throws bad_alloc.
  Goroutine* make();
  void destroy(Goroutine& g) noexcept;

 private:
  bool grow();

  std::vector<void*> slabs_;
  char* next_ = nullptr;  // what is left of the last one
  char* end_ = nullptr;
};

}  // namespace lagoon::bindings
