#pragma once
// G: a goroutine as the scheduler sees it.  The client derives its own type and adds the body.
//
// A G's memory is type-stable: it is reused for later goroutines but never returned while the
// scheduler lives, so a stale pointer (a late timer, a canceller) finds a G whose Wait refuses the
// old ticket, never freed memory.

#include <atomic>
#include <cstdint>

#include "sched/parcel.h"
#include "sched/timer.h"
#include "sched/wait.h"

namespace lagoon::sched {

class M;
class Scheduler;
class Strand;
class WaitQueue;
struct G;

// What a run queue holds: a G that has not started yet, or a strand with ready Gs.
struct Item {
  enum class Kind : uint8_t { G, Strand };
  explicit Item(Kind kind) : kind(kind) {}
  Item* next = nullptr;  // link in an intrusive queue; the queue's owner
  const Kind kind;
};

// Where a G is in its life, and who owns it there.
enum class Status : uint8_t {
  Fresh,    // made, not started; owned by the run queue (or by whoever is spawning it)
  Ready,    // in its strand's ready list
  Running,  // on the M that holds its strand
  Waiting,  // its Wait is open or about to be delivered; owned by nobody
  Syscall,  // its M is inside a blocking call of the operating system; owned by that M
  Dead,     // ended; owned by the free list
};

// Why a G waits; shown in dumps, in Go's words.
enum class Reason : uint8_t {
  None,
  ChanReceive,
  ChanSend,
  Select,
  SelectNoCases,
  Sleep,
  MutexLock,
  RWMutexRLock,
  RWMutexLock,
  CondWait,
  WaitGroupWait,
  Semaphore,
  Once,
  Join,
  Group,
  IoWait,
  Syscall,
  Host,
};
const char* name_of(Status status) noexcept;  // "runnable", "running", ...
const char* name_of(Reason reason) noexcept;  // "chan receive", "select (no cases)", ...

// How a wait ended.
enum class Outcome : uint8_t {
  Fired,     // G::fired says which waiter
  Timeout,   // the deadline given to Scheduler::prepare passed
  Canceled,  // Scheduler::cancel hit it
};

// One place in one queue where a G waits.  Lives in the G (or in memory the G keeps until the wait
// is finished); linked and unlinked under the lock of the queue's object.
struct Waiter {
  Waiter* prev = nullptr;
  Waiter* next = nullptr;
  WaitQueue* queue = nullptr;  // null: not linked
  G* g = nullptr;
  Wait::Ticket ticket = 0;
  int index = 0;    // the select case it stands for
  bool ok = false;  // outcome: a value was passed (false: closed)
  Parcel parcel;    // a sender's value until taken; a receiver's once fired
};

// What a start and an end write lies in the first 64 bytes, apart from what only waiting does: Gs go from one
// processor's cache to another's and back, and each line that is written costs them a miss.
struct G : Item {
  G() : Item(Kind::G) {}
  G(const G&) = delete;

  std::atomic<Status> status{Status::Dead};
  std::atomic<Reason> reason{Reason::None};
  std::atomic<bool> canceled{false};  // a cancellation nobody has seen yet
  Outcome outcome = Outcome::Fired;   // of the wait: written by the claimer between claim() and deliver()
  bool alone = false;                 // starts in a strand of its own; set before it is spawned
  bool foreign = false;               // stands for a thread of the host; deliver wakes `blocked`'s note instead
  std::atomic<uint64_t> id{0};        // set at spawn; main is 1
  Strand* strand = nullptr;           // null until first run, then for life
  Waiter* fired = nullptr;            // as `outcome`
  M* blocked = nullptr;               // its stack sleeps on this M (blocking where a yield is impossible), or null
  std::atomic<const void*> waits_on{nullptr};  // the object, for dumps only

  std::atomic<int64_t> since{0};  // Waiting since (monotonic ns), for dumps only
  Wait wait;
  Waiter waiter;                   // for operations that wait in one queue
  Timer timer;                     // for the operation's deadline, or its sleep
  Scheduler* scheduler = nullptr;  // set once, when the memory is made
};

// Has the caches fetch a G, or anything, that will run soon, with what the client has added to it.
inline void fetch(const void* soon) noexcept {
  for (size_t at = 0; at < sizeof(G) + 256; at += 64) __builtin_prefetch(static_cast<const char*>(soon) + at, 1);
}

// The same for one that will be started, to write in it (the processor that had it need not be asked again): its first
// line, and three of what the client has added, from where a line begins.
inline void fetch_to_start(const Item* soon) noexcept {
  constexpr size_t kLine = 64, kClients = (sizeof(G) + kLine - 1) / kLine * kLine;
  const char* g = reinterpret_cast<const char*>(soon);
  __builtin_prefetch(g, 1);
  for (size_t at = kClients; at < kClients + 3 * kLine; at += kLine) __builtin_prefetch(g + at, 1);
}

}  // namespace lagoon::sched
