// go.net.socket: what go.net (stdlib/go/net.lua) is built on: one address at a time, and the
// system's resolver.

#include <netdb.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <new>

#include "bindings/args.h"
#include "bindings/conn.h"
#include "bindings/modules.h"
#include "bindings/net_listener.h"
#include "bindings/outside.h"
#include "bindings/runtime.h"
#include "vm/box.h"

namespace lagoon::bindings {
namespace {

using sched::Side;

const Network& check_network(lua_State* L) {
  const char* name = luaL_checkstring(L, 1);
  const Network* network = find_network(name);
  if (network == nullptr) luaL_error(L, "unknown network %s", name);
  return *network;
}

Address check_address(lua_State* L, const Network& network, int arg) {
  size_t size;
  const char* text = luaL_checklstring(L, arg, &size);
  Address address;
  if (!parse_address(network, text, size, &address)) {
    luaL_argerror(L, arg, lua_pushfstring(L, "%s address expected, got '%s'", network.name, text));
  }
  return address;
}

// nil, "dial tcp <the text at 2>: <step: ><error>", code
int push_failure(lua_State* L, const char* op, const char* step, int error) {
  const char* what = lua_pushfstring(L, "%s %s %s%s%s", op, lua_tostring(L, 1), lua_tostring(L, 2),
                                     error > 0 ? ": " : "", error > 0 ? step : "");
  return push_net_error(L, what, error);
}

// numeric(network, address) -> can it be used without the resolver?
int socket_numeric(lua_State* L) {
  const Network& network = check_network(L);
  size_t size;
  const char* text = luaL_checklstring(L, 2, &size);
  Address address;
  lua_pushboolean(L, parse_address(network, text, size, &address));
  return 1;
}

// --- Sockets -----------------------------------------------------------------------------------

bool set_int(int fd, int level, int option, int value) noexcept {
  return ::setsockopt(fd, level, option, &value, sizeof value) == 0;
}

// As Go has them: small writes are sent at once, a silent peer is probed every 15 s.  What is
// accepted inherits them.
void set_defaults(int fd, const Network& network) noexcept {
  if (network.is_unix() || !network.stream()) return;
  set_int(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set_int(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_int(fd, IPPROTO_TCP, TCP_KEEPIDLE, 15);
  set_int(fd, IPPROTO_TCP, TCP_KEEPINTVL, 15);
  set_int(fd, IPPROTO_TCP, TCP_KEEPCNT, 9);
}

// -1, with errno.
int make_socket(const Network& network, int family) noexcept {
  int fd = ::socket(family, network.type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd >= 0) set_defaults(fd, network);
  return fd;
}

bool is_path(const Address& address) noexcept {
  return address.any.sa_family == AF_UNIX && address.un.sun_path[0] != '\0';
}

// Closes fd and says why.
int closing(int fd, int error) noexcept {
  ::close(fd);
  return error;
}

// --- connect -----------------------------------------------------------------------------------

// 0: connected or on the way; else an errno.
int start_connecting(Conn& c, const Address& address, const Address& local) noexcept {
  int fd = make_socket(c.network, address.any.sa_family);
  if (fd < 0) return errno;
  if (local.size > 0 && ::bind(fd, &local.any, local.size) != 0) return closing(fd, errno);
  c.owns_file = local.size > 0 && is_path(local);
  int result;
  do {
    result = ::connect(fd, &address.any, address.size);
  } while (result != 0 && errno == EINTR);
  if (result != 0 && errno != EINPROGRESS) return closing(fd, errno);
  int error = c.d.open(fd);
  return error == 0 ? 0 : closing(fd, error);
}

// A port of the system's choice may be the very one that is called: TCP then talks to itself.
bool is_itself(int fd, const Network& network, const Address& remote) noexcept {
  if (!network.stream() || network.is_unix()) return false;
  char from[kAddressText], to[kAddressText];
  Address local = local_of(fd);
  return std::string_view(to_text(local, from)) == to_text(remote, to);
}

// How it stands: 0 connected, EINPROGRESS, or why not.
int state_of(int fd, const Network& network) noexcept {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return error;
  Address remote = remote_of(fd);
  if (remote.size == 0) return EINPROGRESS;
  return is_itself(fd, network, remote) ? ECONNREFUSED : 0;
}

// The stack: the connection, the address as text for messages.
struct Connect {
  static constexpr Side kSide = Side::Write;

  static int attempt(lua_State* L, Conn& c, lua_Integer*) {
    c.d.before_call(kSide);
    int error = state_of(c.d.fd(), c.network);
    if (error == EINPROGRESS) return kWait;
    c.d.end(kSide);
    if (error != 0) return fail(L, c, error, 0);
    c.d.set_deadline(Side::Write, sched::kNever);
    lua_pushvalue(L, 1);
    return 1;
  }

  static int fail(lua_State* L, Conn& c, int error, lua_Integer) {
    c.d.close();
    lua_pushstring(L, c.network.name);
    lua_replace(L, 1);
    return push_failure(L, "dial", "connect", error);
  }

  static void abandon(Conn& c) { c.d.close(); }
};

// connect(network, address [, timeout [, local address]]) -> conn | nil, message, code    may block
int socket_connect(lua_State* L) {
  const Network& network = check_network(L);
  Address address = check_address(L, network, 2);
  int64_t deadline = opt_deadline(L, 3);
  Address local;
  if (!lua_isnoneornil(L, 4)) local = check_address(L, network, 4);
  lua_settop(L, 2);
  if (deadline <= sched::now_ns()) return push_failure(L, "dial", "connect", kTimedOut);
  Conn& c = push_conn(L, network);
  int error = start_connecting(c, address, local);
  if (error != 0) return push_failure(L, "dial", "connect", error);
  c.d.set_deadline(Side::Write, deadline);
  lua_replace(L, 1);
  return ConnCall<Connect>::begin(L, c, 0);
}

// --- listen ------------------------------------------------------------------------------------

struct ListenOptions {
  int backlog = 0;
  bool reuse_port = false;
};

// A bound socket (and for streams a listening one), or -1 with errno; *step: what failed.
int bound_socket(const Network& network, const Address& address, const ListenOptions& options,
                 const char** step) noexcept {
  *step = "socket";
  int family = address.any.sa_family;
  int fd = make_socket(network, family);
  if (fd < 0) return -1;
  if (network.stream()) set_int(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  if (options.reuse_port) set_int(fd, SOL_SOCKET, SO_REUSEPORT, 1);
  if (family == AF_INET6) set_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, network.family == AF_INET6);
  *step = "bind";
  bool fine = ::bind(fd, &address.any, address.size) == 0;
  if (fine && network.stream()) {
    *step = "listen";
    fine = ::listen(fd, options.backlog) == 0;
  }
  if (fine) return fd;
  errno = closing(fd, errno);
  return -1;
}

// Without IPv6, every address of the machine is every IPv4 one.
int bound_anywhere(const Network& network, Address& address, const ListenOptions& options, const char** step) noexcept {
  int fd = bound_socket(network, address, options, step);
  bool no_six = fd < 0 && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL) && network.family == AF_UNSPEC &&
                address.any.sa_family == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED(&address.in6.sin6_addr);
  if (!no_six) return fd;
  in_port_t port = address.in6.sin6_port;
  address = Address{};
  address.in4.sin_family = AF_INET;
  address.in4.sin_port = port;
  address.size = sizeof address.in4;
  return bound_socket(network, address, options, step);
}

ListenOptions check_options(lua_State* L) {
  constexpr lua_Integer kLongest = 65535;  // the system has a limit of its own
  lua_Integer backlog = opt_integer(L, 3, kLongest);
  luaL_argcheck(L, backlog > 0 && backlog <= kLongest, 3, "backlog out of range");
  return {static_cast<int>(backlog), lua_toboolean(L, 4) != 0};
}

int opened(lua_State* L, int fd, int error) {
  if (error == 0) return 1;
  ::close(fd);
  return push_failure(L, "listen", "open", error);
}

// listen(network, address [, backlog [, reuseport]]) -> a listener, or for datagrams a conn
// | nil, message, code
int socket_listen(lua_State* L) {
  const Network& network = check_network(L);
  Address address = check_address(L, network, 2);
  ListenOptions options = check_options(L);
  lua_settop(L, 2);
  NetListener* listener = nullptr;
  Conn* conn = nullptr;
  if (network.stream()) {
    listener = new (std::nothrow) NetListener(*current(L).scheduler, network);
    if (listener == nullptr) return luaL_error(L, "not enough memory");
    vm::push_new_shared(L, listener);
  } else {
    conn = &push_conn(L, network);
  }
  const char* step;
  int fd = bound_anywhere(network, address, options, &step);
  if (fd < 0) return push_failure(L, "listen", step, errno);
  if (conn != nullptr) {
    conn->owns_file = is_path(address);
    return opened(L, fd, conn->d.open(fd));
  }
  listener->owns_file = is_path(address);
  return opened(L, fd, listener->listener.open(fd));
}

// --- lookup ------------------------------------------------------------------------------------

struct Found {
  addrinfo* list = nullptr;
  int error = 0;

  Found() noexcept = default;
  Found(const Found&) = delete;
  ~Found() {
    if (list != nullptr) freeaddrinfo(list);
  }
};

void resolve(const char* host, int family, Found& found) noexcept {
  addrinfo hints{};
  hints.ai_family = family;
  hints.ai_socktype = SOCK_STREAM;  // else each address comes once for each type
  found.error = getaddrinfo(host, nullptr, &hints, &found.list);
}

int push_no_host(lua_State* L, const char* host, int error) {
  if (error == EAI_NONAME || error == EAI_NODATA || error == EAI_ADDRFAMILY) {
    return push_net_error(L, lua_pushfstring(L, "lookup %s", host), kNoHost);
  }
  lua_pushnil(L);
  lua_pushfstring(L, "lookup %s: %s", host, gai_strerror(error));
  lua_pushstring(L, error == EAI_AGAIN ? "again" : "lookup");
  return 3;
}

int check_family(lua_State* L, int arg) {
  switch (opt_integer(L, arg, 0)) {
    case 4: return AF_INET;
    case 6: return AF_INET6;
    default: return AF_UNSPEC;
  }
}

// With a slot, which is given back before anything of Lua can end the goroutine.  The stack: host, family, box.
int look_up(lua_State* L) {
  const char* host = lua_tostring(L, 1);
  int family = check_family(L, 2);
  auto* box = vm::Box<Found>::to(L, 3);
  Found& found = **box;
  bool asked = outside(L, Takes::Long, [&] { resolve(host, family, found); });
  (void)worker_of(L).runtime->lookup_slots().release(1);
  if (!asked) return raise_no_thread(L);
  if (found.error != 0) return push_no_host(L, host, found.error);
  lua_newtable(L);
  lua_Integer n = 0;
  for (const addrinfo* info = found.list; info != nullptr; info = info->ai_next) {
    Address address;
    if (info->ai_addrlen > sizeof address.un) continue;
    __builtin_memcpy(&address.any, info->ai_addr, info->ai_addrlen);
    address.size = info->ai_addrlen;
    char text[kAddressText];
    lua_pushstring(L, host_of(address, text));
    lua_rawseti(L, -2, ++n);
  }
  box->empty();
  return 1;
}

int lookup_waited(lua_State* L, int, lua_KContext) {
  finish_park(L);
  sched::Result result = worker_of(L).runtime->lookup_slots().finish_acquire(current(L));
  return result == sched::Result::Done ? look_up(L) : raise_canceled(L);
}

// lookup(host [, 4 | 6]) -> {"1.2.3.4", ...} | nil, message, code.  Waits for a slot; then holds a thread, and is
// not cancelled.                                                                       may block
int socket_lookup(lua_State* L) {
  luaL_checkstring(L, 1);
  check_family(L, 2);
  lua_settop(L, 2);
  vm::Box<Found>::push(L)->fill();
  Goroutine& g = current(L);
  if (worker_of(L).runtime->lookup_slots().acquire(g, 1) == sched::Result::Done) return look_up(L);
  return park(L, sched::Reason::Semaphore, nullptr, sched::kNever, 0, lookup_waited);
}

const luaL_Reg kFunctions[] = {
    {"numeric", socket_numeric}, {"connect", socket_connect}, {"listen", socket_listen},
    {"lookup", socket_lookup},   {nullptr, nullptr},
};

}  // namespace

// With them `lookups`: a singleflight that the look-ups of all states share.
int open_socket(lua_State* L) {
  luaL_newlib(L, kFunctions);
  vm::push_shared(L, worker_of(L).runtime->lookups());
  lua_setfield(L, -2, "lookups");
  return 1;
}

}  // namespace lagoon::bindings
