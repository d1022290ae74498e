#include "bindings/lua_child.h"

#include <unistd.h>

#include <cerrno>
#include <new>

#include "bindings/block.h"
#include "bindings/outside.h"

namespace lagoon::bindings {

using sched::Result;
using sched::Side;

Child::~Child() {
  if (!ended_) forsake_process(process_);
  if (in_place_) stop_ignoring_interrupts();
  delete watched_;
}

bool Child::watch(sched::Scheduler& scheduler) noexcept {
  int fd = open_process(process_);
  if (fd < 0) return false;
  auto* made = new (std::nothrow) sched::Descriptor(scheduler);
  if (made == nullptr || made->open(fd) != 0) {
    delete made;
    close(fd);
    return false;
  }
  watched_ = made;
  return made->pollable();
}

void Child::wait() noexcept {
  status_ = wait_for_process(process_);
  error_ = status_ == -1 ? errno : 0;
  ended_ = true;
}

namespace {

vm::Box<Child>& box(lua_State* L) noexcept { return *vm::Box<Child>::to(L, kChildIndex); }

// It has ended.
int answer(lua_State* L, bool quiet) {
  const int status = box(L)->status(), error = box(L)->error();
  box(L).empty();
  if (quiet) return 0;
  errno = error;
  return luaL_execresult(L, status);
}

int woken(lua_State* L, int, lua_KContext quiet);

int go_on(lua_State* L, Result r, bool quiet) {
  Child& child = *box(L);
  sched::Descriptor& watched = child.watched();
  while (r == Result::Done) {
    watched.before_call(Side::Read);
    if (child.bury()) {
      watched.end(Side::Read);
      return answer(L, quiet);
    }
    r = watched.wait(current(L), Side::Read);
  }
  if (r == Result::Blocked) return park(L, sched::Reason::IoWait, nullptr, sched::kNever, quiet, woken);
  watched.end(Side::Read);
  box(L).empty();
  return raise_canceled(L);
}

int woken(lua_State* L, int, lua_KContext quiet) {
  finish_park(L);
  return go_on(L, box(L)->watched().finish_wait(current(L), Side::Read), quiet != 0);
}

}  // namespace

int await_child(lua_State* L, bool quiet) {
  Child& child = *box(L);
  Goroutine* g = goroutine_here(L);
  if (g != nullptr && child.watch(*g->scheduler)) {
    return go_on(L, child.watched().begin(*g, Side::Read), quiet);
  }
  if (!outside(L, Takes::Long, [&] { child.wait(); })) return raise_no_thread(L);
  return answer(L, quiet);
}

}  // namespace lagoon::bindings
