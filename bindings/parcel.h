#pragma once
// A vm::Message as a sched::Parcel and back: the same 24 bytes, and who frees them.

#include <cstring>

#include "sched/parcel.h"
#include "vm/message.h"

namespace lagoon::bindings {

inline void drop_message(sched::Parcel& p) noexcept {
  vm::Message m;
  std::memcpy(static_cast<void*>(&m), p.words, sizeof m);
  vm::drop(m);
}

inline bool owns_memory(const vm::Message& m) noexcept {
  return m.kind == vm::Message::Kind::Graph || m.kind == vm::Message::Kind::Shared;
}

// The message moves into the parcel.
inline sched::Parcel to_parcel(vm::Message& m) noexcept {
  sched::Parcel p;
  std::memcpy(p.words, &m, sizeof m);
  p.dropper = owns_memory(m) ? drop_message : nullptr;
  m = vm::Message{};
  return p;
}

// The value moves out of the parcel.
inline vm::Message to_message(sched::Parcel& p) noexcept {
  vm::Message m;
  std::memcpy(static_cast<void*>(&m), p.words, sizeof m);
  p = sched::Parcel{};
  return m;
}

}  // namespace lagoon::bindings
