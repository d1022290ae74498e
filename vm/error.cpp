#include "vm/error.h"

#include <new>

#include "vm/protect.h"

namespace lagoon::vm {
namespace {

// Short of memory they leave what was there.
void assign(std::string& to, const char* text, size_t size) noexcept {
  try {
    to.assign(text, size);
  } catch (const std::bad_alloc&) {
  }
}

void assign_type(std::string& to, const char* type) noexcept {
  try {
    to = std::string("(error object is a ") + type + " value)";
  } catch (const std::bad_alloc&) {
  }
}

// REQUIRES: a string on top.
void assign_top(std::string& to, lua_State* L) noexcept {
  size_t size = 0;
  const char* text = lua_tolstring(L, -1, &size);
  assign(to, text, size);
}

// value -> its text, as `lua` prints an error
int text_of(lua_State* L) {
  if (lua_tostring(L, 1) != nullptr) return 1;
  if (luaL_callmeta(L, 1, "__tostring") && lua_type(L, -1) == LUA_TSTRING) return 1;
  lua_pushfstring(L, "(error object is a %s value)", luaL_typename(L, 1));
  return 1;
}

// The text of the value on top of L, which stays.  If even that fails, its type will have to do.
void take_text(lua_State* L, std::string* out) noexcept {
  if (lua_type(L, -1) == LUA_TSTRING) {  // "not enough memory" is one, and needs none
    assign_top(*out, L);
    return;
  }
  lua_pushcfunction(L, text_of);
  lua_pushvalue(L, -2);
  if (hold(L, 1, 1) == LUA_OK) {
    assign_top(*out, L);
  } else {
    assign_type(*out, lua_typename(L, lua_type(L, -2)));
  }
  lua_settop(L, -2);
}

}  // namespace

std::string Failure::text() const { return traceback.empty() ? message : message + "\n" + traceback; }

int message_handler(lua_State* L) {
  const char* message = lua_tostring(L, 1);
  if (message == nullptr) {
    if (luaL_callmeta(L, 1, "__tostring") && lua_type(L, -1) == LUA_TSTRING) return 1;
    message = lua_pushfstring(L, "(error object is a %s value)", luaL_typename(L, 1));
  }
  luaL_traceback(L, L, message, 1);
  return 1;
}

void describe(lua_State* L, lua_State* co, Failure* out) noexcept {
  // The value goes there and back: a coroutine that ended with an error cannot run __tostring.
  lua_xmove(co, L, 1);
  take_text(L, &out->message);
  lua_xmove(L, co, 1);
  trace(L, co, out);
}

void trace(lua_State* L, lua_State* co, Failure* out) noexcept {
  const int status = protect(L, [co](lua_State* l) {
    luaL_traceback(l, co, nullptr, 0);
    return 1;
  });
  if (status == LUA_OK) assign_top(out->traceback, L);
  lua_settop(L, -2);
}

void describe_value(lua_State* L, Failure* out) noexcept {
  take_text(L, &out->message);
  lua_settop(L, -2);
}

}  // namespace lagoon::vm
