#pragma once
// What the models share.  A model runs the scheduler's own lock-free templates under the model
// checker Relacy, which executes a few threads as coroutines, decides before each atomic operation
// who goes on, and lets a load return any value the C++ memory model permits.  What it finds is a
// failed RL_ASSERT, a data race on a Plain, an access to a destroyed object, a deadlock (everybody
// left is asleep), or a livelock.
//
// A model is a class derived from rl::test_suite; main() hands it to explore(), twice over:
// a random walk, and a depth-first search over all schedules with at most two preemptions, which is
// either complete or cut off at the given number of schedules (its output says which).
//
//   <model> [random [bounded [file:line:order]]]
//
// gives the numbers of schedules, and an order that takes the place of what that line of our code
// says; mutate.py uses it to see that the models notice.

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <source_location>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#define RL_DO_ASSERT 1  // misuse of Relacy itself, such as a load with release, aborts
#include <relacy/relacy.hpp>
// It renames what it wants to see us use; we call it by its own names instead.
#undef memory_order_relaxed
#undef memory_order_consume
#undef memory_order_acquire
#undef memory_order_release
#undef memory_order_acq_rel
#undef memory_order_seq_cst
#undef new
#undef delete
#undef malloc
#undef calloc
#undef realloc
#undef free
#undef assert
#undef errno

namespace lagoon::model {

// The place in our code that a line of the history is about.
struct Where : rl::debug_info {
  Where(std::source_location at = std::source_location::current())
      : rl::debug_info(at.function_name(), at.file_name(), at.line()) {}
};

// One operation that gets another order than it asks for.
struct Weakened {
  std::string file;
  unsigned line = 0;  // 0: none
  rl::memory_order order = rl::mo_seq_cst;

  rl::memory_order instead_of(rl::memory_order asked, const Where& at) const {
    return at.line_ == line && std::string_view(at.file_).ends_with(file) ? order : asked;
  }

  // Of "sched/wait.h:49:relaxed".
  void parse(const std::string& what) {
    size_t first = what.find(':'), second = what.rfind(':');
    file = what.substr(0, first);
    line = static_cast<unsigned>(std::stoul(what.substr(first + 1)));
    for (auto known : {rl::mo_relaxed, rl::mo_acquire, rl::mo_release, rl::mo_acq_rel}) {
      if (what.substr(second + 1) == rl::format(known)) order = known;
    }
  }
};
inline Weakened weakened;

// The policy for the templates of sched/; see sched/shake.h.
struct Atomics {
  using Order = rl::memory_order;
  static constexpr Order relaxed = rl::mo_relaxed, acquire = rl::mo_acquire, release = rl::mo_release,
                         acq_rel = rl::mo_acq_rel, seq_cst = rl::mo_seq_cst;

  static void fence_seq_cst(Where at = std::source_location::current()) { rl::atomic_thread_fence(rl::mo_seq_cst, at); }

  template <class T>
  class Atomic {
   public:
    Atomic(T value = T()) : value_(value) {}

    T load(Order order, Where at = std::source_location::current()) const {
      return value_.load(weakened.instead_of(order, at), at);
    }
    void store(T value, Order order, Where at = std::source_location::current()) {
      value_.store(value, weakened.instead_of(order, at), at);
    }
    T exchange(T value, Order order, Where at = std::source_location::current()) {
      return value_.exchange(value, weakened.instead_of(order, at), at);
    }
    bool compare_exchange_weak(T& seen, T value, Order order, Where at = std::source_location::current()) {
      return value_.compare_exchange_weak(seen, value, weakened.instead_of(order, at), at);
    }
    bool compare_exchange_strong(T& seen, T value, Order order, Where at = std::source_location::current()) {
      return value_.compare_exchange_strong(seen, value, weakened.instead_of(order, at), at);
    }
    T fetch_add(T by, Order order, Where at = std::source_location::current()) {
      return value_.fetch_add(by, weakened.instead_of(order, at), at);
    }
    T fetch_sub(T by, Order order, Where at = std::source_location::current()) {
      return value_.fetch_sub(by, weakened.instead_of(order, at), at);
    }
    T fetch_or(T bits, Order order, Where at = std::source_location::current()) {
      return value_.fetch_or(bits, weakened.instead_of(order, at), at);
    }

    // The futex of this word: sleeps while it holds `value`; true: the time was up.
    bool futex_wait(T value, bool timed, Where at = std::source_location::current()) {
      rl::context& c = rl::ctx();
      c.sched();
      if (value_.debug_value() != value) return false;
      return value_.wait(c, timed, !timed, at) == rl::unpark_reason_timeout;
    }
    void futex_wake(int count, Where at = std::source_location::current()) {
      rl::context& c = rl::ctx();
      c.sched();
      value_.wake(c, count, at);
    }

   private:
    rl::atomic<T> value_;
  };
};

// A variable that is not atomic: unordered accesses to it are a failure.
template <class T>
class Plain {
 public:
  Plain(T value = T()) : value_(value) {}
  T get(Where at = std::source_location::current()) const { return value_(at).load(); }
  void set(T value, Where at = std::source_location::current()) { value_(at).store(value); }

 private:
  rl::var<T> value_;
};

// What only one thread at a time may hold; failing to is a data race or a failed assertion.
class Exclusive {
 public:
  void take(Where at = std::source_location::current()) {
    RL_ASSERT(!held_.get(at));
    held_.set(true, at);
  }
  void leave(Where at = std::source_location::current()) {
    RL_ASSERT(held_.get(at));
    held_.set(false, at);
  }

 private:
  Plain<bool> held_{false};
};

// The scheduler's Lock, whose own protocol is not looked into.
class Mutex {
 public:
  void lock(Where at = std::source_location::current()) { mutex_.lock(at); }
  void unlock(Where at = std::source_location::current()) { mutex_.unlock(at); }

 private:
  rl::mutex mutex_;
};

class Guard {
 public:
  explicit Guard(Mutex& mutex) : mutex_(mutex) { mutex_.lock(); }
  ~Guard() { mutex_.unlock(); }
  Guard(const Guard&) = delete;

 private:
  Mutex& mutex_;
};

// For waiting in a loop until another thread has done something.
inline void yield(Where at = std::source_location::current()) { rl::ctx().yield(1, at); }

// The search with at most two preemptions, ended after params.iteration_count schedules.
template <rl::thread_id_t Threads>
class BoundedSearch : public rl::context_bound_scheduler<Threads> {
 public:
  using rl::context_bound_scheduler<Threads>::context_bound_scheduler;

  bool iteration_end() {
    complete = rl::context_bound_scheduler<Threads>::iteration_end();
    return complete || this->iter_ + 1 >= this->params_.iteration_count;
  }

  static inline bool complete = false;
};

struct Counts {
  uint64_t random = 0, bounded = 0;

  Counts(int argc, char** argv, uint64_t random, uint64_t bounded)
      : random(argc > 1 ? std::strtoull(argv[1], nullptr, 10) : random),
        bounded(argc > 2 ? std::strtoull(argv[2], nullptr, 10) : bounded) {
    if (argc > 3) weakened.parse(argv[3]);
  }
};

// Searches with one scheduler; shows the schedule that failed.
template <class Model, class Scheduler>
bool search(rl::test_params params) {
  std::ostringstream quiet;
  params.output_stream = &quiet;
  params.progress_stream = &quiet;
  params.context_bound = 2;
  rl::ostringstream state, again;
  if (rl::run_test<Model, Scheduler>(params, state, false) == rl::test_result_success) {
    std::cout << "  " << params.stop_iteration + 1;
    return true;
  }
  params.output_stream = &std::cout;
  params.initial_state = state.str();
  params.collect_history = true;
  std::cout << "\n";
  rl::run_test<Model, Scheduler>(params, again, true);
  return false;
}

// Looks for a failure of Model; true: there is none.
template <class Model>
bool explore(const char* name, const Counts& counts) {
  constexpr rl::thread_id_t threads = Model::params::thread_count;
  std::cout << name << ":";
  rl::test_params params;
  if (counts.random > 0) {
    params.search_type = rl::sched_random;
    params.iteration_count = counts.random - 1;  // Relacy counts from 0 and includes the last
    if (!search<Model, rl::random_scheduler<threads>>(params)) return false;
    std::cout << " random";
  }
  if (counts.bounded > 0) {
    params.search_type = rl::sched_bound;
    params.iteration_count = counts.bounded;
    if (!search<Model, BoundedSearch<threads>>(params)) return false;
    std::cout << (BoundedSearch<threads>::complete ? " bounded (all)" : " bounded");
  }
  std::cout << std::endl;
  return true;
}

}  // namespace lagoon::model
