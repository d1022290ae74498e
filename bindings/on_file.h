#pragma once
// The shape of every method of a file: wait for its turn, work, give the turn on, push the results.
//
// An Op is one such call, trivially copyable: it lies on the C stack, and while the goroutine is
// parked in memory of its own.
//   sched::Result work(lua_State* L, File& file, Goroutine* g);  noexcept: Done, or Busy: it goes
//   on by another
//                                                                call when the file is ready
//   static constexpr sched::Side kSide;                           in which direction it may block
//   int push(lua_State* L);                                       a Lua frame, after Done: pushes
//   or raises void drop();                                                  noexcept: instead of
//   push
// A file that somebody closes meanwhile raises as a closed one does.

#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <new>
#include <type_traits>

#include "bindings/block.h"
#include "bindings/file.h"
#include "bindings/outside.h"

namespace lagoon::bindings {

// Takes the turn where nobody can leave to wait for it: in a finalizer, or while a state closes.
// False: whoever has it does not give it on.
bool take_turn_as_nobody(File& file) noexcept;

int raise_closed(lua_State* L);

template <class Op>
class OnFile {
  static_assert(std::is_trivially_copyable_v<Op> && std::is_trivially_destructible_v<Op>);

 public:
  // The last statement of a Lua frame.
  static int run(lua_State* L, File& file, Op op) {
    Goroutine* g = goroutine_here(L);
    if (g == nullptr ? take_turn_as_nobody(file) : file.turn.try_lock(*g)) {
      return work(L, file, op, g);
    }
    if (g == nullptr) {
      op.drop();
      errno = EBUSY;
      return luaL_fileresult(L, 0, nullptr);
    }
    Parked* parked = keep(file, op);
    if (parked == nullptr) return raise_no_memory(L, op);
    return on_turn(L, file.turn.lock(*g), parked);
  }

 private:
  // What lasts while the goroutine is parked.
  struct Parked {
    File* file;  // counted
    Op op;
  };

  static Parked* keep(File& file, const Op& op) noexcept {
    void* memory = std::malloc(sizeof(Parked));
    if (memory == nullptr) return nullptr;
    file.retain();
    return new (memory) Parked{&file, op};
  }

  // Frees it, but for the Op.
  static Op release(Parked* parked) noexcept {
    Op op = parked->op;
    parked->file->release();
    std::free(parked);
    return op;
  }

  static int raise_no_memory(lua_State* L, Op& op) {
    op.drop();
    return luaL_error(L, "not enough memory");
  }

  static int leave(lua_State* L, Parked* parked, lua_KFunction k) {
    return park(L, sched::Reason::IoWait, parked->file, sched::kNever, reinterpret_cast<lua_KContext>(parked), k);
  }

  static int turn_came(lua_State* L, int, lua_KContext context) {
    finish_park(L);
    auto* parked = reinterpret_cast<Parked*>(context);
    return on_turn(L, parked->file->turn.finish_lock(current(L)), parked);
  }

  static int on_turn(lua_State* L, sched::Result r, Parked* parked) {
    if (r == sched::Result::Blocked) return leave(L, parked, turn_came);
    if (r == sched::Result::Done) return on_ready(L, r, parked);
    release(parked).drop();
    return raise_canceled(L);
  }

  // With the turn; op is the caller's.
  static int work(lua_State* L, File& file, Op& op, Goroutine* g) {
    sched::Result r = file.closed() ? sched::Result::Closed : op.work(L, file, g);
    if (r != sched::Result::Busy) {
      file.turn.unlock();
      return end(L, r, op);
    }
    Parked* parked = keep(file, op);
    if (parked != nullptr) return on_ready(L, file.wait(*g, Op::kSide), parked);
    file.turn.unlock();
    return raise_no_memory(L, op);
  }

  static int ready(lua_State* L, int, lua_KContext context) {
    finish_park(L);
    auto* parked = reinterpret_cast<Parked*>(context);
    return on_ready(L, parked->file->finish_wait(current(L), Op::kSide), parked);
  }

  // With the turn; op is parked.
  static int on_ready(lua_State* L, sched::Result r, Parked* parked) {
    File& file = *parked->file;
    while (r == sched::Result::Done) {
      r = go_on(L, file, parked->op);
      if (r != sched::Result::Busy) return finish(L, r, parked);
      r = file.wait(current(L), Op::kSide);
    }
    if (r == sched::Result::Blocked) return leave(L, parked, ready);
    return finish(L, r, parked);
  }

  // Who is to end does no more work, which might hold it up.
  static sched::Result go_on(lua_State* L, File& file, Op& op) noexcept {
    if (file.closed()) return sched::Result::Closed;
    if (current(L).doomed()) return sched::Result::Canceled;
    return op.work(L, file, goroutine_here(L));
  }

  static int finish(lua_State* L, sched::Result r, Parked* parked) {
    parked->file->turn.unlock();
    Op op = release(parked);
    return end(L, r, op);
  }

  static int end(lua_State* L, sched::Result r, Op& op) {
    if (r == sched::Result::Done) return op.push(L);
    op.drop();
    return r == sched::Result::Closed ? raise_closed(L) : raise_canceled(L);
  }
};

}  // namespace lagoon::bindings
