#pragma once
// Goroutine: the one place where a Lua coroutine becomes a G.
//
// Life: made by a spawn (start_ is a message, or the coroutine already holds its function), run
// first by Runtime::run, which gives it a coroutine of the worker's pool; then resumed until it ends.
// Between resumes its coroutine is suspended at a lua_yieldk of ours (a block), at a yield of the
// preemption hook, or not at all: its C frames sleep on another M (sched's block_here).

#include <memory>
#include <string>
#include <vector>

#include "bindings/nesting.h"
#include "bindings/preempt.h"
#include "sched/event.h"
#include "sched/scheduler.h"
#include "sched/strand.h"
#include "vm/coro.h"
#include "vm/internals.h"
#include "vm/message.h"
#include "vm/pack.h"
#include "vm/random.h"
#include "vm/state.h"

namespace lagoon::bindings {

class Budget;
class File;
class Meter;
struct QuickWait;
class Runtime;
class Selection;
class Task;
struct Worker;
struct Job;

// What a goroutine gave up its stack for.
enum class Ask : uint8_t {
  None,     // it did not: its coroutine ended, or a yield of the script's own
  Park,     // its wait is open
  Yield,    // go.yield
  Preempt,  // the hook: its slice is over
  Exit,     // go.exit: never resumed, its <close> variables run
};

// io.input() and io.output(), counted; null: the standard ones.
struct DefaultFiles {
  File* input = nullptr;
  File* output = nullptr;
};

struct Goroutine;

struct FreeSelection {
  void operator()(Selection* selection) const noexcept;
};

// Of a goroutine that draws on a budget.
struct Drawing {
  Goroutine* next = nullptr;  // links in the list of the budget's members
  Goroutine* prev = nullptr;
  std::atomic<Budget*> over{nullptr};  // was used up, and that is why it is killed; one it draws on
  Meter* meter = nullptr;              // while it has a thread, if its CPU time is limited
};

// What most goroutines never have; made when one needs it, and kept with the G's memory.
struct Rare {
  Drawing drawing;
  std::vector<lua_State*> nested;     // coroutines of the script it is inside of, outermost first
  std::vector<vm::Message> incoming;  // received and being unpacked, but for the outermost (incoming.h)
  DefaultFiles files;                 // of a job: those of Runtime, which outlast it
  vm::Message var;                    // go.var inherited from the creator, until first use
  Goroutine* making = nullptr;        // a child it is making; owned until complete
  std::unique_ptr<Selection, FreeSelection> selection;  // made at its first select (selection.h)
};

// Why park() could not block.
enum class NoPark : uint8_t { None, Memory, Threads, Ending, Finalizer };

// What comes first is not written in the life of a goroutine that needs none of it; the rest begins where a line of
// the caches does, and takes three of them (sched/g.h).  What is smaller than a word stands together: a million
// records have a million times the gaps.
struct alignas(64) Goroutine : sched::G {
  Runtime* runtime = nullptr;
  std::unique_ptr<Rare> rare;  // null: it has nothing of that
  Budget* budget = nullptr;    // counted; the innermost that it draws on, or null.  While there is one, so is `rare`
  const QuickWait* quick = nullptr;  // what a quick method waits for (block.h), on `quick_on`
  vm::Shared* quick_on = nullptr;
  int64_t close_by = sched::kNever;  // once it is killed: when its <close> variables must end, in the thread's CPU time

  // What it holds outside Lua: function and arguments until it runs, then the message it unpacks, and a task's
  // results from its return until its end is published.
  vm::Message message;
  vm::Coro coro;             // its base coroutine; empty until first run
  lua_State* top = nullptr;  // the innermost coroutine, whose frames run or ran last
  Ask ask = Ask::None;
  NoPark failed = NoPark::None;
  bool is_main = false;                   // its end is the program's
  bool started = false;                   // its coroutine is made
  bool exposed = false;                   // the script has seen its base coroutine
  bool leaving = false;                   // go.exit was called where a yield is impossible
  bool closing = false;                   // its <close> variables run, for it ends
  bool here = false;                      // made by go.here: its coroutine holds function and arguments
  bool has_var = false;                   // its go.var table exists in its state
  std::atomic<bool> killed{false};        // it ends at its next stop, whatever it runs
  std::atomic<bool> interrupted{false};   // "interrupted!" is to be raised in it
  std::atomic<bool> was_canceled{false};  // for go.canceled(): never reset while it lives
  bool owns_budget = false;               // that was made for it
  std::atomic<bool> named{false};         // the runtime has a name for it
  uint16_t pinned = 0;                    // resumes on its chain that a yield cannot cross, and thread locks
  uint16_t thread_locks = 0;              // go.runtime.lock_thread
  // Where it was started; a dump may read them while it ends.
  std::atomic<int> created_line{0};
  std::atomic<const char*> created_in{nullptr};  // chunk name, interned by the runtime; null: by the host
  std::atomic<uint64_t> created_by{0};
  uint64_t chaos = 0;    // preempt.cpp
  Job* job = nullptr;    // instead of function and arguments: work a host thread waits for
  Task* task = nullptr;  // counted; null for a plain go
  vm::Environment own_environment;
  vm::Environment* environment = &own_environment;
  vm::Random random{};

  // Makes it if need be.  Null: no memory.
  Rare* make_rare() noexcept;
  Drawing& drawing() noexcept { return rare->drawing; }  // REQUIRES: budget
  // Of the thread it is on, if its CPU time is limited.
  Meter* meter() noexcept { return budget == nullptr ? nullptr : drawing().meter; }
  bool is_nested() const noexcept { return rare != nullptr && !rare->nested.empty(); }
  // Whether L, which runs, can be left by a yield.  Not if a C module calls it on a thread that nobody resumed.
  bool yieldable(lua_State* L) const noexcept { return pinned == 0 && top == L && lua_isyieldable(L); }
  // It is to end at its next stop, whatever catches errors on the way there; while its <close> variables
  // run, each of them is.
  bool doomed() noexcept { return closing ? overdue() : leaving || killed.load(std::memory_order_relaxed); }
  // Are its <close> variables running for longer than those of a killed goroutine may?
  bool overdue() noexcept;
};

// A worker state: a strand to the scheduler, a State to Lua.
struct Worker : sched::Strand {
  ~Worker();

  Runtime* runtime = nullptr;
  Budget* budget = nullptr;  // counted; whose memory this state is, or null
  std::unique_ptr<vm::State> state;
  int standard_files[3] = {};            // references to their handles, stdin first, in the state's registry
  std::atomic<sched::M*> on{nullptr};    // where it runs now, if it does, or ran last; stale at once
  std::shared_ptr<sched::Event> loaded;  // the next module to be loaded here is (module_wait.cpp)
  CoroutineSet inside;                   // coroutines in which parked goroutines sit, and exposed bases
  size_t nested_now = 0;                 // coroutines that goroutines of this state are inside of, parked or not
  vm::CallSite last_site;                // where the last goroutine was started here, by a Lua function
  int last_line = 0;                     // that place's
  char last_chunk[LUA_IDSIZE] = "";      // of the place that was looked up last, and what the runtime calls it
  const char* last_chunk_interned = "";
  size_t exposed = 0;  // exposed bases among `inside`
};

// The goroutine running in L's state.  Any Lua frame.
inline Goroutine& current(lua_State* L) noexcept { return *static_cast<Goroutine*>(vm::State::of(L).running); }
inline Worker& worker_of(lua_State* L) noexcept { return *static_cast<Worker*>(vm::State::of(L).owner); }
// Where a goroutine that has begun lives.
inline Worker& worker_of(const Goroutine& g) noexcept { return *static_cast<Worker*>(g.strand); }

// Makes g the one that runs in `state`: its globals, random stream and record.  The holder of the
// strand, after a switch.
void make_current(vm::State& state, Goroutine& g) noexcept;

// Makes a Fresh goroutine that runs the function at `func` with the `nargs` values above it, not
// spawned yet; inherits go.var and a split random stream from the caller.  `what` names the call in
// messages ("go", "go.task").  Raises when something cannot cross, or for lack of memory.  [-0, +0, v]
// limited: it will draw on a budget of its own.
Goroutine& make_goroutine(lua_State* L, int func, int nargs, const char* what, bool limited = false);

// The same for go.here: shares the caller's state and globals; to be given to spawn_in(worker_of(L)).
// The function and its arguments, the topmost values, move to the new coroutine.  [-(nargs+1), +0, v]
Goroutine& make_goroutine_here(lua_State* L, int nargs);

// Spawns what make_goroutine made: in the caller's own state where that is limited, else anywhere.
void start(lua_State* L, Goroutine& g) noexcept;

// The C function at the base of every goroutine's coroutine.
int goroutine_body(lua_State* L);

// io's default files pass on to a child (false: no memory), and are given up.
bool inherit_defaults(Goroutine& creator, Goroutine& child) noexcept;
void drop_defaults(DefaultFiles& files) noexcept;

// Forgets everything about an ended or discarded goroutine, so that its memory can be reused.
void reset(Goroutine& g) noexcept;

}  // namespace lagoon::bindings
