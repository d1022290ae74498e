#pragma once
// Gs driven by hand: no scheduler, no threads.  Such a G never leaves its stack, so whoever ends
// its wait only delivers, and nothing is ever made ready.

#include <atomic>
#include <cstdint>

#include "sched/g.h"
#include "sched/source.h"

namespace lagoon::sched::by_hand {

// Has g's wait been ended?
inline bool was_woken(const G& g) { return g.wait.delivered(); }

inline void end_with(G& g, Outcome outcome) {
  bool claimed = g.wait.claim(g.wait.current());
  if (!claimed) return;
  g.outcome = outcome;
  (void)g.wait.deliver();
}

// What a deadline and a canceller do.
inline void time_out(G& g) { end_with(g, Outcome::Timeout); }
inline void cancel(G& g) { end_with(g, Outcome::Canceled); }

// Parcels that hold a number and are counted.
inline std::atomic<int> live_parcels{0};

inline Parcel parcel_of(uint64_t number) {
  ++live_parcels;
  Parcel p;
  p.words[0] = number;
  p.dropper = [](Parcel&) noexcept { --live_parcels; };
  return p;
}

// The number inside; the parcel is dropped.  0: it is empty.
inline uint64_t open(Parcel& p) {
  uint64_t number = p.words[0];
  p.drop();
  return number;
}

inline bool is_empty(const Parcel& p) { return p.dropper == nullptr; }

// Sends and receives what must not block.
template <class Channel>
inline Result send_now(Channel& c, uint64_t number) {
  Parcel p = parcel_of(number);
  Result result = c.try_send(p);
  p.drop();
  return result;
}

inline uint64_t recv_now(Source& c) {
  Parcel p;
  return c.try_recv(p) == Result::Done ? open(p) : 0;
}

}  // namespace lagoon::sched::by_hand
