#include "bindings/var.h"

#include <utility>

#include "bindings/incoming.h"

namespace lagoon::bindings {

namespace {

const char kVars = 0;  // its address is the registry key of the table goroutine -> table

void push_vars(lua_State* L) {
  if (lua_rawgetp(L, LUA_REGISTRYINDEX, &kVars) == LUA_TTABLE) return;
  lua_pop(L, 1);
  lua_newtable(L);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &kVars);
}

// What g's parent left it, as a value on the stack; an empty table if nothing.
void push_inherited(lua_State* L, Goroutine& g) {
  vm::Message inherited;
  if (g.rare != nullptr) std::swap(inherited, g.rare->var);
  if (inherited.kind == vm::Message::Kind::Empty) {
    lua_newtable(L);
  } else {
    push_message(L, inherited);
  }
}

}  // namespace

int push_var(lua_State* L) {
  Goroutine& g = current(L);
  push_vars(L);
  if (g.has_var) {
    lua_rawgetp(L, -1, &g);
  } else {
    push_inherited(L, g);
    lua_pushvalue(L, -1);
    lua_rawsetp(L, -3, &g);
    g.has_var = true;
  }
  lua_remove(L, -2);
  return 1;
}

void inherit_var(lua_State* L, Goroutine& creator, Goroutine& child) {
  if (!creator.has_var && creator.rare->var.kind == vm::Message::Kind::Empty) return;
  push_var(L);
  if (child.make_rare() == nullptr) luaL_error(L, "not enough memory");
  const char* why = vm::pack(L, lua_gettop(L), 1, &child.rare->var);
  if (why != nullptr) luaL_error(L, "go.var: %s", why);
  lua_pop(L, 1);
}

void forget_var(lua_State* L, Goroutine& g) noexcept {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &kVars);
  lua_pushnil(L);
  lua_rawsetp(L, -2, &g);
  lua_pop(L, 1);
  g.has_var = false;
}

}  // namespace lagoon::bindings
