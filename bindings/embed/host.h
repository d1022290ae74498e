#pragma once
// The inside of the public interface: what its opaque types are, and what its files share.
//
// Nothing here throws into the host: each extern "C" function that may allocate runs inside
// guarded().  Lua frames are as everywhere (a function that takes a lua_State* owns nothing); what
// they need beyond their lifetime is in the Run, which outlives its goroutine.

#include <lagoon.h>

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "bindings/channel.h"
#include "bindings/runtime.h"

struct lagoon_error {
  lagoon_status status = LAGOON_ERR;
  std::string message;
  std::string traceback;
};

struct lagoon_other {
  lagoon::vm::Message message;
};

namespace lagoon::embed {

class Guest;
class Run;

// Fills in *err, unless err is null, and returns status.
lagoon_status fail(lagoon_error** err, lagoon_status status, std::string message = {},
                   std::string traceback = {}) noexcept;

// Runs f, which returns a status, and turns exceptions into one.
template <class F>
lagoon_status guarded(lagoon_error** err, F&& f) noexcept {
  try {
    return f();
  } catch (const std::bad_alloc&) {
    return fail(err, LAGOON_ENOMEM);
  } catch (const std::exception& e) {
    return fail(err, LAGOON_ERR, e.what());
  }
}

// Is this thread inside a goroutine, so that it must not wait in one of our functions?
inline bool inside_goroutine() noexcept { return sched::current_g() != nullptr; }

struct Native {
  std::string name;
  lagoon_cfunction open;
};

}  // namespace lagoon::embed

// Counted: by its handle, which lagoon_runtime_free gives up, and by each lagoon_chan.
struct lagoon_runtime {
  std::atomic<uint32_t> refs{1};
  lagoon_config config{};
  lagoon::bindings::RuntimeConfig settings;
  std::deque<lagoon::embed::Native> natives;  // fixed once started
  std::atomic<bool> warnings{false};          // for states made from now on

  std::mutex life_lock;  // guards owner, holds and the change of core
  std::unique_ptr<lagoon::bindings::Runtime> owner;
  std::atomic<lagoon::bindings::Runtime*> core{nullptr};  // owner once started, until free
  std::atomic<bool> closing{false};                       // shut down, or about to be
  uint32_t holds = 0;

  std::mutex shutdown_lock;  // one shutdown at a time

  std::mutex guests_lock;
  lagoon::embed::Guest* guests = nullptr;  // host threads that wait in a channel; guarded by guests_lock
  std::condition_variable guest_left;

  std::mutex run_lock;                                         // one run at a time
  std::vector<std::unique_ptr<lagoon::embed::Run>> abandoned;  // cancelled ones; guarded by run_lock

  // Starts it if it is not.  LAGOON_OK, LAGOON_ESHUTDOWN, LAGOON_ENOMEM or LAGOON_ERR.
  lagoon_status start(lagoon_error** err);
  void retain() noexcept { refs.fetch_add(1, std::memory_order_relaxed); }
  void release() noexcept;
};

// One owner of a channel in the host.
struct lagoon_chan {
  std::atomic<uint32_t> refs{1};
  lagoon_runtime* runtime;             // counted; held (lagoon_hold)
  lagoon::bindings::Channel* channel;  // counted
};

namespace lagoon::embed {

// A host thread that is about to wait as `g`; shutdown cancels it and waits until it has gone.
class Guest {
 public:
  Guest(lagoon_runtime& rt, sched::G& g);  // welcome() says whether it may wait
  ~Guest();
  Guest(const Guest&) = delete;
  bool welcome() const noexcept { return welcome_; }

 private:
  friend void send_guests_away(lagoon_runtime& rt);
  lagoon_runtime& rt_;
  sched::G& g_;
  Guest* prev_ = nullptr;
  Guest* next_ = nullptr;
  bool welcome_;
};

// Cancels every waiting host thread and waits until they have left.  After `closing` was set.
void send_guests_away(lagoon_runtime& rt);

// --- Values ------------------------------------------------------------------------------------

// Is it a value that a host may pass in?
bool valid(const lagoon_value* value) noexcept;
bool valid(const lagoon_value* values, size_t count) noexcept;

// A handle for a channel, taking over the caller's reference; null, and the reference given up: no
// memory.
lagoon_chan* wrap(lagoon_runtime& rt, bindings::Channel* channel) noexcept;

// A copy that owns what it refers to.  False: no memory; *out is nil.
bool copy_value(const lagoon_value& value, lagoon_value* out) noexcept;

// A copy of the value as a message, and the value of a message, which is given away in any case.
// LAGOON_OK or LAGOON_ENOMEM.
lagoon_status to_message(const lagoon_value& value, vm::Message* out) noexcept;
lagoon_status from_message(lagoon_runtime& rt, vm::Message& message, lagoon_value* out) noexcept;

// Pushes the value.  A Lua frame.                                                  [-0, +1, e]
void push_value(lua_State* L, const lagoon_value& value);
// Fills in *out, which is nil so far, with a copy of what is at idx; raises where it cannot cross.
// A Lua frame.                                                                           [-0, +0,
// v]
void take_value(lua_State* L, int idx, lagoon_runtime& rt, lagoon_value* out);

}  // namespace lagoon::embed
