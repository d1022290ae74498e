#include "bindings/writing.h"

#include <limits.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <iterator>

#include "bindings/outside.h"
#include "bindings/stdio_buffer.h"

namespace lagoon::bindings {

using sched::Result;

namespace {

// Nothing: flushes.  0, or an errno.
int write_part(std::FILE* f, std::string_view part) noexcept {
  Locked hold(f);
  errno = 0;
  bool done = part.empty() ? fflush_unlocked(f) == 0 : fwrite_unlocked(part.data(), 1, part.size(), f) == part.size();
  return done ? 0 : errno;
}

bool write_if_it_fits(File& file, std::string_view all, bool locked) noexcept {
  std::FILE* f = file.stream();
  Locked hold(f, locked);
  return (!locked || file.free_for_all()) && fits(f, all) &&
         fwrite_unlocked(all.data(), 1, all.size(), f) == all.size();
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
                 ? static_cast<int>(std::to_chars(number, std::end(number), lua_tointeger(L, arg_)).ptr - number)
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

// All of a short call in one piece; empty: it is too long, or not to be written.
std::string_view Writing::gather(lua_State* L, char (&buffer)[512]) noexcept {
  if (arg_ == last_ && lua_type(L, arg_) == LUA_TSTRING) {
    size_t size;
    const char* text = lua_tolstring(L, arg_, &size);
    return {text, size};
  }
  size_t size = 0;
  char number[128];
  for (; arg_ <= last_; ++arg_) {
    std::string_view next = piece(L, number);
    if (invalid_ != 0 || next.size() > sizeof buffer - size) return {};
    std::memcpy(buffer + size, next.data(), next.size());
    size += next.size();
  }
  return {buffer, size};
}

bool Writing::work_at_once(lua_State* L, File& file, uint32_t known) noexcept {
  const bool alone = file.alone(known);
  if ((!alone && file.kind() != File::Kind::Standard) || !file.free_for_all()) return false;
  char buffer[512];
  Writing trial = *this;
  std::string_view all = trial.gather(L, buffer);
  return !all.empty() && write_if_it_fits(file, all, !alone);
}

// Writes it all if that takes no system call.
bool Writing::buffer(File& file, std::string_view rest) noexcept {
  std::FILE* f = file.stream();
  Locked hold(f, !file.alone());
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
