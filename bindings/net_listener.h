#pragma once
// NetListener: a listening socket as a shared object of Lua.

#include "bindings/address.h"
#include "bindings/selectable.h"
#include "sched/listener.h"

namespace lagoon::bindings {

extern const vm::SharedType kListenerType;

class NetListener final : public Selectable {
 public:
  NetListener(sched::Scheduler& scheduler, const Network& network) noexcept
      : Selectable(kListenerType), network(network), listener(scheduler) {}
  ~NetListener() override { close(); }

  sched::Source& source() noexcept override { return listener; }
  int push_taken(lua_State* L, const sched::Parcel& parcel, bool ok) override;

  // Removes the file it was bound to first.  False: it was closed before.
  bool close() noexcept;

  const Network& network;
  sched::Listener listener;
  std::atomic<int64_t> deadline{sched::kNever};  // of calls to come
  bool owns_file = false;                        // bound to a path in the file system
};

}  // namespace lagoon::bindings
