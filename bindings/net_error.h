#pragma once
// What the network's failures look like to scripts: nil, a message in Go's words, a short code.

#include <lua.hpp>

#include "sched/source.h"

namespace lagoon::bindings {

// An errno, or one of these.
enum NetError : int { kEof = -1, kClosed = -2, kTimedOut = -3, kNoHost = -4 };

// What an operation that did not end as Done ended with.  REQUIRES: Closed or Timeout.
inline int error_of(sched::Result result) noexcept { return result == sched::Result::Timeout ? kTimedOut : kClosed; }

// "connection refused", and "refused".  The code of an errno that has no name of ours is its
// own, in lower case.
const char* text_of(int error, char (&out)[64]) noexcept;
const char* code_of(int error, char (&out)[64]) noexcept;

// Pushes nil, "<what>: <text>", code; what may be null.                             [-0, +3, m]
int push_net_error(lua_State* L, const char* what, int error);

}  // namespace lagoon::bindings
