#pragma once
// M: a thread of the scheduler.  It takes a P, finds an Item, and gives a strand its turn.
//
// Where an M is, and who may touch it:
//   running     has a P; itself
//   idle        in the list of idle Ms, asleep on its note; start_m, under the scheduler's lock
//   polling     has no P, inside the poller; itself
//   in a call   its P is in Syscall or taken; itself
//   asleep      blocked with a G on its stack; whoever pops that G hands it P and strand, then
//   wakes it
// An M's memory lives as long as the scheduler.

#include <pthread.h>

#include <atomic>
#include <thread>

#include "sched/note.h"
#include "sched/p.h"
#include "sched/scheduler.h"
#include "sched/strand.h"

namespace lagoon::sched {

class M;

// The M of this thread, or null; M::current's.  Initial-exec: one load, also in a shared library.
extern constinit thread_local M* current_m __attribute__((tls_model("initial-exec")));

class M {
 public:
  explicit M(Core& core) : core_(core) {}
  M(const M&) = delete;

  // The M of this thread, or null.
  static M* current() noexcept { return current_m; }

  // --- for the client ----------------------------------------------------------------------------
  std::atomic<bool> preempt{false};  // give way soon: the slice is over, or somebody was woken who
                                     // waits for this G.  Client::run may poll it
  std::atomic<bool> hog{false};      // one G has run for a whole slice; set by sysmon
  std::atomic<G*> g{nullptr};        // what runs here, for interrupt() and dumps
  // Has what runs here interrupted at `when` (kNever: not), and again and again until that is changed.
  // On this M's thread.
  void set_alarm(int64_t when) noexcept;
  int64_t alarm() const noexcept { return alarm_.load(std::memory_order_seq_cst); }
  void* client_data = nullptr;                                     // set in thread_started
  pthread_t thread() const noexcept { return handle_; }            // valid from thread_started on
  pid_t kernel_thread() const noexcept { return kernel_thread_; }  // likewise
  Scheduler& scheduler() noexcept;

  // --- between it and sysmon ---------------------------------------------------------------------
  std::atomic<bool> slice_over{false};  // why `preempt` is set; by sysmon, before
  std::atomic<bool> runs_spent{false};  // what runs gave way before: whoever was woken goes first

 private:
  friend class Core;
  friend class Scheduler;
  friend G* current_g() noexcept;

  // Throws std::system_error.
  void start() {
    thread_ = std::thread([this] { main(); });
  }
  void main();
  void loop();
  void run(Item& item);
  void take(Strand& strand);
  void turn(Strand& strand);
  bool leave_spent(Strand& strand);
  void says_spent(bool spent) noexcept;
  G* next_start(Strand& strand);
  bool run_one(Strand& strand, G& g);
  bool after(Strand& strand, G& g, Step step);
  void park(Strand& strand, G& g);
  void done(Strand& strand, G& g);
  bool turn_over(Step step);
  void end_turn(Strand& strand, bool over);
  void make_way(Strand& strand);
  void give_way(Strand& strand, G& one);
  void every_so_often();

  Core& core_;
  std::atomic<int64_t> alarm_{kNever};
  std::thread thread_;
  pthread_t handle_{};
  pid_t kernel_thread_ = 0;
  Note note_;

  // Its own while it runs; written by who wakes it.
  P* p_ = nullptr;
  Strand* strand_ = nullptr;  // whose turn it is here, null in long calls
  bool spinning_ = false;     // counted in Core::spinning
  unsigned switches_ = 0;     // Gs run in this turn
  bool gave_way_ = false;     // the last turn was over, and its strand went behind everybody else
  bool inherits_ = false;     // the item came from `next` and shares its predecessor's slice
  P::Word call_ = 0;          // the word of the P left in a system call, 0: given away at once
  P* call_p_ = nullptr;
  M* next_idle_ = nullptr;  // link in the list of idle Ms; under the scheduler's lock
  bool ended_ = false;      // under the scheduler's lock
  G* asleep_g_ = nullptr;   // the G it sleeps with; under the scheduler's lock
};

}  // namespace lagoon::sched
