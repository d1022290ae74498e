// Two goroutines of one state require the same module, and its chunk blocks: the second waits.
//
// Each worker has one event, "a load has ended", made anew whenever it happens; whoever was woken
// looks again whether its own module is there.

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

int wait_for_module(lua_State* L, lua_CFunction again) {
  sched::Event* end = next_end(worker_of(L), *vm::Box<End>::push(L));
  if (end == nullptr) return luaL_error(L, "not enough memory");
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
