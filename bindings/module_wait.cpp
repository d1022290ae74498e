// Two goroutines of one state require the same module, and its chunk blocks: the second waits.
//
// Each worker has one event, "a load has ended", made anew whenever it happens; whoever was woken
// looks again whether its own module is there.

#include <new>

#include "bindings/block.h"
#include "bindings/modules.h"
#include "vm/transfer.h"

namespace lagoon::bindings {

namespace {

// The event of the next end; null: no memory.
std::shared_ptr<sched::Event> next_end(Worker& worker) noexcept {
  try {
    if (worker.loaded == nullptr) worker.loaded = std::make_shared<sched::Event>();
    return worker.loaded;
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

// Waits for the end once.  False: it was cancelled, or could not be waited for at all
// (then *able is false).
bool wait_once(Goroutine& g, sched::Event& end, bool* able) noexcept {
  sched::Parcel nothing;
  if (end.recv(g, nothing) != sched::Result::Blocked) return true;
  *able = prepare_wait(g, sched::Reason::Join, nullptr, sched::kNever) && block_thread(g);
  g.scheduler->finish(g);
  return end.finish_recv(g, nothing) != sched::Result::Canceled;
}

// A cancellation meanwhile is kept for the goroutine's next wait; only a kill ends this one.
bool wait_for_end(Goroutine& g, Worker& worker) noexcept {
  std::shared_ptr<sched::Event> end = next_end(worker);
  if (end == nullptr) return false;
  bool able = true, canceled = false;
  while (able && !g.killed.load() && !wait_once(g, *end, &able)) canceled = true;
  if (able && canceled) g.canceled.store(true);
  return able && !g.killed.load();
}

bool wait_for_module(lua_State* L, const char*) { return wait_for_end(current(L), worker_of(L)); }

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
