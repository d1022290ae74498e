#include "sched/select.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <new>
#include <utility>

#include "sched/check.h"

namespace lagoon::sched {

namespace {

thread_local uint64_t random_state = 0;

// xorshift64*, seeded per thread.
uint32_t next_random() noexcept {
  uint64_t x = random_state;
  if (x == 0) x = (reinterpret_cast<uintptr_t>(&random_state) ^ static_cast<uint64_t>(now_ns())) | 1;
  x ^= x >> 12;
  x ^= x << 25;
  x ^= x >> 27;
  random_state = x;
  return static_cast<uint32_t>((x * 0x2545F4914F6CDD1DULL) >> 32);
}

size_t random_below(size_t n) noexcept { return (uint64_t{next_random()} * n) >> 32; }

}  // namespace

void Select::seed(uint64_t seed) noexcept {
  // Near seeds must not give near sequences (splitmix64), and the state must not be 0.
  seed += 0x9E3779B97F4A7C15ULL;
  seed = (seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9ULL;
  seed = (seed ^ (seed >> 27)) * 0x94D049BB133111EBULL;
  random_state = (seed ^ (seed >> 31)) | 1;
}

Select::Select() noexcept
    : cases_(own_cases_), waiters_(own_waiters_), by_address_(own_order_), by_turn_(own_order_ + kInline) {}

Select::~Select() { ::operator delete(heap_); }

bool Select::resize(size_t n) noexcept {
  if (n > room_ && !allocate(n)) return false;
  std::fill_n(cases_, n, Case{});
  n_ = n;
  live_ = 0;
  return true;
}

bool Select::allocate(size_t n) noexcept {
  if (n > kMax) return false;
  size_t bytes = n * (sizeof(Waiter) + sizeof(Case) + 2 * sizeof(uint16_t));
  void* memory = ::operator new(bytes, std::nothrow);
  if (memory == nullptr) return false;
  ::operator delete(heap_);
  heap_ = memory;
  room_ = n;
  waiters_ = static_cast<Waiter*>(memory);
  cases_ = reinterpret_cast<Case*>(waiters_ + n);
  by_address_ = reinterpret_cast<uint16_t*>(cases_ + n);
  by_turn_ = by_address_ + n;
  std::uninitialized_default_construct_n(waiters_, n);
  std::uninitialized_default_construct_n(cases_, n);
  return true;
}

Source& Select::source_of(size_t i) const noexcept {
  const Case& c = cases_[i];
  return c.dir == Case::Dir::Send ? *c.chan : *c.source;
}

void Select::list_cases() noexcept {
  live_ = 0;
  for (size_t i = 0; i < n_; ++i) {
    if (cases_[i].dir == Case::Dir::Disabled) continue;
    by_turn_[live_] = by_address_[live_] = static_cast<uint16_t>(i);
    ++live_;
  }
  std::sort(by_address_, by_address_ + live_,
            [this](uint16_t a, uint16_t b) { return std::less<Source*>()(&source_of(a), &source_of(b)); });
}

// Calls f(source, first, last) for each distinct source, in the order of addresses, with the range
// of by_address_ that names it.
template <class F>
void Select::each_source(F&& f) noexcept {
  for (size_t k = 0; k < live_;) {
    Source& source = source_of(by_address_[k]);
    size_t end = k + 1;
    while (end < live_ && &source_of(by_address_[end]) == &source) ++end;
    f(source, by_address_ + k, by_address_ + end);
    k = end;
  }
}

void Select::lock_all() noexcept {
  each_source([](Source& source, auto, auto) { source.lock().lock(); });
}

void Select::unlock_all() noexcept {
  each_source([](Source& source, auto, auto) { source.lock().unlock(); });
}

Result Select::try_case(size_t i, Woken& woken) noexcept {
  Case& c = cases_[i];
  if (c.dir == Case::Dir::Send) return c.chan->put(*c.parcel, woken);
  bool ok = false;
  if (!c.source->take(&parcel_, &ok, woken)) return Result::Busy;
  return ok ? Result::Done : Result::Closed;
}

// The first ready case of a random permutation that is made only as far as it is looked at.
Result Select::try_all(bool in_order, Woken& woken) noexcept {
  for (size_t k = 0; k < live_; ++k) {
    if (!in_order) std::swap(by_turn_[k], by_turn_[k + random_below(live_ - k)]);
    Result result = try_case(by_turn_[k], woken);
    if (result == Result::Busy) continue;
    index_ = by_turn_[k];
    return result;
  }
  return Result::Busy;
}

// In the order in which they were tried, so that of two cases on one channel either may come first.
void Select::link_all(G& g) noexcept {
  Wait::Ticket ticket = g.wait.open();
  for (size_t k = 0; k < live_; ++k) {
    size_t i = by_turn_[k];
    Case& c = cases_[i];
    Waiter& w = waiters_[i];
    enter_wait(g, w, ticket);
    w.index = static_cast<int>(i);
    if (c.dir == Case::Dir::Send) {
      w.parcel = c.parcel->take();
      c.chan->senders().push(w);
    } else {
      c.source->receivers().push(w);
    }
  }
}

bool Select::watch_all(G& g) noexcept {
  bool all = true;
  for (size_t k = 0; k < live_; ++k) {
    Case& c = cases_[by_address_[k]];
    if (c.dir == Case::Dir::Recv) all = c.source->watch(g) && all;
  }
  return all;
}

// After this nobody else touches the waiters; values that were not sent go back to the cases.
void Select::unlink_all() noexcept {
  each_source([this](Source& source, const uint16_t* at, const uint16_t* end) {
    LockGuard hold(source.lock());
    for (; at != end; ++at) {
      Waiter& w = waiters_[*at];
      if (w.queue != nullptr) w.queue->remove(w);
    }
  });
  for (size_t k = 0; k < live_; ++k) {
    size_t i = by_address_[k];
    Case& c = cases_[i];
    Waiter& w = waiters_[i];
    if (c.dir == Case::Dir::Recv) {
      c.source->unwatch();
    } else if (!w.ok) {
      *c.parcel = w.parcel.take();
    }
  }
}

Result Select::start(G& g, How how) noexcept {
  Woken woken;
  parcel_ = Parcel{};
  list_cases();
  lock_all();
  Result result = try_all(how.priority, woken);
  if (result == Result::Busy && !how.has_default) {
    link_all(g);
    result = Result::Blocked;
  }
  unlock_all();
  woken.ready_all();
  if (result != Result::Blocked || watch_all(g) || !withdraw(g)) return result;
  unlink_all();
  return Result::NoMemory;
}

Result Select::finish(G& g) noexcept {
  bool fired = g.outcome == Outcome::Fired;
  unlink_all();
  if (!fired) return ended(g);
  Waiter& w = *g.fired;
  index_ = static_cast<size_t>(w.index);
  CHECK(&waiters_[index_] == &w);
  if (cases_[index_].dir == Case::Dir::Recv) parcel_ = w.parcel.take();
  return w.ok ? Result::Done : Result::Closed;
}

}  // namespace lagoon::sched
