#include "bindings/lua_load_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "bindings/lua_file.h"
#include "bindings/outside.h"
#include "bindings/runtime.h"

namespace lagoon::bindings {

namespace {

// A load, on the C stack below the parser.  Stack indices: the chunk's name, the file, what was read last.
struct Load {
  int name, file, piece;
  bool first = true;  // piece
  int error = 0;      // errno of a read that failed
};

// Reads into the piece by the format on top: a string, or nil at the end.  Under the parser, where a park comes back
// to its caller.                                                                           [-1, +0, e]
void read_piece(lua_State* L, Load& load) {
  const int format = lua_gettop(L);
  const int count = read_file(L, check_file(L, load.file), format);
  if (count == 3) load.error = static_cast<int>(lua_tointeger(L, -1));
  lua_pushvalue(L, -count);
  lua_replace(L, load.piece);
  lua_settop(L, format - 1);
}

void read_line(lua_State* L, Load& load) {
  lua_pushliteral(L, "L");
  read_piece(L, load);
}

// The first piece: without a byte order mark and a first line that is a comment, but for its end.
void read_first(lua_State* L, Load& load) {
  constexpr const char* kMark = "\xEF\xBB\xBF";
  read_line(L, load);
  size_t size = 0;
  const char* line = lua_tolstring(L, load.piece, &size);
  if (line == nullptr) return;
  const size_t mark = size >= 3 && std::memcmp(line, kMark, 3) == 0 ? 3 : 0;
  if (line[mark] != '#') {
    if (mark == 0) return;
    lua_pushlstring(L, line + mark, size - mark);
    return lua_replace(L, load.piece);
  }
  read_line(L, load);
  line = lua_tostring(L, load.piece);
  if (line != nullptr && *line == LUA_SIGNATURE[0]) return;
  lua_pushliteral(L, "\n");
  if (line != nullptr) {
    lua_pushvalue(L, load.piece);
    lua_concat(L, 2);
  }
  lua_replace(L, load.piece);
}

const char* next_piece(lua_State* L, void* ud, size_t* size) {
  Load& load = *static_cast<Load*>(ud);
  luaL_checkstack(L, LUA_MINSTACK, "too many nested functions");
  if (load.first) {
    load.first = false;
    read_first(L, load);
  } else {
    lua_pushinteger(L, BUFSIZ);
    read_piece(L, load);
  }
  *size = 0;
  return lua_tolstring(L, load.piece, size);
}

int fail(lua_State* L, const Load& load, const char* what, int error) {
  const char* file = lua_tostring(L, load.name) + 1;
  if (error == 0) {
    lua_pushfstring(L, "cannot %s %s", what, file);
  } else {
    lua_pushfstring(L, "cannot %s %s: %s", what, file, std::strerror(error));
  }
  lua_replace(L, load.name);
  lua_settop(L, load.name);
  return LUA_ERRFILE;
}

void close_now(lua_State* L, const Load& load) {
  lua_pushcfunction(L, leave_file);
  lua_pushvalue(L, load.file);
  lua_call(L, 1, 0);
}

// Whether a file can be opened: that is a matter of moments, but where it is a pipe nobody writes to.
bool is_readable(lua_State* L, const char* name) noexcept {
  bool readable = false;
  outside(L, [&] {
    std::FILE* file = std::fopen(name, "re");
    readable = file != nullptr;
    if (readable) std::fclose(file);
  });
  return readable;
}

// Pushes the path with `name` in the place of each mark, as one text.                  [-0, +1, m]
const char* push_names(lua_State* L, const char* name, const char* path) {
  const char* separator = luaL_optstring(L, 3, ".");
  const char* directory = luaL_optstring(L, 4, LUA_DIRSEP);
  if (*separator != '\0' && std::strchr(name, *separator) != nullptr) {
    name = luaL_gsub(L, name, separator, directory);
  }
  return luaL_gsub(L, path, LUA_PATH_MARK, name);
}

}  // namespace

int search_path(lua_State* L) {
  const char* name = luaL_checkstring(L, 1);
  const char* names = push_names(L, name, luaL_checkstring(L, 2));
  for (const char* from = names; *from != '\0';) {
    const char* end = std::strchr(from, *LUA_PATH_SEP);
    if (end == nullptr) end = from + std::strlen(from);
    const char* file = lua_pushlstring(L, from, static_cast<size_t>(end - from));
    if (is_readable(L, file)) return 1;
    lua_pop(L, 1);
    from = *end == '\0' ? end : end + 1;
  }
  const char* tried = luaL_gsub(L, names, LUA_PATH_SEP, "'\n\tno file '");
  luaL_pushfail(L);
  lua_pushfstring(L, "no file '%s'", tried);
  return 2;
}

int load_file(lua_State* L, const char* name, const char* mode) {
  const int top = lua_gettop(L);
  Load load{top + 1, top + 2, top + 3};
  luaL_checkstack(L, LUA_MINSTACK, nullptr);
  if (name == nullptr) {
    lua_pushliteral(L, "=stdin");
    lua_rawgeti(L, LUA_REGISTRYINDEX, worker_of(L).standard_files[0]);
  } else {
    lua_pushfstring(L, "@%s", name);
    File* file = open_file(L, name, "r");
    if (file == nullptr) return fail(L, load, "open", errno);
    vm::push_new_shared(L, file);
  }
  lua_pushnil(L);
  const int status = lua_load(L, next_piece, &load, lua_tostring(L, load.name), mode);
  if (name != nullptr) close_now(L, load);
  if (load.error != 0) return fail(L, load, "read", load.error);
  lua_replace(L, load.name);
  lua_settop(L, load.name);
  return status;
}

int loadfile(lua_State* L) {
  const char* name = luaL_optstring(L, 1, nullptr);
  const char* mode = luaL_optstring(L, 2, nullptr);
  const bool has_environment = !lua_isnone(L, 3);
  if (load_file(L, name, mode) != LUA_OK) {
    luaL_pushfail(L);
    lua_insert(L, -2);
    return 2;
  }
  if (has_environment) {
    lua_pushvalue(L, 3);
    if (lua_setupvalue(L, -2, 1) == nullptr) lua_pop(L, 1);
  }
  return 1;
}

namespace {

int file_done(lua_State* L, int, lua_KContext) { return lua_gettop(L) - 1; }

}  // namespace

int dofile(lua_State* L) {
  const char* name = luaL_optstring(L, 1, nullptr);
  lua_settop(L, 1);
  if (load_file(L, name, nullptr) != LUA_OK) return lua_error(L);
  lua_callk(L, 0, LUA_MULTRET, 0, file_done);
  return file_done(L, LUA_OK, 0);
}

}  // namespace lagoon::bindings
