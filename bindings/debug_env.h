#pragma once
// The environment variables that change how a runtime runs: LAGOON_PROCS and LAGOON_DEBUG.
//
// LAGOON_DEBUG is a list of words, separated by commas:
//   place=one|fresh|random    where goroutines start; must not change what a script prints
//   schedtrace=MS             a line about the scheduler on stderr every MS milliseconds
//   shake=1                   random queue order and steals
//   threads=N                 how many threads there may be, those in blocking calls included
//   preempt=signal|count|off  how goroutines that do not give way are interrupted
//   preempt=every:N           ... at every N-th instruction; every:random, at random ones, and
//   every:random:SEED

#include <string>

#include "bindings/runtime.h"

namespace lagoon::bindings {

// Reads a LAGOON_DEBUG text into the configuration.  False: *why names the word that is wrong.
bool read_debug(const char* text, RuntimeConfig* config, std::string* why);

// Reads a number of processors: 1 .. 1024.  False: it is none.
bool read_procs(const char* text, unsigned* procs) noexcept;

// Reads both variables, as far as they are set; LAGOON_PROCS only if the configuration leaves the
// number open.  False: *why names the variable and what is wrong with it.
bool read_environment(RuntimeConfig* config, std::string* why);

}  // namespace lagoon::bindings
