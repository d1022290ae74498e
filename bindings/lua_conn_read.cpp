// Reading from a connection: read, read_some, lines.
//
// Nothing may raise while the turn is held, so what was read goes by way of this thread's scratch
// memory, and becomes a string when the turn is over.

#include <cerrno>
#include <cstring>

#include "bindings/conn.h"

namespace lagoon::bindings {
namespace {

using sched::Side;

int bad_format(lua_State* L, int arg) { return luaL_argerror(L, arg, "invalid format"); }

// The format at idx; raises for anything else.
Format check_format(lua_State* L, int arg) {
  Format format;
  if (lua_type(L, arg) == LUA_TNUMBER) {
    lua_Integer n = luaL_checkinteger(L, arg);
    if (n < 0) luaL_argerror(L, arg, "negative count");
    format.kind = Format::Count;
    format.count = static_cast<size_t>(n);
    return format;
  }
  const char* name = luaL_checkstring(L, arg);
  if (*name == '*') ++name;  // as io.read skips it
  switch (*name) {
    case 'l': format.kind = Format::Line; break;
    case 'L': format.kind = Format::LineWithEnd; break;
    case 'a': format.kind = Format::All; break;
    case 'n': format.kind = Format::Number; break;
    default: bad_format(L, arg);
  }
  return format;
}

// A value on its way to the stack.
struct Taken {
  const char* data = nullptr;
  size_t size = 0;
  int error = 0;         // instead of a value: kEof, an errno; 0: none
  bool nothing = false;  // instead of a value: nil
};

// One attempt to have what the format says in the buffer.  kWait or 0: *cut is complete, or *error.
int read_ahead(Conn& c, const Format& format, ReadBuffer::Cut* cut, int* error) noexcept {
  bool at_end = false;
  for (;;) {
    *cut = c.in.cut(format, at_end);
    if (cut->complete) break;
    c.d.before_call(Side::Read);  // not earlier: without a call, news is still news
    ssize_t n = c.in.fill(c.d.fd(), format, &c.drained);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return kWait;
    if (n < 0) {
      *error = errno;
      return 0;
    }
    at_end = n == 0;
  }
  if (cut->nothing && at_end) *error = kEof;
  return 0;
}

// Whatever has arrived, straight into the scratch memory; a datagram in any case.
int read_some(Conn& c, size_t most, Taken* taken) noexcept {
  char* room = scratch();
  if (room == nullptr) {
    taken->error = ENOMEM;
    return 0;
  }
  size_t want = most < kScratch ? most : kScratch;
  ssize_t n;
  do {
    c.d.before_call(Side::Read);
    n = ::recv(c.d.fd(), room, want, MSG_DONTWAIT);
  } while (n < 0 && errno == EINTR);
  if (n < 0 && errno == EAGAIN) return kWait;
  c.drained = n >= 0 && static_cast<size_t>(n) < want;
  taken->data = room;
  taken->size = n > 0 ? static_cast<size_t>(n) : 0;
  if (n < 0) taken->error = errno;
  if (n == 0 && want > 0 && c.network.stream()) taken->error = kEof;
  return 0;
}

// For a value that does not fit into the scratch memory: pushes it while the turn is held.
bool push_large(lua_State* L, const char* data, size_t size) noexcept {
  struct Bytes {
    const char* data;
    size_t size;
  } bytes{data, size};
  lua_pushcfunction(L, [](lua_State* l) -> int {
    auto* b = static_cast<Bytes*>(lua_touserdata(l, 1));
    lua_pushlstring(l, b->data, b->size);
    return 1;
  });
  lua_pushlightuserdata(L, &bytes);
  return lua_pcall(L, 1, 1, 0) == LUA_OK;
}

// Takes what was cut out of the buffer and ends the turn.  True: it is pushed, or an error message.
bool take_cut(lua_State* L, Conn& c, const ReadBuffer::Cut& cut, Taken* taken, bool* raised) {
  const char* value = c.in.data() + cut.skip;
  bool large = cut.take > kScratch;
  if (large) {
    *raised = !push_large(L, value, cut.take);
  } else if (cut.take > 0) {
    taken->data = scratch();
    std::memcpy(scratch(), value, cut.take);
  }
  taken->size = cut.take;
  taken->nothing = cut.nothing;
  c.in.consume(cut.eat);
  c.d.end(Side::Read, c.left());
  return large;
}

void push_number(lua_State* L, const Taken& taken) {
  char text[256];
  std::memcpy(text, taken.data, taken.size);
  text[taken.size] = '\0';
  if (lua_stringtonumber(L, text) == 0) lua_pushnil(L);
}

// One format in one turn.  kWait, or 0: the value is pushed; *error: it is not, there is none.
int read_one(lua_State* L, Conn& c, const Format& format, int* error) {
  Taken taken;
  if (format.kind == Format::Some && c.in.size() == 0) {
    if (read_some(c, format.count, &taken) == kWait) return kWait;
    c.d.end(Side::Read, c.left());
    *error = taken.error;
  } else {
    ReadBuffer::Cut cut;
    if (read_ahead(c, format, &cut, error) == kWait) return kWait;
    if (*error > 0) cut = ReadBuffer::Cut{};
    bool raised = false;
    if (take_cut(L, c, cut, &taken, &raised)) {
      if (raised) lua_error(L);
      return 0;
    }
  }
  if (*error != 0) return 0;
  if (taken.nothing) {
    lua_pushnil(L);
  } else if (format.kind == Format::Number) {
    push_number(L, taken);
  } else {
    lua_pushlstring(L, taken.data, taken.size);
  }
  return 0;
}

constexpr Format kLine{Format::Line, 0};

// c:read(format...): the formats are at 2 and up, `progress` is how many have been read; their
// values are on top.
struct Read {
  static constexpr Side kSide = Side::Read;

  static void check(lua_State* L, Conn& c) {
    if (!c.network.stream()) luaL_error(L, "read: a datagram socket has read_some and recv_from");
    int top = lua_gettop(L);
    for (int arg = 2; arg <= top; ++arg) check_format(L, arg);
    luaL_checkstack(L, top + LUA_MINSTACK, "too many arguments");
  }

  static int attempt(lua_State* L, Conn& c, lua_Integer* progress) {
    int formats = lua_gettop(L) - 1 - static_cast<int>(*progress);
    Format format = formats == 0 ? kLine : check_format(L, static_cast<int>(*progress) + 2);
    int error = 0;
    if (read_one(L, c, format, &error) == kWait) return kWait;
    if (error != 0) return fail(L, c, error, *progress);
    int results = static_cast<int>(++*progress);
    return results >= formats || lua_isnil(L, -1) ? results : kNext;
  }

  static int fail(lua_State* L, Conn& c, int error, lua_Integer progress) {
    return static_cast<int>(progress) + push_conn_error(L, c, "read", error);
  }
};

// The same without formats but the one at 2: at most so many bytes.
struct ReadSome {
  static constexpr Side kSide = Side::Read;

  static void check(lua_State* L, Conn&) {
    luaL_argcheck(L, luaL_optinteger(L, 2, 1) > 0, 2, "positive count expected");
    lua_settop(L, 2);
  }

  static int attempt(lua_State* L, Conn& c, lua_Integer*) {
    Format format;
    format.kind = Format::Some;
    format.count = lua_isnil(L, 2) ? kScratch : static_cast<size_t>(lua_tointeger(L, 2));
    int error = 0;
    if (read_one(L, c, format, &error) == kWait) return kWait;
    return error != 0 ? fail(L, c, error, 0) : 1;
  }

  static int fail(lua_State* L, Conn& c, int error, lua_Integer) { return push_conn_error(L, c, "read", error); }
};

// The iterator: upvalue 1 is the connection, the others the formats.
int next_line(lua_State* L) {
  lua_settop(L, 0);
  int count = static_cast<int>(lua_tointeger(L, lua_upvalueindex(1)));
  luaL_checkstack(L, count + LUA_MINSTACK, "too many arguments");
  for (int i = 1; i <= count; ++i) lua_pushvalue(L, lua_upvalueindex(1 + i));
  return ConnCall<Read>::begin(L, check_conn(L, 1), 0);
}

}  // namespace

// c:read([format...]) -> a value for each format, as io.read: n bytes (fewer at the end), "l", "L",
// "a", "n" | nil, message, code in the place of the first that failed                       may
// block
int conn_read(lua_State* L) { return ConnCall<Read>::call(L); }

// c:read_some([most]) -> whatever has arrived, at least a byte; of a datagram socket: a datagram
// | nil, message, code                                                                      may
// block
int conn_read_some(lua_State* L) { return ConnCall<ReadSome>::call(L); }

// for line in c:lines([format...]): until the end or a failure, which read() would tell
int conn_lines(lua_State* L) {
  Read::check(L, check_conn(L, 1));
  int count = lua_gettop(L);
  luaL_argcheck(L, count < 250, 252, "too many arguments");
  lua_pushinteger(L, count);
  lua_insert(L, 1);
  lua_pushcclosure(L, next_line, count + 1);
  return 1;
}

}  // namespace lagoon::bindings
