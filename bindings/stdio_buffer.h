#pragma once
// What lies in a FILE's buffer: whether a call on it would go to the operating system.
//
// C has no such question.  glibc's answer for writing is <stdio_ext.h>; for reading it is in the
// fields that its own getc_unlocked macro uses, part of its ABI.  Another C library needs these
// functions of its own.
//
// All functions: with the FILE Locked.

#include <stdio_ext.h>

#include <cstdio>
#include <string_view>

#ifndef __GLIBC__
#error "only glibc's FILE is known here"
#endif

namespace lagoon::bindings {

// The FILE's own lock, against C code that knows it: modules that print.  Never held on the way
// into a state (outside.h).  A file that no other state can have needs none.
class Locked {
 public:
  explicit Locked(std::FILE* f, bool needed = true) noexcept : f_(needed ? f : nullptr) {
    if (f_ != nullptr) flockfile(f_);
  }
  ~Locked() {
    if (f_ != nullptr) funlockfile(f_);
  }
  Locked(const Locked&) = delete;

 private:
  std::FILE* const f_;
};

// The bytes that were read ahead.
inline std::string_view read_ahead(const std::FILE* f) noexcept {
  if (f->_IO_write_ptr > f->_IO_write_base || f->_IO_read_ptr >= f->_IO_read_end) return {};
  return {f->_IO_read_ptr, static_cast<size_t>(f->_IO_read_end - f->_IO_read_ptr)};
}

// Takes the first n of them.
inline void skip_ahead(std::FILE* f, size_t n) noexcept { f->_IO_read_ptr += n; }

// Reads once, if nothing is read ahead, as much as the buffer takes or there is.  False: the end,
// or an error.
inline bool read_more(std::FILE* f) noexcept {
  int c = getc_unlocked(f);
  return c != EOF && std::ungetc(c, f) != EOF;
}

// Whether `text` can be written without a system call.
inline bool fits(std::FILE* f, std::string_view text) noexcept {
  size_t room = __fbufsize(f);
  if (room <= 1 || !__fwriting(f) || __fpending(f) + text.size() >= room) return false;
  return !__flbf(f) || text.find('\n') == text.npos;
}

}  // namespace lagoon::bindings
