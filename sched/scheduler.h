#pragma once
// The scheduler: Gs on Ms through Ps, in strands.  README.md of this room has the theory.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "sched/g.h"

namespace lagoon::sched {

class Core;
class Netpoll;
class Woken;

// What a G did with the stack it was given.
enum class Step : uint8_t {
  Done,     // it ended; its strand has one live G less
  Park,     // its Wait is open and it has left its stack
  Yield,    // it gave way (go.yield): to the tail of the global queue, with its strand
  Preempt,  // its slice was over
};

// What the scheduler asks of whoever owns the goroutines' bodies.
class Client {
 public:
  virtual ~Client() = default;

  // Runs g (Fresh or Ready until now) until it ends or gives up its stack.  Called on the M that
  // holds the strand; this call is the strand's exclusive use.
  virtual Step run(Strand& strand, G& g) = 0;

  // g, whose wait for a time has ended, runs soon: has the caches fetch what running it needs.  Any thread that
  // has ended the wait, with no lock held.
  virtual void fetch(G&) noexcept {}

  // Makes a strand (a worker state), or returns null when none can be made now.  Any M.  `alone`: the
  // G it is for, or null; without a strand of its own that one starts in some other.
  virtual Strand* open_strand(G* alone) = 0;
  virtual void close_strand(Strand& strand) = 0;  // no live G, never run again

  // Memory for one G, constructed; asked for in batches, returned at ~Scheduler only.
  virtual G* make_g() = 0;
  virtual void free_g(G& g) = 0;

  // Asks what runs on `m` to give way soon: its slice is over.  From sysmon or a waker; m may have
  // moved on meanwhile.
  virtual void interrupt(M& m) noexcept = 0;

  // Scheduler::poke() was called since the last time.  On sysmon's thread, with no lock held, so not for long.
  virtual void poked() {}

  // Nothing can ever run again: no M runs, no timer is armed, nobody polls, no source is held.
  // Also when no G is left at all (live() tells).  Once; on some M, with no lock held.  The scheduler
  // is left as it is.
  virtual void all_asleep() = 0;

  // Thread life cycle, on that thread.
  virtual void thread_started(M&) {}
  virtual void thread_ending(M&) {}
};

struct Config {
  unsigned procs = 0;                                                               // 0: default_procs()
  unsigned max_threads = 4096;                                                      // Ms, blocked ones included
  int64_t slice_ns = 10'000'000;                                                    // the turn of a strand on a P
  enum class Place : uint8_t { Normal, One, Fresh, Random } place = Place::Normal;  // LAGOON_DEBUG=place=
  bool shake = false;         // LAGOON_DEBUG=shake=1: random queue order and steals, for tests
  int64_t schedtrace_ms = 0;  // LAGOON_DEBUG=schedtrace=
};

// CPUs this process may use: affinity and cgroup quota (rounded up), at least 1.
unsigned usable_cpus() noexcept;

struct Stats {
  unsigned procs, idle_procs, threads, idle_threads, spinning;
  size_t goroutines;  // live
  size_t runnable_items, strands;
  uint64_t spawned, steals, parks, preemptions, handoffs, overflows;
};

class Scheduler {
 public:
  Scheduler(const Config& config, Client& client);
  ~Scheduler();  // REQUIRES: stopped; frees every G
  Scheduler(const Scheduler&) = delete;

  // Stops taking work: every M ends as soon as its G gives up its stack (interrupt() is sent until
  // it does).  Waits at most `grace_ns`; false: some M is still inside a call that does not return.
  // A thread that is no M.
  bool stop(int64_t grace_ns);

  // --- making goroutines -----------------------------------------------------------------------
  // A dead G with a new id, Fresh, wait word kept.  Any thread.  Null: out of memory.
  G* acquire();
  // Gives back a G that was acquired and never spawned.
  void discard(G& g);
  // Puts a Fresh g up to be run: in runnext of the running P, or in the global queue from a thread
  // that is no M.  Any strand may be chosen for it, or one is made (G::alone) that only spawn_in adds to and
  // that is closed after its last G.  Then wakes a P if one is idle.
  void spawn(G& g);
  // The same, but g is to start in `strand` (go.here, main): one of open_strand's with a live G in it,
  // or one of the caller's own, which must outlive the scheduler.
  void spawn_in(Strand& strand, G& g);

  // --- blocking --------------------------------------------------------------------------------
  // After g opened its wait and published its waiters: arms the deadline (absolute ns, kNever: none)
  // and notices a cancellation that came before.  Then g gives up its stack with Step::Park, or by
  // block_here().  g, running.  Throws bad_alloc (before anything was armed).
  void prepare(G& g, Reason reason, const void* object, int64_t deadline = kNever);
  // After it got its stack back: disarms the deadline.  (The waiters are the object's business.)
  void finish(G& g) noexcept;
  // Blocks this M until g's wait is delivered, for a G that cannot leave its stack: hands P and strand to
  // another M, and has g's strand back on return.  False, at once and with the wait closed again
  // (Outcome::Canceled): the thread limit is reached.  g, running; wait opened, prepared.
  [[nodiscard]] bool block_here(G& g);
  // Lets others use the P, if any wait for one, until g's turn comes again; meanwhile nobody runs in g's
  // strand.  For a G that gives way where its strand must not be seen.  g, running.
  void lend_processor(G& g);
  // Makes a waiting g runnable: its deliver() returned true.  Any thread.
  void ready(G& g);
  // Marks g cancelled and ends the wait it is in, if any.  Any thread; the caller keeps g alive.
  void cancel(G& g);
  // The same for a timer's fire(): who is to be made ready goes to `woken`.
  void cancel(G& g, Woken& woken) noexcept;

  // --- long calls ------------------------------------------------------------------------------
  // Brackets a call of the operating system that may block: sysmon may take P and strand away after 20 us;
  // exit_syscall returns with g's strand held again; true: nobody else has had it.  g, running.
  // `long_one`: hand off at once.  False: the thread limit is reached, so nobody could go on
  // meanwhile; g still runs, and there is nothing to exit.
  [[nodiscard]] bool enter_syscall(G& g, bool long_one = false);
  bool exit_syscall(G& g);

  // --- timers ----------------------------------------------------------------------------------
  // Arms t on the running P (or P 0) and breaks the poller's sleep if t is earlier.  Any thread.
  void start_timer(Timer& t);

  // --- threads of the host ---------------------------------------------------------------------
  // A G that stands for the calling thread, which is no M, so that it can wait on objects: open,
  // publish, prepare, then wait_foreign(g).  Give it back with release_foreign.
  G* acquire_foreign();
  void wait_foreign(G& g);
  void release_foreign(G& g);
  // Has sysmon call Client::poked(), soon, and once for all pokes until then.  Async-signal-safe.
  void poke() noexcept;
  // While at least one source is held, "everybody asleep" is not a deadlock: the host may still act.
  void add_source() noexcept;
  void drop_source() noexcept;

  // --- control and looking in --------------------------------------------------------------------
  unsigned procs() const noexcept;
  // Changes the number of Ps while running, without stopping the world; returns the old number.
  unsigned set_procs(unsigned n);
  Stats stats() const;
  // Calls f for every G that is not Dead.  Racy by nature: for dumps and counts.  Any thread.
  void each_g(const std::function<void(G&)>& f);
  // Calls f for every strand, under the lock of the strand list.
  void each_strand(const std::function<void(Strand&)>& f);
  // Lets go of a strand that the caller, who is not running it, got by try_take(): to look at it.
  void release(Strand& strand);
  size_t live() const noexcept;  // goroutines started or waiting to start

  Client& client() noexcept { return client_; }
  const Config& config() const noexcept { return config_; }
  Netpoll& netpoll() noexcept;

 private:
  Config config_;
  Client& client_;
  std::unique_ptr<Core> core_;
};

// The G running on this thread, or null.
G* current_g() noexcept;

}  // namespace lagoon::sched
