#pragma once
// A shell command that a goroutine waits for: in the poller where that knows processes, else on a thread.

#include <lua.hpp>

#include "bindings/process.h"
#include "sched/descriptor.h"
#include "vm/box.h"

namespace lagoon::bindings {

// A started process that is somebody's to wait for.  Who gives it up first forsakes it.
class Child {
 public:
  Child(pid_t process, bool in_place) noexcept : process_(process), in_place_(in_place) {}
  Child(const Child&) = delete;
  ~Child();

  // Makes what the poller knows.  False: it knows no processes, or has no room.
  bool watch(sched::Scheduler& scheduler) noexcept;
  sched::Descriptor& watched() noexcept { return *watched_; }

  bool bury() noexcept { return ended_ = bury_process(process_, &status_, &error_); }
  void wait() noexcept;
  // Once it has ended: as waitpid has it, or -1 and an errno.
  int status() const noexcept { return status_; }
  int error() const noexcept { return error_; }

 private:
  const pid_t process_;
  const bool in_place_;  // started so
  bool ended_ = false;
  int status_ = -1;
  int error_ = 0;
  sched::Descriptor* watched_ = nullptr;
};

// --- Lua frames

// Where the frame that waits has its child.
constexpr int kChildIndex = 2;
// Pushes an empty one there.                                                               [-0, +1, m]
inline vm::Box<Child>* push_child(lua_State* L) { return vm::Box<Child>::push(L); }
// Waits for its end and returns what os.execute does; or nothing, `quiet`.  The last statement of a Lua frame.
int await_child(lua_State* L, bool quiet);

}  // namespace lagoon::bindings
