// Reading and writing: the methods of files that do, `print`, and what `io` shares with them.

#include <cerrno>

#include "bindings/lua_file.h"
#include "bindings/lua_tostring.h"
#include "bindings/on_file.h"
#include "bindings/reading.h"
#include "bindings/writing.h"

namespace lagoon::bindings {

using sched::Result;

namespace {

struct ReadValues {
  Reading reading;

  static constexpr sched::Side kSide = sched::Side::Read;
  Result work(lua_State* L, File& file, Goroutine* g) noexcept { return reading.work(L, file, g); }
  int push(lua_State* L) { return reading.push(L); }
  void drop() noexcept { reading.drop(); }
};

// What an iterator of lines makes of them: the end closes the file if it opened it.
struct ReadLine : ReadValues {
  int push(lua_State* L) {
    int count = reading.push(L);
    if (lua_toboolean(L, -count)) return count;
    if (count > 1) return luaL_error(L, "%s", lua_tostring(L, -count + 1));
    if (!lua_toboolean(L, lua_upvalueindex(3))) return 0;
    lua_settop(L, 0);
    lua_pushvalue(L, lua_upvalueindex(1));
    return leave_file(L);
  }
};

struct WriteValues {
  Writing writing;
  bool method;  // else io.write

  static constexpr sched::Side kSide = sched::Side::Write;
  Result work(lua_State* L, File& file, Goroutine* g) noexcept { return writing.work(L, file, g); }
  void drop() noexcept {}
  int push(lua_State* L) {
    if (writing.invalid() != 0) luaL_checkstring(L, writing.invalid());
    if (writing.error() != 0) {
      errno = writing.error();
      return luaL_fileresult(L, 0, nullptr);
    }
    if (method) {
      lua_pushvalue(L, 1);
    } else {
      push_default(L, Default::Output);
    }
    return 1;
  }
};

struct FlushValues : WriteValues {
  int push(lua_State* L) {
    errno = writing.error();
    return luaL_fileresult(L, writing.error() == 0, nullptr);
  }
};

struct Print : WriteValues {
  int push(lua_State*) { return 0; }
};

// The function that `lines` returns.  Upvalues: the file, how many formats, whether to close it,
// the formats.
int next_line(lua_State* L) {
  if (is_closed(L, lua_upvalueindex(1))) return luaL_error(L, "file is already closed");
  File& file = check_file(L, lua_upvalueindex(1));
  int count = static_cast<int>(lua_tointeger(L, lua_upvalueindex(2)));
  if (count == 0 && Reading::push_line_at_once(L, file)) return 1;
  lua_settop(L, 1);
  luaL_checkstack(L, count, "too many arguments");
  for (int i = 1; i <= count; ++i) lua_pushvalue(L, lua_upvalueindex(3 + i));
  Reading::check(L);
  return OnFile<ReadLine>::run(L, file, {{Reading(L, 2)}});
}

}  // namespace

int file_read(lua_State* L) { return read_file(L, check_file(L, 1), 2); }

int file_write(lua_State* L) {
  File& file = check_file(L, 1);
  WriteValues op{Writing(2, lua_gettop(L)), true};
  if (op.writing.work_at_once(L, file)) return op.push(L);
  return OnFile<WriteValues>::run(L, file, op);
}

int file_flush(lua_State* L) { return flush_file(L, check_file(L, 1)); }

int read_file(lua_State* L, File& file, int first) {
  if (lua_gettop(L) < first && Reading::push_line_at_once(L, file)) return 1;
  Reading::check(L);
  return OnFile<ReadValues>::run(L, file, {Reading(L, first)});
}

int write_default(lua_State* L) {
  File& file = check_default(L, Default::Output);
  const int last = lua_gettop(L);
  push_default(L, Default::Output);
  if (Writing(1, last).work_at_once(L, file, 2)) return 1;  // known: the default, and this handle
  lua_settop(L, last);
  return OnFile<WriteValues>::run(L, file, {Writing(1, last), false});
}

int flush_file(lua_State* L, File& file) {
  return OnFile<FlushValues>::run(L, file, {{Writing(1, 0, Writing::Style::Flush), false}});
}

namespace {

// Makes the text on top one of the arguments; its number is below.
void keep_text(lua_State* L) {
  check_text(L);
  lua_replace(L, static_cast<int>(lua_tointeger(L, -2)));
  lua_pop(L, 1);
}

int print_from(lua_State* L, int i);

int text_made(lua_State* L, int, lua_KContext) {
  int i = static_cast<int>(lua_tointeger(L, -2));
  keep_text(L);
  return print_from(L, i + 1);
}

// The arguments before the i-th are texts.
int print_from(lua_State* L, int i) {
  const int count = lua_gettop(L);
  for (; i <= count; ++i) {
    lua_pushinteger(L, i);
    push_text(L, i, text_made);
    keep_text(L);
  }
  File& file = worker_of(L).runtime->standard_file(1);
  return OnFile<Print>::run(L, file, {{Writing(1, count, Writing::Style::Line), false}});
}

}  // namespace

int print(lua_State* L) {
  luaL_checkstack(L, LUA_MINSTACK, "too many arguments to print");
  return print_from(L, 1);
}

void push_lines(lua_State* L, bool closes) {
  constexpr int kMostFormats = 250;
  int count = lua_gettop(L) - 1;
  luaL_argcheck(L, count <= kMostFormats, kMostFormats + 2, "too many arguments");
  lua_pushvalue(L, 1);
  lua_pushinteger(L, count);
  lua_pushboolean(L, closes);
  lua_rotate(L, 2, 3);
  lua_pushcclosure(L, next_line, 3 + count);
}

int file_lines(lua_State* L) {
  check_file(L, 1);
  push_lines(L, false);
  return 1;
}

}  // namespace lagoon::bindings
