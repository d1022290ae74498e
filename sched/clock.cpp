#include "sched/clock.h"

#include <algorithm>
#include <bit>

namespace lagoon::sched {

namespace {

// Keeps sums of a moment and a few periods far from overflow; 73 years.
constexpr int64_t kLongest = kNever / 4;

constexpr int64_t kSlackShare = 64, kMostSlack = int64_t{1} << 20, kPlaces = 512;

}  // namespace

int64_t time_after(int64_t ns) noexcept {
  int64_t now = now_ns();
  if (ns <= 0) return now;
  return ns < kNever - now ? now + ns : kNever - 1;
}

// Moments a power of two apart, so that those of short waits fall on those of long ones; and two microseconds at
// most after such a moment, so that who shares it goes in the order of their ends.
int64_t wake_after(int64_t ns) noexcept {
  const int64_t end = time_after(ns);
  if (ns < kSlackShare || end > kNever - 2 * kMostSlack) return end;
  const auto step = static_cast<int64_t>(std::bit_floor(static_cast<uint64_t>(std::min(ns / kSlackShare, kMostSlack))));
  const int64_t moment = (end + step - 1) & ~(step - 1);
  return moment + (step - (moment - end)) / kPlaces;
}

// The next moment: in phase, with the ticks dropped that nobody took.
void Clock::advance(int64_t now) noexcept {
  if (period_ == 0) {
    due_ = kNever;
  } else {
    due_ += period_ * (1 + (now - due_) / period_);
  }
}

bool Clock::take(Parcel* out, bool* ok, Woken&) noexcept {
  if (due_ == kNever) return false;
  int64_t now = now_ns();
  if (now < due_) return false;
  *out = Parcel{};
  out->words[0] = static_cast<uint64_t>(due_);
  *ok = true;
  advance(now);
  return true;
}

void Clock::ring(int64_t now, Woken& woken) noexcept {
  if (now < due_) return;
  Waiter* w = receivers_.pop_claimed();
  if (w == nullptr) return;
  w->parcel = Parcel{};
  w->parcel.words[0] = static_cast<uint64_t>(due_);
  w->ok = true;
  advance(now);
  fire(*w, woken);
}

Result Clock::reset(int64_t when, int64_t period, bool* was) noexcept {
  bool running = false;
  bool armed = change_while_stopped(scheduler_, [&] {
    running = due_ != kNever;
    due_ = std::min(when, kNever - 1);
    period_ = std::min(period, kLongest);
  });
  if (was != nullptr) *was = running;
  if (armed) return Result::Done;
  LockGuard hold(lock_);
  due_ = kNever;
  return Result::NoMemory;
}

bool Clock::stop() noexcept {
  bool running = false;
  change_while_stopped(scheduler_, [&] {
    running = due_ != kNever;
    due_ = kNever;
  });
  return running;
}

bool Clock::running() noexcept {
  LockGuard hold(lock_);
  return due_ != kNever;
}

}  // namespace lagoon::sched
