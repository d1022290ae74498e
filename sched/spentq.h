#pragma once
// SpentQueue: the strands whose ready Gs have all given way after having run, oldest first.  An M
// takes from it what it finds nowhere else, so that who was woken goes before who computes.
//
// A strand leaves it in two ways: an M takes the oldest, or somebody pushes a G into it, which makes
// it Queued at once; that one then unlinks it.  Linking and becoming Spent are one step under the
// owner's lock, hence who makes it Queued finds it linked as soon as it has the lock.
//
// No lock of its own: everything but size() and empty() under the owner's.

#include <atomic>
#include <cstddef>

#include "sched/strand.h"

namespace lagoon::sched {

class SpentQueue {
 public:
  SpentQueue() = default;
  SpentQueue(const SpentQueue&) = delete;

  // Lets go of a strand, behind the others.  The holder; false: somebody was woken, it is still held.
  [[nodiscard]] bool release(Strand& strand) noexcept {
    strand.aside_ = true;
    if (!strand.release_spent()) {
      strand.aside_ = false;
      return false;
    }
    strand.older_ = newest_;
    strand.newer_ = nullptr;
    (newest_ == nullptr ? oldest_ : newest_->newer_) = &strand;
    newest_ = &strand;
    resize(1);
    return true;
  }

  // The oldest, Queued and the caller's, or null.
  Strand* take() noexcept {
    Strand* strand = oldest_;
    while (strand != nullptr && !strand->take_spent()) strand = strand->newer_;
    if (strand != nullptr) unlink(*strand);
    return strand;
  }

  // Who pushed a G into a strand that was at rest, and so owns it: whether unlink() is to be called.
  static bool holds(const Strand& strand) noexcept { return strand.aside_; }
  void unlink(Strand& strand) noexcept {
    (strand.older_ == nullptr ? oldest_ : strand.older_->newer_) = strand.newer_;
    (strand.newer_ == nullptr ? newest_ : strand.newer_->older_) = strand.older_;
    strand.aside_ = false;
    resize(-1);
  }

  // Any thread; stale at once unless the owner's lock is held.
  size_t size() const noexcept { return size_.load(std::memory_order_seq_cst); }
  bool empty() const noexcept { return size() == 0; }

 private:
  void resize(ptrdiff_t by) noexcept {
    size_.store(size_.load(std::memory_order_relaxed) + static_cast<size_t>(by), std::memory_order_relaxed);
  }

  Strand* oldest_ = nullptr;
  Strand* newest_ = nullptr;
  std::atomic<size_t> size_{0};
};

}  // namespace lagoon::sched
