#pragma once
// Reading: one call of f:read, io.read or an iterator of lines, while its goroutine has the file's
// turn.
//
// What is read is gathered outside of Lua, so that nothing can raise before the turn is given on,
// and nothing read is lost while the goroutine waits in the middle of it.  Formats are looked at
// one by one, as in stock Lua: those behind one that failed, or an invalid one, read nothing.

#include "bindings/bytes.h"
#include "bindings/file.h"
#include "bindings/numeral.h"

namespace lagoon::bindings {

class Reading {
 public:
  // Of the formats from stack index `first` on.  REQUIRES: check() has returned.
  Reading(lua_State* L, int first) noexcept;
  static void check(lua_State* L);  // that the results have room; raises

  // Pushes the next line, if it is read ahead and needs no turn.  False: nothing was done. [-0,
  // +0|1, m]
  static bool push_line_at_once(lua_State* L, File& file);

  // Reads.  Done; Busy: goes on by another call when the file is ready.
  sched::Result work(lua_State* L, File& file, Goroutine* g) noexcept;
  static constexpr sched::Side kSide = sched::Side::Read;

  // Pushes the results, after Done, or raises.  Returns how many.  The last copy.       [-0, +n, v]
  int push(lua_State* L);
  void drop() noexcept { gathered_.drop(); }

 private:
  // How one format stands: it is read, or it cannot be, or it takes more input than there is.
  enum class State : uint8_t { Read, Failed, Short, NoMemory };
  // What there is of a result: a text of that size follows; a number; nothing.
  enum class What : uint64_t { Text, Integer, Float, Fail };
  struct Entry {
    What what;
    union {
      uint64_t size;
      lua_Integer integer;
      lua_Number number;
    };
  };
  enum class Format : uint8_t { Line, WholeLine, All, Number, Count, Probe, Invalid };

  void next_format(lua_State* L) noexcept;
  State take(lua_State* L, File& file) noexcept;
  State take_line(File& file) noexcept;
  State take_count(File& file) noexcept;
  bool scan_number(File& file) noexcept;
  State take_number(lua_State* L, File& file) noexcept;
  bool start_entry() noexcept;
  void finish_entry(State state) noexcept;
  size_t text_size() const noexcept { return gathered_.size() - entry_at_ - sizeof(Entry); }
  bool fill(lua_State* L, File& file) noexcept;
  bool read_directly(lua_State* L, File& file) noexcept;
  int push_entries(lua_State* L) const;
  int push_failure(lua_State* L);

  Bytes gathered_;  // entries
  Numeral numeral_;
  Format format_ = Format::Line;
  bool begun_ = false;   // an entry of the current format
  bool at_end_ = false;  // of the file
  bool failed_ = false;  // the last format
  bool no_memory_ = false;
  int error_ = 0;  // errno of a read that failed
  int arg_;
  int last_;
  size_t entry_at_ = 0;
  size_t left_ = 0;  // of Format::Count
};

}  // namespace lagoon::bindings
