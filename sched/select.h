#pragma once
// Select: one operation out of several, whichever can go first.
//
// Pass 1, under the locks of all sources at once (in the order of their addresses, each once):
// looks for a case that is ready, in random or in written order.  If none is and there is no
// default, a waiter for each case is linked under one ticket of the G, so that exactly one can
// fire; finish() unlinks the others.  The blocking protocol is in source.h.
//
// A G's send and receive on one channel cannot meet each other: in pass 1 its waiters are not
// linked yet, and once they are it waits.  A channel may occur any number of times.

#include <cstddef>
#include <cstdint>

#include "sched/chan.h"

namespace lagoon::sched {

struct Case {
  enum class Dir : uint8_t { Disabled, Recv, Send };
  Dir dir = Dir::Disabled;
  Source* source = nullptr;  // Recv: from what
  Chan* chan = nullptr;      // Send: to what
  Parcel* parcel = nullptr;  // Send: the value, taken only if this case is chosen; one for each
                             // case.  While the select waits it is empty: the waiter has the value
};

// Lives where the G's owner keeps it from start() to finish(); can be used again and again.
class Select {
 public:
  static constexpr size_t kMax = 65536;  // cases
  static constexpr size_t kInline = 4;   // so many need no memory of their own

  Select() noexcept;
  ~Select();  // REQUIRES: not waiting
  Select(const Select&) = delete;

  // Makes room for n cases, all Disabled.  False: no memory, or n > kMax.  Not while waiting.
  bool resize(size_t n) noexcept;
  size_t size() const noexcept { return n_; }
  Case& operator[](size_t i) noexcept { return cases_[i]; }

  // Options of one start().
  struct How {
    bool priority = false;     // the first ready case in written order, not a random one
    bool has_default = false;  // do not wait
  };

  // Chooses a case.  g, running.  Done or Closed: see the results below.  Busy: none is ready and
  // there is a default.  Blocked: prepare(g, reason(), this).  NoMemory: nothing happened.
  Result start(G& g, How how) noexcept;
  // After Blocked.  Done, Closed, or Timeout, Canceled: no case was chosen.
  Result finish(G& g) noexcept;

  // After Done or Closed: which case.  A receive's value is in parcel(), and is now the caller's;
  // Closed on a receive: closed, parcel() is empty.  Closed on a send: the channel is closed, and
  // the value stays with the caller.
  size_t index() const noexcept { return index_; }
  Parcel& parcel() noexcept { return parcel_; }

  // After Blocked: Select, or SelectNoCases when every case is disabled.
  Reason reason() const noexcept { return live_ == 0 ? Reason::SelectNoCases : Reason::Select; }

  // Restarts this thread's random choices (tests, seeded runs).
  static void seed(uint64_t seed) noexcept;

 private:
  bool allocate(size_t n) noexcept;
  Source& source_of(size_t i) const noexcept;
  template <class F>
  void each_source(F&& f) noexcept;
  void list_cases() noexcept;
  void lock_all() noexcept;
  void unlock_all() noexcept;
  Result try_all(bool in_order, Woken& woken) noexcept;
  Result try_case(size_t i, Woken& woken) noexcept;
  void link_all(G& g) noexcept;
  bool watch_all(G& g) noexcept;
  void unlink_all() noexcept;

  size_t n_ = 0;     // cases
  size_t live_ = 0;  // of them not Disabled
  size_t room_ = kInline;
  size_t index_ = 0;
  Parcel parcel_;

  Case* cases_;
  Waiter* waiters_;
  uint16_t* by_address_;  // the live cases in the order of their sources' addresses
  uint16_t* by_turn_;     // the live cases in the order in which they are tried
  void* heap_ = nullptr;  // what the four point into when there are more than kInline

  Case own_cases_[kInline];
  Waiter own_waiters_[kInline];
  uint16_t own_order_[2 * kInline];
};

}  // namespace lagoon::sched
