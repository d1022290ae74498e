#pragma once
// What a person reads when something ended badly: goroutine errors and the dump of all goroutines.

#include <string>

#include "bindings/runtime.h"

namespace lagoon::bindings {

// "\ncreated by goroutine 1 at main.lua:9", or "" for what the host started.
std::string created_by(const Goroutine& g);

// ` "name"`, or nothing.
std::string quoted_name(Runtime& runtime, Goroutine& g);

// The report of an error that escaped a goroutine.
std::string goroutine_error(Runtime& runtime, Goroutine& g, const vm::Failure& failure);

// Every goroutine with its id, name, state and Lua stack.  Stacks of goroutines that run at this
// moment on other threads are left out.  Any thread.
std::string dump_goroutines(Runtime& runtime);

// Flushes stdout, unless another thread holds it for longer than a moment.
void flush_output() noexcept;

// Ends all goroutines and closes all worker states but main's.  REQUIRES: the scheduler has stopped.
void close_states(Runtime& runtime);

}  // namespace lagoon::bindings
