#include "vm/recall.h"

#include <cstring>

#include "vm/code.h"
#include "vm/encoder.h"
#include "vm/frozen.h"
#include "vm/shared.h"
#include "vm/transfer.h"

namespace lagoon::vm {

using raw::Kind;
using raw::Value;

namespace {

// The very same value, to the bit; collectable ones by address.
bool same_bits(const Value& a, const Value& b) noexcept {
  if (a.kind != b.kind) return false;
  if (a.kind <= Kind::True) return true;
  return a.integer == b.integer && a.size == b.size && a.is_long == b.is_long;
}

bool is_counted(const Check& check) noexcept {
  return check.kind == Check::Kind::Shared || check.kind == Check::Kind::Frozen;
}

Ref ref_of(const Check& check) noexcept {
  const Ref::Kind kind = check.kind == Check::Kind::Shared ? Ref::Kind::Shared : Ref::Kind::Frozen;
  return {kind, const_cast<void*>(check.other)};
}

}  // namespace

// --- Asking

Recall::Entry& Recall::entry_of(lua_State* L, int idx) noexcept {
  const raw::Object prototype = raw::prototype(raw::at(L, idx).object);
  const auto hash = reinterpret_cast<uintptr_t>(prototype) * 0x9E3779B97F4A7C15u;
  Entry& entry = entries_[(hash >> 32) % kEntries];
  if (entry.prototype != prototype) {
    clear(entry);
    entry = Entry();
    entry.prototype = prototype;
  }
  return entry;
}

Recall::Answer Recall::ask(lua_State* L, int idx) noexcept {
  const Value f = raw::at(L, idx);
  // The address of a prototype that is not known is no key.
  if (!f.is(Kind::LuaFunction) || t_.codes.find(raw::prototype(f.object)) == nullptr) {
    return Answer::Encode;
  }
  Entry& entry = entry_of(L, idx);
  if (entry.image != nullptr) {
    if (holds(L, entry, f.object)) {
      entry.patience = kFirstPatience;
      return Answer::Known;
    }
    disappoint(entry);
  }
  return ++entry.starts < entry.patience ? Answer::Encode : Answer::Note;
}

bool Recall::holds(lua_State* L, const Entry& entry, raw::Object root) noexcept {
  const bool other = root != entry.root;  // another closure; it must not be met where this one was not
  if (other && entry.root_is_met) return false;
  for (uint32_t i = 0; i < entry.count; ++i) {
    const Check& check = entry.checks[i];
    if (other && check.object == root) return false;
    if (!holds(L, entry, check, check.object == entry.root ? root : check.object)) return false;
  }
  return true;
}

bool Recall::holds(lua_State* L, const Entry& entry, const Check& check,
                   raw::Object object) noexcept {
  switch (check.kind) {
    case Check::Kind::Prototype:
      return raw::prototype(object) == check.other && !raw::marked(object);
    case Check::Kind::Cell: {
      const raw::Upvalue u = raw::upvalue(object, static_cast<int>(check.index));
      return u.cell == check.other && same_bits(u.value, check.value);
    }
    case Check::Kind::Environment:
      return globals_of(t_, object) == check.globals && raw::metatable(object) == check.other &&
             check.globals->instance == nullptr;
    case Check::Kind::Current: {
      const Globals& current = current_globals(t_);
      return &current == check.globals && raw::metatable(current.table) == check.other &&
             current.instance == nullptr;
    }
    case Check::Kind::Global: {
      const Globals& globals = *check.globals;
      const Value v = raw::get_string(globals.table, check.other);
      return same_bits(v, check.value) &&
             (!v.is_nil() || is_untouched(t_, globals, check.other) == (check.index != 0));
    }
    case Check::Kind::Library:
      return !t_.encoder->is_changed(*check.globals, static_cast<int>(check.index));
    case Check::Kind::Own:
      return which_library(t_, *check.globals, object) == static_cast<int>(check.index);
    case Check::Kind::Text:
      return memcmp(check.value.text, entry.image->bytes() + check.offset, check.value.size) == 0;
    case Check::Kind::Shared: {
      raw::push(L, raw::object_value(Kind::Userdata, object));
      const bool same = to_any_shared(L, -1) == check.other;
      lua_pop(L, 1);
      return same;
    }
    case Check::Kind::Frozen: {
      uint32_t number;
      return raw::frozen(object) && frozen_root_of(t_, object, &number) == check.other &&
             number == check.index;
    }
  }
  return false;
}

// --- Starting

Graph* Recall::start(lua_State* L, int idx, const Buffer<uint8_t>& bytes, Buffer<Ref>& refs,
                     uint32_t arguments) noexcept {
  const Entry& entry = entry_of(L, idx);
  if (arguments == 0 && entry.shared == 0) {
    entry.image->retain();
    return entry.image;
  }
  if (entry.shared > 0 && refs.reserve(entry.shared) == nullptr) return nullptr;
  for (uint32_t i = 0; i < entry.shared; ++i) refs.push(ref_of(entry.checks[entry.count + i]));
  return Graph::derive(*entry.image, bytes, refs, arguments);
}

bool Recall::matches(lua_State* L, int idx, const Buffer<uint8_t>& bytes) noexcept {
  return memcmp(entry_of(L, idx).image->bytes(), bytes.data(), bytes.size()) == 0;
}

// --- Keeping

bool Recall::keep(lua_State* L, int idx, Graph* image, const Buffer<Check>& checks,
                  bool root_is_met) noexcept {
  Entry& entry = entry_of(L, idx);
  clear(entry);
  size_t shared = 0;
  for (size_t i = 0; i < checks.size(); ++i) shared += is_counted(checks[i]);
  const size_t size = (checks.size() + shared) * sizeof(Check);
  Check* kept = image == nullptr ? nullptr : static_cast<Check*>(native_realloc(nullptr, size));
  if (kept == nullptr) {
    if (image != nullptr) image->release();
    return false;
  }
  memcpy(static_cast<void*>(kept), checks.data(), checks.size() * sizeof(Check));
  entry.count = static_cast<uint32_t>(checks.size());
  for (uint32_t i = 0; i < entry.count; ++i) {
    if (is_counted(kept[i])) kept[entry.count + entry.shared++] = kept[i];
  }
  entry.checks = kept;
  entry.image = image;
  entry.root = raw::at(L, idx).object;
  entry.root_is_met = root_is_met;
  return true;
}

void Recall::give_up(lua_State* L, int idx) noexcept { disappoint(entry_of(L, idx)); }

// Waits longer before it is noted again.
void Recall::disappoint(Entry& entry) noexcept {
  clear(entry);
  entry.starts = 0;
  if (entry.patience < kMostPatience) entry.patience *= 2;
}

// Forgets what was noted.
void Recall::clear(Entry& entry) noexcept {
  if (entry.image != nullptr) entry.image->release();
  native_free(entry.checks);
  entry.image = nullptr;
  entry.checks = nullptr;
  entry.count = entry.shared = 0;
}

void Recall::forget_all() noexcept {
  for (Entry& entry : entries_) {
    clear(entry);
    entry = Entry();
  }
}

}  // namespace lagoon::vm
