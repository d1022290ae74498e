// Two goroutines of one state require the same module, and its chunk blocks: the second waits.
//
// Each worker has one event, "a load has ended", made anew whenever it happens; whoever was woken
// looks again whether its own module is there.
//
// A cancellation ends the wait of a script's own require.  It does not end one that the script has not
// asked for: of a goroutine that starts or a value that arrives, which would be lost, or of a field of `go`.  There it
// is put by for the next blocking call.  Such a wait is always under a C function that no yield can cross.

#include <new>

#include "bindings/block.h"
#include "bindings/modules.h"
#include "vm/box.h"
#include "vm/transfer.h"

namespace lagoon::bindings {

namespace {

using End = std::shared_ptr<sched::Event>;

// The event of the next end, kept by the box; null: no memory.
sched::Event* next_end(Worker& worker, vm::Box<End>& box) noexcept {
  try {
    if (worker.loaded == nullptr) worker.loaded = std::make_shared<sched::Event>();
    return box.fill(worker.loaded).get();
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

// The wait is over, of which the event is on top.
int waited(lua_State* L, int, lua_KContext again) {
  finish_park(L);
  sched::Parcel nothing;
  auto& end = *vm::Box<End>::to(L, -1);
  if ((*end)->finish_recv(current(L), nothing) == sched::Result::Canceled) return raise_canceled(L);
  return reinterpret_cast<lua_CFunction>(again)(L);
}

// Waits in place, whatever cancels it meanwhile.
sched::Result wait_through(lua_State* L, sched::Event& end) noexcept {
  Goroutine& g = current(L);
  sched::Parcel nothing;
  bool put_by = false;
  sched::Result r = end.recv(g, nothing);
  while (r == sched::Result::Blocked) {
    park_in_place(L, sched::Reason::Join, nullptr, sched::kNever);
    finish_park(L);
    r = end.finish_recv(g, nothing);
    if (r != sched::Result::Canceled || !is_asked_for(g)) break;
    put_by = true;
    r = end.recv(g, nothing);
  }
  if (put_by) g.canceled.store(true);
  return r;
}

int wait_for_module(lua_State* L, lua_CFunction again, bool unasked) {
  sched::Event* end = next_end(worker_of(L), *vm::Box<End>::push(L));
  if (end == nullptr) return luaL_error(L, "not enough memory");
  if (unasked) return wait_through(L, *end) == sched::Result::Canceled ? raise_canceled(L) : again(L);
  sched::Parcel nothing;
  if (end->recv(current(L), nothing) != sched::Result::Blocked) return again(L);
  return park(L, sched::Reason::Join, nullptr, sched::kNever, reinterpret_cast<lua_KContext>(again), waited);
}

void module_ended(lua_State* L, const char*) {
  Worker& worker = worker_of(L);
  if (worker.loaded == nullptr) return;
  worker.loaded->set();
  worker.loaded.reset();
}

}  // namespace

void install_module_wait(lua_State* L) noexcept {
  vm::Transfer& transfer = vm::transfer_of(L);
  transfer.wait_for_module = wait_for_module;
  transfer.module_ended = module_ended;
}

}  // namespace lagoon::bindings
