#pragma once
// Account: what counts against a state's limit although it is not in its heap: messages it has sent and nobody
// has received, native objects it has made.
//
// Counted, because these outlive the state.  Only the state adds (Heap::charge_outside); whoever frees
// something gives back what it took.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <lua.hpp>
#include <new>

namespace lagoon::vm {

class Account {
 public:
  static Account* make() noexcept { return new (std::nothrow) Account; }  // null: no memory
  Account(const Account&) = delete;

  void retain() noexcept { refs_.fetch_add(1, std::memory_order_relaxed); }
  void release() noexcept {
    if (refs_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

  size_t held() const noexcept { return held_.load(std::memory_order_relaxed); }
  void hold(size_t bytes) noexcept { held_.fetch_add(bytes, std::memory_order_relaxed); }
  void refund(size_t bytes) noexcept { held_.fetch_sub(bytes, std::memory_order_relaxed); }

 private:
  Account() = default;

  std::atomic<size_t> held_{0};
  std::atomic<uint32_t> refs_{1};
};

// A part of an account that is given back when it dies, or before.
class Charge {
 public:
  Charge() = default;
  Charge(const Charge&) = delete;
  ~Charge() { give_back(); }
  // Takes over `bytes` that were charged to the account.  Once.
  void fill(Account& account, size_t bytes) noexcept {
    account.retain();
    account_ = &account;
    bytes_ = bytes;
  }

  void give_back() noexcept {
    if (account_ == nullptr) return;
    account_->refund(bytes_);
    account_->release();
    account_ = nullptr;
  }

 private:
  Account* account_ = nullptr;
  size_t bytes_ = 0;
};

// Counts `bytes` in the account of L's state, which has one, collecting garbage if there is no room.  False: still
// none, and nothing is counted.  [-0, +0, -]
bool charge_outside(lua_State* L, size_t bytes) noexcept;

}  // namespace lagoon::vm
