#pragma once
// Runtime: a scheduler, its worker states, and what happens when goroutines end.
//
// The scheduler's client.  Host threads give it Jobs, which run in main's state as the main
// goroutine; everything else is started by scripts.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "bindings/file.h"
#include "bindings/goroutine.h"
#include "vm/error.h"

namespace lagoon::bindings {

struct RuntimeConfig {
  sched::Config sched;
  bool ignore_environment = false;  // -E: LUA_PATH and friends
  enum class Preempt : uint8_t { Signal, Count, Off, Every } preempt = Preempt::Signal;
  Chaos chaos;  // of Every
  size_t state_memory_limit = 0;
  // Called in a protected Lua frame for each new worker state, on whichever thread makes it.
  std::vector<std::pair<void (*)(lua_State*, void*), void*>> on_state;
  // Where uncaught errors and fatal reports go; null: stderr.  Any thread.
  void (*report)(void* ud, const char* text, size_t size) = nullptr;
  void* report_ud = nullptr;
  // Called, on some M, when a goroutine's error ends the program or everybody is asleep; the
  // default prints and calls _exit(2).  An embedder instead fails its pending jobs.
  bool exit_on_fatal = false;
  // An error that escapes a goroutine is reported, and is not fatal.
  bool survive_errors = false;
};

// Work for the main goroutine, given by a thread of the host, which waits for it.
struct Job {
  // What the goroutine does: the C function at the base of its coroutine.  A Lua frame: may raise and
  // yield.  Its results are dropped.
  int (*body)(lua_State* L, void* ud) = nullptr;
  void* ud = nullptr;

  // The outcome; valid after run() returned.
  bool ended = false;
  bool ok = false;
  bool interrupted = false;  // by interrupt_main, whether or not the script caught it
  bool exited = false;       // the script called os.exit(status, true); the status is exit_status()
  bool canceled = false;     // the runtime was shut down, or a fatal error ended the program
  std::string message;       // the error, with __tostring applied
  std::string traceback;
};

class Runtime final : public sched::Client {
 public:
  static std::unique_ptr<Runtime> open(const RuntimeConfig& config, std::string* why);
  ~Runtime() override;  // shuts down

  // Runs the job as a goroutine of main's state and waits for its end.  A thread of the host.
  void run(Job& job);
  // Asks the goroutine to give way soon, if it runs now.  Any thread; its strand must not go meanwhile.
  void interrupt_goroutine(Goroutine& g) noexcept;
  // Raises "interrupted!" in the main goroutine, if it runs or waits.  Async-signal-safe.
  void interrupt_main() noexcept;

  // Stops everything: suspended goroutines end, their <close> variables run, states close.  False: a thread
  // did not come back from a call within the grace; the states are left open, and it may be tried again.
  bool shutdown(int64_t grace_ns);

  sched::Scheduler& scheduler() noexcept { return *scheduler_; }
  const RuntimeConfig& config() const noexcept { return config_; }
  int exit_status() const noexcept { return exit_status_.load(); }  // 2 after an unreported task error
  // When all <close> variables must have run: known once it shuts down.
  bool stopped() const noexcept { return stopped_.load(); }  // shutdown() was called
  int64_t close_deadline() const noexcept { return close_by_.load(); }
  void fail_exit() noexcept { exit_status_.store(2); }
  // The program is to end with this status as soon as the running goroutine has: fails all jobs.  Any M.
  void request_exit(int status);

  // Prints, in one piece.
  void report(const std::string& text);
  // The dump of all goroutines, as SIGQUIT and a deadlock print it.
  std::string dump();
  // Ends the program with `text` on stderr and exit status 2 (or fails all jobs: exit_on_fatal).
  void fatal(const std::string& text);

  // A chunk name that outlives every state.  Any thread.
  const char* intern(const char* name);
  // go.name.  Any thread.
  void set_name(Goroutine& g, std::string name);
  std::string name_of(Goroutine& g);
  void forget_name(Goroutine& g) noexcept;

  // Ends a goroutine after the scheduler has stopped: undoes what it waits for, runs its <close> variables.
  void abandon(Goroutine& g);

  Worker* main_worker() noexcept;
  File& standard_file(int number) noexcept { return *standard_[number]; }  // 0 stdin, 1 stdout, 2 stderr
  DefaultFiles& main_files() noexcept { return main_files_; }  // of jobs, one after the other in main's state
  size_t states();                                             // worker states, main's included
  // What go.net's look-ups of names share in all states: slots, for each of them holds a thread, and a
  // singleflight of those under way.
  sched::Semaphore& lookup_slots() noexcept { return *lookup_slots_; }
  vm::Shared& lookups() noexcept { return *lookups_; }

  // sched::Client
  sched::Step run(sched::Strand& strand, sched::G& g) override;
  void fetch(sched::G& g) noexcept override;
  sched::Strand* open_strand(sched::G* alone) override;
  void close_strand(sched::Strand& strand) override;
  sched::G* make_g() override;
  void free_g(sched::G& g) override;
  void interrupt(sched::M& m) noexcept override;
  void poked() override;
  void all_asleep() override;
  void thread_started(sched::M& m) override;
  void thread_ending(sched::M& m) override;

 private:
  struct Impl;
  explicit Runtime(const RuntimeConfig& config);

  std::unique_ptr<Worker> open_worker(bool is_main, std::string* why);
  bool begin(Worker& worker, Goroutine& g, int* nargs);
  void finish_job(Goroutine& g, bool ok, vm::Failure failure);
  // How a goroutine ended by an error; the value, for a task, is whoever's holds it.
  struct End {
    vm::Failure failure;
    vm::Message value;
  };
  bool close_chain(Worker& worker, Goroutine& g, End* end);
  sched::Step report_end(Goroutine& g, End end);
  sched::Step end_normally(Worker& worker, Goroutine& g);
  sched::Step end_by_error(Worker& worker, Goroutine& g);
  sched::Step end_by_exit(Worker& worker, Goroutine& g);
  void tell_over(Goroutine& g, Budget& over, const std::string& where);
  sched::Step run_on(Worker& worker, Goroutine& g);
  void end_jobs(const std::string& message, bool exited);

  RuntimeConfig config_;
  std::unique_ptr<Impl> impl_;
  std::unique_ptr<sched::Scheduler> scheduler_;
  std::unique_ptr<File> standard_[3];  // whatever their counts
  DefaultFiles main_files_;
  struct Release {
    void operator()(vm::Shared* shared) const noexcept { shared->release(); }
  };
  std::unique_ptr<sched::Semaphore> lookup_slots_;
  std::unique_ptr<vm::Shared, Release> lookups_;
  std::atomic<int> exit_status_{0};
  std::atomic<bool> stopped_{false};
  std::atomic<int64_t> close_by_{sched::kNever};  // when handlers must have run, since shutdown
  bool closed_ = false;                           // all is shut down
  std::atomic<bool> exit_requested_{false};
};

}  // namespace lagoon::bindings
