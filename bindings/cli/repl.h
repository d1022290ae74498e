#pragma once
// The read-eval-print loop.

#include <lagoon.h>

namespace lagoon::cli {

// Reads statements until the input ends, and runs each as main; goroutines that they start go on
// while the prompt waits.
void run_repl(lagoon_runtime* rt);

}  // namespace lagoon::cli
