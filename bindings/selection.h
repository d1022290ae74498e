#pragma once
// Selection: what one select keeps outside Lua from its start to its end.
//
// Each goroutine has at most one, made at its first select and used again: a goroutine is in one
// select at a time, and no Lua code of its own runs between start and end.

#include "bindings/goroutine.h"
#include "sched/select.h"

namespace lagoon::bindings {

class Selection {
 public:
  // The goroutine's, with room for n cases, all disabled.  Null: no memory, or too many.
  static Selection* get(Goroutine& g, size_t n) noexcept;
  ~Selection();
  Selection(const Selection&) = delete;

  // Case i receives.
  void receive(size_t i, sched::Source& source) noexcept;
  // Case i sends; the value is the selection's from now on.
  void send(size_t i, sched::Chan& chan, sched::Parcel value) noexcept;
  bool receives(size_t i) noexcept;

  // Frees the values that were not sent.  After the end, or when start() said NoMemory.
  void clear() noexcept;

  sched::Select select;

 private:
  Selection() noexcept = default;
  bool resize(size_t n) noexcept;

  sched::Parcel own_[sched::Select::kInline];
  sched::Parcel* values_ = own_;  // one for each case
  size_t room_ = sched::Select::kInline;
  size_t used_ = 0;  // values in use are below this
};

}  // namespace lagoon::bindings
