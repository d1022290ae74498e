#pragma once
// Selectable: a shared object with a moment, so that it can stand after `recv` in a select.
//
// Channels, contexts, tasks, timers, tickers, listeners, connections derive from it.  Select waits
// on source() and then has the object push what was taken; it knows nothing else about it.

#include "sched/source.h"
#include "vm/shared.h"

namespace lagoon::bindings {

class Selectable : public vm::Shared {
 public:
  using vm::Shared::Shared;

  // Where its receivers wait.  Any thread; valid as long as the object is.
  virtual sched::Source& source() noexcept = 0;

  // Is its moment sure never to come (a background context)?  Then select does not wait for it.
  virtual bool never() const noexcept { return false; }

  // Pushes what a receive took out of source(), as the object's own recv returns it: the value (nil
  // for an end), then ok, and whatever else recv returns.  Returns how many, at least two; select
  // passes on the first two.  The parcel is given away: freed here, also when this raises.  May not
  // block.  The default unpacks one message.                                      [-0, +n, e]
  virtual int push_taken(lua_State* L, const sched::Parcel& parcel, bool ok);
};

// The object at idx if it is something a select can receive from, else null.      [-0, +0, -]
inline Selectable* to_selectable(lua_State* L, int idx) noexcept {
  return dynamic_cast<Selectable*>(vm::to_any_shared(L, idx));
}

}  // namespace lagoon::bindings
