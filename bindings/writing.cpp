#include "bindings/writing.h"

#include <limits.h>

#include <cerrno>

#include "bindings/outside.h"
#include "bindings/stdio_buffer.h"

namespace lagoon::bindings {

using sched::Result;

namespace {

// Nothing: flushes.  0, or an errno.
int write_part(std::FILE* f, std::string_view part) noexcept {
  Locked hold(f);
  errno = 0;
  bool done = part.empty() ? fflush_unlocked(f) == 0
                           : fwrite_unlocked(part.data(), 1, part.size(), f) == part.size();
  return done ? 0 : errno;
}

}  // namespace

// What is to be written next.  Does not raise: a string is taken as it is.
std::string_view Writing::piece(lua_State* L, char (&number)[128]) noexcept {
  if (behind_) return arg_ < last_ ? "\t" : "\n";
  int size = 0;
  switch (lua_type(L, arg_)) {
    case LUA_TSTRING: {
      size_t length;
      const char* text = lua_tolstring(L, arg_, &length);
      return {text, length};
    }
    case LUA_TNUMBER:
      size = lua_isinteger(L, arg_)
                 ? std::snprintf(number, sizeof number, LUA_INTEGER_FMT, lua_tointeger(L, arg_))
                 : std::snprintf(number, sizeof number, LUA_NUMBER_FMT, lua_tonumber(L, arg_));
      break;
    default: invalid_ = arg_; break;
  }
  return {number, static_cast<size_t>(size)};
}

void Writing::next() noexcept {
  offset_ = 0;
  if (style_ == Style::Line && !behind_) {
    behind_ = true;
  } else {
    behind_ = false;
    ++arg_;
  }
}

Result Writing::work(lua_State* L, File& file, Goroutine* g) noexcept {
  char number[128];
  while (arg_ <= last_) {
    std::string_view rest = piece(L, number).substr(offset_);
    if (invalid_ != 0) return Result::Done;
    if (rest.empty() || buffer(file, rest)) {
      next();
      continue;
    }
    if (Result r = file.look(g, kSide); r != Result::Done) return r;
    if (!put(L, file, rest)) return Result::Done;
  }
  return style_ == Style::Plain ? Result::Done : flush(L, file, g);
}

// Writes it all if that takes no system call.
bool Writing::buffer(File& file, std::string_view rest) noexcept {
  std::FILE* f = file.stream();
  Locked hold(f, file.exposed());
  return fits(f, rest) && fwrite_unlocked(rest.data(), 1, rest.size(), f) == rest.size();
}

// One system call's worth: what a pipe that is ready takes at once, else all there is.
bool Writing::put(lua_State* L, File& file, std::string_view rest) noexcept {
  std::FILE* f = file.stream();
  std::string_view part = rest;
  if (file.pollable()) part = __fpending(f) > 0 ? part.substr(0, 0) : part.substr(0, PIPE_BUF);
  outside(L, [&] { error_ = write_part(f, part); });
  offset_ += part.size();
  if (part.size() == rest.size()) next();
  return error_ == 0;
}

Result Writing::flush(lua_State* L, File& file, Goroutine* g) noexcept {
  std::FILE* f = file.stream();
  const bool pending = __fpending(f) > 0;
  if (!pending && style_ == Style::Line) return Result::Done;
  if (pending) {
    if (Result r = file.look(g, kSide); r != Result::Done) return r;
  }
  outside(L, [&] { error_ = write_part(f, {}); });
  return Result::Done;
}

}  // namespace lagoon::bindings
