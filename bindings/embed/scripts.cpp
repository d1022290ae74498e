// The runs of the public interface: scripts, and what a command does around them.

#include <climits>
#include <cstring>
#include <string_view>

#include "bindings/embed/run.h"
#include "bindings/lua_load_file.h"

using namespace lagoon;
using namespace lagoon::embed;

// --- Chunks ------------------------------------------------------------------------------------

namespace {

// Pushes the chunk and the run's arguments, or raises why it does not load.
class Chunk : public Run {
 public:
  using Run::Run;

  int push(lua_State* L) override {
    int status = load(L);
    return status == LUA_OK ? push_inputs(L) : raise_load_error(L, status);
  }

 protected:
  virtual int load(lua_State* L) = 0;
  virtual int push_inputs(lua_State* L) { return push_args(L); }
};

class FileRun : public Chunk {
 public:
  FileRun(lagoon_runtime& rt, const char* path, const lagoon_value* values, size_t count)
      : Chunk(rt), from_stdin_(path == nullptr), path_(path == nullptr ? "" : path) {
    set_args(values, count);
  }

 protected:
  int load(lua_State* L) override { return bindings::load_file(L, from_stdin_ ? nullptr : path_.c_str(), nullptr); }

 private:
  bool from_stdin_;
  std::string path_;
};

class StringRun : public Chunk {
 public:
  StringRun(lagoon_runtime& rt, std::string_view source, const char* chunk, const lagoon_value* values, size_t count)
      : Chunk(rt), source_(source), chunk_(chunk == nullptr ? "=string" : chunk) {
    set_args(values, count);
  }

 protected:
  int load(lua_State* L) override { return luaL_loadbuffer(L, source_.data(), source_.size(), chunk_.c_str()); }

 private:
  std::string source_;
  std::string chunk_;
};

// A file with the contents of the table `arg` as its arguments.
class ScriptRun : public FileRun {
 public:
  ScriptRun(lagoon_runtime& rt, const char* path) : FileRun(rt, path, nullptr, 0) {}

 protected:
  int push_inputs(lua_State* L) override {
    if (lua_getglobal(L, "arg") != LUA_TTABLE) return complain(L, "'arg' is not a table");
    lua_Integer count = luaL_len(L, -1);
    if (count < 0) count = 0;
    if (count >= INT_MAX || !lua_checkstack(L, static_cast<int>(count) + 3)) {
      return complain(L, "too many arguments to script");
    }
    int table = lua_gettop(L);
    for (lua_Integer i = 1; i <= count; ++i) lua_rawgeti(L, table, i);
    lua_remove(L, table);
    return static_cast<int>(count);
  }

 private:
  int complain(lua_State* L, const char* what) {
    traced = false;
    lua_pushstring(L, what);
    return lua_error(L);
  }
};

}  // namespace

lagoon_status lagoon_run_file(lagoon_runtime* rt, const char* path, const lagoon_value* args, size_t count,
                              lagoon_values* results, lagoon_error** err) {
  if (!valid(args, count)) return fail(err, LAGOON_EINVAL);
  return perform<FileRun>(rt, results, err, path, args, count);
}

lagoon_status lagoon_run_string(lagoon_runtime* rt, const char* source, size_t size, const char* chunk,
                                const lagoon_value* args, size_t count, lagoon_values* results, lagoon_error** err) {
  if ((source == nullptr && size != 0) || !valid(args, count)) return fail(err, LAGOON_EINVAL);
  return perform<StringRun>(rt, results, err, std::string_view(source, size), chunk, args, count);
}

lagoon_status lagoon_run_script(lagoon_runtime* rt, const char* path, lagoon_error** err) {
  return perform<ScriptRun>(rt, nullptr, err, path);
}

// --- Around the script -------------------------------------------------------------------------

namespace {

struct SetArgs : Run {
  SetArgs(lagoon_runtime& rt, int argc, char* const* argv, int script)
      : Run(rt), texts(argv, argv + argc), script(script) {}

  int push(lua_State* L) override {
    int count = static_cast<int>(texts.size());
    lua_createtable(L, count - script - 1, script + 1);
    for (int i = 0; i < count; ++i) {
      lua_pushstring(L, texts[i].c_str());
      lua_rawseti(L, -2, i - script);
    }
    lua_setglobal(L, "arg");
    return push_pass(L);
  }

  std::vector<std::string> texts;
  int script;
};

// Calls the script's own require.
struct Require : Run {
  Require(lagoon_runtime& rt, const char* module, const char* global) : Run(rt), module(module), global(global) {}

  int push(lua_State* L) override {
    lua_getglobal(L, "require");
    lua_pushstring(L, module.c_str());
    return 1;
  }

  void finish(lua_State* L, int count) override {
    lua_settop(L, lua_gettop(L) - count + 1);
    lua_setglobal(L, global.c_str());
  }

  std::string module;
  std::string global;
};

struct WarningsOn : Run {
  using Run::Run;

  int push(lua_State* L) override {
    rt.warnings.store(true);
    lua_warning(L, "@on", 0);
    return push_pass(L);
  }
};

struct GlobalText : Run {
  GlobalText(lagoon_runtime& rt, const char* name) : Run(rt), name(name) {}

  int push(lua_State* L) override {
    push_pass(L);
    if (lua_getglobal(L, name.c_str()) == LUA_TNIL) return 1;
    luaL_tolstring(L, -1, nullptr);
    lua_remove(L, -2);
    return 1;
  }

  std::string name;
};

}  // namespace

lagoon_status lagoon_set_args(lagoon_runtime* rt, int argc, char* const* argv, int script, lagoon_error** err) {
  if (argc < 0 || (argv == nullptr && argc != 0) || script < -1 || script > argc) {
    return fail(err, LAGOON_EINVAL);
  }
  return perform<SetArgs>(rt, nullptr, err, argc, argv, script);
}

lagoon_status lagoon_require(lagoon_runtime* rt, const char* module, const char* global, lagoon_error** err) {
  if (module == nullptr || global == nullptr) return fail(err, LAGOON_EINVAL);
  return perform<Require>(rt, nullptr, err, module, global);
}

lagoon_status lagoon_warn(lagoon_runtime* rt, lagoon_error** err) { return perform<WarningsOn>(rt, nullptr, err); }

lagoon_status lagoon_global_text(lagoon_runtime* rt, const char* name, lagoon_value* out, lagoon_error** err) {
  if (name == nullptr || out == nullptr) return fail(err, LAGOON_EINVAL);
  lagoon_values results{nullptr, 0};
  lagoon_status status = perform<GlobalText>(rt, &results, err, name);
  if (status != LAGOON_OK) return status;
  *out = results.count == 0 ? lagoon_nil() : std::exchange(results.items[0], lagoon_nil());
  lagoon_values_clear(&results);
  return LAGOON_OK;
}

// --- A line of a prompt ------------------------------------------------------------------------

namespace {

class Eval : public Run {
 public:
  Eval(lagoon_runtime& rt, std::string_view source) : Run(rt) {
    bool is_expression = !source.empty() && source[0] == '=';  // as Lua 5.2's prompt had it
    source_ = is_expression ? "return " + std::string(source.substr(1)) : std::string(source);
    returning_ = "return " + source_ + ";";
  }

  int push(lua_State* L) override {
    if (load(L, returning_) == LUA_OK) return 0;
    lua_pop(L, 1);
    int status = load(L, source_);
    return status == LUA_OK ? 0 : raise_unless_open(L, status);
  }

  // Passes what the line returned to the script's print.
  void finish(lua_State* L, int count) override {
    if (count == 0) return;
    luaL_checkstack(L, LUA_MINSTACK, "too many results to print");
    lua_getglobal(L, "print");
    lua_insert(L, lua_gettop(L) - count);
    if (lua_pcall(L, count, 0, 0) == LUA_OK) return;
    traced = false;
    lua_pushfstring(L, "error calling 'print' (%s)", lua_tostring(L, -1));
    lua_error(L);
  }

 private:
  static int load(lua_State* L, std::string_view text) {
    return luaL_loadbuffer(L, text.data(), text.size(), "=stdin");
  }

  // Source that stops at its end may go on in the next line.
  int raise_unless_open(lua_State* L, int status) {
    constexpr std::string_view kMark = "<eof>";
    size_t size = 0;
    const char* text = lua_tolstring(L, -1, &size);
    bool open = status == LUA_ERRSYNTAX && std::string_view(text, size).ends_with(kMark);
    if (open) failed_as = LAGOON_EINCOMPLETE;
    return raise_load_error(L, status);
  }

  std::string source_;
  std::string returning_;
};

}  // namespace

lagoon_status lagoon_eval(lagoon_runtime* rt, const char* source, size_t size, lagoon_error** err) {
  if (source == nullptr && size != 0) return fail(err, LAGOON_EINVAL);
  return perform<Eval>(rt, nullptr, err, std::string_view(source, size));
}
