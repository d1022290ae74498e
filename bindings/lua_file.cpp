// Which file a value is; the methods of files that neither read nor write (lua_read_write.cpp).

#include "bindings/lua_file.h"

#include <sys/types.h>

#include <cerrno>

#include "bindings/lua_child.h"
#include "bindings/on_file.h"
#include "bindings/stdio_buffer.h"
#include "vm/classes.h"

namespace lagoon::bindings {

using sched::Result;

// --- Which file --------------------------------------------------------------------------------

namespace {

const char adopted_key = 0;  // registry: userdata of C modules -> handle of its File, weak keys

luaL_Stream& front_of(lua_State* L, int arg) noexcept { return *static_cast<luaL_Stream*>(lua_touserdata(L, arg)); }

File* own_file(lua_State* L, int arg) noexcept { return static_cast<File*>(vm::to_shared(L, arg, kFileType)); }

void push_adopted(lua_State* L) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &adopted_key) == LUA_TTABLE) return;
  lua_pop(L, 1);
  vm::push_weak_table(L, "k");
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &adopted_key);
}

// The File of an open luaL_Stream that a C module made.                             [-0, +0, m]
File& adopt(lua_State* L, int arg) {
  push_adopted(L);
  lua_pushvalue(L, arg);
  if (lua_rawget(L, -2) != LUA_TUSERDATA) {
    lua_pop(L, 1);
    File* made = new (std::nothrow) File(front_of(L, arg).f, File::Kind::Foreign);
    if (made == nullptr) luaL_error(L, "not enough memory");
    lua_pushvalue(L, arg);
    vm::push_new_shared(L, made);
    lua_pushvalue(L, -1);
    lua_insert(L, -3);
    lua_rawset(L, -4);
  }
  File& file = *own_file(L, -1);
  file.look_again(front_of(L, arg).f);
  lua_pop(L, 2);
  return file;
}

// Shows C modules of this state that the file is closed.
void close_front(lua_State* L, int arg) noexcept { front_of(L, arg) = {}; }

}  // namespace

int raise_closed(lua_State* L) { return luaL_error(L, "attempt to use a closed file"); }

bool is_closed(lua_State* L, int arg) noexcept {
  if (File* file = own_file(L, arg)) {
    if (!file->closed()) return false;
    close_front(L, arg);
    return true;
  }
  return front_of(L, arg).closef == nullptr;
}

File& check_file(lua_State* L, int arg) {
  if (File* file = own_file(L, arg); file != nullptr && !file->closed()) return *file;
  luaL_checkudata(L, arg, LUA_FILEHANDLE);
  if (is_closed(L, arg)) raise_closed(L);
  return adopt(L, arg);
}

bool take_turn_as_nobody(File& file) noexcept {
  static const sched::G nobody;
  for (int tries = 0; tries < 100; ++tries) {
    if (file.turn.try_lock(nobody)) return true;
    struct timespec pause {
      0, 1'000'000
    };
    nanosleep(&pause, nullptr);
  }
  return false;
}

// --- Seeking and closing -----------------------------------------------------------------------

namespace {

// A call that needs one visit: f(FILE*) outside of the state, then what it leaves.
struct Seek {
  off_t offset;
  int whence;
  off_t where = -1;
  int error = 0;

  static constexpr sched::Side kSide = sched::Side::Write;
  Result work(lua_State* L, File& file, Goroutine*) noexcept {
    std::FILE* f = file.stream();
    outside(L, [&] {
      errno = 0;
      if (fseeko(f, offset, whence) == 0) {
        where = ftello(f);
      } else {
        error = errno;
      }
    });
    return Result::Done;
  }
  void drop() noexcept {}
  int push(lua_State* L) {
    if (where == -1 && error != 0) {
      errno = error;
      return luaL_fileresult(L, 0, nullptr);
    }
    lua_pushinteger(L, static_cast<lua_Integer>(where));
    return 1;
  }
};

int file_seek(lua_State* L) {
  static const int whences[] = {SEEK_SET, SEEK_CUR, SEEK_END};
  static const char* const names[] = {"set", "cur", "end", nullptr};
  File& file = check_file(L, 1);
  int whence = whences[luaL_checkoption(L, 2, "cur", names)];
  lua_Integer offset = luaL_optinteger(L, 3, 0);
  luaL_argcheck(L, static_cast<off_t>(offset) == offset, 3, "not an integer in proper range");
  return OnFile<Seek>::run(L, file, {static_cast<off_t>(offset), whence});
}

struct SetBuffer {
  int mode;
  size_t size;
  int result = 0;
  int error = 0;

  static constexpr sched::Side kSide = sched::Side::Write;
  Result work(lua_State*, File& file, Goroutine*) noexcept {
    errno = 0;
    result = std::setvbuf(file.stream(), nullptr, mode, size);
    error = errno;
    return Result::Done;
  }
  void drop() noexcept {}
  int push(lua_State* L) {
    errno = error;
    return luaL_fileresult(L, result == 0, nullptr);
  }
};

int file_setvbuf(lua_State* L) {
  static const int modes[] = {_IONBF, _IOFBF, _IOLBF};
  static const char* const names[] = {"no", "full", "line", nullptr};
  File& file = check_file(L, 1);
  int mode = modes[luaL_checkoption(L, 2, nullptr, names)];
  lua_Integer size = luaL_optinteger(L, 3, LUAL_BUFFERSIZE);
  return OnFile<SetBuffer>::run(L, file, {mode, static_cast<size_t>(size)});
}

// Writes out what is buffered, as long as that is held up, and closes.
struct Close {
  bool quiet;  // __close
  int error = 0;
  pid_t process = 0;  // to be waited for

  static constexpr sched::Side kSide = sched::Side::Write;
  Result work(lua_State* L, File& file, Goroutine* g) noexcept {
    if (__fpending(file.stream()) > 0 && file.look(g, kSide) != Result::Done) return Result::Busy;
    outside(L, [&] { error = file.close(); });
    if (file.kind() == File::Kind::Process) process = file.process();
    return Result::Done;
  }
  void drop() noexcept {}
  int push(lua_State* L) {
    close_front(L, 1);
    if (process != 0) {
      vm::Box<Child>::to(L, kChildIndex)->fill(process, false);
      return await_child(L, quiet);
    }
    if (quiet) return 0;
    errno = error;
    return luaL_fileresult(L, error == 0, nullptr);
  }
};

// A C module's: by its own function, as in stock Lua.
int close_foreign(lua_State* L) {
  luaL_Stream& front = front_of(L, 1);
  File& file = adopt(L, 1);
  if (file.turn.locked()) return luaL_error(L, "file is in use by another goroutine");
  file.interrupt();
  lua_CFunction close = front.closef;
  front.closef = nullptr;
  return close(L);
}

int close_own(lua_State* L, File& file, bool quiet) {
  if (file.kind() == File::Kind::Standard) {
    luaL_pushfail(L);
    lua_pushliteral(L, "cannot close standard file");
    return 2;
  }
  lua_settop(L, 1);
  if (file.kind() == File::Kind::Process) push_child(L);
  if (file.turn.locked()) file.interrupt();
  return OnFile<Close>::run(L, file, {quiet});
}

}  // namespace

int leave_file(lua_State* L) {
  luaL_checkudata(L, 1, LUA_FILEHANDLE);
  if (is_closed(L, 1)) return 0;
  File* file = own_file(L, 1);
  return file != nullptr ? close_own(L, *file, true) : close_foreign(L);
}

namespace {

// __gc: this state does without the file; the last handle closes it.
int file_collect(lua_State* L) {
  luaL_checkudata(L, 1, LUA_FILEHANDLE);
  if (File* file = own_file(L, 1)) {
    if (file->kind() == File::Kind::Standard) return 0;  // the runtime's; a script may have called this
    close_front(L, 1);
    file->undress();
    vm::drop_handle(L, 1);
    return 0;
  }
  luaL_Stream& front = front_of(L, 1);
  if (front.closef == nullptr || front.f == nullptr) return 0;
  lua_CFunction close = front.closef;
  front.closef = nullptr;
  return close(L);
}

int file_tostring(lua_State* L) {
  luaL_checkudata(L, 1, LUA_FILEHANDLE);
  if (is_closed(L, 1)) {
    lua_pushliteral(L, "file (closed)");
  } else {
    lua_pushfstring(L, "file (%p)", static_cast<void*>(front_of(L, 1).f));
  }
  return 1;
}

void dress(void* userdata, vm::Shared& object) noexcept {
  static_cast<File&>(object).dress(*static_cast<luaL_Stream*>(userdata));
}

const luaL_Reg kMethods[] = {
    {"close", close_file}, {"flush", file_flush},     {"lines", file_lines}, {"read", file_read},
    {"seek", file_seek},   {"setvbuf", file_setvbuf}, {"write", file_write}, {nullptr, nullptr},
};

const luaL_Reg kMetamethods[] = {
    {"__gc", file_collect},
    {"__close", leave_file},
    {"__tostring", file_tostring},
    {nullptr, nullptr},
};

}  // namespace

int close_file(lua_State* L) {
  // A C module that closes a file takes this function out of it first.
  if (File* file = own_file(L, 1); file != nullptr && !file->closed()) return close_own(L, *file, false);
  check_file(L, 1);
  return close_foreign(L);
}

const vm::SharedType kFileType = {LUA_FILEHANDLE, nullptr, nullptr, sizeof(luaL_Stream), dress, nullptr, true};

void make_file_metatable(lua_State* L) {
  luaL_newmetatable(L, LUA_FILEHANDLE);  // perhaps stock's, of the files that its `io` has made
  luaL_setfuncs(L, kMetamethods, 0);
  luaL_newlib(L, kMethods);
  lua_setfield(L, -2, "__index");
  lua_rawsetp(L, LUA_REGISTRYINDEX, &kFileType);
}

}  // namespace lagoon::bindings
