// chan(n): channels for scripts.  What they do is sched/chan.h's; here values become parcels.
//
// The whole of a blocking method is two functions: one decodes, packs and tries; the other, its
// continuation, runs when the wait is over.  Those that are called for each message have a quick form
// (vm/quick.h) besides, for scalars and short strings: that does what mostly happens, and leaves all else to the
// method.

#include "bindings/block.h"
#include "bindings/channel.h"
#include "bindings/incoming.h"
#include "bindings/modules.h"
#include "bindings/parcel.h"

namespace lagoon::bindings {

namespace {

using sched::Result;

Channel& check_channel(lua_State* L, int arg) { return vm::check_shared<Channel>(L, arg, kChannelType); }

int push_false(lua_State* L, const char* why) {
  lua_pushboolean(L, 0);
  lua_pushstring(L, why);
  return 2;
}

// --- send --------------------------------------------------------------------------------------

// What a send returns; `parcel` holds the value if it was not taken.
int end_send(lua_State* L, Result result, sched::Parcel& parcel) {
  if (result == Result::Done) {
    lua_pushboolean(L, 1);
    return 1;
  }
  parcel.drop();
  switch (result) {
    case Result::Closed: return luaL_error(L, "send on closed channel");
    case Result::NoMemory: return luaL_error(L, "not enough memory");
    case Result::Timeout: return push_false(L, "timeout");
    default: return raise_canceled(L);
  }
}

int send_done(lua_State* L, int, lua_KContext ctx) {
  finish_park(L);
  sched::Parcel parcel;
  Result result = reinterpret_cast<Channel*>(ctx)->chan.finish_send(current(L), parcel);
  return end_send(L, result, parcel);
}

// ch:send([v [, timeout]]) -> true | false, "timeout".  Raises on a closed channel.     may block
int chan_send(lua_State* L) {
  Channel& ch = check_channel(L, 1);
  int64_t deadline = opt_deadline(L, 3);
  if (lua_isnone(L, 2)) lua_pushnil(L);
  vm::Message message;
  check_pack(L, 2, "send", &message);
  sched::Parcel parcel = to_parcel(message);
  Result result = ch.chan.send(current(L), parcel);
  if (result != Result::Blocked) return end_send(L, result, parcel);
  return park(L, sched::Reason::ChanSend, &ch, deadline, reinterpret_cast<lua_KContext>(&ch), send_done);
}

// ch:try_send(v) -> was it sent?  Raises on a closed channel.
int chan_try_send(lua_State* L) {
  Channel& ch = check_channel(L, 1);
  if (lua_isnone(L, 2)) lua_pushnil(L);
  vm::Message message;
  check_pack(L, 2, "try_send", &message);
  sched::Parcel parcel = to_parcel(message);
  Result result = ch.chan.try_send(parcel);
  if (result != Result::Busy) return end_send(L, result, parcel);
  parcel.drop();
  lua_pushboolean(L, 0);
  return 1;
}

// --- recv --------------------------------------------------------------------------------------

int push_nothing(lua_State* L, const char* why) {
  lua_pushnil(L);
  lua_pushboolean(L, 0);
  lua_pushstring(L, why);
  return 3;
}

int end_recv(lua_State* L, Result result, const sched::Parcel& parcel) {
  switch (result) {
    case Result::Done:
      push_parcel(L, parcel);
      lua_pushboolean(L, 1);
      return 2;
    case Result::Closed: return push_nothing(L, "closed");
    case Result::Timeout: return push_nothing(L, "timeout");
    case Result::Busy: return push_nothing(L, "empty");
    default: return raise_canceled(L);
  }
}

int recv_done(lua_State* L, int, lua_KContext ctx) {
  finish_park(L);
  sched::Parcel parcel;
  Result result = reinterpret_cast<Channel*>(ctx)->chan.finish_recv(current(L), parcel);
  return end_recv(L, result, parcel);
}

// ch:recv([timeout]) -> v, true | nil, false, "closed"|"timeout"                        may block
int chan_recv(lua_State* L) {
  Channel& ch = check_channel(L, 1);
  int64_t deadline = opt_deadline(L, 2);
  sched::Parcel parcel;
  Result result = ch.chan.recv(current(L), parcel);
  if (result != Result::Blocked) return end_recv(L, result, parcel);
  return park(L, sched::Reason::ChanReceive, &ch, deadline, reinterpret_cast<lua_KContext>(&ch), recv_done);
}

// ch:try_recv() -> v, true | nil, false, "empty"|"closed"
int chan_try_recv(lua_State* L) {
  Channel& ch = check_channel(L, 1);
  sched::Parcel parcel;
  Result result = ch.chan.try_recv(parcel);
  return end_recv(L, result, parcel);
}

// --- for v in ch -------------------------------------------------------------------------------

int refuse_nil(lua_State* L) {
  return luaL_error(L, "for loop over a channel received nil, which would end it: use recv()");
}

int end_next(lua_State* L, Result result, const sched::Parcel& parcel) {
  if (result != Result::Done) return end_recv(L, result, parcel);
  push_parcel(L, parcel);
  return lua_isnil(L, -1) ? refuse_nil(L) : 1;
}

int next_done(lua_State* L, int, lua_KContext ctx) {
  finish_park(L);
  sched::Parcel parcel;
  Result result = reinterpret_cast<Channel*>(ctx)->chan.finish_recv(current(L), parcel);
  return end_next(L, result, parcel);
}

int chan_next(lua_State* L) {
  Channel& ch = check_channel(L, 1);
  sched::Parcel parcel;
  Result result = ch.chan.recv(current(L), parcel);
  if (result != Result::Blocked) return end_next(L, result, parcel);
  return park(L, sched::Reason::ChanReceive, &ch, sched::kNever, reinterpret_cast<lua_KContext>(&ch), next_done);
}

// --- the quick forms ---------------------------------------------------------------------------

Channel& waited_for(Goroutine& g) noexcept { return *static_cast<Channel*>(g.quick_on); }
lua_KContext context(lua_State* L) noexcept { return reinterpret_cast<lua_KContext>(&waited_for(current(L))); }

int send_ended(lua_State* L) { return send_done(L, LUA_YIELD, context(L)); }
int recv_ended(lua_State* L) { return recv_done(L, LUA_YIELD, context(L)); }
int next_ended(lua_State* L) { return next_done(L, LUA_YIELD, context(L)); }

// Argument 1 is what keep_incoming() answered.
int recv_built(lua_State* L) {
  push_incoming(L, static_cast<size_t>(lua_tointeger(L, 1)));
  lua_pushboolean(L, 1);
  return 2;
}
int next_built(lua_State* L) { return push_incoming(L, static_cast<size_t>(lua_tointeger(L, 1))); }
int no_memory(lua_State* L) { return luaL_error(L, "not enough memory"); }

// What a finish_*() of the channel says, it says again.
int end_quick_send(Goroutine& g, const vm::QuickCall& call) {
  sched::Parcel parcel;
  if (waited_for(g).chan.finish_send(g, parcel) == Result::Done) return vm::quick_boolean(call, 0, true);
  parcel.drop();
  return vm::quick_finish_by(call, send_ended);
}

// Whether it is `for` that receives.
enum class Next : bool { No, Yes };

template <Next kNext>
int leave_received(const vm::QuickCall& call, sched::Parcel& parcel) {
  constexpr bool next = kNext == Next::Yes;
  if (!parcel.plain()) {
    size_t place;
    if (!keep_incoming(current(call.L), parcel, &place)) return vm::quick_finish_by(call, no_memory);
    return vm::quick_finish_by(call, next ? next_built : recv_built, static_cast<lua_Integer>(place));
  }
  const vm::Message message = to_message(parcel);
  if (next && message.kind == vm::Message::Kind::Nil) return vm::quick_finish_by(call, refuse_nil);
  return vm::quick_value(call, message, !next);
}

template <Next kNext>
int end_quick_recv(Goroutine& g, const vm::QuickCall& call) {
  sched::Parcel parcel;
  if (waited_for(g).chan.finish_recv(g, parcel) == Result::Done) return leave_received<kNext>(call, parcel);
  return vm::quick_finish_by(call, kNext == Next::Yes ? next_ended : recv_ended);
}

constexpr QuickWait kQuickSend = {sched::Reason::ChanSend, end_quick_send};
constexpr QuickWait kQuickRecv = {sched::Reason::ChanReceive, end_quick_recv<Next::No>};
constexpr QuickWait kQuickNext = {sched::Reason::ChanReceive, end_quick_recv<Next::Yes>};

int quick_send(vm::Shared& object, const vm::QuickCall& call) {
  Channel& ch = static_cast<Channel&>(object);
  vm::Message message;
  if (call.nargs != 2 || !vm::quick_pack(call, 2, &message)) return vm::kNot;
  sched::Parcel parcel = to_parcel(message);
  Result result = ch.chan.try_send(parcel);
  if (result == Result::Busy) {
    Goroutine& g = current(call.L);
    if (!may_park_quickly(call.L, g)) return vm::kNot;
    result = ch.chan.send(g, parcel);
    if (result == Result::Blocked) return park_quickly(g, kQuickSend, ch);
  }
  return result == Result::Done ? vm::quick_boolean(call, 0, true) : vm::kNot;
}

template <Next kNext>
int quick_recv(vm::Shared& object, const vm::QuickCall& call) {
  Channel& ch = static_cast<Channel&>(object);
  if (kNext == Next::No && call.nargs != 1) return vm::kNot;  // a time-out
  sched::Parcel parcel;
  Result result = ch.chan.try_recv(parcel);
  if (result == Result::Busy) {
    Goroutine& g = current(call.L);
    if (!may_park_quickly(call.L, g)) return vm::kNot;
    result = ch.chan.recv(g, parcel);
    if (result == Result::Blocked) {
      return park_quickly(g, kNext == Next::Yes ? kQuickNext : kQuickRecv, ch);
    }
  }
  return result == Result::Done ? leave_received<kNext>(call, parcel) : vm::kNot;
}

// --- the rest ----------------------------------------------------------------------------------

// ch:close().  Raises when it is closed already.
int chan_close(lua_State* L) {
  if (!check_channel(L, 1).chan.close()) return luaL_error(L, "close of closed channel");
  return 0;
}

// local ch <close> = chan(): closes it unless that was done before.
int chan_leave(lua_State* L) {
  check_channel(L, 1).chan.close();
  return 0;
}

// #ch, ch:len() -> values in the buffer
int chan_len(lua_State* L) {
  lua_pushinteger(L, static_cast<lua_Integer>(check_channel(L, 1).chan.len()));
  return 1;
}

// ch:cap() -> room in the buffer
int chan_cap(lua_State* L) {
  lua_pushinteger(L, static_cast<lua_Integer>(check_channel(L, 1).chan.cap()));
  return 1;
}

int chan_tostring(lua_State* L) {
  Channel& ch = check_channel(L, 1);
  lua_pushfstring(L, "chan(%I/%I): %p", static_cast<LUAI_UACINT>(ch.chan.len()),
                  static_cast<LUAI_UACINT>(ch.chan.cap()), static_cast<void*>(&ch));
  return 1;
}

// Refuses the argument, which is no capacity, by its value.
int refuse_capacity(lua_State* L, int arg) {
  lua_pushfstring(L, "size out of range (an integer, 0 to 2^32): %s", luaL_tolstring(L, arg, nullptr));
  return luaL_argerror(L, arg, lua_tostring(L, -1));
}

size_t check_capacity(lua_State* L, int arg) {
  if (lua_isnoneornil(L, arg)) return 0;
  luaL_checknumber(L, arg);
  int is_integer = 0;
  lua_Integer capacity = lua_tointegerx(L, arg, &is_integer);
  if (!is_integer || capacity < 0 || capacity > kMostCapacity) refuse_capacity(L, arg);
  return static_cast<size_t>(capacity);
}

// chan([capacity]) -> a channel; unbuffered without a capacity.  (Called as chan's __call.)
int chan_new(lua_State* L) {
  lua_remove(L, 1);  // the table `chan` itself
  size_t capacity = check_capacity(L, 1);
  Channel* ch = new_channel(capacity);
  if (ch == nullptr) return luaL_error(L, "not enough memory");
  vm::push_new_shared(L, ch, capacity * sizeof(sched::Parcel));
  return 1;
}

const luaL_Reg kMethods[] = {
    {"send", chan_send},   {"recv", chan_recv}, {"try_send", chan_try_send}, {"try_recv", chan_try_recv},
    {"close", chan_close}, {"len", chan_len},   {"cap", chan_cap},           {nullptr, nullptr},
};

const luaL_Reg kMetamethods[] = {
    {"__len", chan_len},           {"__call", chan_next}, {"__close", chan_leave},
    {"__tostring", chan_tostring}, {nullptr, nullptr},
};

const vm::QuickReg kQuick[] = {
    {chan_send, quick_send},
    {chan_next, quick_recv<Next::Yes>},
    {chan_recv, quick_recv<Next::No>},
    {nullptr, nullptr},
};

}  // namespace

const vm::SharedType kChannelType = {"chan", kMethods, kMetamethods, 0, nullptr, kQuick};

int open_chan(lua_State* L) {
  lua_newtable(L);
  lua_newtable(L);
  lua_pushcfunction(L, chan_new);
  lua_setfield(L, -2, "__call");
  lua_setmetatable(L, -2);
  return 1;
}

}  // namespace lagoon::bindings
