#pragma once
// Scripts that start goroutines, without a scheduler: go(f, ...) runs f at once, to its end, in a
// state that the placement chooses, and returns what f returned; copy(...) packs and unpacks.
//
// The same script must pass wherever goroutines run.

#include <gtest/gtest.h>

#include <lua.hpp>
#include <memory>
#include <string>
#include <vector>

#include "vm/state.h"

namespace lagoon::test {

enum class Placement {
  One,    // every goroutine in the main state's twin: one worker state for all
  Fresh,  // each in a state of its own
  Same,   // in the state of its creator
};

enum class Collector {
  Busy,  // collects all the time, so that whatever is not anchored is found out
  Calm,  // for scripts with much data
};

class World {
 public:
  explicit World(Placement placement, Collector collector = Collector::Busy);
  ~World();

  // Runs a script in main.  "" or the error.
  std::string run(const std::string& script);

  vm::State& main() { return *states_.front(); }
  // Where the next goroutine of `from` goes.
  vm::State& place(vm::State& from);

 private:
  vm::State& open(bool is_main);

  Placement placement_;
  Collector collector_;
  std::vector<std::unique_ptr<vm::State>> states_;
};

// The script passes under every placement.
void expect_passes(const std::string& script, Collector collector = Collector::Busy);
// It fails under every placement, with an error that contains `message`.
void expect_fails(const std::string& script, const std::string& message);

}  // namespace lagoon::test
