// Completion: what can follow the part of an expression that was typed.
//
// Looks at tables raw, and through __index only where that is a table, so no script code runs.

#include <algorithm>
#include <cstring>
#include <string_view>

#include "bindings/embed/run.h"

using namespace lagoon;
using namespace lagoon::embed;

namespace {

constexpr std::string_view kKeywords[] = {"and",      "break",  "do",   "else", "elseif", "end",  "false", "for",
                                          "function", "goto",   "if",   "in",   "local",  "nil",  "not",   "or",
                                          "repeat",   "return", "then", "true", "until",  "while"};
constexpr int kDeepest = 8;  // __index tables in a row

bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
}

bool is_name(std::string_view text) noexcept {
  if (text.empty() || !is_letter(text[0])) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

class Completion : public Run {
 public:
  Completion(lagoon_runtime& rt, std::string_view text) : Run(rt) {
    size_t last = text.find_last_of(".:");
    size_t start = last == std::string_view::npos ? 0 : last + 1;
    path_ = std::string(text.substr(0, start));
    prefix_ = std::string(text.substr(start));
    methods_ = !path_.empty() && path_.back() == ':';
  }

  int push(lua_State* L) override {
    if (walk(L)) collect_keys(L, kDeepest);
    if (path_.empty()) add_keywords();
    if (out_of_memory_) return luaL_error(L, "not enough memory");
    return push_pass(L);
  }

  void finish(lua_State*, int) override {}

  std::vector<std::string>& found() {
    std::sort(found_.begin(), found_.end());
    found_.erase(std::unique(found_.begin(), found_.end()), found_.end());
    return found_;
  }

 private:
  // Pushes what the path names.  False: nothing that has fields.
  bool walk(lua_State* L) {
    lua_pushglobaltable(L);
    std::string_view rest = path_;
    while (!rest.empty()) {
      size_t end = rest.find_first_of(".:");
      std::string_view name = rest.substr(0, end);
      rest.remove_prefix(end + 1);
      if (!is_name(name) || !step(L, name)) return false;
    }
    return true;
  }

  // Replaces the value on top by its field `name`.
  static bool step(lua_State* L, std::string_view name) {
    for (int depth = 0; depth < kDeepest; ++depth) {
      if (lua_istable(L, -1)) {
        lua_pushlstring(L, name.data(), name.size());
        if (lua_rawget(L, -2) != LUA_TNIL) return true;
        lua_pop(L, 1);
      }
      luaL_checkstack(L, 4, nullptr);
      if (!to_index(L)) return false;
    }
    return false;
  }

  // Replaces the value on top by its __index, if that is a table.
  static bool to_index(lua_State* L) {
    if (!lua_getmetatable(L, -1)) return false;
    lua_pushstring(L, "__index");
    lua_rawget(L, -2);
    return lua_istable(L, -1);
  }

  // The string keys of the value on top, and of what it inherits from.
  void collect_keys(lua_State* L, int depth) {
    luaL_checkstack(L, 4, nullptr);
    if (lua_istable(L, -1)) {
      lua_pushnil(L);
      while (lua_next(L, -2) != 0) {
        bool wanted = !methods_ || lua_isfunction(L, -1);
        lua_pop(L, 1);
        if (wanted && lua_type(L, -1) == LUA_TSTRING) add_key(L);
      }
    }
    if (depth > 0 && to_index(L)) collect_keys(L, depth - 1);
  }

  void add_key(lua_State* L) {
    size_t size;
    const char* key = lua_tolstring(L, -1, &size);
    if (is_name({key, size})) add({key, size});
  }

  void add_keywords() noexcept {
    for (std::string_view word : kKeywords) add(word);
  }

  void add(std::string_view name) noexcept {
    if (!name.starts_with(prefix_)) return;
    try {
      found_.push_back(path_ + std::string(name));
    } catch (const std::bad_alloc&) {
      out_of_memory_ = true;
    }
  }

  std::string path_;    // "a.b." of "a.b.c"
  std::string prefix_;  // "c"
  bool methods_;        // after ':'
  bool out_of_memory_ = false;
  std::vector<std::string> found_;
};

}  // namespace

lagoon_status lagoon_complete(lagoon_runtime* rt, const char* text, size_t size,
                              void (*found)(void* ud, const char* candidate, size_t size), void* ud) {
  if (rt == nullptr || (text == nullptr && size != 0) || found == nullptr) return LAGOON_EINVAL;
  return guarded(nullptr, [&] {
    auto* completion = new Completion(*rt, std::string_view(text, size));
    std::unique_ptr<Run> run(completion);
    lagoon_status status = perform(run, nullptr, nullptr);
    if (status != LAGOON_OK) return status;
    for (const std::string& candidate : completion->found()) {
      found(ud, candidate.data(), candidate.size());
    }
    return LAGOON_OK;
  });
}
