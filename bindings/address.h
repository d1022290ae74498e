#pragma once
// Networks, and socket addresses as text and back.
//
// An address is "1.2.3.4:80", "[::1]:80" (":80": every address of the machine), or for the unix
// networks a path, "@name" outside the file system.

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>

namespace lagoon::bindings {

struct Network {
  const char* name;  // "tcp", "udp4", "unix", ...
  int family;        // AF_UNSPEC: of the address
  int type;          // SOCK_STREAM or SOCK_DGRAM

  bool is_unix() const noexcept { return family == AF_UNIX; }
  bool stream() const noexcept { return type == SOCK_STREAM; }
};

// The network of that name, or null.
const Network* find_network(const char* name) noexcept;

struct Address {
  union {
    sockaddr any;
    sockaddr_in in4;
    sockaddr_in6 in6;
    sockaddr_un un;
  };
  socklen_t size = 0;  // 0: none

  Address() noexcept : un{} {}
};

// Long enough for any address as text.
inline constexpr size_t kAddressText = sizeof(sockaddr_un) + 16;

// Writes the address as text and returns it; "" for none.
const char* to_text(const Address& address, char (&out)[kAddressText]) noexcept;
// The host alone, without a port.
const char* host_of(const Address& address, char (&out)[kAddressText]) noexcept;

// Reads an address whose host is a number (an empty one: any) and whose port is.  False: it is not
// one of that network.
bool parse_address(const Network& network, const char* text, size_t size, Address* out) noexcept;

Address local_of(int fd) noexcept;
Address remote_of(int fd) noexcept;

}  // namespace lagoon::bindings
