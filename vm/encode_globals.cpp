// Encoder: the environments that functions bring.
//
// A name becomes a piece when some function of the transfer mentions it and its value is not what
// every goroutine has anyway.  The piece is encoded after everything before it, so its functions'
// mentions follow.
#include "vm/classes.h"
#include "vm/code.h"
#include "vm/encoder.h"
#include "vm/transfer.h"

namespace lagoon::vm {

using raw::Kind;
using raw::Value;

namespace {

// Keys of names_: user addresses have 48 bits.
const void* name_key(uint32_t env, raw::Object name) noexcept {
  return reinterpret_cast<const void*>(reinterpret_cast<uintptr_t>(name) ^ (uintptr_t{env} << 48));
}
const void* library_key(uint32_t env, int id) noexcept {
  return name_key(env, reinterpret_cast<raw::Object>(static_cast<uintptr_t>(id) + 1));
}

}  // namespace

uint32_t Encoder::environment(Globals* globals) noexcept {
  for (size_t i = 0; i < envs_.size(); ++i) {
    if (envs_[i].globals == globals) return static_cast<uint32_t>(i);
  }
  envs_.push({globals, false, false, false, false, false, false});
  images_.push({});
  const uint32_t env = static_cast<uint32_t>(envs_.size()) - 1;
  if (failed_) return 0;
  const raw::Object m = raw::metatable(globals->table);
  if (m != nullptr && m != t_.tables.lazy_metatable) {
    const uint32_t piece = add_piece(PieceKind::Metatable, raw::table_value(m));
    if (failed_) return 0;
    pieces_[piece].env = env;
    envs_[env].full = true;
    if (!raw::marked(m) && !raw::frozen(m)) need(NeedKind::Class, raw::table_value(m));
  }
  return env;
}

void Encoder::note_environment(Check::Kind kind, raw::Object table, Globals* globals) noexcept {
  const raw::Object m = raw::metatable(globals->table);
  if ((m != nullptr && m != t_.tables.lazy_metatable) || globals->instance != nullptr) {
    recallable_ = false;
  }
  note({.kind = kind, .object = table, .other = m, .globals = globals});
}

// The table of globals as a value: whoever gets it may look at everything in it.
void Encoder::environment_value(Globals* globals) noexcept {
  const uint32_t env = environment(globals);
  if (failed_) return;
  globals_used_ = true;
  envs_[env].full = true;
  take_all(env);
  put_tag(Tag::Environment);
  put(env);
}

void Encoder::mention_all(uint32_t env, const Known& known, int upvalue) noexcept {
  const Use& use = known.uses[upvalue];
  for (uint32_t i = 0; i < use.count && !stopped(); ++i) mention(env, known.names[use.first + i]);
}

void Encoder::mention(uint32_t env, const NameUse& use) noexcept {
  const Globals& globals = *envs_[env].globals;
  const BaseName* base = find_base_name(t_, use.name);
  if (base == nullptr || !use.harmless) {
    bool made;
    if (names_.find_or_add(name_key(env, use.name), 0, &made) == nullptr || !made) return;
  }
  const Value v = raw::get_string(globals.table, use.name);
  note({.kind = raw::Fact::Kind::Field, .object = globals.table, .other = use.name}, v);
  if (v.is_nil()) {
    note({.kind = Check::Kind::Absent,
          .index = is_untouched(t_, globals, use.name),
          .other = use.name,
          .globals = envs_[env].globals});
  }
  if (v.is_nil() && mention_absent(env, use.name, base, use.harmless)) return;
  mention_value(env, use.name, v, base, use.harmless);
}

// load, dofile and debug reach names that only the running program knows.  (In a message load means
// the receiver's globals.)
void Encoder::takes_all(uint32_t env, const BaseName& base, bool harmless) noexcept {
  if (base.is_globals) return take_all(env);
  if (!base.takes_all || harmless || !is_call()) return;
  take_all(env);
  if (base.library == kLibDebug) envs_[env].full = true;
}

// The name is not in the table: is there nothing to bring?
bool Encoder::mention_absent(uint32_t env, raw::Object name, const BaseName* base, bool harmless) noexcept {
  const Globals& globals = *envs_[env].globals;
  uint32_t piece;
  if (is_waiting(globals, name, &piece)) {
    need(NeedKind::Name, raw::object_value(Kind::Userdata, globals.self), name);
    return true;
  }
  if (base == nullptr) return true;
  if (!is_untouched(t_, globals, name)) return false;  // it was made nil
  takes_all(env, *base, harmless);
  if (base->requires_modules) take_package(env);
  if (base->library >= 0) changed_library(env, base->library);  // it may have been reached by require
  return true;
}

void Encoder::mention_value(uint32_t env, raw::Object name, const Value& v, const BaseName* base,
                            bool harmless) noexcept {
  const Globals& globals = *envs_[env].globals;
  if (v.is(Kind::Table) && v.object == globals.table) {
    take_all(env);
    if (base != nullptr && base->is_globals) return;
  }
  if (base == nullptr) return add_global(env, name, v);
  takes_all(env, *base, harmless);
  if (base->requires_modules) take_package(env);
  if (base->library >= 0 && v.is(Kind::Table) && which_library(t_, globals, v.object) == base->library) {
    return changed_library(env, base->library);
  }
  if (!raw::same(v, base->value)) add_global(env, name, v);
}

void Encoder::add_global(uint32_t env, raw::Object name, const Value& v) noexcept {
  const uint32_t piece = add_piece(PieceKind::Global, v);
  if (failed_) return;
  pieces_[piece].env = env;
  piece_sources_[piece].name = name;
  ++images_[env].names;
}

void Encoder::take_package(uint32_t env) noexcept {
  recallable_ = false;
  envs_[env].package = true;
}

void Encoder::take_all(uint32_t env) noexcept {
  recallable_ = false;
  envs_[env].all = true;
  globals_used_ = true;
}

// Between pieces, when all that was found is encoded: what whole environments need.
void Encoder::finish_environments() noexcept {
  object_ = kNone;
  for (uint32_t e = 0; e < envs_.size() && !stopped(); ++e) {
    const Globals& globals = *envs_[e].globals;
    if (envs_[e].package) {
      for (int id : {kLibPackage, kLibPreload, kLibSearchers}) changed_library(e, id);
    }
    if (methods_called_ && !envs_[e].strings_done) {
      envs_[e].strings_done = true;
      for (int id : {kLibString, kLibStringMetatable}) changed_library(e, id);
    }
    if (!envs_[e].all || envs_[e].all_done) continue;
    envs_[e].all_done = true;
    if (globals.instance != nullptr) {
      need(NeedKind::Image, raw::object_value(Kind::Userdata, globals.self));
    }
    raw::Entry chunk[16];
    size_t cursor = 0;
    while (size_t n = stopped() ? 0 : raw::hash_chunk(globals.table, &cursor, chunk, 16)) {
      for (size_t i = 0; i < n; ++i) {
        if (chunk[i].key.is(Kind::String)) mention(e, {raw::identity(chunk[i].key), false});
      }
    }
    for (unsigned i = 0; i < t_.base_name_count; ++i) mention(e, {t_.base_names[i].name, false});
    for (int id = 0; id < kWellKnownLibraries; ++id) changed_library(e, id);
    const uint32_t rest = add_piece(PieceKind::Rest, Value());
    if (!failed_) pieces_[rest].env = e;
  }
}

// Entries whose keys are no strings; and base names that were made nil.
void Encoder::rest_body(const Piece& piece) noexcept {
  const Globals& globals = *envs_[piece.env].globals;
  const size_t count_at = bytes_.size();
  uint32_t count = 0;
  put(count);
  Value elements[16];
  const size_t array = raw::array_size(globals.table);
  for (size_t i = 0; i < array && !stopped();) {
    const size_t n = raw::array_chunk(globals.table, i, array, elements, 16);
    for (size_t k = 0; k < n && !stopped(); ++k, ++count) {
      value(raw::integer_value(static_cast<lua_Integer>(i + k + 1)));
      value(elements[k]);
    }
    i += n;
  }
  raw::Entry chunk[16];
  size_t cursor = 0;
  while (size_t n = stopped() ? 0 : raw::hash_chunk(globals.table, &cursor, chunk, 16)) {
    for (size_t i = 0; i < n && !stopped(); ++i) {
      if (chunk[i].key.is(Kind::String) || is_record_key(chunk[i].key)) continue;
      value(chunk[i].key);
      value(chunk[i].value);
      ++count;
    }
  }
  if (!stopped()) memcpy(bytes_.data() + count_at, &count, sizeof count);
}

// --- Libraries

// A library table as a value.
void Encoder::library(uint32_t env, int id) noexcept {
  if (failed_) return;
  globals_used_ = true;
  changed_library(env, id);
  if (id == kLibDebug) {
    take_all(env);
    envs_[env].full = true;
  }
  put_tag(Tag::Library);
  put(env);
  put(static_cast<uint32_t>(id));
}

// Adds the differences from the base, if there are any, in the library and those inside it.
void Encoder::changed_library(uint32_t env, int id) noexcept {
  bool made;
  if (names_.find_or_add(library_key(env, id), 0, &made) == nullptr || !made) return;
  Globals* globals = envs_[env].globals;
  const raw::Object own = library_in_use(*globals, id);
  note({.kind = Check::Kind::Own, .index = static_cast<uint32_t>(id), .object = own, .globals = globals});
  if (own == nullptr) return;  // then the parts are the base's, too
  if (is_changed(*globals, id)) {
    recallable_ = false;
    const uint32_t piece = add_piece(PieceKind::Library, Value());
    if (failed_) return;
    pieces_[piece].env = env;
    pieces_[piece].id = static_cast<uint32_t>(id);
    globals_used_ = true;
  } else {
    note({.kind = Check::Kind::Unchanged, .index = static_cast<uint32_t>(id), .object = own, .globals = globals});
  }
  for (unsigned i = 0; i < t_.library_part_count; ++i) {
    if (t_.library_parts[i].whole == id) changed_library(env, t_.library_parts[i].part);
  }
}

bool Encoder::is_changed(const Globals& globals, int id) noexcept {
  const raw::Object own = library_in_use(globals, id), base = base_library(t_, id);
  if (own == nullptr || base == nullptr || raw::identical(own, base)) return false;
  if (raw::hash_size(own) != raw::hash_size(base) || raw::array_size(own) != raw::array_size(base)) {
    return true;
  }
  for (size_t i = 1, n = raw::array_size(own); i <= n; ++i) {
    const lua_Integer key = static_cast<lua_Integer>(i);
    if (!is_base_value(t_, globals, raw::get_integer(own, key), raw::get_integer(base, key))) return true;
  }
  raw::Entry chunk[16];
  size_t cursor = 0;
  while (size_t n = raw::hash_chunk(own, &cursor, chunk, 16)) {
    for (size_t i = 0; i < n; ++i) {
      if (!is_base_value(t_, globals, chunk[i].value, raw::get(base, chunk[i].key))) return true;
    }
  }
  return false;
}

// Pairs of key and value that differ from the base; nil for what is gone.
void Encoder::library_body(const Piece& piece) noexcept {
  const Globals& globals = *envs_[piece.env].globals;
  const raw::Object own = library_in_use(globals, static_cast<int>(piece.id));
  const raw::Object base = base_library(t_, static_cast<int>(piece.id));
  const size_t count_at = bytes_.size();
  uint32_t count = 0;
  put(count);
  const auto pair = [&](const Value& key, const Value& v) noexcept {
    value(key);
    value(v);
    ++count;
  };
  for (size_t i = 1, n = raw::array_size(own); i <= n && !stopped(); ++i) {
    const Value key = raw::integer_value(static_cast<lua_Integer>(i));
    const Value v = raw::get_integer(own, key.integer);
    if (!is_base_value(t_, globals, v, raw::get(base, key))) pair(key, v);
  }
  raw::Entry chunk[16];
  size_t cursor = 0;
  while (size_t n = stopped() ? 0 : raw::hash_chunk(own, &cursor, chunk, 16)) {
    for (size_t i = 0; i < n && !stopped(); ++i) {
      const Value& v = chunk[i].value;
      if (!is_base_value(t_, globals, v, raw::get(base, chunk[i].key))) pair(chunk[i].key, v);
    }
  }
  cursor = 0;
  while (size_t n = stopped() ? 0 : raw::hash_chunk(base, &cursor, chunk, 16)) {
    for (size_t i = 0; i < n && !stopped(); ++i) {
      if (raw::get(own, chunk[i].key).is_nil()) pair(chunk[i].key, Value());
    }
  }
  for (size_t i = raw::array_size(own) + 1, n = raw::array_size(base); i <= n && !stopped(); ++i) {
    const Value key = raw::integer_value(static_cast<lua_Integer>(i));
    if (raw::get(own, key).is_nil()) pair(key, Value());
  }
  if (!stopped()) memcpy(bytes_.data() + count_at, &count, sizeof count);
}

}  // namespace lagoon::vm
