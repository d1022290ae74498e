#include "vm/encoder.h"

#include "vm/classes.h"
#include "vm/closed.h"
#include "vm/frozen.h"
#include "vm/shared.h"
#include "vm/transfer.h"

namespace lagoon::vm {

using raw::Kind;
using raw::Value;

Encoder::Encoder(Transfer& t) noexcept
    : t_(t),
      bytes_(&failed_),
      objects_(&failed_),
      sources_(&failed_),
      pieces_(&failed_),
      piece_sources_(&failed_),
      deps_(&failed_),
      images_(&failed_),
      envs_(&failed_),
      modules_(&failed_),
      refs_(&failed_),
      needs_(&failed_),
      notes_(&failed_),
      numbers_(&failed_),
      cells_(&failed_),
      names_(&failed_) {}

void Encoder::reset() noexcept {
  failed_ = refused_ = globals_used_ = methods_called_ = root_is_met_ = false;
  recallable_ = true;
  bytes_.reset(kKept * 16);
  objects_.reset(kKept);
  sources_.reset(kKept);
  pieces_.reset(kKept);
  piece_sources_.reset(kKept);
  deps_.reset(kKept);
  images_.reset(kKept);
  envs_.reset(kKept);
  modules_.reset(kKept);
  refs_.reset(kKept);
  needs_.reset(kKept);
  notes_.facts.reset(kKept);
  notes_.checks.reset(kKept);
  numbers_.clear();
  cells_.clear();
  names_.clear();
}

Encoder::Result Encoder::run(lua_State* L, int first, int count, Mode mode, raw::Object received) noexcept {
  reset();
  L_ = L;
  mode_ = mode;
  first_ = first;
  count_ = count;
  received_ = received;
  add_piece(PieceKind::Root, Value());
  if (is_call()) {
    Globals* globals = &current_globals(t_);
    note_environment(Check::Kind::Current, globals->table, globals);
    const Value f = raw::at(L, first);
    for (int i = 0; f.is(Kind::LuaFunction) && i < raw::upvalue_count(f.object); ++i) {
      const Value v = raw::upvalue(f.object, i).value;
      Globals* own = v.is(Kind::Table) ? globals_of(t_, v.object) : nullptr;
      if (own != nullptr) globals = own;
    }
    environment(globals);
  }
  encode_pieces();
  if (failed_) return Result::NoMemory;
  if (refused_) return Result::Refused;
  return needs_.empty() ? Result::Done : Result::Needs;
}

Graph* Encoder::finish() noexcept {
  if (is_call() && images_.size() > 0) images_[0].is_root = true;
  for (size_t i = 0; i < envs_.size(); ++i) images_[i].full = envs_[i].full;
  if (mode_ == Mode::Image) {  // who derives from it refers to the rest
    size_t kept = 0;
    for (const Ref& ref : refs_) {
      if (ref.kind == Ref::Kind::Code) refs_[kept++] = ref;
    }
    refs_.shrink(kept);
  }
  const bool needs_globals = globals_used_ || envs_.size() > 1;
  if (!needs_globals && pieces_.size() == 1) images_.shrink(0);  // the root does not refer to it
  return Graph::make(
      {bytes_, objects_, pieces_, deps_, images_, modules_, refs_, static_cast<uint32_t>(count_), needs_globals});
}

bool Encoder::arguments(lua_State* L, int first, int count) noexcept {
  failed_ = false;
  bytes_.reset(kKept * 16);
  refs_.reset(kKept);
  L_ = L;
  mode_ = Mode::Values;
  for (int i = 0; i < count; ++i) {
    const Value v = raw::at(L, first + i);
    if (v.kind <= Kind::LightUserdata || (v.is(Kind::String) && !v.is_long)) {
      value(v);
      continue;
    }
    Shared* shared = v.is(Kind::Userdata) ? to_any_shared(L, first + i) : nullptr;
    if (shared == nullptr) return false;
    put_tag(Tag::Shared);
    put(shared);
    counted(Ref::Kind::Shared, shared);
  }
  return !failed_;
}

// --- Pieces and objects

void Encoder::encode_pieces() noexcept {
  uint32_t next = 0;
  while (!stopped() && next < pieces_.size()) {
    while (!stopped() && next < pieces_.size()) encode_piece(next++);
    if (!stopped()) finish_environments();  // may add pieces
  }
}

void Encoder::encode_piece(uint32_t p) noexcept {
  piece_ = p;
  object_ = kNone;
  uint32_t next = static_cast<uint32_t>(sources_.size());
  pieces_[p].first = next;
  pieces_[p].dep_first = static_cast<uint32_t>(deps_.size());
  pieces_[p].value = bytes_.size();
  const Piece piece = pieces_[p];
  const PieceSource source = piece_sources_[p];
  switch (piece.kind) {
    case PieceKind::Root:
      for (int i = 0; i < count_ && !stopped(); ++i) value(raw::at(L_, first_ + i));
      break;
    case PieceKind::Class:
      objects_.push({0, static_cast<uint64_t>(ObjectKind::Table), 1});
      sources_.push({source.value, source.origin, p, source.parent});
      break;
    case PieceKind::Library: library_body(piece); break;
    case PieceKind::Rest: rest_body(piece); break;
    case PieceKind::Global: {
      const Value name = raw::string_at(source.name);
      pieces_[p].text = static_cast<uint32_t>(bytes_.size());
      pieces_[p].text_size = static_cast<uint32_t>(name.size);
      put_text(name.text, name.size);
      pieces_[p].value = bytes_.size();
      value(source.value);
      break;
    }
    case PieceKind::Metatable: value(source.value); break;
  }
  while (!stopped() && next < sources_.size()) encode_object(next++);
  if (failed_) return;
  pieces_[p].end = static_cast<uint32_t>(sources_.size());
  pieces_[p].dep_count = static_cast<uint32_t>(deps_.size()) - pieces_[p].dep_first;
}

uint32_t Encoder::add_piece(PieceKind kind, const Value& v) noexcept {
  Piece piece;
  piece.kind = kind;
  pieces_.push(piece);
  piece_sources_.push({v, nullptr, nullptr, 0, object_});
  return static_cast<uint32_t>(pieces_.size()) - 1;
}

void Encoder::encode_object(uint32_t number) noexcept {
  object_ = number;
  objects_[number].offset = bytes_.size();
  const Value v = sources_[number].value;
  switch (v.kind) {
    case Kind::Table: table_body(number); break;
    case Kind::LuaFunction: function_body(number); break;
    case Kind::String: string_body(v); break;
    default: received_body(v);
  }
}

// A reference to v, which becomes an object of the current piece if it is none yet.
void Encoder::object(const Value& v) noexcept {
  const uint32_t number = static_cast<uint32_t>(sources_.size());
  bool made;
  uint64_t* found = numbers_.find_or_add(raw::identity(v), number, &made);
  if (found == nullptr) return;
  if (!made) return known_object(*found);
  ObjectKind kind = ObjectKind::Table;
  if (v.is(Kind::LuaFunction)) kind = ObjectKind::Function;
  if (v.is(Kind::String)) kind = ObjectKind::String;
  if (v.is(Kind::Userdata)) kind = ObjectKind::Received;
  objects_.push({0, static_cast<uint64_t>(kind), 0});
  sources_.push({v, nullptr, piece_, object_});
  put_tag(Tag::Object);
  put(number);
}

void Encoder::known_object(uint64_t number) noexcept {
  const uint32_t n = static_cast<uint32_t>(number);
  root_is_met_ = root_is_met_ || number == 0;
  if (number & kClassBit) {
    put_tag(Tag::Class);
    uses_piece(n);
  } else {
    put_tag(Tag::Object);
    uses_object(n);
  }
  put(n);
}

void Encoder::uses_object(uint32_t number) noexcept {
  const uint32_t piece = sources_[number].piece;
  if (piece == piece_) return;
  objects_[number].exported = 1;
  uses_piece(piece);
}

void Encoder::uses_piece(uint32_t piece) noexcept {
  if (piece == piece_ || piece_sources_[piece].last_user == piece_ + 1) return;
  piece_sources_[piece].last_user = piece_ + 1;
  deps_.push(piece);
}

// --- Values

void Encoder::value(const Value& v) noexcept {
  switch (v.kind) {
    case Kind::Nil: put_tag(Tag::Nil); break;
    case Kind::False: put_tag(Tag::False); break;
    case Kind::True: put_tag(Tag::True); break;
    case Kind::Integer:
      if (v.integer >= 0 && v.integer < 256) {
        const uint8_t two[] = {static_cast<uint8_t>(Tag::Byte), static_cast<uint8_t>(v.integer)};
        bytes_.append(two, 2);
      } else {
        put_tag(Tag::Integer);
        put(v.integer);
      }
      break;
    case Kind::Float:
      put_tag(Tag::Float);
      put(v.number);
      break;
    case Kind::LightUserdata:
      put_tag(Tag::LightUserdata);
      put(v.pointer);
      break;
    case Kind::String:
      if (v.is_long) return object(v);
      put_tag(Tag::Text);
      bytes_.push(static_cast<uint8_t>(v.size));
      note_text(v);
      put_text(v.text, v.size);
      break;
    case Kind::Table: table(v.object); break;
    case Kind::LuaFunction: function(v); break;
    case Kind::CFunction: c_function(v); break;
    case Kind::CClosure: c_closure(v); break;
    case Kind::Userdata: userdata(v); break;
    default: refuse(v, "thread");
  }
}

void Encoder::note_text(const Value& v) noexcept {
  note({.kind = Check::Kind::Text,
        .index = static_cast<uint32_t>(v.size),
        .offset = bytes_.size(),
        .object = raw::identity(v)});
}

void Encoder::string_body(const Value& v) noexcept {
  put(static_cast<uint64_t>(v.size));
  note_text(v);
  put_text(v.text, v.size);
}

// --- Tables

void Encoder::table(raw::Object t) noexcept {
  if (const uint64_t* number = numbers_.find(t)) return known_object(*number);
  if (raw::frozen(t)) return frozen_table(t);
  const raw::Object m = raw::metatable(t);
  if (m != nullptr && m == t_.tables.lazy_metatable) return environment_value(globals_of(t_, t));
  if (is_closed(t_, t)) return need(NeedKind::Open, raw::table_value(t));
  if (raw::marked(t)) return marked_table(t);
  recallable_ = false;
  if (!raw::metamethod(L_, t, raw::Event::Index).is_nil()) need(NeedKind::Class, raw::table_value(t));
  object(raw::table_value(t));
}

void Encoder::marked_table(raw::Object t) noexcept {
  const Value table = raw::table_value(t);
  const Value side = raw::get(t_.tables.side, table);
  if (side.is(Kind::String)) return module_part(table, side);
  recallable_ = false;
  if (const Mark* mark = mark_of(side)) {
    if (mark->kind == Mark::Kind::Class) return class_table(t, mark->origin);
    return environment_value(mark->globals);
  }
  for (size_t i = 0; i < envs_.size(); ++i) {
    const int id = which_library(t_, *envs_[i].globals, t);
    if (id >= 0) return library(static_cast<uint32_t>(i), id);
  }
  Globals& current = current_globals(t_);
  const int id = which_library(t_, current, t);
  if (id >= 0) return library(environment(&current), id);
  object(raw::table_value(t));
}

void Encoder::frozen_table(raw::Object t) noexcept {
  uint32_t number;
  if (FrozenRoot* root = frozen_root_of(t_, t, &number)) {
    put_tag(Tag::Frozen);
    put(root);
    put(number);
    note({.kind = Check::Kind::Frozen, .index = number, .object = t, .other = root});
    return counted(Ref::Kind::Frozen, root);
  }
  if (mode_ != Mode::Frozen) need(NeedKind::Frozen, raw::table_value(t));
  object(raw::table_value(t));
}

// A reference to a class, whose body is a piece of its own.
void Encoder::class_table(raw::Object t, ClassOrigin* origin) noexcept {
  bool made;
  const uint64_t piece = pieces_.size();
  uint64_t* found = numbers_.find_or_add(t, kClassBit | piece, &made);
  if (found == nullptr) return;
  if (made) {
    add_piece(PieceKind::Class, raw::table_value(t));
    if (failed_) return;
    piece_sources_.back().origin = origin;
    globals_used_ = true;  // its identity is the goroutine's
  }
  known_object(*found);
}

void Encoder::metatable(raw::Object m) noexcept {
  if (!raw::metamethod(L_, m, raw::Event::Gc).is_nil()) {
    return refuse(Value(), "its metatable has __gc");
  }
  if (!raw::marked(m) && !raw::frozen(m)) need(NeedKind::Class, raw::table_value(m));
  table(m);
}

void Encoder::table_body(uint32_t number) noexcept {
  const raw::Object t = sources_[number].value.object;
  ClassOrigin* origin = sources_[number].origin;
  const raw::Object m = raw::metatable(t);
  const size_t array = raw::array_size(t);
  put(static_cast<uint32_t>(array));
  const size_t count_at = bytes_.size();
  put(uint32_t{0});
  uint8_t flags = m != nullptr ? kHasMetatable : 0;
  if (raw::frozen(t)) flags |= kIsFrozen;
  if (origin != nullptr) flags |= kIsClass;
  bytes_.push(flags);
  if (origin != nullptr) {
    put(origin);
    counted(Ref::Kind::Class, origin);
    class_parts(t);
  }
  if (m != nullptr) metatable(m);
  Value chunk[32];
  for (size_t i = 0; i < array && !stopped();) {
    const size_t n = raw::array_chunk(t, i, array, chunk, 32);
    for (size_t k = 0; k < n && !stopped(); ++k) value(chunk[k]);
    i += n;
  }
  hash_body(t, count_at);
}

// What a class inherits its methods from is a class, also when it is met alone.
void Encoder::class_parts(raw::Object t) noexcept {
  const Value parent = raw::metamethod(L_, t, raw::Event::Index);
  if (!parent.is(Kind::Table) || raw::marked(parent.object) || raw::frozen(parent.object)) return;
  if (raw::metatable(parent.object) == t_.tables.lazy_metatable && t_.tables.lazy_metatable) return;
  need(NeedKind::Class, parent);
}

void Encoder::hash_body(raw::Object t, size_t count_at) noexcept {
  raw::Entry chunk[16];
  size_t cursor = 0;
  uint32_t count = 0;
  const bool plain = !raw::marked(t) && !raw::frozen(t);
  bool is_class = false;
  while (size_t n = stopped() ? 0 : raw::hash_chunk(t, &cursor, chunk, 16)) {
    for (size_t k = 0; k < n && !stopped(); ++k) {
      is_class = is_class || (plain && is_event_name(chunk[k].key));
      value(chunk[k].key);
      value(chunk[k].value);
    }
    count += static_cast<uint32_t>(n);
  }
  if (stopped()) return;
  if (is_class) need(NeedKind::Class, raw::table_value(t));
  memcpy(bytes_.data() + count_at, &count, sizeof count);
}

}  // namespace lagoon::vm
