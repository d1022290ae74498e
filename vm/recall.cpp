#include "vm/recall.h"

#include <algorithm>
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

bool is_counted(const Check& check) noexcept {
  return check.kind == Check::Kind::Shared || check.kind == Check::Kind::Frozen;
}

Ref ref_of(const Check& check) noexcept {
  const Ref::Kind kind = check.kind == Check::Kind::Shared ? Ref::Kind::Shared : Ref::Kind::Frozen;
  return {kind, const_cast<void*>(check.other)};
}

// Null: it is none, or is finalized.
Handle* handle_of(raw::Object userdata) noexcept {
  return handle_in(raw::userdata_block(userdata), raw::userdata_size(userdata));
}

// Takes the reference that a start has of its own.  REQUIRES: the check holds.
void take(const Check& check) noexcept {
  if (check.kind == Check::Kind::Shared) {
    reference(*handle_of(check.object));
  } else {
    retain(ref_of(check));
  }
}

}  // namespace

// --- Asking

Recall::Entry& Recall::entry_of(lua_State* L, int idx) noexcept {
  const raw::Object prototype = raw::prototype(raw::at(L, idx).object);
  if (latest_->prototype == prototype) return *latest_;
  const auto hash = reinterpret_cast<uintptr_t>(prototype) * 0x9E3779B97F4A7C15u;
  Entry& entry = entries_[(hash >> 32) % kEntries];
  if (entry.prototype != prototype) {
    clear(entry);
    entry = Entry();
    entry.prototype = prototype;
  }
  latest_ = &entry;
  return entry;
}

Recall::Answer Recall::ask(lua_State* L, int idx) noexcept {
  const Value f = raw::at(L, idx);
  // The address of a prototype that is not known is no key; nor is it one of what crosses by name, for closures
  // of one prototype may have several.
  if (!f.is(Kind::LuaFunction) || raw::marked(f.object) || t_.codes.find(raw::prototype(f.object)) == nullptr) {
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

// Would another closure be met where the one that was noted was not?
bool Recall::meets(const Entry& entry, raw::Object root) noexcept {
  if (root == entry.root) return false;
  if (entry.root_is_met) return true;
  for (uint32_t i = 0; entry.has_twins && i < entry.fact_count; ++i) {
    if (entry.facts[i].object == root && !entry.facts[i].of_first) return true;
  }
  return false;
}

bool Recall::holds(lua_State* L, Entry& entry, raw::Object root) noexcept {
  if (meets(entry, root)) return false;
  if (entry.watches && entry.writes == raw::writes(L)) {
    return hold(entry, entry.open, entry.open_count, root);
  }
  if (!hold(entry, entry.facts, entry.fact_count, root)) return false;
  entry.watches = entry.table_count > 0;
  entry.writes = raw::writes(L);
  for (uint32_t i = 0; i < entry.table_count; ++i) entry.watches &= raw::watch(entry.tables[i]);
  return true;
}

bool Recall::hold(const Entry& entry, raw::Fact* facts, size_t count, raw::Object root) noexcept {
  for (size_t i = 0;; ++i) {
    i = raw::first_open(facts, i, count, root);
    if (i == count) return true;
    if (facts[i].kind != raw::Fact::Kind::None) return false;
    if (!holds(entry, entry.checks[facts[i].index])) return false;
  }
}

// Is v a string with those bytes of the image?
bool Recall::is_text(const Entry& entry, const Check& check, const Value& v) noexcept {
  return v.is(Kind::String) && v.size == check.index &&
         memcmp(v.text, entry.image->bytes() + check.offset, v.size) == 0;
}

bool Recall::holds(const Entry& entry, const Check& check) noexcept {
  switch (check.kind) {
    case Check::Kind::Environment:
      return globals_of(t_, check.object) == check.globals && raw::metatable(check.object) == check.other &&
             check.globals->instance == nullptr;
    case Check::Kind::Current: {
      const Globals& current = current_globals(t_);
      return &current == check.globals && current.table == check.object &&
             raw::metatable(current.table) == check.other && current.instance == nullptr;
    }
    case Check::Kind::Absent: return is_untouched(t_, *check.globals, check.other) == (check.index != 0);
    case Check::Kind::Own: return library_in_use(*check.globals, static_cast<int>(check.index)) == check.object;
    case Check::Kind::Unchanged: return !t_.encoder->is_changed(*check.globals, static_cast<int>(check.index));
    case Check::Kind::Text: return is_text(entry, check, raw::string_at(check.object));
    case Check::Kind::Shared: {
      const Handle* handle = handle_of(check.object);
      return handle != nullptr && handle->object == check.other;
    }
    case Check::Kind::Frozen: {
      uint32_t number;
      return raw::frozen(check.object) && frozen_root_of(t_, check.object, &number) == check.other &&
             number == check.index;
    }
    case Check::Kind::Part: {
      const Value& v = check.part;
      if (!v.is(Kind::CFunction) && !raw::marked(v.object)) return false;
      if (v.is(Kind::Table) && raw::frozen(v.object)) return false;
      return is_text(entry, check, raw::get(t_.tables.side, v));
    }
  }
  return false;
}

// --- Starting

Graph* Recall::start(lua_State* L, int idx, const Buffer<uint8_t>& bytes, Buffer<Ref>& refs,
                     uint32_t arguments) noexcept {
  Entry& entry = entry_of(L, idx);
  if (entry.prepaid == 0) entry.image->retain(entry.prepaid = kPrepaid);
  Graph* graph = entry.image;
  if (arguments > 0 || entry.shared > 0) {
    const size_t theirs = refs.size();
    if (entry.shared > 0 && refs.reserve(entry.shared) == nullptr) return nullptr;
    for (uint32_t i = 0; i < entry.shared; ++i) refs.push(ref_of(entry.checks[entry.check_count + i]));
    graph = Graph::derive(*entry.image, bytes, refs, arguments);
    if (graph == nullptr) return nullptr;
    for (size_t i = 0; i < theirs; ++i) retain(refs[i]);
    for (uint32_t i = 0; i < entry.shared; ++i) take(entry.checks[entry.check_count + i]);
  }
  --entry.prepaid;
  return graph;
}

bool Recall::matches(lua_State* L, int idx, const Buffer<uint8_t>& bytes) noexcept {
  return memcmp(entry_of(L, idx).image->bytes(), bytes.data(), bytes.size()) == 0;
}

// --- Keeping

bool Recall::keep(lua_State* L, int idx, Graph* image, const Notes& notes, bool root_is_met) noexcept {
  Entry& entry = entry_of(L, idx);
  clear(entry);
  const size_t facts = notes.facts.size(), checks = notes.checks.size();
  size_t shared = 0;
  for (size_t i = 0; i < checks; ++i) shared += is_counted(notes.checks[i]);
  const size_t size = (checks + shared) * sizeof(Check) + facts * sizeof(raw::Fact);
  Check* kept = image == nullptr ? nullptr : static_cast<Check*>(native_realloc(nullptr, size));
  if (kept == nullptr) {
    if (image != nullptr) image->release();
    return false;
  }
  entry.checks = kept;
  entry.facts = reinterpret_cast<raw::Fact*>(kept + checks + shared);
  memcpy(static_cast<void*>(entry.facts), notes.facts.data(), facts * sizeof(raw::Fact));
  for (size_t i = 0; i < checks; ++i) {
    kept[i] = notes.checks[i];
    if (is_counted(kept[i])) kept[checks + entry.shared++] = kept[i];
  }
  entry.fact_count = static_cast<uint32_t>(facts);
  entry.check_count = static_cast<uint32_t>(checks);
  image->become_image();
  entry.image = image;
  entry.root = raw::at(L, idx).object;
  entry.root_is_met = root_is_met;
  set_apart(entry);
  return true;
}

// A watched table, of globals or a library, keeps its fields' functions, so they are what they were, and so are their
// variables, but for what these hold.  A fact is left out only behind the one that shows that.
void Recall::set_apart(Entry& entry) noexcept {
  using Fact = raw::Fact;
  bool failed = false, made = false;
  PointerMap held(&failed), cells(&failed);
  Buffer<Fact> open(&failed);
  Buffer<raw::Object> tables(&failed);
  const auto watch = [&](raw::Object table) {
    if (std::find(tables.begin(), tables.end(), table) != tables.end()) return true;
    if (tables.size() == kWatched) return false;
    tables.push(table);
    return true;
  };
  entry.has_twins = false;
  for (uint32_t i = 0; i < entry.fact_count; ++i) {
    const Fact& f = entry.facts[i];
    const bool kept = !f.of_first && held.find(f.object) != nullptr;
    switch (f.kind) {
      case Fact::Kind::Field:
        if (!watch(f.object)) break;
        if (f.function() != nullptr) held.find_or_add(f.function(), 0, &made);
        continue;
      case Fact::Kind::Prototype:
        entry.has_twins = entry.has_twins || (!f.of_first && f.other == entry.prototype);
        if (kept) continue;
        break;
      case Fact::Kind::Cell:
        cells.find_or_add(f.other, 0, &made);
        if (kept && !made) continue;
        break;
      case Fact::Kind::None: {
        const Check& check = entry.checks[f.index];
        if (check.kind == Check::Kind::Unchanged && watch(check.object)) continue;
        break;
      }
    }
    open.push(f);
  }
  if (failed || tables.size() == 0) return;
  const size_t facts = open.size() * sizeof(Fact), watched = tables.size() * sizeof(raw::Object);
  entry.open = static_cast<Fact*>(native_realloc(nullptr, facts + watched));
  if (entry.open == nullptr) return;
  memcpy(static_cast<void*>(entry.open), open.data(), facts);
  entry.tables = reinterpret_cast<raw::Object*>(entry.open + open.size());
  memcpy(entry.tables, tables.data(), watched);
  entry.open_count = static_cast<uint32_t>(open.size());
  entry.table_count = static_cast<uint32_t>(tables.size());
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
  if (entry.image != nullptr) entry.image->release(1 + entry.prepaid);
  native_free(entry.checks);
  native_free(entry.open);
  entry.image = nullptr;
  entry.prepaid = 0;
  entry.checks = nullptr;
  entry.facts = entry.open = nullptr;
  entry.tables = nullptr;
  entry.fact_count = entry.check_count = entry.shared = entry.open_count = entry.table_count = 0;
  entry.watches = false;
}

void Recall::give_back(Graph& graph) noexcept {
  Graph* image = graph.release_to_image();
  if (image == nullptr) return;
  if (image != built_) pay();
  built_ = image;
  if (++owed_ == kPrepaid || image->weight() > kSmall) pay();
}

void Recall::pay() noexcept {
  if (owed_ > 0) built_->release(owed_);
  owed_ = 0;
}

void Recall::forget_all() noexcept {
  for (Entry& entry : entries_) {
    clear(entry);
    entry = Entry();
  }
}

}  // namespace lagoon::vm
