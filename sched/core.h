#pragma once
// Core: what a Scheduler is made of, shared by its source files and by its Ms.
//
//   procs.cpp     Ps and Ms: idle lists, start, park, hand-off, number of Ps
//   deadlock.cpp  whether anything can run again
//   find.cpp      where an M looks for work
//   blocking.cpp  Ms that leave with a G on their stack
//   sysmon.cpp    the thread that watches the others
//   scheduler.cpp the public face
//
// The wake-up protocol in two sentences.  Whoever makes something runnable enqueues it, then (after
// a fence) looks whether a P is idle and nobody spins, and if so starts a spinning M.  Whoever
// stops looking first says so (puts its P on the idle list, stops counting as spinning), then
// (after a fence) looks at every queue once more.

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "sched/g_pool.h"
#include "sched/lock.h"
#include "sched/m.h"
#include "sched/netpoll.h"
#include "sched/note.h"
#include "sched/p.h"
#include "sched/place.h"
#include "sched/queues.h"
#include "sched/scheduler.h"
#include "sched/spentq.h"

namespace lagoon::sched {

class Core {
 public:
  static constexpr unsigned kMaxProcs = 1024;
  static constexpr uint32_t kFairTick = 61;  // every 61st turn takes from the global queue first

  Core(Scheduler& scheduler, const Config& config, Client& client);
  ~Core();

  // --- making things runnable; p is the caller's
  void put(P& p, Item& item);       // behind everything on p
  void put_next(P& p, Item& item);  // before everything on p
  void inject(Item& item);          // behind its kind in the global queue; any thread
  // Puts a strand or fresh G where this thread can, first in line, and wakes a P.  Any thread.
  void submit(Item& item);
  // The same for a strand that the running G has readied.
  void submit_ready(Strand& strand);
  // The same for a strand that a push has just made Queued: the caller's.
  void submit(Strand& strand);
  // Takes such a strand out of the queue of the spent, if it was there.
  void withdraw(Strand& strand);
  // Lets go of a held strand whose turn on p is over, behind everything that was woken.  The owner of
  // p, if somebody may wait.
  void lay_aside(P& p, Strand& strand);
  // Starts a spinning M if a P is idle and nobody spins.  Any thread, after enqueueing.
  void wakep();
  void wakep_after_fence();  // the caller's

  // --- find.cpp; m has a P on entry
  // The next item for m, or null: m has no P any more and must park.
  Item* find(M& m);
  // A strand that is queued somewhere, not as `next`, or null.
  Strand* find_strand(M& m);

  // --- procs.cpp
  // Parks m, which has no P, until it has one or the scheduler stops.
  void stop_m(M& m);
  // Gives p to an idle or new M (p null: an idle P, if any).  `spinning`: the M counts as spinning,
  // which the caller has already added.  No lock held.
  void start_m(P* p, bool spinning);
  // Passes on the P of an M that leaves with a G on its stack.  The owner of p.
  void hand_off(P& p);
  // Counts an M that is to be without a P, with a G on its stack, until it is handed one: there is
  // always another M to do that.  False: there can be none, at the limit of threads.
  [[nodiscard]] bool count_away();
  void count_back();
  void give(M& m, P& p);  // m, asleep or being made, is to run p
  P* acquire_idle_p();    // Running and the caller's, or null; takes the lock
  void retire(P& p);      // the owner of p
  bool surplus(const P& p) const noexcept { return p.id >= procs.load(std::memory_order_seq_cst) && !p.stands_in(); }
  unsigned set_procs(unsigned n);
  void start_spare(P& stuck, uint64_t run);  // an M on a P beyond the number, until that run ends
  bool any_busy_p() const;  // a P that is neither idle nor retired; REQUIRES: lock, under which they cease to be
  void prune_idle();        // retires idle Ps that are surplus
  // Readies who is due.  An M.
  void run_timers(TimerHeap& heap, int64_t now);
  void run_all_timers(int64_t now);  // those of every P
  // A timer at `when` is new: makes sure somebody will see it in time.  Any thread.
  void timer_added(int64_t when);
  void wake_poller(int64_t when);
  // --- deadlock.cpp
  // True, once: nothing can ever run again.  REQUIRES: lock.
  bool check_dead();
  // While one lives, a thread that is no M may hold what is to run: nobody is dead yet.
  class Bearer {
   public:
    explicit Bearer(Core& core);
    ~Bearer();
    Bearer(const Bearer&) = delete;
    Bearer& operator=(const Bearer&) = delete;

   private:
    Core& core_;
  };
  // Has an M look round and park again: it checks for deadlock and closes surplus strands.
  void rouse();
  // --- scheduler.cpp
  void push_ready(Strand& strand, G& g);  // g is ready; any thread
  // g has left its stack.  True: its wait has ended already, and the caller must make it ready.  Its M.
  [[nodiscard]] bool left(G& g) noexcept;
  void count_spawn() noexcept;
  M* own_m() noexcept;  // this thread, if it is an M of ours with a P
  bool stop(int64_t grace_ns);
  bool nudge();  // stop: what still holds an M is asked to leave; true: nothing
  void join();

  bool ends(M& m);                      // whether m, without a P, is to end; it is then counted out
  int64_t next_timer() const noexcept;  // over all Ps
  size_t live() const noexcept;
  bool begun() const noexcept;

  template <class F>
  void each_p(F&& f) const {
    unsigned n = p_count.load(std::memory_order_acquire);
    for (unsigned i = 0; i < n; ++i) f(*ps[i].load(std::memory_order_acquire));
  }

  // --- blocking.cpp
  bool block_here(M& m, G& g);
  bool enter_syscall(M& m, G& g, bool long_one);
  bool exit_syscall(M& m, G& g);
  bool come_back(M& m, G& g);
  void lend_processor(M& m, G& g);
  void hand_strand(Strand& strand, P& p);      // lets a held strand go, on p
  void sleep_with(M& m, G& g);                 // until P and strand were handed over
  void hand_over(M& m, Strand& strand, G& g);  // m's P and strand to the M asleep with g

  // --- sysmon.cpp
  void sysmon();
  void wake_sysmon() noexcept;

  static void shake() noexcept;
  // With shake=1: gives other threads a chance at a point where order matters, now and then a long one.
  void shaken() const noexcept {
    if (config.shake) [[unlikely]]
      shake();
  }

  Scheduler& scheduler;
  const Config& config;
  Client& client;

  // Rank: the strand list, the timer heaps and the G pool are locked under nothing and lock
  // nothing; so is this one, except that check_dead reads sizes.
  Lock lock;
  GlobalQueue global;                  // guarded by lock, but for its size
  SpentQueue spent;                    // guarded by lock, but for its size
  P* idle_ps = nullptr;                // guarded by lock
  M* idle_ms = nullptr;                // guarded by lock
  int threads = 0;                     // guarded by lock; Ms started and not ended
  int launching = 0;                   // guarded by lock; Ms whose thread is being made
  int idle_threads = 0;                // guarded by lock; in idle_ms
  int away = 0;                        // guarded by lock; not to run Ps: they have a G on their stack, but no P
  int asleep = 0;                      // guarded by lock; those of them that sleep with it
  int bearers = 0;                     // guarded by lock
  bool seemed_dead = false;            // guarded by lock; but for the bearers
  bool dead_told = false;              // guarded by lock
  bool closed = false;                 // guarded by lock; stopped: no M starts any more
  std::vector<std::unique_ptr<M>> ms;  // guarded by lock; grows only
  M* unlaunched = nullptr;             // guarded by lock; their threads could not be made
  std::vector<std::unique_ptr<M>> foreign_free;  // guarded by lock; notes for threads of the host

  std::atomic<P*> ps[kMaxProcs] = {};  // made on demand, never freed before the Core
  std::atomic<unsigned> p_count{0};    // how many were made
  std::atomic<unsigned> procs{0};      // how many are wanted: those with smaller ids
  std::atomic<unsigned> idle_count{0};
  std::atomic<unsigned> spinning{0};
  std::atomic<unsigned> sources{0};
  std::atomic<bool> stopping{false};
  std::atomic<bool> start_failed{false};  // an M could not be made: sysmon looks after the queues
  std::atomic<int64_t> coarse_now{0};     // a recent now_ns(), for what needs no better
  std::atomic<uint64_t> foreign_spawned{0}, handoffs{0};

  Netpoll netpoll;
  std::atomic<int64_t> last_poll;      // 0: an M is in a blocking poll; else when one ended
  std::atomic<int64_t> poll_until{0};  // that poll's deadline; 0: not known yet

  Note sysmon_note;
  std::atomic<bool> left_alone{false};   // something was made runnable, and nobody woken for it
  std::atomic<bool> sysmon_keen{false};  // it looks after that, many times in a millisecond
  std::atomic<bool> sysmon_deep{false};  // it sleeps until woken
  std::atomic<int64_t> sysmon_until{0};  // when it wakes by itself
  std::atomic<bool> sysmon_stop{false};
  std::atomic<bool> poked{false};  // the client is to hear of it

  GPool gs;
  Placement placement;
  std::thread sysmon_thread;

  bool anything_queued() const noexcept;
  // Whether a slice has passed since, as far as sysmon has told.
  bool waited_long(int64_t since) const noexcept {
    return coarse_now.load(std::memory_order_relaxed) - since >= config.slice_ns;
  }
  // Whether anything is there to run that p's M can have at once, the spent aside.
  bool others_wait(const P& p) const noexcept { return !p.queue.empty() || !global.empty(); }
  void ready_all(const Woken& woken);  // in order, each but the first behind the others
  void ready_in_turn(G& g, bool first);

 private:
  // find.cpp
  void overflow(P& p, Item* const* items, uint32_t n);
  void leave_alone();
  Item* find_here(M& m);
  Item* take_global(P& p, size_t most);
  Item* take_local(M& m);
  Item* take_fairly(P& p);
  Item* take_spent(P& p);
  Item* steal(M& m);
  Item* steal_from(M& m, P& victim, bool last_round);
  Item* steal_strand(P& p);
  Item* let_go(M& m);
  bool look_again(M& m);
  bool poll(M& m);
  bool poll_now();
  bool may_spin(M& m);
  void start_spinning(M& m);
  void stop_spinning(M& m);
  void looked_enough(M& m);
  bool lacks_poller() const noexcept;
  // procs.cpp
  void push_idle_p(P& p);  // REQUIRES: lock
  P* pop_idle_p();         // REQUIRES: lock
  void put_p(P& p);
  static void empty_ring(P& p, InjectQueue& into);
  M* pop_idle_m();  // REQUIRES: lock
  M* new_m();       // REQUIRES: lock
  bool launch(M& m);
  void add_p(unsigned id);
  P* revive_p();
  // deadlock.cpp
  bool is_last_running();  // REQUIRES: lock
};

}  // namespace lagoon::sched
