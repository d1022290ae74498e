#pragma once
// Writing: one call of f:write, io.write or print, while its goroutine has the file's turn.
//
// The arguments are written as they lie on the stack, numbers as stock Lua formats them.  Those
// before one that is neither string nor number are written, as in stock Lua.

#include <string_view>

#include "bindings/file.h"

namespace lagoon::bindings {

class Writing {
 public:
  enum class Style : uint8_t {
    Plain,
    Line,   // tabs between the arguments, a newline behind them, and a flush
    Flush,  // no arguments: what is buffered
  };
  // Of the values at stack index first .. last; for a Line all strings.  They stay there until it
  // is done.
  Writing(int first, int last, Style style = Style::Plain) noexcept : style_(style), arg_(first), last_(last) {
    if (style == Style::Line && last < first) {
      arg_ = last;
      behind_ = true;
    }
  }

  // Writes all, if that takes no more than the buffer and needs no turn: that of a file nobody else
  // has, or of a standard one under the FILE's lock, which all who have a turn take for each piece.
  bool work_at_once(lua_State* L, File& file, uint32_t known = 1) noexcept;

  // Writes.  Done; Busy: goes on by another call when the file is ready.
  sched::Result work(lua_State* L, File& file, Goroutine* g) noexcept;
  static constexpr sched::Side kSide = sched::Side::Write;

  // After Done: 0, or the errno of what failed; the argument that cannot be written, or 0.
  int error() const noexcept { return error_; }
  int invalid() const noexcept { return invalid_; }

 private:
  std::string_view piece(lua_State* L, char (&number)[128]) noexcept;
  void next() noexcept;
  bool buffer(File& file, std::string_view rest) noexcept;
  std::string_view gather(lua_State* L, char (&buffer)[512]) noexcept;
  bool put(lua_State* L, File& file, std::string_view rest) noexcept;
  sched::Result flush(lua_State* L, File& file, Goroutine* g) noexcept;

  Style style_;
  bool behind_ = false;  // what stands behind the argument is next
  int arg_;
  int last_;
  int error_ = 0;
  int invalid_ = 0;
  size_t offset_ = 0;  // so much of the piece is written
};

}  // namespace lagoon::bindings
