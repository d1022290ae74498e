// os.exit, from any goroutine.

#include <cstdlib>

#include "bindings/goroutine.h"
#include "bindings/modules.h"
#include "bindings/runtime.h"

namespace lagoon::bindings {

namespace {

int exit_code(lua_State* L) {
  if (lua_isboolean(L, 1)) return lua_toboolean(L, 1) ? EXIT_SUCCESS : EXIT_FAILURE;
  return static_cast<int>(luaL_optinteger(L, 1, EXIT_SUCCESS));
}

}  // namespace

// With `close`, this goroutine ends, then the others, running their <close> variables; then the
// states close.  Without it, or where a goroutine cannot be left (in a C function's callback), the
// process ends here and now, its output flushed.  A finalizer that calls it while its state closes has
// the rest of the state closed, as in lua.
int os_exit(lua_State* L) {
  int code = exit_code(L);
  if (sched::current_g() == nullptr) {
    if (lua_toboolean(L, 2)) lua_close(vm::State::of(L).lua());
    std::exit(code);
  }
  Goroutine& g = current(L);
  if (lua_toboolean(L, 2) && g.yieldable()) {
    g.runtime->request_exit(code);
    g.ask = Ask::Exit;
    return lua_yield(L, 0);
  }
  std::exit(code);
}

}  // namespace lagoon::bindings
