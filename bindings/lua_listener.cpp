// Listeners: accepting connections.

#include <unistd.h>

#include <cstdio>

#include "bindings/conn.h"
#include "bindings/net_listener.h"

namespace lagoon::bindings {

using sched::Result;

bool NetListener::close() noexcept {
  if (owns_file) {
    listener.with_fd([](int fd) {
      Address own = local_of(fd);
      if (own.size > offsetof(sockaddr_un, sun_path)) ::unlink(own.un.sun_path);
    });
  }
  return listener.close();
}

// The connection, or nil, message, code; then ok is in the second place for select.
int NetListener::push_taken(lua_State* L, const sched::Parcel& parcel, bool ok) {
  if (ok) {
    int pushed = push_accepted(L, network, static_cast<int>(parcel.words[0]));
    lua_pop(L, pushed - 1);
    ok = !lua_isnil(L, -1);
  } else {
    lua_pushnil(L);
  }
  lua_pushboolean(L, ok);
  return 2;
}

namespace {

NetListener& check_listener(lua_State* L) { return vm::check_shared<NetListener>(L, 1, kListenerType); }

Address address_of(NetListener& l) noexcept {
  Address address;
  l.listener.with_fd([&](int fd) { address = local_of(fd); });
  return address;
}

int push_listener_error(lua_State* L, NetListener& l, const char* op, int error) {
  char text[kAddressText], what[2 * kAddressText];
  Address address = address_of(l);
  to_text(address, text);
  std::snprintf(what, sizeof what, "%s %s%s%s", op, l.network.name, text[0] != '\0' ? " " : "", text);
  return push_net_error(L, what, error);
}

int end_accept(lua_State* L, NetListener& l, Result result, const sched::Parcel& parcel) {
  switch (result) {
    case Result::Done: return push_accepted(L, l.network, static_cast<int>(parcel.words[0]));
    case Result::Closed: return push_listener_error(L, l, "accept", kClosed);
    case Result::Timeout: return push_listener_error(L, l, "accept", kTimedOut);
    case Result::NoMemory: return luaL_error(L, "not enough memory");
    default: return raise_canceled(L);
  }
}

int accept_done(lua_State* L, int, lua_KContext) {
  finish_park(L);
  NetListener& l = check_listener(L);
  sched::Parcel parcel;
  Result result = l.listener.finish_recv(current(L), parcel);
  return end_accept(L, l, result, parcel);
}

int accept_until(lua_State* L, NetListener& l, int64_t deadline) {
  sched::Parcel parcel;
  if (deadline != sched::kNever && deadline <= sched::now_ns()) {
    return end_accept(L, l, l.listener.closed() ? Result::Closed : Result::Timeout, parcel);
  }
  Result result = l.listener.recv(current(L), parcel);
  if (result != Result::Blocked) return end_accept(L, l, result, parcel);
  return park(L, sched::Reason::IoWait, &l, deadline, 0, accept_done);
}

// l:accept([timeout]) -> conn | nil, message, code                                        may block
int listener_accept(lua_State* L) {
  NetListener& l = check_listener(L);
  int64_t deadline = l.deadline.load(std::memory_order_relaxed);
  int64_t own = opt_deadline(L, 2);
  return accept_until(L, l, own < deadline ? own : deadline);
}

// for conn in l do: until it is closed.                                                    may
// block
int listener_next(lua_State* L) { return accept_until(L, check_listener(L), sched::kNever); }

// l:set_deadline(s | nil): calls of accept from now on fail in s seconds with "timeout".
int listener_set_deadline(lua_State* L) {
  NetListener& l = check_listener(L);
  luaL_checkany(L, 2);
  l.deadline.store(opt_deadline(L, 2), std::memory_order_relaxed);
  return 0;
}

// l:close() -> true | nil, message, "closed": who accepts is woken, and the address is free.
int listener_close(lua_State* L) {
  NetListener& l = check_listener(L);
  if (!l.close()) return push_listener_error(L, l, "close", kClosed);
  lua_pushboolean(L, 1);
  return 1;
}

int listener_leave(lua_State* L) {
  check_listener(L).close();
  return 0;
}

// l:addr() -> "127.0.0.1:8080" | nil, message, "closed"
int listener_addr(lua_State* L) {
  NetListener& l = check_listener(L);
  Address address = address_of(l);
  char text[kAddressText];
  if (address.size == 0) return push_listener_error(L, l, "name", kClosed);
  lua_pushstring(L, to_text(address, text));
  return 1;
}

int listener_tostring(lua_State* L) {
  NetListener& l = check_listener(L);
  Address address = address_of(l);
  char text[kAddressText];
  lua_pushfstring(L, "listener(%s%s%s): %p", l.network.name, address.size == 0 ? ", closed" : " ",
                  to_text(address, text), static_cast<void*>(&l));
  return 1;
}

const luaL_Reg kMethods[] = {
    {"accept", listener_accept}, {"set_deadline", listener_set_deadline},
    {"close", listener_close},   {"addr", listener_addr},
    {nullptr, nullptr},
};

const luaL_Reg kMetamethods[] = {
    {"__call", listener_next},
    {"__close", listener_leave},
    {"__tostring", listener_tostring},
    {nullptr, nullptr},
};

}  // namespace

const vm::SharedType kListenerType = {"listener", kMethods, kMetamethods};

}  // namespace lagoon::bindings
