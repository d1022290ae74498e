#pragma once
// Conn: a connection, or a datagram socket, as a shared object of Lua.
//
// A method that may block is a turn of sched::Descriptor: begin, the call of the system, wait after
// EAGAIN, end.  ConnCall below has the pattern; an Op says what the call is.
//
// What was read ahead is in `in`, which belongs to the reader whose turn it is.

#include <sys/uio.h>

#include "bindings/address.h"
#include "bindings/block.h"
#include "bindings/net_error.h"
#include "bindings/read_buffer.h"
#include "bindings/selectable.h"
#include "sched/descriptor.h"

namespace lagoon::bindings {

extern const vm::SharedType kConnType;

class Conn final : public Selectable {
 public:
  Conn(sched::Scheduler& scheduler, const Network& network) noexcept
      : Selectable(kConnType), network(network), d(scheduler) {}
  ~Conn() override;

  sched::Source& source() noexcept override { return d; }
  int push_taken(lua_State* L, const sched::Parcel& parcel, bool ok) override;

  // How the calls of a read turn have left the descriptor.
  sched::Descriptor::Left left() const noexcept {
    using Left = sched::Descriptor::Left;
    if (in.size() > 0) return Left::Buffered;
    return drained && network.stream() ? Left::Nothing : Left::Unknown;
  }

  // Removes the file of a unix socket that it was bound to.
  void remove_file() noexcept;

  const Network& network;
  sched::Descriptor d;
  ReadBuffer in;           // the reader's
  bool drained = false;    // the reader's: the last read took less than it had room for
  bool owns_file = false;  // bound to a path in the file system
};

inline Conn& check_conn(lua_State* L, int arg) { return vm::check_shared<Conn>(L, arg, kConnType); }

// Pushes a new, unopened one.                                                       [-0, +1, m]
Conn& push_conn(lua_State* L, const Network& network);
// Opens a connection that was accepted and pushes it; the descriptor is taken over in any case.
// Or nil, message, code.                                                            [-0, +(1|3), m]
int push_accepted(lua_State* L, const Network& network, int fd);

// nil, "read tcp 127.0.0.1:1->127.0.0.1:2: <text>", code.                           [-0, +3, m]
int push_conn_error(lua_State* L, Conn& c, const char* op, int error);

// A method that makes calls of the system in turns of `kSide`.  Op, all functions Lua frames:
//   static constexpr sched::Side kSide; static constexpr const char* kName;
//   static void check(lua_State* L, Conn& c);           // arguments; before anything happens
//   // Makes the call, just after d.before_call().  kWait: EAGAIN.  kNext: done, and another turn
//   is to follow.  Else how many
//   // results, pushed after it has ended the turn.  `progress` is its own, 0 to begin with.
//   static int attempt(lua_State* L, Conn& c, lua_Integer* progress);
//   static int fail(lua_State* L, Conn& c, int error, lua_Integer progress);  // pushes nil, ...
//   static void abandon(Conn& c);                       // optional: it was cancelled while it
//   waited
inline constexpr int kWait = -1, kNext = -2;

template <class Op>
struct ConnCall {
  // Argument 1 is the connection.
  static int call(lua_State* L) {
    Conn& c = check_conn(L, 1);
    Op::check(L, c);
    return begin(L, c, 0);
  }

  // The rest of a call whose arguments are checked.
  static int begin(lua_State* L, Conn& c, lua_Integer progress) {
    return entered(L, c, c.d.begin(current(L), Op::kSide), progress);
  }

 private:
  using Result = sched::Result;
  static constexpr lua_KContext kHasTurn = 1;  // the rest of the context is the progress

  static int park_for(lua_State* L, Conn& c, lua_Integer progress, lua_KContext phase) {
    return park(L, sched::Reason::IoWait, &c, c.d.deadline(Op::kSide), progress << 1 | phase, resumed);
  }

  static int entered(lua_State* L, Conn& c, Result result, lua_Integer progress) {
    switch (result) {
      case Result::Blocked: return park_for(L, c, progress, 0);
      case Result::Done: return attempts(L, c, progress);
      case Result::Busy: return waited(L, c, c.d.wait(current(L), Op::kSide), progress);
      case Result::Canceled: return raise_canceled(L);
      default: return Op::fail(L, c, error_of(result), progress);
    }
  }

  static int attempts(lua_State* L, Conn& c, lua_Integer progress) {
    int results = Op::attempt(L, c, &progress);
    if (results == kNext) return begin(L, c, progress);
    if (results != kWait) return results;
    return waited(L, c, c.d.wait(current(L), Op::kSide), progress);
  }

  static int waited(lua_State* L, Conn& c, Result result, lua_Integer progress) {
    if (result == Result::Done) return attempts(L, c, progress);
    if (result == Result::Blocked) {
      if (Op::kSide == sched::Side::Read) c.in.trim();
      return park_for(L, c, progress, kHasTurn);
    }
    c.d.end(Op::kSide, Op::kSide == sched::Side::Read ? c.left() : sched::Descriptor::Left::Unknown);
    if (result != Result::Canceled) return Op::fail(L, c, error_of(result), progress);
    if constexpr (requires { Op::abandon(c); }) Op::abandon(c);
    return raise_canceled(L);
  }

  static int resumed(lua_State* L, int, lua_KContext context) {
    finish_park(L);
    Conn& c = check_conn(L, 1);
    sched::G& g = current(L);
    lua_Integer progress = context >> 1;
    if ((context & kHasTurn) == 0) return entered(L, c, c.d.finish_begin(g, Op::kSide), progress);
    return waited(L, c, c.d.finish_wait(g, Op::kSide), progress);
  }
};

// conn:read and its like; lua_conn_read.cpp.
int conn_read(lua_State* L);
int conn_read_some(lua_State* L);
int conn_lines(lua_State* L);

}  // namespace lagoon::bindings
