// select: Lua's own, and, given a table, the wait for one of several operations.
//
// The table form works in four steps.
//   decode: everything is read onto the Lua stack, so that a mistake raises before anything
//   happens,
//           the objects stay alive, and the tables may change meanwhile.  Values to send that need
//           memory outside Lua are packed here, into a box that Lua owns.
//   fill:   the goroutine's Selection is set up; from here on nothing raises.
//   wait:   sched's select chooses, at once or after a park.
//   answer: the chosen case's function is called, or its position returned.

#include <cmath>
#include <new>

#include "bindings/block.h"
#include "bindings/channel.h"
#include "bindings/incoming.h"
#include "bindings/modules.h"
#include "bindings/parcel.h"
#include "bindings/plain.h"
#include "bindings/selection.h"
#include "sched/clock.h"
#include "vm/box.h"

namespace lagoon::bindings {

namespace {

using sched::Result;

// luaL_argerror for argument 1, except that it would find the name "chan.select" as well.
int argument_error(lua_State* L, const char* what) { return luaL_error(L, "bad argument #1 to 'select' (%s)", what); }

// --- Stock -------------------------------------------------------------------------------------

lua_Integer check_position(lua_State* L) {
  int exact = 0;
  lua_Integer i = lua_tointegerx(L, 1, &exact);
  if (exact != 0) return i;
  if (lua_isnumber(L, 1)) return argument_error(L, "number has no integer representation");
  const char* got = luaL_typename(L, 1);
  if (luaL_getmetafield(L, 1, "__name") == LUA_TSTRING) got = lua_tostring(L, -1);
  return argument_error(L, lua_pushfstring(L, "number expected, got %s", got));
}

// select("#", ...), select(n, ...), as in lbaselib.c
int stock_select(lua_State* L) {
  int n = lua_gettop(L);
  if (lua_type(L, 1) == LUA_TSTRING && *lua_tostring(L, 1) == '#') {
    lua_pushinteger(L, n - 1);
    return 1;
  }
  lua_Integer i = check_position(L);
  if (i < 0) {
    i = n + i;
  } else if (i > n) {
    i = n;
  }
  if (i < 1) return argument_error(L, "index out of range");
  return n - static_cast<int>(i);
}

// --- Decode ------------------------------------------------------------------------------------

// The stack: the table, the box of packed values (or nil), the default (or nil), and for each case
// five slots from slot_of(i) on.
constexpr int kTable = 1, kBox = 2, kDefault = 3, kFirst = 4;
// The case's table; what to receive from, the channel to send to (false: neither, it is disabled or
// a time-out); the value to send; the function (or nil).
enum Slot { kCase, kRecv, kSend, kValue, kFunction, kSlots };

constexpr int slot_of(int i, Slot slot) noexcept { return kFirst + (i - 1) * kSlots + slot; }

// What decoding finds out beside what it leaves on the stack.
struct Decoded {
  int count = 0;  // cases
  int after = 0;  // the case that is the time-out; 0: none
  int64_t deadline = sched::kNever;
};
static_assert(std::is_trivially_destructible_v<Decoded>);

int case_error(lua_State* L, int i, const char* expected) {
  const char* got = luaL_typename(L, -1);
  return argument_error(L, lua_pushfstring(L, "case %d: %s, got %s", i, expected, got));
}

// Packed values on their way into the selection, one for each case.
struct Values {
  sched::Parcel* parcels;
  int count;
  Values(sched::Parcel* parcels, int count) noexcept : parcels(parcels), count(count) {}
  Values(const Values&) = delete;
  ~Values() {
    for (int i = 0; i < count; ++i) parcels[i].drop();
    delete[] parcels;
  }
};

sched::Parcel* new_parcels(int count) noexcept { return new (std::nothrow) sched::Parcel[static_cast<size_t>(count)]; }

// The parcel of case i, in the box.
sched::Parcel& boxed(lua_State* L, int i) noexcept { return (*vm::Box<Values>::to(L, kBox))->parcels[i - 1]; }

void check_box(lua_State* L, int count) {
  if (!lua_isnil(L, kBox)) return;
  auto* box = vm::Box<Values>::push(L);
  sched::Parcel* parcels = new_parcels(count);
  if (parcels == nullptr) luaL_error(L, "not enough memory");
  box->fill(parcels, count);
  lua_replace(L, kBox);
}

void pack_value(lua_State* L, int i, int count) {
  if (is_plain(L, -1)) return;
  check_box(L, count);
  vm::Message message;
  if (const char* why = vm::pack(L, lua_gettop(L), 1, &message)) {
    luaL_error(L, "select: case %d: %s", i, why);
  }
  boxed(L, i) = to_parcel(message);
}

// The three kinds of case.  Each is given its field's value on top and leaves kRecv, kSend, kValue.

void decode_recv(lua_State* L, int i) {
  Selectable* object = to_selectable(L, -1);
  if (object == nullptr && lua_toboolean(L, -1)) {
    case_error(L, i, "recv expects a channel, context, task, timer or the like");
  }
  if (object != nullptr && object->never()) {
    lua_pop(L, 1);
    lua_pushboolean(L, 0);
  }
  lua_pushboolean(L, 0);
  lua_pushnil(L);
}

void decode_send(lua_State* L, int i, int count) {
  bool on = lua_toboolean(L, -1);
  if (on && vm::to_shared(L, -1, kChannelType) == nullptr) {
    case_error(L, i, "send expects a channel");
  }
  lua_pushboolean(L, 0);
  lua_insert(L, -2);
  lua_getfield(L, slot_of(i, kCase), "value");
  if (on) pack_value(L, i, count);
}

void decode_after(lua_State* L, int i, Decoded* d) {
  if (lua_toboolean(L, -1)) {
    if (lua_type(L, -1) != LUA_TNUMBER) case_error(L, i, "after expects a number of seconds");
    if (std::isnan(lua_tonumber(L, -1))) case_error(L, i, "after expects a number of seconds, not nan");
    int64_t wait = check_duration(L, lua_gettop(L));
    int64_t deadline = wait == sched::kNever ? wait : sched::wake_after(wait);
    if (d->after == 0 || deadline < d->deadline) {
      d->after = i;
      d->deadline = deadline;
    }
  }
  lua_pop(L, 1);
  lua_pushboolean(L, 0);
  lua_pushboolean(L, 0);
  lua_pushnil(L);
}

void decode_function(lua_State* L, int i) {
  int type = lua_geti(L, slot_of(i, kCase), 1);
  if (type == LUA_TFUNCTION || type == LUA_TNIL) return;
  if (!luaL_getmetafield(L, -1, "__call")) case_error(L, i, "function expected");
  lua_pop(L, 1);
}

enum class Kind { Recv, Send, After };
const char* const kKinds[] = {"recv", "send", "after"};

// Pushes the one of the three fields that the case has.
Kind push_kind(lua_State* L, int i) {
  int found = -1;
  for (int kind = 0; kind < 3; ++kind) {
    if (lua_getfield(L, slot_of(i, kCase), kKinds[kind]) == LUA_TNIL) {
      lua_pop(L, 1);
    } else if (found < 0) {
      found = kind;
    } else {
      argument_error(L, lua_pushfstring(L, "case %d has both %s and %s", i, kKinds[found], kKinds[kind]));
    }
  }
  if (found < 0) {
    argument_error(L, lua_pushfstring(L, "case %d has none of recv, send and after", i));
  }
  return static_cast<Kind>(found);
}

void decode_case(lua_State* L, int i, Decoded* d) {
  if (lua_geti(L, kTable, i) != LUA_TTABLE) case_error(L, i, "table expected");
  switch (push_kind(L, i)) {
    case Kind::Recv: decode_recv(L, i); break;
    case Kind::Send: decode_send(L, i, d->count); break;
    case Kind::After: decode_after(L, i, d); break;
  }
  decode_function(L, i);
}

// Reads the table at kTable, the only value on the stack.
Decoded decode(lua_State* L) {
  Decoded d;
  lua_Integer count = luaL_len(L, kTable);
  if (count > static_cast<lua_Integer>(sched::Select::kMax)) {
    argument_error(L, lua_pushfstring(L, "more than %d cases", static_cast<int>(sched::Select::kMax)));
  }
  d.count = static_cast<int>(count);
  luaL_checkstack(L, d.count * kSlots + LUA_MINSTACK, "too many cases");
  lua_pushnil(L);
  lua_getfield(L, kTable, "default");
  for (int i = 1; i <= d.count; ++i) decode_case(L, i, &d);
  return d;
}

// --- Fill --------------------------------------------------------------------------------------

// What case i receives from, or null.
Selectable* receiver(lua_State* L, int i) noexcept {
  return static_cast<Selectable*>(vm::to_any_shared(L, slot_of(i, kRecv)));
}

// Null: no memory, and nothing has happened.
Selection* fill(lua_State* L, int count) noexcept {
  Selection* selection = Selection::get(current(L), static_cast<size_t>(count));
  if (selection == nullptr) return nullptr;
  for (int i = 1; i <= count; ++i) {
    size_t at = static_cast<size_t>(i - 1);
    if (Selectable* object = receiver(L, i)) {
      selection->receive(at, object->source());
    } else if (vm::Shared* ch = vm::to_shared(L, slot_of(i, kSend), kChannelType)) {
      int value = slot_of(i, kValue);
      vm::Message message;
      if (is_plain(L, value)) vm::pack(L, value, 1, &message);
      selection->send(at, static_cast<Channel*>(ch)->chan,
                      is_plain(L, value) ? to_parcel(message) : boxed(L, i).take());
    }
  }
  return selection;
}

// --- Answer ------------------------------------------------------------------------------------

int function_done(lua_State* L, int, lua_KContext below) { return lua_gettop(L) - static_cast<int>(below); }

// With a function and `nargs` arguments for it on top: returns what it returns.
int call_function(lua_State* L, int nargs) {
  int below = lua_gettop(L) - nargs - 1;
  lua_callk(L, nargs, LUA_MULTRET, below, function_done);
  return function_done(L, LUA_OK, below);
}

int answer_default(lua_State* L) {
  lua_pushvalue(L, kDefault);
  if (!lua_isboolean(L, -1)) return call_function(L, 0);
  lua_pushinteger(L, 0);
  return 1;
}

// On top are the chosen case's function or its position, v and ok.
int answer(lua_State* L) { return lua_isinteger(L, -3) ? 3 : call_function(L, 2); }

void push_head(lua_State* L, int i) {
  if (lua_isnil(L, slot_of(i, kFunction))) {
    lua_pushinteger(L, i);
  } else {
    lua_pushvalue(L, slot_of(i, kFunction));
  }
}

int answer_plain(lua_State* L, int i) {
  push_head(L, i);
  lua_pushnil(L);
  lua_pushboolean(L, 1);
  return answer(L);
}

int answer_received(lua_State* L, int i, const sched::Parcel& parcel, bool ok) {
  push_head(L, i);
  int extra = receiver(L, i)->push_taken(L, parcel, ok) - 2;
  lua_pop(L, extra);
  return answer(L);
}

// --- Wait --------------------------------------------------------------------------------------

int answer_chosen(lua_State* L, Selection& selection, bool ok) {
  size_t at = selection.select.index();
  bool received = selection.receives(at);
  sched::Parcel parcel = selection.select.parcel().take();
  selection.clear();
  int i = static_cast<int>(at) + 1;
  if (received) return answer_received(L, i, parcel, ok);
  if (!ok) return luaL_error(L, "send on closed channel (select, case %d)", i);
  return answer_plain(L, i);
}

// The select has ended, in any way but Blocked.  `after` is the case that is the time-out.
int end_select(lua_State* L, Selection& selection, Result result, int after) {
  if (result == Result::Done || result == Result::Closed) {
    return answer_chosen(L, selection, result == Result::Done);
  }
  selection.clear();
  switch (result) {
    case Result::Busy: return lua_toboolean(L, kDefault) ? answer_default(L) : answer_plain(L, after);
    case Result::Timeout: return answer_plain(L, after);
    case Result::NoMemory: return luaL_error(L, "not enough memory");
    default: return raise_canceled(L);
  }
}

int select_done(lua_State* L, int, lua_KContext after) {
  finish_park(L);
  Goroutine& g = current(L);
  Selection& selection = *g.rare->selection;
  return end_select(L, selection, selection.select.finish(g), static_cast<int>(after));
}

void check_default(lua_State* L) {
  if (lua_isboolean(L, kDefault) || lua_isnil(L, kDefault) || lua_isfunction(L, kDefault)) return;
  if (luaL_getmetafield(L, kDefault, "__call")) return lua_pop(L, 1);
  argument_error(L, lua_pushfstring(L, "default expects a function or true, got %s", luaL_typename(L, kDefault)));
}

// select{...}: waits for one of the cases.                                             may block
int table_select(lua_State* L) {
  lua_settop(L, kTable);
  Decoded d = decode(L);
  check_default(L);
  sched::Select::How how;
  how.has_default = lua_toboolean(L, kDefault) || (d.after != 0 && d.deadline <= sched::now_ns());
  lua_getfield(L, kTable, "priority");
  how.priority = lua_toboolean(L, -1);
  Selection* selection = fill(L, d.count);
  if (selection == nullptr) return luaL_error(L, "not enough memory");
  Result result = selection->select.start(current(L), how);
  if (result != Result::Blocked) return end_select(L, *selection, result, d.after);
  return park(L, selection->select.reason(), nullptr, d.deadline, d.after, select_done);
}

// select(n, ...) -> the arguments from the n-th on; select("#", ...) -> how many there are.
//
// select{cases} waits until one of several operations can go, and does that one:
//   { recv = source, f }           source: channel, context, task, timer, ticker, ...
//   { send = ch, value = v, f }    v is copied first, whichever case is chosen
//   { after = seconds, f }         when nothing else could go until then
//   default = f | true             when nothing can go at once; priority = true: the first in order
// recv, send or after = false disables a case.  Calls f(v, ok) and returns what it returns; without
// f returns the case's position (0: default), v, ok.  Raises for a malformed case, a value that
// cannot be copied, and when a chosen send meets a closed channel.  May block.
int select_call(lua_State* L) { return lua_istable(L, 1) ? table_select(L) : stock_select(L); }

}  // namespace

int open_select(lua_State* L) {
  lua_pushcfunction(L, select_call);
  return 1;
}

}  // namespace lagoon::bindings
