#include "bindings/conn.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <new>

namespace lagoon::bindings {

Conn::~Conn() {
  if (!d.closed()) remove_file();
}

void Conn::remove_file() noexcept {
  if (!owns_file) return;
  d.with_fd([](int fd) {
    Address own = local_of(fd);
    if (own.size > offsetof(sockaddr_un, sun_path)) ::unlink(own.un.sun_path);
  });
}

int Conn::push_taken(lua_State* L, const sched::Parcel&, bool ok) {
  if (ok) {
    vm::push_shared(L, *this);
  } else {
    lua_pushnil(L);
  }
  lua_pushboolean(L, ok);
  return 2;
}

Conn& push_conn(lua_State* L, const Network& network) {
  auto* c = new (std::nothrow) Conn(*current(L).scheduler, network);
  if (c == nullptr) luaL_error(L, "not enough memory");
  vm::push_new_shared(L, c);
  return *c;
}

int push_accepted(lua_State* L, const Network& network, int fd) {
  auto* c = new (std::nothrow) Conn(*current(L).scheduler, network);
  int error = c == nullptr ? ENOMEM : c->d.open(fd);
  if (error != 0) {
    ::close(fd);
    delete c;
    return push_net_error(L, "accept", error);
  }
  vm::push_new_shared(L, c);
  return 1;
}

namespace {

// "op net local->remote", as far as that is known.
void name_of(Conn& c, const char* op, char (&out)[3 * kAddressText]) noexcept {
  Address local, remote;
  c.d.with_fd([&](int fd) {
    local = local_of(fd);
    remote = remote_of(fd);
  });
  char from[kAddressText], to[kAddressText];
  to_text(local, from);
  to_text(remote, to);
  bool both = from[0] != '\0' && to[0] != '\0';
  std::snprintf(out, sizeof out, "%.20s %.20s%s%s%s%s", op, c.network.name, from[0] != '\0' || to[0] != '\0' ? " " : "",
                from, both ? "->" : "", to);
}

}  // namespace

int push_conn_error(lua_State* L, Conn& c, const char* op, int error) {
  char what[3 * kAddressText];
  if (error == kEof) return push_net_error(L, nullptr, error);
  name_of(c, op, what);
  return push_net_error(L, what, error);
}

}  // namespace lagoon::bindings
