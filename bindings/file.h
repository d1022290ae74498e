#pragma once
// Files: `io`'s, as shared objects.
//
// A file is a C FILE, and its buffer the FILE's.  What touches only the buffer costs what it costs
// in stock Lua.  Before a call that the operating system may hold up, the goroutine waits until the
// descriptor is ready, if it is one that the poller knows (a pipe, a terminal, a socket); the call
// itself is made outside of the state (outside.h).  No descriptor is made non-blocking: those we
// inherit are shared with other processes.
//
// Tried and dropped: buffers of our own over the descriptor, with a FILE beside them for C modules.
// What a module writes to its FILE, or has read ahead, and what we have would come out in any
// order; FILEs that modules make would need all of this besides; and exit() flushes FILEs.
//
// A userdata is what C modules know, a luaL_Stream, with a vm::Handle behind it.  FILE and name are
// the same in every state.  A file that is closed in one state while others have it keeps its FILE,
// empty and over /dev/null, until the last handle goes: a C module there may still look at it.
//
// One goroutine at a time is inside a call on a file (`turn`); to it a call is one piece.  It keeps
// no lock of C's while it comes back into a state (outside.h says why).

#include <sys/types.h>

#include <cstdio>

#include "bindings/goroutine.h"
#include "sched/descriptor.h"
#include "sched/sync.h"
#include "vm/shared.h"

namespace lagoon::bindings {

extern const vm::SharedType kFileType;

class File final : public vm::Shared {
 public:
  enum class Kind : uint8_t {
    Standard,  // never closed
    Owned,
    Process,  // of io.popen: who closes it waits for the process
    Foreign,  // a C module's own, in one state; closed by that module's function
  };
  File(std::FILE* stream, Kind kind, pid_t process = 0) noexcept;
  ~File() override;

  Kind kind() const noexcept { return kind_; }
  std::FILE* stream() const noexcept { return stream_; }  // by whom turn is
  bool closed() const noexcept { return closed_.load(std::memory_order_acquire); }

  // Inside the state of a handle, and told how many references are known to be this goroutine's and
  // this state's: whether nobody else can have the file.  Then only goroutines of this state are to
  // be kept off, and none of them runs: while no turn is taken, the FILE is the caller's until it
  // leaves the state, parks or lets the collector run.
  bool alone(uint32_t known = 1) const noexcept { return kind_ != Kind::Standard && references() == known; }
  bool free_for_all() const noexcept { return !turn.locked() && !closed(); }

  sched::Mutex turn;

  // --- By whom turn is; g: the running goroutine, or null.

  // Whether a call in that direction would be held up.  Done: it may be made; Busy: wait() first.
  sched::Result look(Goroutine* g, sched::Side side) noexcept;
  // Done: it may be made; Blocked: g parks with deadline kNever, then finish_wait(); Closed:
  // another goroutine is closing the file.
  sched::Result wait(Goroutine& g, sched::Side side) noexcept;
  sched::Result finish_wait(Goroutine& g, sched::Side side) noexcept;  // Done, Closed, Canceled
  // Whether look() may ever say Busy, so that calls had better be short.
  bool pollable() noexcept;
  // Takes over what a C module has done to its own luaL_Stream.
  void look_again(std::FILE* stream) noexcept { stream_ = stream; }

  // Flushes and closes; its process is the caller's then.  0, or an errno.  Outside of the state.
  int close() noexcept;
  pid_t process() const noexcept { return process_; }

  // --- Any thread.
  // Ends the wait of whoever waits for readiness, for the caller wants to close the file.  From
  // then on its calls are made without such a wait.
  void interrupt() noexcept;
  // A handle was made, whose front is this, or is given up.
  void dress(luaL_Stream& front) noexcept;
  void undress() noexcept { handles_.fetch_sub(1); }

 private:
  enum class Polled : uint8_t { Unknown, Yes, No };
  bool ready(sched::Side side) const noexcept;
  bool watch(Goroutine& g) noexcept;
  int close_stream() noexcept;
  int empty_stream() noexcept;
  void flush_if_idle() noexcept;

  const Kind kind_;
  Polled polled_ = Polled::Unknown;
  std::atomic<bool> closed_{false};  // never reset
  std::atomic<int> handles_{0};
  const pid_t process_;
  std::FILE* stream_;
  std::atomic<sched::Descriptor*> watched_{nullptr};  // of a duplicate; made when first needed, for good
  File* next_ = nullptr;                              // in the list of all
  File* prev_ = nullptr;

  friend void flush_all_files() noexcept;
};

// Flushes what every file has buffered but those in use just now, for which C's fflush(NULL) would
// wait. Outside of any state.
void flush_all_files() noexcept;

// --- Lua frames

// What closes a file, as C modules know it from luaL_Stream: f:close().
int close_file(lua_State* L);

// The file at arg, open; raises.  One that is a C module's gets its File here.               [-0,
// +0, v]
File& check_file(lua_State* L, int arg);
// Whether the file at arg, which is one, is closed.
bool is_closed(lua_State* L, int arg) noexcept;

// The goroutine's default files.  Pushes it; whatever it is, open or closed.                [-0,
// +1, m]
enum class Default : uint8_t { Input, Output };
void push_default(lua_State* L, Default which);
File& check_default(lua_State* L, Default which);  // raises if it is closed
void set_default(lua_State* L, Default which, int arg);

}  // namespace lagoon::bindings
