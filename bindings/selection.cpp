#include "bindings/selection.h"

#include <new>

namespace lagoon::bindings {

using sched::Case;

void FreeSelection::operator()(Selection* selection) const noexcept { delete selection; }

Selection* Selection::get(Goroutine& g, size_t n) noexcept {
  Rare* rare = g.make_rare();
  if (rare == nullptr) return nullptr;
  if (rare->selection == nullptr) rare->selection.reset(new (std::nothrow) Selection);
  if (rare->selection == nullptr || !rare->selection->resize(n)) return nullptr;
  return rare->selection.get();
}

Selection::~Selection() {
  clear();
  if (values_ != own_) delete[] values_;
}

bool Selection::resize(size_t n) noexcept {
  if (n > room_) {
    sched::Parcel* values = new (std::nothrow) sched::Parcel[n];
    if (values == nullptr) return false;
    if (values_ != own_) delete[] values_;
    values_ = values;
    room_ = n;
  }
  return select.resize(n);
}

void Selection::receive(size_t i, sched::Source& source) noexcept {
  Case& c = select[i];
  c.dir = Case::Dir::Recv;
  c.source = &source;
}

void Selection::send(size_t i, sched::Chan& chan, sched::Parcel value) noexcept {
  values_[i] = value;
  used_ = i + 1;
  Case& c = select[i];
  c.dir = Case::Dir::Send;
  c.chan = &chan;
  c.parcel = &values_[i];
}

bool Selection::receives(size_t i) noexcept { return select[i].dir == Case::Dir::Recv; }

void Selection::clear() noexcept {
  for (size_t i = 0; i < used_; ++i) values_[i].drop();
  used_ = 0;
}

}  // namespace lagoon::bindings
