#pragma once
// The seam between the scheduler's lock-free parts and whatever provides their atomics: the real
// ones here, the model checker's in tests/model.  Only types and orders live here.

#include <atomic>

namespace lagoon::sched {

struct StdAtomics {
  template <class T>
  using Atomic = std::atomic<T>;

  static constexpr std::memory_order relaxed = std::memory_order_relaxed;
  static constexpr std::memory_order acquire = std::memory_order_acquire;
  static constexpr std::memory_order release = std::memory_order_release;
  static constexpr std::memory_order acq_rel = std::memory_order_acq_rel;
  static constexpr std::memory_order seq_cst = std::memory_order_seq_cst;

  static void fence_seq_cst() noexcept {
#if defined(__SANITIZE_THREAD__)
    // ThreadSanitizer does not model fences; every algorithm here also holds with a
    // read-modify-write of a private word in the fence's place.
    static std::atomic<int> word{0};
    word.fetch_add(0, std::memory_order_seq_cst);
#else
    std::atomic_thread_fence(std::memory_order_seq_cst);
#endif
  }
};

}  // namespace lagoon::sched
