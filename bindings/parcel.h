#pragma once
// A vm::Message as a sched::Parcel and back: the same 24 bytes, and who frees them.

#include "sched/parcel.h"
#include "vm/message.h"

namespace lagoon::bindings {

inline void drop_message(sched::Parcel& p) noexcept {
  vm::Message m(p.words);
  vm::drop(m);
}

inline bool owns_memory(const vm::Message& m) noexcept {
  return m.kind == vm::Message::Kind::Graph || m.kind == vm::Message::Kind::Shared;
}

// The message moves into the parcel.
inline sched::Parcel to_parcel(vm::Message& m) noexcept {
  sched::Parcel p;
  for (int i = 0; i < 3; ++i) p.words[i] = m.words[i];
  p.dropper = owns_memory(m) ? drop_message : nullptr;
  m = vm::Message{};
  return p;
}

// The value moves out of the parcel.
inline vm::Message to_message(sched::Parcel& p) noexcept {
  vm::Message m(p.words);
  p = sched::Parcel{};
  return m;
}

}  // namespace lagoon::bindings
