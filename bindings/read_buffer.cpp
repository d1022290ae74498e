#include "bindings/read_buffer.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <memory>
#include <new>

namespace lagoon::bindings {
namespace {

constexpr size_t kSmallest = 512;
constexpr size_t kLongestNumber = 200;  // as in liolib.c

// Goes through a numeral as liolib.c does, which reads it from a stream: never a character too much
// but the one that ends it.
class NumberScan {
 public:
  NumberScan(const char* data, size_t size, bool at_end) : data_(data), size_(size), at_end_(at_end) {}

  ReadBuffer::Cut run() noexcept {
    while (at_ < size_ && std::isspace(static_cast<unsigned char>(data_[at_]))) ++at_;
    start_ = at_;
    bool hex = false;
    int count = 0;
    one_of("-+");
    if (one_of("0")) {
      if (one_of("xX")) {
        hex = true;
      } else {
        count = 1;
      }
    }
    count += digits(hex);
    if (one_of(".")) count += digits(hex);
    if (count > 0 && one_of(hex ? "pP" : "eE")) {
      one_of("-+");
      digits(false);
    }
    ReadBuffer::Cut cut;
    cut.complete = !more_ || at_end_;
    cut.skip = start_;
    cut.take = long_ ? 0 : at_ - start_;
    cut.eat = at_;
    cut.nothing = cut.take == 0;
    return cut;
  }

 private:
  bool one_of(const char* set) noexcept {
    if (at_ == size_) more_ = true;
    if (at_ == size_ || std::strchr(set, data_[at_]) == nullptr || data_[at_] == '\0') return false;
    return advance();
  }
  int digits(bool hex) noexcept {
    int n = 0;
    for (; at_ < size_; ++n) {
      auto c = static_cast<unsigned char>(data_[at_]);
      if (!(hex ? std::isxdigit(c) : std::isdigit(c)) || !advance()) return n;
    }
    more_ = true;
    return n;
  }
  bool advance() noexcept {
    long_ = at_ - start_ >= kLongestNumber;
    if (long_) return false;
    ++at_;
    return true;
  }

  const char* data_;
  size_t size_, at_ = 0, start_ = 0;
  bool at_end_, more_ = false, long_ = false;
};

}  // namespace

char* scratch() noexcept {
  thread_local std::unique_ptr<char[]> memory(new (std::nothrow) char[kScratch]);
  return memory.get();
}

// Makes room for that many more bytes behind the end.
bool ReadBuffer::reserve(size_t more) noexcept {
  if (room_ - end_ >= more) return true;
  size_t used = size();
  if (begin_ > 0 && room_ - used >= more && begin_ >= used) {
    std::memcpy(data_, data_ + begin_, used);
  } else {
    size_t room = std::max({kSmallest, used + more, 2 * used});
    auto* data = static_cast<char*>(std::malloc(room));
    if (data == nullptr) return false;
    if (used > 0) std::memcpy(data, data_ + begin_, used);
    std::free(data_);
    data_ = data;
    room_ = room;
  }
  begin_ = 0;
  end_ = used;
  return true;
}

// Into the room there is, and what does not fit by way of the scratch: so a connection that is
// not being read from keeps no memory, and one read is enough for what has arrived.
ssize_t ReadBuffer::fill(int fd, const Format& format, bool* drained) noexcept {
  char* spill = scratch();
  bool large = size() >= kScratch || (format.kind == Format::Count && format.count > size() + kScratch);
  if (spill == nullptr || (large && !reserve(std::max(kScratch, size())))) {
    errno = ENOMEM;
    return -1;
  }
  size_t room = room_ - end_;
  iovec parts[2] = {{data_ + end_, room}, {spill, kScratch}};
  ssize_t n = room == 0 ? ::recv(fd, spill, kScratch, MSG_DONTWAIT) : ::readv(fd, parts, 2);
  if (n < 0) return n;
  auto got = static_cast<size_t>(n);
  *drained = got < room + kScratch;
  size_t direct = std::min(got, room);
  end_ += direct;
  if (got > direct) {
    if (!reserve(got - direct)) {
      errno = ENOMEM;
      return -1;
    }
    std::memcpy(data_ + end_, spill, got - direct);
    end_ += got - direct;
  }
  return n;
}

ReadBuffer::Cut ReadBuffer::cut_line(bool with_end, bool at_end) noexcept {
  Cut cut;
  size_t left = size() - looked_;
  const void* found = left > 0 ? std::memchr(data() + looked_, '\n', left) : nullptr;
  looked_ = size();
  if (found != nullptr) {
    auto length = static_cast<size_t>(static_cast<const char*>(found) - data());
    cut.complete = true;
    cut.take = length + (with_end ? 1 : 0);
    cut.eat = length + 1;
  } else if (at_end) {
    cut.complete = true;
    cut.take = cut.eat = size();
    cut.nothing = size() == 0;
  }
  return cut;
}

ReadBuffer::Cut ReadBuffer::cut_number(bool at_end) const noexcept { return NumberScan(data(), size(), at_end).run(); }

ReadBuffer::Cut ReadBuffer::cut(const Format& format, bool at_end) noexcept {
  Cut cut;
  switch (format.kind) {
    case Format::Line: return cut_line(false, at_end);
    case Format::LineWithEnd: return cut_line(true, at_end);
    case Format::Number: return cut_number(at_end);
    case Format::All: cut.complete = at_end; break;
    case Format::Some: cut.complete = at_end || size() > 0; break;
    case Format::Count: cut.complete = at_end || (size() > 0 && size() >= format.count); break;
  }
  cut.take = format.kind == Format::All ? size() : std::min(size(), format.count);
  cut.eat = cut.take;
  cut.nothing = at_end && size() == 0 && format.kind != Format::All;
  return cut;
}

}  // namespace lagoon::bindings
