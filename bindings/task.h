#pragma once
// Task: the handle of a goroutine started by go.task, shared by everyone who waits for it.

#include <mutex>
#include <string>

#include "bindings/selectable.h"
#include "sched/event.h"
#include "vm/message.h"

namespace lagoon::bindings {

class Budget;
class Runtime;
struct Goroutine;

extern const vm::SharedType kTaskType;

// An error on its way to whoever joins: the value itself where it can cross, its text where not.
struct TaskError {
  vm::Message value;
  std::string message;  // with __tostring applied
  std::string traceback;
};

class Task final : public Selectable {
 public:
  enum class State : uint8_t { Running, Done, Failed };

  explicit Task(Runtime& runtime) : Selectable(kTaskType), runtime_(runtime) {}
  // The last handle is gone: an error nobody collected is reported, and the program will exit with 2.
  ~Task() override;

  sched::Source& source() noexcept override { return done_; }
  sched::Event& done() noexcept { return done_; }
  int push_taken(lua_State* L, const sched::Parcel& parcel, bool ok) override;

  // What its goroutine will draw on; takes over the reference.  Before attach().
  void set_budget(Budget* budget) noexcept { budget_ = budget; }
  // The goroutine this is the handle of; before it is spawned.
  void attach(Goroutine& g) noexcept;
  // Its end, once: the results (given away), or the error.  Wakes everyone who waits.
  void succeed(vm::Message results) noexcept;
  void fail(TaskError error) noexcept;
  // The program ended before it did: nobody is told.
  void abandon() noexcept;

  State state() const noexcept { return state_.load(std::memory_order_acquire); }
  uint64_t id() const noexcept { return id_; }
  // Valid once state() is not Running; never changes then.
  const vm::Message& results() const noexcept { return results_; }
  const TaskError& error() const noexcept { return error_; }
  void collected() noexcept { collected_.store(true, std::memory_order_relaxed); }

  // Cancels the goroutine; `why` shows in the error it sees.  Any thread; no effect once it ended.
  void cancel(std::string why);
  // Ends it at its next stop, without a chance to catch it.
  void kill();
  // What cancel() was given.
  std::string cancel_reason();

 private:
  Runtime& runtime_;
  Budget* budget_ = nullptr;  // counted; until attach()
  sched::Event done_;
  std::mutex lock_;
  Goroutine* g_ = nullptr;  // until it ends; guarded by lock_
  std::string why_;         // guarded by lock_
  uint64_t id_ = 0;
  vm::Message results_;
  TaskError error_;
  std::atomic<State> state_{State::Running};
  std::atomic<bool> collected_{false};
};

}  // namespace lagoon::bindings
