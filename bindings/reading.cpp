#include "bindings/reading.h"

#include <cerrno>
#include <clocale>

#include "bindings/outside.h"
#include "bindings/stdio_buffer.h"

namespace lagoon::bindings {

using sched::Result;

namespace {

constexpr size_t kDirect = 4096;      // from here on, what is read need not pass through the FILE's buffer
constexpr size_t kPortion = 1 << 16;  // of a text of unknown length

// Fills the FILE's buffer by one read.  0, or an errno; *more: there is something.
int read_buffer(std::FILE* f, bool* more) noexcept {
  Locked hold(f);
  int error;
  do {
    clearerr_unlocked(f);  // an end seen before may have moved
    errno = 0;
    *more = read_more(f);
    error = ferror_unlocked(f) ? errno : 0;
  } while (error == EINTR);
  return error;
}

// Reads past it, until there are `wanted` bytes or no more.  0, or an errno.
int read_block(std::FILE* f, char* to, size_t wanted, size_t* size) noexcept {
  Locked hold(f);
  clearerr_unlocked(f);
  errno = 0;
  *size = fread_unlocked(to, 1, wanted, f);
  return ferror_unlocked(f) ? errno : 0;
}

}  // namespace

void Reading::check(lua_State* L) { luaL_checkstack(L, lua_gettop(L) + LUA_MINSTACK, "too many arguments"); }

Reading::Reading(lua_State* L, int first) noexcept
    : gathered_(vm::State::of(L).heap()), numeral_('.'), arg_(first), last_(lua_gettop(L)) {
  if (last_ < first) {
    last_ = 0;  // a line
  } else {
    next_format(L);
  }
}

// Looks at the format at arg_; does not raise.
void Reading::next_format(lua_State* L) noexcept {
  format_ = Format::Invalid;
  if (lua_type(L, arg_) == LUA_TNUMBER) {
    int exact;
    left_ = static_cast<size_t>(lua_tointegerx(L, arg_, &exact));
    if (exact) format_ = left_ == 0 ? Format::Probe : Format::Count;
  } else if (lua_type(L, arg_) == LUA_TSTRING) {
    const char* name = lua_tostring(L, arg_);
    if (*name == '*') ++name;
    switch (*name) {
      case 'l': format_ = Format::Line; break;
      case 'L': format_ = Format::WholeLine; break;
      case 'a': format_ = Format::All; break;
      case 'n':
        format_ = Format::Number;
        numeral_ = Numeral(lua_getlocaledecpoint());
        break;
      default: break;
    }
  }
}

Result Reading::work(lua_State* L, File& file, Goroutine* g) noexcept {
  while (format_ != Format::Invalid) {
    if (!begun_ && !start_entry()) return Result::Done;
    State state = take(L, file);
    if (state == State::Short) {
      if (Result r = file.look(g, kSide); r != Result::Done) return r;
      if (!fill(L, file)) return Result::Done;
      continue;
    }
    if (state == State::NoMemory) {
      no_memory_ = true;
      return Result::Done;
    }
    finish_entry(state);
    if (failed_ || ++arg_ > last_) return Result::Done;
    next_format(L);
  }
  return Result::Done;
}

bool Reading::start_entry() noexcept {
  entry_at_ = gathered_.size();
  Entry entry{};
  begun_ = gathered_.append(&entry, sizeof entry);
  no_memory_ = !begun_;
  return begun_;
}

void Reading::finish_entry(State state) noexcept {
  begun_ = false;
  failed_ = state == State::Failed;
  if (format_ == Format::Number && !failed_) return;
  Entry entry{};
  entry.what = failed_ ? What::Fail : What::Text;
  entry.size = failed_ ? 0 : text_size();
  if (failed_) gathered_.cut(entry_at_ + sizeof entry);
  std::memcpy(gathered_.data() + entry_at_, &entry, sizeof entry);
}

// Takes what is read ahead, as far as the format goes.
Reading::State Reading::take(lua_State* L, File& file) noexcept {
  switch (format_) {
    case Format::Line:
    case Format::WholeLine: return take_line(file);
    case Format::Number: return take_number(L, file);
    default: return take_count(file);
  }
}

Reading::State Reading::take_line(File& file) noexcept {
  std::FILE* f = file.stream();
  Locked hold(f, !file.alone());
  std::string_view ahead = read_ahead(f);
  if (ahead.empty()) {
    if (!at_end_) return State::Short;
    return text_size() > 0 ? State::Read : State::Failed;
  }
  const void* found = std::memchr(ahead.data(), '\n', ahead.size());
  size_t size = ahead.size();
  if (found != nullptr) size = static_cast<size_t>(static_cast<const char*>(found) - ahead.data()) + 1;
  const bool chop = found != nullptr && format_ == Format::Line;
  if (!gathered_.append(ahead.data(), size - (chop ? 1 : 0))) return State::NoMemory;
  skip_ahead(f, size);
  return found != nullptr ? State::Read : State::Short;
}

// Also for Format::All and Format::Probe.
Reading::State Reading::take_count(File& file) noexcept {
  std::FILE* f = file.stream();
  Locked hold(f, !file.alone());
  std::string_view ahead = read_ahead(f);
  if (format_ == Format::Probe) {
    return !ahead.empty() ? State::Read : at_end_ ? State::Failed : State::Short;
  }
  const bool all = format_ == Format::All;
  size_t size = all || ahead.size() < left_ ? ahead.size() : left_;
  if (!gathered_.append(ahead.data(), size)) return State::NoMemory;
  skip_ahead(f, size);
  left_ -= all ? 0 : size;
  if (!all && left_ == 0) return State::Read;
  if (!at_end_) return State::Short;
  return all || text_size() > 0 ? State::Read : State::Failed;
}

// True: the numeral is complete.
bool Reading::scan_number(File& file) noexcept {
  std::FILE* f = file.stream();
  Locked hold(f, !file.alone());
  for (;;) {
    std::string_view ahead = read_ahead(f);
    if (ahead.empty() && !at_end_) return false;
    if (!numeral_.take(ahead.empty() ? EOF : static_cast<unsigned char>(ahead[0]))) return true;
    skip_ahead(f, 1);
  }
}

Reading::State Reading::take_number(lua_State* L, File& file) noexcept {
  if (!scan_number(file)) return State::Short;
  if (lua_stringtonumber(L, numeral_.text()) == 0) return State::Failed;
  Entry entry{};
  if (lua_isinteger(L, -1)) {
    entry.what = What::Integer;
    entry.integer = lua_tointeger(L, -1);
  } else {
    entry.what = What::Float;
    entry.number = lua_tonumber(L, -1);
  }
  lua_settop(L, -2);
  std::memcpy(gathered_.data() + entry_at_, &entry, sizeof entry);
  return State::Read;
}

// Reads once.  False: it failed, and so does the call.
bool Reading::fill(lua_State* L, File& file) noexcept {
  const bool large = format_ == Format::Count ? left_ >= kDirect : format_ == Format::All && text_size() > 0;
  if (large && !file.pollable()) return read_directly(L, file);
  std::FILE* f = file.stream();
  bool more = false;
  int error = 0;
  outside(L, [&] { error = read_buffer(f, &more); });
  error_ = error;
  at_end_ = !more;
  return error == 0;
}

// Reads a large part where it belongs.
bool Reading::read_directly(lua_State* L, File& file) noexcept {
  const size_t most = text_size() > kPortion ? text_size() : kPortion;
  const size_t wanted = format_ == Format::All || left_ > most ? most : left_;
  char* to = gathered_.room(wanted);
  if (to == nullptr) {
    no_memory_ = true;
    return false;
  }
  std::FILE* f = file.stream();
  size_t size = 0;
  int error = 0;
  outside(L, [&] { error = read_block(f, to, wanted, &size); });
  gathered_.added(size);
  if (format_ == Format::Count) left_ -= size;
  error_ = error;
  at_end_ = size < wanted;
  return error == 0;
}

bool Reading::push_line_at_once(lua_State* L, File& file) {
  if (!file.alone() || !file.free_for_all()) return false;
  std::FILE* f = file.stream();
  std::string_view ahead = read_ahead(f);
  const void* found = ahead.empty() ? nullptr : std::memchr(ahead.data(), '\n', ahead.size());
  if (found == nullptr) return false;
  auto size = static_cast<size_t>(static_cast<const char*>(found) - ahead.data());
  skip_ahead(f, size + 1);  // first: Lua copies the line before its collector can run anything
  lua_pushlstring(L, ahead.data(), size);
  return true;
}

// --- Results -----------------------------------------------------------------------------------

int Reading::push_entries(lua_State* L) const {
  int count = 0;
  for (size_t at = 0; at < gathered_.size(); ++count) {
    Entry entry;
    std::memcpy(&entry, gathered_.data() + at, sizeof entry);
    at += sizeof entry;
    switch (entry.what) {
      case What::Integer: lua_pushinteger(L, entry.integer); break;
      case What::Float: lua_pushnumber(L, entry.number); break;
      case What::Fail: luaL_pushfail(L); break;
      case What::Text:
        lua_pushlstring(L, gathered_.data() + at, entry.size);
        at += entry.size;
        break;
    }
  }
  return count;
}

// Nothing of what was read.
int Reading::push_failure(lua_State* L) {
  gathered_.drop();
  if (no_memory_) return luaL_error(L, "not enough memory");
  if (error_ != 0) {
    errno = error_;
    return luaL_fileresult(L, 0, nullptr);
  }
  const int arg = arg_;
  if (lua_type(L, arg) == LUA_TNUMBER) luaL_checkinteger(L, arg);
  luaL_checkstring(L, arg);
  return luaL_argerror(L, arg, "invalid format");
}

int Reading::push(lua_State* L) {
  if (no_memory_ || error_ != 0 || format_ == Format::Invalid) return push_failure(L);
  if (gathered_.small()) return push_entries(L);
  const int top = lua_gettop(L);
  lua_pushcfunction(L, [](lua_State* l) -> int {
    const auto& self = *static_cast<const Reading*>(lua_touserdata(l, 1));
    lua_settop(l, 0);
    luaL_checkstack(l, self.last_ + LUA_MINSTACK, "too many results");
    return self.push_entries(l);
  });
  lua_pushlightuserdata(L, this);
  const int status = lua_pcall(L, 1, LUA_MULTRET, 0);
  gathered_.drop();
  if (status != LUA_OK) return lua_error(L);
  return lua_gettop(L) - top;
}

}  // namespace lagoon::bindings
