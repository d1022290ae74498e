#include "bindings/address.h"

#include <arpa/inet.h>
#include <net/if.h>

#include <charconv>
#include <cstdio>
#include <cstring>

namespace lagoon::bindings {
namespace {

constexpr Network kNetworks[] = {
    {"tcp", AF_UNSPEC, SOCK_STREAM}, {"tcp4", AF_INET, SOCK_STREAM},    {"tcp6", AF_INET6, SOCK_STREAM},
    {"udp", AF_UNSPEC, SOCK_DGRAM},  {"udp4", AF_INET, SOCK_DGRAM},     {"udp6", AF_INET6, SOCK_DGRAM},
    {"unix", AF_UNIX, SOCK_STREAM},  {"unixgram", AF_UNIX, SOCK_DGRAM},
};

// The path, with '@' for the zero byte of an abstract name; "" for an unnamed socket.
const char* unix_text(const Address& address, char (&out)[kAddressText]) noexcept {
  size_t head = offsetof(sockaddr_un, sun_path);
  size_t size = address.size > head ? address.size - head : 0;
  std::memcpy(out, address.un.sun_path, size);
  out[size] = '\0';
  if (size > 0 && out[0] == '\0') out[0] = '@';
  return out;
}

bool parse_unix(const char* text, size_t size, Address* out) noexcept {
  if (size == 0 || size >= sizeof out->un.sun_path || std::memchr(text, 0, size) != nullptr) return false;
  out->un.sun_family = AF_UNIX;
  std::memcpy(out->un.sun_path, text, size);
  out->un.sun_path[size] = '\0';
  bool abstract = text[0] == '@';
  if (abstract) out->un.sun_path[0] = '\0';
  out->size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + size + (abstract ? 0 : 1));
  return true;
}

bool parse_ip4(const char* host, in_port_t port, Address* out) noexcept {
  if (inet_pton(AF_INET, host, &out->in4.sin_addr) != 1) return false;
  out->in4.sin_family = AF_INET;
  out->in4.sin_port = port;
  out->size = sizeof out->in4;
  return true;
}

bool parse_ip6(char* host, in_port_t port, Address* out) noexcept {
  char* zone = std::strchr(host, '%');
  if (zone != nullptr) *zone++ = '\0';
  if (inet_pton(AF_INET6, host, &out->in6.sin6_addr) != 1) return false;
  out->in6.sin6_family = AF_INET6;
  out->in6.sin6_port = port;
  out->in6.sin6_scope_id = zone != nullptr ? if_nametoindex(zone) : 0;
  out->size = sizeof out->in6;
  return true;
}

void any_host(const Network& network, in_port_t port, Address* out) noexcept {
  if (network.family == AF_INET) {
    out->in4.sin_family = AF_INET;
    out->in4.sin_port = port;
    out->size = sizeof out->in4;
  } else {
    out->in6.sin6_family = AF_INET6;  // of both families
    out->in6.sin6_port = port;
    out->size = sizeof out->in6;
  }
}

}  // namespace

const Network* find_network(const char* name) noexcept {
  for (const Network& network : kNetworks) {
    if (std::strcmp(network.name, name) == 0) return &network;
  }
  return nullptr;
}

const char* host_of(const Address& address, char (&out)[kAddressText]) noexcept {
  out[0] = '\0';
  if (address.size == 0) return out;
  if (address.any.sa_family == AF_INET) {
    inet_ntop(AF_INET, &address.in4.sin_addr, out, sizeof out);
  } else if (address.any.sa_family == AF_INET6) {
    inet_ntop(AF_INET6, &address.in6.sin6_addr, out, sizeof out);
    char name[IF_NAMESIZE];
    if (address.in6.sin6_scope_id != 0 && if_indextoname(address.in6.sin6_scope_id, name)) {
      std::strcat(std::strcat(out, "%"), name);
    }
  }
  return out;
}

const char* to_text(const Address& address, char (&out)[kAddressText]) noexcept {
  if (address.size > 0 && address.any.sa_family == AF_UNIX) return unix_text(address, out);
  char host[kAddressText];
  host_of(address, host);
  if (address.size == 0) {
    out[0] = '\0';
  } else if (address.any.sa_family == AF_INET) {
    std::snprintf(out, sizeof out, "%.60s:%d", host, ntohs(address.in4.sin_port));
  } else {
    std::snprintf(out, sizeof out, "[%.80s]:%d", host, ntohs(address.in6.sin6_port));
  }
  return out;
}

bool parse_address(const Network& network, const char* text, size_t size, Address* out) noexcept {
  if (network.is_unix()) return parse_unix(text, size, out);
  const char* colon = static_cast<const char*>(memrchr(text, ':', size));
  char host[64];
  if (colon == nullptr || static_cast<size_t>(colon - text) >= sizeof host) return false;
  uint16_t port = 0;
  auto [end, error] = std::from_chars(colon + 1, text + size, port);
  if (error != std::errc() || end != text + size) return false;
  in_port_t net_port = htons(port);
  size_t length = static_cast<size_t>(colon - text);
  if (length == 0) return any_host(network, net_port, out), true;
  bool brackets = length >= 2 && text[0] == '[' && colon[-1] == ']';
  length -= brackets ? 2 : 0;
  std::memcpy(host, text + (brackets ? 1 : 0), length);
  host[length] = '\0';
  if (brackets) return network.family != AF_INET && parse_ip6(host, net_port, out);
  return network.family != AF_INET6 && parse_ip4(host, net_port, out);
}

Address local_of(int fd) noexcept {
  Address address;
  socklen_t size = sizeof address.un;
  if (getsockname(fd, &address.any, &size) == 0) address.size = size;
  return address;
}

Address remote_of(int fd) noexcept {
  Address address;
  socklen_t size = sizeof address.un;
  if (getpeername(fd, &address.any, &size) == 0) address.size = size;
  return address;
}

}  // namespace lagoon::bindings
