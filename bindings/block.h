#pragma once
// How a C function of ours blocks its goroutine.
//
// The pattern, in every binding that may block:
//   1. decode the arguments into trivial locals;
//   2. call the native operation, which completes, or opens the G's wait and publishes it;
//   3. if it blocked:  return park(L, reason, object, deadline, ctx, k);   the last statement;
//   4. k runs when the wait is over, on the G's own stack: finish the operation, push the results.
// park() yields through every coroutine of the goroutine where a yield can get through, and blocks
// the M where it cannot (a sort comparator, a gsub callback): k cannot tell the difference.

#include "bindings/goroutine.h"
#include "vm/quick.h"
#include "vm/shared.h"

namespace lagoon::bindings {

// Gives up the stack until the open wait of the current goroutine ends, then goes on in k(L,
// LUA_YIELD, ctx).  When it cannot block (no memory, no thread left) the wait is closed, k runs at
// once, finish_park() says Canceled, and raise_canceled() raises the reason; so k undoes the
// operation in one way for both.  object: what it waits on, for dumps.  deadline: absolute monotonic ns.
int park(lua_State* L, sched::Reason reason, const vm::Shared* object, int64_t deadline, lua_KContext ctx,
         lua_KFunction k);

// The same where a yield cannot get through: returns when the wait has ended.
void park_in_place(lua_State* L, sched::Reason reason, const vm::Shared* object, int64_t deadline) noexcept;

// Scheduler::prepare for code that cannot throw.  False: no memory for the deadline's timer, and the
// wait is closed.  When somebody else has ended the wait meanwhile, its outcome stands and no
// deadline is needed.
[[nodiscard]] bool prepare_wait(Goroutine& g, sched::Reason reason, const vm::Shared* object,
                                int64_t deadline) noexcept;

// Blocks the M instead of giving up the stack, until g's prepared wait ends: for native code that must
// return.  Other goroutines of the state run meanwhile on other threads; what is current is put back.
// False: no thread is left, and the wait is closed (Outcome::Canceled).
[[nodiscard]] bool block_thread(Goroutine& g) noexcept;

// Gives way with the stack in place: others run on other threads, then this goroutine goes on.
void yield_thread(Goroutine& g) noexcept;

// Gives way with stack and state in place: goroutines of other states run.
void lend_processor(Goroutine& g) noexcept;

// How a wait ends that a quick method (vm/quick.h) began.  `end` leaves the results, if the wait has some that a quick
// method may leave; else it has a function called that raises, or builds what came.  Until then nothing
// stays linked and no value is held but in the goroutine: that call may lack memory.
struct QuickWait {
  sched::Reason reason;
  int (*end)(Goroutine& g, const vm::QuickCall& call);
};

// Whether the current goroutine can be parked from a quick method that L calls.   [-]
bool may_park_quickly(lua_State* L, const Goroutine& g) noexcept;
// For an open wait without a deadline: a quick method's answer.  [-]
int park_quickly(Goroutine& g, const QuickWait& how, vm::Shared& object) noexcept;
// What ends such waits, for vm::set_quick_end.
int end_quick_wait(lua_State* L, void* func);

// First thing in k: disarms the deadline and says how the wait ended.
sched::Outcome finish_park(lua_State* L) noexcept;

// Raises what a wait that ended as Outcome::Canceled means: the goroutine's `canceled` error object, or
// why park() could not block.  After the operation was undone; the last statement of a Lua frame.
int raise_canceled(lua_State* L);
// Whether that would be a cancellation that somebody asked for: who waits on all the same puts it back in the end
// (sched::G::canceled).
bool is_asked_for(Goroutine& g) noexcept;

// Ends a doomed goroutine: at once, or where a yield is impossible by an end that no pcall holds up
// (vm/internals.h), which C frames and coroutines below pass on.
// The last statement of a Lua frame.
int leave(lua_State* L);

// Gives way: to the tail of the global queue.  The last statement of a Lua frame.
int give_way(lua_State* L, lua_KContext ctx, lua_KFunction k);

// An optional timeout argument in seconds as an absolute deadline; none or nil: kNever; <= 0: now.
// Raises for anything but a number, and for nan.
int64_t opt_deadline(lua_State* L, int arg);
// A duration argument in seconds as nanoseconds, saturating.  Raises for anything but a number and nan.
int64_t check_duration(lua_State* L, int arg);

}  // namespace lagoon::bindings
