#include "bindings/net_error.h"

#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace lagoon::bindings {
namespace {

struct Known {
  int error;
  const char* code;
  const char* text;  // null: the system's
};

constexpr Known kKnown[] = {
    {kEof, "eof", "EOF"},
    {kClosed, "closed", "use of closed network connection"},
    {kTimedOut, "timeout", "i/o timeout"},
    {kNoHost, "no_host", "no such host"},
    {ETIMEDOUT, "timeout", nullptr},
    {ECONNREFUSED, "refused", nullptr},
    {ECONNRESET, "reset", nullptr},
    {ECONNABORTED, "reset", nullptr},
    {EPIPE, "pipe", nullptr},
    {EADDRINUSE, "in_use", nullptr},
    {EADDRNOTAVAIL, "not_available", nullptr},
    {EEXIST, "exists", nullptr},
    {ENOENT, "not_found", nullptr},
    {EACCES, "denied", nullptr},
    {EPERM, "denied", nullptr},
    {ENETUNREACH, "unreachable", nullptr},
    {EHOSTUNREACH, "unreachable", nullptr},
    {EMFILE, "limit", nullptr},
    {ENFILE, "limit", nullptr},
    {ENOMEM, "memory", nullptr},
    {ENOBUFS, "memory", nullptr},
    {EMSGSIZE, "too_long", nullptr},
    {EAGAIN, "again", nullptr},
};

const Known* find(int error) noexcept {
  for (const Known& known : kKnown) {
    if (known.error == error) return &known;
  }
  return nullptr;
}

// Copies with the letters of the first word, or of all, in lower case.
const char* lower(const char* from, char (&out)[64], bool all) noexcept {
  std::snprintf(out, sizeof out, "%s", from);
  bool word = true;
  for (char* c = out; *c != '\0' && (all || word); ++c) {
    if (*c == ' ') word = false;
    *c = static_cast<char>(std::tolower(static_cast<unsigned char>(*c)));
  }
  return out;
}

}  // namespace

const char* text_of(int error, char (&out)[64]) noexcept {
  const Known* known = find(error);
  if (known != nullptr && known->text != nullptr) return known->text;
  const char* text = strerrordesc_np(error);
  return lower(text != nullptr ? text : "unknown error", out, false);
}

const char* code_of(int error, char (&out)[64]) noexcept {
  if (const Known* known = find(error)) return known->code;
  const char* name = strerrorname_np(error);
  return lower(name != nullptr ? name : "unknown", out, true);
}

int push_net_error(lua_State* L, const char* what, int error) {
  char text[64], code[64];
  lua_pushnil(L);
  if (what != nullptr && what[0] != '\0') {
    lua_pushfstring(L, "%s: %s", what, text_of(error, text));
  } else {
    lua_pushstring(L, text_of(error, text));
  }
  lua_pushstring(L, code_of(error, code));
  return 3;
}

}  // namespace lagoon::bindings
