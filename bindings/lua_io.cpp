// The library `io`: stock Lua's, over files that goroutines share.

#include <cerrno>
#include <cstring>
#include <new>

#include "bindings/lua_file.h"
#include "bindings/modules.h"
#include "bindings/outside.h"
#include "bindings/process.h"
#include "bindings/runtime.h"
#include "sched/m.h"

namespace lagoon::bindings {

// --- The defaults ------------------------------------------------------------------------------

namespace {

const char foreign_key = 0;  // registry: File of a C module that is or was a default -> its userdata

// Null: it has none.
DefaultFiles* files_of(Goroutine& g) noexcept {
  if (g.job != nullptr) return &g.runtime->main_files();
  return g.rare != nullptr ? &g.rare->files : nullptr;
}

File*& slot(DefaultFiles& files, Default which) noexcept {
  return which == Default::Input ? files.input : files.output;
}

// The running goroutine, also while a stopped scheduler's goroutines are ended; null: while a
// state opens, or is closed because it is not needed.
Goroutine* owner_here(lua_State* L) noexcept {
  if (sched::current_g() == nullptr && sched::M::current() != nullptr) return nullptr;
  return static_cast<Goroutine*>(vm::State::of(L).running);
}

int number_of(Default which) noexcept { return which == Default::Input ? 0 : 1; }

File& standard_default(lua_State* L, Default which) noexcept {
  return worker_of(L).runtime->standard_file(number_of(which));
}

File& default_file(lua_State* L, Default which) noexcept {
  Goroutine* g = owner_here(L);
  DefaultFiles* files = g != nullptr ? files_of(*g) : nullptr;
  File* file = files != nullptr ? slot(*files, which) : nullptr;
  return file != nullptr ? *file : standard_default(L, which);
}

}  // namespace

void push_default(lua_State* L, Default which) {
  File& file = default_file(L, which);
  if (&file == &standard_default(L, which)) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, worker_of(L).standard_files[number_of(which)]);
    return;
  }
  if (file.kind() != File::Kind::Foreign) return vm::push_shared(L, file);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &foreign_key);
  lua_rawgetp(L, -1, &file);
  lua_replace(L, -2);
}

File& check_default(lua_State* L, Default which) {
  File& file = default_file(L, which);
  bool closed = file.closed();
  if (file.kind() == File::Kind::Foreign) {
    push_default(L, which);
    closed = is_closed(L, -1);
    lua_pop(L, 1);
  }
  if (closed) luaL_error(L, "default %s file is closed", which == Default::Input ? "input" : "output");
  return file;
}

void set_default(lua_State* L, Default which, int arg) {
  File& file = check_file(L, arg);
  if (file.kind() == File::Kind::Foreign) {
    if (lua_rawgetp(L, LUA_REGISTRYINDEX, &foreign_key) != LUA_TTABLE) {
      lua_newtable(L);
      lua_pushvalue(L, -1);
      lua_rawsetp(L, LUA_REGISTRYINDEX, &foreign_key);
    }
    lua_pushvalue(L, arg);
    lua_rawsetp(L, -2, &file);
  }
  Goroutine* g = owner_here(L);
  if (g == nullptr) return;
  if (g->make_rare() == nullptr) luaL_error(L, "not enough memory");
  File*& now = slot(*files_of(*g), which);
  file.retain();
  if (now != nullptr) now->release();
  now = &file;
}

bool inherit_defaults(Goroutine& creator, Goroutine& child) noexcept {
  DefaultFiles* files = files_of(creator);
  if (files == nullptr) return true;
  for (Default which : {Default::Input, Default::Output}) {
    File* file = slot(*files, which);
    if (file == nullptr || (file->kind() == File::Kind::Foreign && !child.here)) continue;
    if (child.make_rare() == nullptr) return false;
    file->retain();
    slot(child.rare->files, which) = file;
  }
  return true;
}

void drop_defaults(DefaultFiles& files) noexcept {
  for (File** file : {&files.input, &files.output}) {
    if (*file != nullptr) (*file)->release();
    *file = nullptr;
  }
}

// --- Opening -----------------------------------------------------------------------------------

namespace {

// A new File for a stream; null: closed again, and errno.
File* make_file(std::FILE* stream, File::Kind kind, pid_t process = 0) noexcept {
  if (stream == nullptr) return nullptr;
  File* made = new (std::nothrow) File(stream, kind, process);
  if (made != nullptr) return made;
  std::fclose(stream);
  if (kind == File::Kind::Process) forsake_process(process);
  errno = ENOMEM;
  return nullptr;
}

}  // namespace

File* open_file(lua_State* L, const char* name, const char* mode) noexcept {
  char how[8];
  std::snprintf(how, sizeof how, "%se", mode);
  File* made = nullptr;
  outside(L, [&] {
    errno = 0;
    made = make_file(std::fopen(name, how), File::Kind::Owned);
  });
  return made;
}

namespace {

int push_opened(lua_State* L, File* file, const char* name) {
  if (file == nullptr) return luaL_fileresult(L, 0, name);
  vm::push_new_shared(L, file);
  return 1;
}

// Pushes the file or raises, as io.lines does.
void push_opened_or_raise(lua_State* L, const char* name, const char* mode) {
  File* file = open_file(L, name, mode);
  if (file == nullptr) luaL_error(L, "cannot open file '%s' (%s)", name, std::strerror(errno));
  vm::push_new_shared(L, file);
}

// [rwa]%+?b*, short enough to be one.
bool is_mode(const char* mode) noexcept {
  if (*mode == '\0' || std::strchr("rwa", *mode++) == nullptr) return false;
  if (*mode == '+') ++mode;
  return std::strspn(mode, "b") == std::strlen(mode);
}

int io_open(lua_State* L) {
  const char* name = luaL_checkstring(L, 1);
  const char* mode = luaL_optstring(L, 2, "r");
  luaL_argcheck(L, is_mode(mode), 2, "invalid mode");
  return push_opened(L, open_file(L, name, mode), name);
}

int io_popen(lua_State* L) {
  const char* command = luaL_checkstring(L, 1);
  const char* mode = luaL_optstring(L, 2, "r");
  luaL_argcheck(L, (*mode == 'r' || *mode == 'w') && mode[1] == '\0', 2, "invalid mode");
  File* made = nullptr;
  outside(L, [&] {
    flush_all_files();
    Command started = start_command(command, mode);
    made = make_file(started.stream, File::Kind::Process, started.process);
  });
  return push_opened(L, made, command);
}

int io_tmpfile(lua_State* L) {
  File* made = nullptr;
  outside(L, [&] {
    errno = 0;
    made = make_file(std::tmpfile(), File::Kind::Owned);
  });
  return push_opened(L, made, nullptr);
}

// --- The rest ----------------------------------------------------------------------------------

int io_type(lua_State* L) {
  luaL_checkany(L, 1);
  if (luaL_testudata(L, 1, LUA_FILEHANDLE) == nullptr) {
    luaL_pushfail(L);
  } else {
    lua_pushstring(L, is_closed(L, 1) ? "closed file" : "file");
  }
  return 1;
}

int io_close(lua_State* L) {
  if (lua_isnone(L, 1)) push_default(L, Default::Output);
  return close_file(L);
}

int io_read(lua_State* L) { return read_file(L, check_default(L, Default::Input), 1); }

int io_flush(lua_State* L) { return flush_file(L, check_default(L, Default::Output)); }

int io_lines(lua_State* L) {
  if (lua_isnone(L, 1)) lua_pushnil(L);
  const bool opens = !lua_isnil(L, 1);
  if (opens) {
    push_opened_or_raise(L, luaL_checkstring(L, 1), "r");
  } else {
    push_default(L, Default::Input);
  }
  lua_replace(L, 1);
  check_file(L, 1);
  push_lines(L, opens);
  if (!opens) return 1;
  lua_pushnil(L);
  lua_pushnil(L);
  lua_pushvalue(L, 1);  // generic for closes it
  return 4;
}

int default_function(lua_State* L, Default which, const char* mode) {
  if (!lua_isnoneornil(L, 1)) {
    if (const char* name = lua_tostring(L, 1)) {
      push_opened_or_raise(L, name, mode);
    } else {
      check_file(L, 1);
      lua_pushvalue(L, 1);
    }
    set_default(L, which, lua_gettop(L));
  }
  push_default(L, which);
  return 1;
}

int io_input(lua_State* L) { return default_function(L, Default::Input, "r"); }
int io_output(lua_State* L) { return default_function(L, Default::Output, "w"); }

const luaL_Reg kFunctions[] = {
    {"close", io_close},     {"flush", io_flush},   {"input", io_input},      {"lines", io_lines},
    {"open", io_open},       {"output", io_output}, {"popen", io_popen},      {"read", io_read},
    {"tmpfile", io_tmpfile}, {"type", io_type},     {"write", write_default}, {nullptr, nullptr},
};

}  // namespace

int open_io(lua_State* L) {
  make_file_metatable(L);
  luaL_newlib(L, kFunctions);
  Runtime& runtime = *worker_of(L).runtime;
  static const char* const names[] = {"stdin", "stdout", "stderr"};
  for (int i = 0; i < 3; ++i) {
    vm::push_shared(L, runtime.standard_file(i));
    lua_pushvalue(L, -1);
    worker_of(L).standard_files[i] = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_setfield(L, -2, names[i]);
  }
  return 1;
}

}  // namespace lagoon::bindings
