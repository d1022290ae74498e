#pragma once
// StealOrder: every number below n once, in an order that differs from time to time.
//
// A random start and a random stride that shares no divisor with n.

#include <cstdint>
#include <numeric>

namespace lagoon::sched {

class StealOrder {
 public:
  StealOrder(uint32_t n, uint32_t random) : n_(n), at_(random % n), stride_(random / n % n + 1) {
    while (std::gcd(stride_, n_) != 1) ++stride_;
  }

  // The next number; REQUIRES: called at most n times.
  uint32_t next() noexcept {
    uint32_t now = at_;
    at_ = (at_ + stride_) % n_;
    return now;
  }

 private:
  uint32_t n_, at_, stride_;
};

}  // namespace lagoon::sched
