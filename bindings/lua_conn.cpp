// Connections and datagram sockets: writing, closing, deadlines, names, options.

#include <netinet/tcp.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "bindings/conn.h"
#include "sched/clock.h"

namespace lagoon::bindings {
namespace {

using sched::Result;
using sched::Side;

constexpr int kParts = 64;  // strings that one call of the system writes

// --- write -------------------------------------------------------------------------------------

// The strings from `skip` bytes on, as many as fit; how many parts.
int gather(lua_State* L, size_t skip, iovec (&parts)[kParts]) {
  int count = 0;
  int top = lua_gettop(L);
  for (int arg = 2; arg <= top && count < kParts; ++arg) {
    size_t size;
    const char* data = lua_tolstring(L, arg, &size);
    if (skip >= size) {
      skip -= size;
      continue;
    }
    parts[count++] = {const_cast<char*>(data) + skip, size - skip};
    skip = 0;
  }
  return count;
}

// One call; never a signal.  The usual case, one string, has a call that is cheaper.
ssize_t send_parts(int fd, iovec* parts, int count, Address* to) noexcept {
  if (count == 1 && to == nullptr) {
    ssize_t n;
    do {
      n = ::send(fd, parts[0].iov_base, parts[0].iov_len, MSG_NOSIGNAL | MSG_DONTWAIT);
    } while (n < 0 && errno == EINTR);
    return n;
  }
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = static_cast<size_t>(count);
  if (to != nullptr) {
    message.msg_name = &to->any;
    message.msg_namelen = to->size;
  }
  ssize_t n;
  do {
    n = ::sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  } while (n < 0 && errno == EINTR);
  return n;
}

// `progress` is the number of bytes written.
struct Write {
  static constexpr Side kSide = Side::Write;

  // Makes the arguments strings.
  static void check(lua_State* L, Conn&) {
    int top = lua_gettop(L);
    for (int arg = 2; arg <= top; ++arg) luaL_checkstring(L, arg);
  }

  static int attempt(lua_State* L, Conn& c, lua_Integer* progress) {
    iovec parts[kParts];
    for (;;) {
      int count = gather(L, static_cast<size_t>(*progress), parts);
      if (count == 0 && (*progress > 0 || c.network.stream())) break;
      c.d.before_call(kSide);
      ssize_t n = send_parts(c.d.fd(), parts, count, nullptr);
      if (n < 0 && errno == EAGAIN) return kWait;
      if (n < 0) {
        int error = errno;
        c.d.end(kSide);
        return fail(L, c, error, *progress);
      }
      *progress += n;
      if (!c.network.stream()) break;
    }
    c.d.end(kSide);
    lua_pushvalue(L, 1);
    return 1;
  }

  static int fail(lua_State* L, Conn& c, int error, lua_Integer progress) {
    int pushed = push_conn_error(L, c, "write", error);
    lua_pushinteger(L, progress);
    return pushed + 1;
  }
};

// c:write(...) -> c | nil, message, code, bytes written: strings and numbers, as one piece.  may
// block
int conn_write(lua_State* L) { return ConnCall<Write>::call(L); }

// --- Datagrams ---------------------------------------------------------------------------------

int not_datagram(lua_State* L, const char* method) { return luaL_error(L, "%s: not a datagram socket", method); }

struct ReceiveFrom {
  static constexpr Side kSide = Side::Read;

  static void check(lua_State* L, Conn& c) {
    if (c.network.stream()) not_datagram(L, "recv_from");
    luaL_argcheck(L, luaL_optinteger(L, 2, 1) > 0, 2, "positive count expected");
    lua_settop(L, 2);
  }

  static int attempt(lua_State* L, Conn& c, lua_Integer*) {
    size_t most = lua_isnil(L, 2) ? kScratch : static_cast<size_t>(lua_tointeger(L, 2));
    Address from;
    socklen_t size = sizeof from.un;
    char* room = scratch();
    ssize_t n = -1;
    c.d.before_call(kSide);
    errno = ENOMEM;
    if (room != nullptr) {
      n = ::recvfrom(c.d.fd(), room, std::min(most, kScratch), MSG_DONTWAIT, &from.any, &size);
    }
    if (n < 0 && errno == EAGAIN) return kWait;
    int error = errno;
    from.size = size;
    c.d.end(kSide);
    if (n < 0) return fail(L, c, error, 0);
    char text[kAddressText];
    lua_pushlstring(L, room, static_cast<size_t>(n));
    lua_pushstring(L, to_text(from, text));
    return 2;
  }

  static int fail(lua_State* L, Conn& c, int error, lua_Integer) { return push_conn_error(L, c, "read", error); }
};

// c:recv_from([most]) -> datagram, address of the sender | nil, message, code             may block
int conn_recv_from(lua_State* L) { return ConnCall<ReceiveFrom>::call(L); }

// An address in the family of c's socket: v4 in a v6 socket is mapped.
bool address_for(Conn& c, const char* text, size_t size, Address* out) noexcept {
  if (!parse_address(c.network, text, size, out)) return false;
  bool six = false;
  c.d.with_fd([&](int fd) { six = local_of(fd).any.sa_family == AF_INET6; });
  if (!six || out->any.sa_family != AF_INET) return true;
  in_addr v4 = out->in4.sin_addr;
  in_port_t port = out->in4.sin_port;
  *out = Address{};
  out->in6.sin6_family = AF_INET6;
  out->in6.sin6_port = port;
  out->in6.sin6_addr.s6_addr[10] = out->in6.sin6_addr.s6_addr[11] = 0xff;
  std::copy_n(reinterpret_cast<const uint8_t*>(&v4), 4, out->in6.sin6_addr.s6_addr + 12);
  out->size = sizeof out->in6;
  return true;
}

struct SendTo {
  static constexpr Side kSide = Side::Write;

  static Address to(lua_State* L, Conn& c) {
    size_t size;
    const char* text = luaL_checklstring(L, 3, &size);
    Address address;
    if (!address_for(c, text, size, &address)) {
      luaL_argerror(L, 3, lua_pushfstring(L, "address expected (host a number), got '%s'", text));
    }
    return address;
  }

  static void check(lua_State* L, Conn& c) {
    if (c.network.stream()) not_datagram(L, "send_to");
    luaL_checkstring(L, 2);
    to(L, c);
  }

  static int attempt(lua_State* L, Conn& c, lua_Integer*) {
    Address address = to(L, c);
    size_t size;
    const char* data = lua_tolstring(L, 2, &size);
    iovec part{const_cast<char*>(data), size};
    c.d.before_call(kSide);
    ssize_t n = send_parts(c.d.fd(), &part, 1, &address);
    if (n < 0 && errno == EAGAIN) return kWait;
    int error = errno;
    c.d.end(kSide);
    if (n < 0) return fail(L, c, error, 0);
    lua_pushvalue(L, 1);
    return 1;
  }

  static int fail(lua_State* L, Conn& c, int error, lua_Integer) { return push_conn_error(L, c, "write", error); }
};

// c:send_to(datagram, address) -> c | nil, message, code                                   may
// block
int conn_send_to(lua_State* L) { return ConnCall<SendTo>::call(L); }

// --- Closing -----------------------------------------------------------------------------------

int close_done(lua_State* L, int, lua_KContext) {
  finish_park(L);
  Result result = check_conn(L, 1).d.finish_close(current(L));
  if (result == Result::Canceled) return raise_canceled(L);
  lua_pushboolean(L, 1);
  return 1;
}

int close_now(lua_State* L, Conn& c) {
  c.remove_file();
  Result result = c.d.close(current(L));
  if (result == Result::Blocked) {
    return park(L, sched::Reason::IoWait, &c, sched::kNever, 0, close_done);
  }
  if (result == Result::Closed) return push_conn_error(L, c, "close", kClosed);
  lua_pushboolean(L, 1);
  return 1;
}

// c:close() -> true | nil, message, "closed".  Who waits on c is woken; returns when nobody uses it
// any more, so its address is free.                                                        may
// block
int conn_close(lua_State* L) { return close_now(L, check_conn(L, 1)); }

// local c <close> = ...: quiet when it is closed already.
int conn_leave(lua_State* L) {
  Conn& c = check_conn(L, 1);
  lua_settop(L, 1);
  return c.d.closed() ? 0 : close_now(L, c);
}

// c:close_write() -> true | nil, message, code: the other side reads the end.
int conn_close_write(lua_State* L) {
  Conn& c = check_conn(L, 1);
  int error = kClosed;
  c.d.with_fd([&](int fd) { error = ::shutdown(fd, SHUT_WR) == 0 ? 0 : errno; });
  if (error != 0) return push_conn_error(L, c, "close", error);
  lua_pushboolean(L, 1);
  return 1;
}

// --- Deadlines ---------------------------------------------------------------------------------

int set_deadlines(lua_State* L, bool read, bool write) {
  Conn& c = check_conn(L, 1);
  luaL_checkany(L, 2);
  int64_t deadline = opt_deadline(L, 2);
  if (read) c.d.set_deadline(Side::Read, deadline);
  if (write) c.d.set_deadline(Side::Write, deadline);
  return 0;
}

// c:set_deadline(s | nil): calls that wait, and those to come, fail in s seconds with "timeout".
int conn_set_deadline(lua_State* L) { return set_deadlines(L, true, true); }
int conn_set_read_deadline(lua_State* L) { return set_deadlines(L, true, false); }
int conn_set_write_deadline(lua_State* L) { return set_deadlines(L, false, true); }

// --- Names and options -------------------------------------------------------------------------

int push_address(lua_State* L, Address (*which)(int)) {
  Conn& c = check_conn(L, 1);
  Address address;
  char text[kAddressText];
  if (!c.d.with_fd([&](int fd) { address = which(fd); })) {
    return push_conn_error(L, c, "name", kClosed);
  }
  if (address.size == 0) return push_conn_error(L, c, "name", ENOTCONN);
  lua_pushstring(L, to_text(address, text));
  return 1;
}

// c:local_addr(), c:remote_addr() -> "127.0.0.1:8080" | nil, message, code
int conn_local_addr(lua_State* L) { return push_address(L, local_of); }
int conn_remote_addr(lua_State* L) { return push_address(L, remote_of); }

int set_option(lua_State* L, int level, int option, int value) {
  Conn& c = check_conn(L, 1);
  int error = kClosed;
  c.d.with_fd([&](int fd) { error = ::setsockopt(fd, level, option, &value, sizeof value) == 0 ? 0 : errno; });
  if (error != 0) return push_conn_error(L, c, "set", error);
  lua_pushboolean(L, 1);
  return 1;
}

// c:set_nodelay(on): whether small writes are sent at once (they are, unless turned off).
int conn_set_nodelay(lua_State* L) {
  luaL_checktype(L, 2, LUA_TBOOLEAN);
  return set_option(L, IPPROTO_TCP, TCP_NODELAY, lua_toboolean(L, 2));
}

// c:set_keepalive(on): whether a silent peer is probed.
int conn_set_keepalive(lua_State* L) {
  luaL_checktype(L, 2, LUA_TBOOLEAN);
  return set_option(L, SOL_SOCKET, SO_KEEPALIVE, lua_toboolean(L, 2));
}

int conn_tostring(lua_State* L) {
  Conn& c = check_conn(L, 1);
  Address local, remote;
  bool open = c.d.with_fd([&](int fd) {
    local = local_of(fd);
    remote = remote_of(fd);
  });
  char from[kAddressText], to[kAddressText];
  if (open) {
    lua_pushfstring(L, "conn(%s %s->%s): %p", c.network.name, to_text(local, from), to_text(remote, to),
                    static_cast<void*>(&c));
  } else {
    lua_pushfstring(L, "conn(%s, closed): %p", c.network.name, static_cast<void*>(&c));
  }
  return 1;
}

const luaL_Reg kMethods[] = {
    {"read", conn_read},
    {"read_some", conn_read_some},
    {"lines", conn_lines},
    {"write", conn_write},
    {"recv_from", conn_recv_from},
    {"send_to", conn_send_to},
    {"close", conn_close},
    {"close_write", conn_close_write},
    {"set_deadline", conn_set_deadline},
    {"set_read_deadline", conn_set_read_deadline},
    {"set_write_deadline", conn_set_write_deadline},
    {"local_addr", conn_local_addr},
    {"remote_addr", conn_remote_addr},
    {"set_nodelay", conn_set_nodelay},
    {"set_keepalive", conn_set_keepalive},
    {nullptr, nullptr},
};

const luaL_Reg kMetamethods[] = {
    {"__close", conn_leave},
    {"__tostring", conn_tostring},
    {nullptr, nullptr},
};

}  // namespace

const vm::SharedType kConnType = {"conn", kMethods, kMetamethods};

}  // namespace lagoon::bindings
