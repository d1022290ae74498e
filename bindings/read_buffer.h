#pragma once
// ReadBuffer: input that was read ahead, and what a read format takes out of it.

#include <sys/types.h>

#include <cstddef>
#include <cstdlib>

namespace lagoon::bindings {

// A piece of memory of this thread, for bytes on their way; null: no memory.  Whoever calls
// Lua code that may run a finalizer has to expect it overwritten.
inline constexpr size_t kScratch = 64 * 1024;
char* scratch() noexcept;

// What to take: as the formats of io.read, and `some`: whatever is there, at least a byte.
struct Format {
  enum Kind : unsigned char { Count, Line, LineWithEnd, All, Number, Some } kind = Line;
  size_t count = 0;  // Count: exactly, but at the end; Some: at most
};

// The guard of a buffer is whoever uses it: the reader's turn.
class ReadBuffer {
 public:
  ReadBuffer() = default;
  ReadBuffer(const ReadBuffer&) = delete;
  ~ReadBuffer() { std::free(data_); }

  const char* data() const noexcept { return data_ + begin_; }
  size_t size() const noexcept { return end_ - begin_; }

  // One read of the socket, as recv(2); whether it took less than there was room for.  `format`
  // says how much is wanted.
  ssize_t fill(int fd, const Format& format, bool* drained) noexcept;

  // What of the buffer the format takes.
  struct Cut {
    bool complete = false;  // false: more must be read first
    bool nothing = false;   // complete, but a failure: the end, or no number
    size_t skip = 0;        // bytes of data() before the value
    size_t take = 0;        // and of the value
    size_t eat = 0;         // bytes to consume
  };
  Cut cut(const Format& format, bool at_end) noexcept;

  // Takes n bytes off the front.
  void consume(size_t n) noexcept {
    begin_ += n;
    looked_ = 0;
    if (begin_ == end_) begin_ = end_ = 0;
  }
  // Gives the memory back if nothing is inside.
  void trim() noexcept {
    if (data_ != nullptr && begin_ == end_) std::free(data_), data_ = nullptr, room_ = 0;
  }

 private:
  bool reserve(size_t more) noexcept;
  Cut cut_line(bool with_end, bool at_end) noexcept;
  Cut cut_number(bool at_end) const noexcept;

  char* data_ = nullptr;
  size_t room_ = 0, begin_ = 0, end_ = 0;
  size_t looked_ = 0;  // so many bytes of data() hold no line's end
};

}  // namespace lagoon::bindings
