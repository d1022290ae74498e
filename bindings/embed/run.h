#pragma once
// Run: one piece of work for main that a host thread waits for, with everything it needs and
// yields.
//
// Its body calls the script's function as lua's docall does, with a handler that takes the error's
// text and traceback where it is raised.  It is the C function at the base of main's coroutine, so
// tracebacks end in "[C]: in ?".
//
// A Run owns copies of its inputs, because a run that a fatal error cancels returns to the host
// while its goroutine may still be at work; the runtime keeps such a Run until it is freed itself.

#include "bindings/embed/host.h"

namespace lagoon::embed {

class Run {
 public:
  explicit Run(lagoon_runtime& rt) : rt(rt) {}
  virtual ~Run();
  Run(const Run&) = delete;

  // Pushes a function and its arguments, and returns their number.                  [-0, +1+n, e]
  virtual int push(lua_State* L) = 0;
  // Sees what the function returned: the `count` topmost values.  The default hands them to
  // the host if it wants them.                                                     [-?, +0, e]
  virtual void finish(lua_State* L, int count);

  // Copies the inputs.  Throws bad_alloc.
  void set_args(const lagoon_value* values, size_t count);

  // For push: raises the error of a chunk that did not load, given load's status; the error value
  // is on the stack.
  int raise_load_error(lua_State* L, int load_status);
  // For push, where the work is done there: pushes a function that returns its arguments.
  static int push_pass(lua_State* L);
  // For push: pushes the arguments and returns their number.
  int push_args(lua_State* L);

  lagoon_runtime& rt;
  std::vector<lagoon_value> args;
  bool want_results = false;
  lagoon_values results{nullptr, 0};
  lagoon_status failed_as = LAGOON_ERR;  // what an error means
  bool traced = true;                    // an error shows its traceback

 private:
  friend lagoon_status perform(std::unique_ptr<Run>& run, lagoon_values* results, lagoon_error** err);
  static int body(lua_State* L, void* ud);
  static int ended(lua_State* L, int status, lua_KContext run);
  static int handle_error(lua_State* L);
  void note(const char* message, const char* traceback) noexcept;

  bindings::Job job_;
  bool noted_ = false;  // message_ and traceback_ are the error's, as it was raised
  std::string message_;
  std::string traceback_;
};

// Starts the runtime if need be, runs it, and hands out its results (unless null) or its error.  A
// run that was cancelled moves to the runtime.
lagoon_status perform(std::unique_ptr<Run>& run, lagoon_values* results, lagoon_error** err);

// perform(new R(rt, args...)), with exceptions turned into statuses.
template <class R, class... Args>
lagoon_status perform(lagoon_runtime* rt, lagoon_values* results, lagoon_error** err, Args&&... args) noexcept {
  if (rt == nullptr) return fail(err, LAGOON_EINVAL);
  return guarded(err, [&] {
    std::unique_ptr<Run> run(new R(*rt, std::forward<Args>(args)...));
    return perform(run, results, err);
  });
}

}  // namespace lagoon::embed
