// What of `os` waits for the operating system, or ends the program.  The rest is Lua's own.

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "bindings/lua_child.h"
#include "bindings/modules.h"
#include "bindings/outside.h"
#include "bindings/process.h"
#include "bindings/runtime.h"

namespace lagoon::bindings {

namespace {

int exit_code(lua_State* L) {
  if (lua_isboolean(L, 1)) return lua_toboolean(L, 1) ? EXIT_SUCCESS : EXIT_FAILURE;
  return static_cast<int>(luaL_optinteger(L, 1, EXIT_SUCCESS));
}

// os.exit([code [, close]]): ends the program from any goroutine.
//
// With `close`, this goroutine ends, then the others, running their <close> variables; then the
// states close.  Without it, or where a goroutine cannot be left (in a C function's callback), the
// process ends here and now, its output flushed.  A finalizer that calls it while its state closes
// has the rest of the state closed, as in lua.
int os_exit(lua_State* L) {
  int code = exit_code(L);
  if (sched::current_g() == nullptr) {
    if (lua_toboolean(L, 2)) lua_close(vm::State::of(L).lua());
    std::exit(code);
  }
  Goroutine& g = current(L);
  if (lua_toboolean(L, 2) && g.yieldable(L)) {
    g.runtime->request_exit(code);
    g.ask = Ask::Exit;
    return lua_yield(L, 0);
  }
  std::exit(code);
}

// os.execute([command]): starts the command and waits for its end.
int os_execute(lua_State* L) {
  const char* command = luaL_optstring(L, 1, nullptr);
  if (command == nullptr) {
    lua_pushboolean(L, access("/bin/sh", X_OK) == 0);
    return 1;
  }
  lua_settop(L, 1);
  vm::Box<Child>* child = push_child(L);
  pid_t process = 0;
  int error = 0;
  outside(L, [&] { error = start_in_place(command, &process); });
  if (error != 0) {
    errno = error;
    return luaL_execresult(L, -1);
  }
  child->fill(process, true);
  return await_child(L, false);
}

int os_remove(lua_State* L) {
  const char* name = luaL_checkstring(L, 1);
  int status = 0;
  errno = 0;
  outside(L, [&] { status = std::remove(name); });
  return luaL_fileresult(L, status == 0, name);
}

int os_rename(lua_State* L) {
  const char* from = luaL_checkstring(L, 1);
  const char* to = luaL_checkstring(L, 2);
  int status = 0;
  errno = 0;
  outside(L, [&] { status = std::rename(from, to); });
  return luaL_fileresult(L, status == 0, nullptr);
}

int os_tmpname(lua_State* L) {
  char name[] = "/tmp/lua_XXXXXX";
  int fd = -1;
  outside(L, [&] {
    fd = mkostemp(name, O_CLOEXEC);
    if (fd != -1) close(fd);
  });
  if (fd == -1) return luaL_error(L, "unable to generate a unique filename");
  lua_pushstring(L, name);
  return 1;
}

}  // namespace

const luaL_Reg kOsFunctions[] = {
    {"execute", os_execute}, {"exit", os_exit},       {"remove", os_remove},
    {"rename", os_rename},   {"tmpname", os_tmpname}, {nullptr, nullptr},
};

}  // namespace lagoon::bindings
