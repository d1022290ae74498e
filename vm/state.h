#pragma once
// State: one Lua universe - a lua_State with its libraries, heap, allocator and collector - in
// which the coroutines of many goroutines live.  At most one thread is inside it at a time; whose
// turn it is, is the caller's business.

#include <cstddef>
#include <lua.hpp>
#include <memory>
#include <string>

namespace lagoon::vm {

class Heap;
struct Transfer;     // value transfer's part (transfer.h)
struct Environment;  // a goroutine's globals (environment.h)
struct Random;       // a stream of math.random (random.h)
class CoroPool;      // its coroutines (coro.h)

struct StateConfig {
  size_t memory_limit = 0;          // bytes; 0: none
  bool is_main = false;             // runs the script itself: its globals are the stock ones
  bool ignore_environment = false;  // -E
  // Called once, in a protected Lua frame, after the standard libraries are open and before
  // anything else runs: registers what the embedder adds.  May raise.
  void (*on_open)(lua_State* L, void* ud) = nullptr;
  void* on_open_ud = nullptr;
};

class State {
 public:
  // Opens a state.  Null: *why says so ("not enough memory", or on_open's error).
  static std::unique_ptr<State> open(const StateConfig& config, std::string* why);
  // Closes it: runs __gc and, innermost first, the <close> variables of whatever coroutine is left
  // to the caller's care (see Coro).  No thread may be inside.
  ~State();
  State(const State&) = delete;

  // The state L belongs to.  Any Lua frame; one load (lua_getextraspace, which coroutines inherit).
  static State& of(lua_State* L) noexcept { return **static_cast<State**>(lua_getextraspace(L)); }

  lua_State* lua() const noexcept { return L_; }  // its main thread
  Heap& heap() noexcept { return *heap_; }
  Transfer& transfer() noexcept { return *transfer_; }
  CoroPool& coros() noexcept { return *coros_; }
  bool is_main() const noexcept { return is_main_; }

  void* owner = nullptr;     // the embedder's: what this state is to it
  void* running = nullptr;   // the embedder's: whose coroutine runs now
  Random* random = nullptr;  // the stream math.random draws from now; never null in an open state

 private:
  State() noexcept;

  lua_State* L_ = nullptr;
  std::unique_ptr<Heap> heap_;
  std::unique_ptr<CoroPool> coros_;
  std::unique_ptr<Random> own_random_;  // of whatever runs outside goroutines
  Transfer* transfer_ = nullptr;        // made and freed by transfer.h
  bool is_main_ = false;
};

}  // namespace lagoon::vm
