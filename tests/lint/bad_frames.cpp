// What the frames lint must flag and what it must let pass.  Never linked; read by .ci/lint.
//
// An error or a yield jumps over these frames, so whatever they own is never given back.
#include <lua.hpp>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

struct Holder {
  int n = 0;
  std::string member;
};

struct Derived : std::string {};

std::mutex mutex;

std::string make() { return "x"; }

int owns_string(lua_State* L) {
  std::string s(luaL_checkstring(L, 1));  // flagged
  return static_cast<int>(s.size());
}

int holds_lock(lua_State* L) {
  std::lock_guard<std::mutex> guard(mutex);  // flagged
  return lua_error(L);
}

int owns_member(lua_State* L) {
  Holder h;  // flagged
  h.n = lua_gettop(L);
  return h.n;
}

int owns_base(lua_State* L) {
  Derived d;  // flagged
  return lua_gettop(L) + static_cast<int>(d.size());
}

int owns_shared(lua_State* L) {
  auto p = std::make_shared<int>(1);  // flagged
  return lua_gettop(L) + *p;
}

int owns_temporary(lua_State* L) {
  lua_pushstring(L, make().c_str());  // flagged
  return 1;
}

int raises_in_catch(lua_State* L) {
  try {
    throw 1;
  } catch (int) {  // flagged
    return luaL_error(L, "inside the catch");
  }
}

int yields_in_catch(lua_State* L) {
  try {
    throw 1;
  } catch (int) {  // flagged
    return lua_yield(L, 0);
  }
}

// Passes: trivial locals, and the raise is the last statement.
int good_frame(lua_State* L) {
  size_t size = 0;
  const char* text = luaL_checklstring(L, 1, &size);
  const std::string_view view(text, size);
  if (view.empty()) return luaL_error(L, "empty");
  lua_pushinteger(L, static_cast<lua_Integer>(view.size()));
  return 1;
}

// Passes: takes no lua_State, so nothing jumps over it.
int host_frame() {
  const std::lock_guard<std::mutex> guard(mutex);
  return static_cast<int>(make().size());
}

}  // namespace

int (*const lint_sample[])(lua_State*) = {owns_string,    holds_lock,      owns_member,     owns_base, owns_shared,
                                          owns_temporary, raises_in_catch, yields_in_catch, good_frame};
int (*const lint_host)() = host_frame;
