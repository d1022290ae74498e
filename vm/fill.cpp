// Decoder: the content of objects, and what pieces do when they are built.
#include "vm/decoder.h"
#include "vm/transfer.h"

namespace lagoon::vm {

using raw::Kind;
using raw::Value;

namespace {

// Reads a value and drops what anchored it once `use` has stored it.
template <class F>
inline void with_value(Build& b, Reader& r, int top, F&& use) {
  const Value v = read_value(b, r);
  use(v);
  if (lua_gettop(b.L) != top) lua_settop(b.L, top);
}

void fill_table(Build& b, Reader r, raw::Object table) {
  const uint32_t array = r.read<uint32_t>(), hash = r.read<uint32_t>();
  const uint8_t flags = r.read<uint8_t>();
  const int top = lua_gettop(b.L);
  if (flags & kIsClass) r.p += sizeof(ClassOrigin*);
  if (flags & kHasMetatable) {
    with_value(b, r, top, [&](const Value& m) { raw::set_metatable(b.L, table, m.object); });
  }
  for (uint32_t i = 1; i <= array; ++i) {
    with_value(b, r, top, [&](const Value& v) { raw::set_array(b.L, table, i, v); });
  }
  for (uint32_t i = 0; i < hash; ++i) {
    const Value key = read_value(b, r);
    with_value(b, r, top, [&](const Value& v) { raw::add(b.L, table, key, v); });
  }
}

// The first function of an environment gets a variable for its globals; the others share it.
void capture_globals(Build& b, raw::Object function, int n, uint32_t env) {
  if (b.cell_of[env] != nullptr) {
    return raw::share_upvalue(b.L, function, n, b.cell_of[env], b.cell_index[env]);
  }
  raw::fill_upvalue(b.L, function, n, raw::table_value(globals_table(b, env)));
  b.cell_of[env] = function;
  b.cell_index[env] = static_cast<uint8_t>(n);
}

void fill_function(Build& b, Reader r, raw::Object function) {
  r.p += sizeof(Code*);
  const int count = r.read<uint8_t>();
  const int top = lua_gettop(b.L);
  for (int n = 0; n < count; ++n) {
    switch (static_cast<Cell>(r.read<uint8_t>())) {
      case Cell::Value: with_value(b, r, top, [&](const Value& v) { raw::fill_upvalue(b.L, function, n, v); }); break;
      case Cell::Share: {
        const uint32_t other = r.read<uint32_t>();
        raw::share_upvalue(b.L, function, n, b.objects[other], r.read<uint8_t>());
        break;
      }
      case Cell::Environment: capture_globals(b, function, n, r.read<uint32_t>()); break;
    }
  }
}

}  // namespace

void fill_object(Build& b, uint32_t number) {
  const Reader r{b.g.bytes() + b.g.object(number).offset};
  switch (static_cast<ObjectKind>(b.g.object(number).kind)) {
    case ObjectKind::Table: return fill_table(b, r, b.objects[number]);
    case ObjectKind::Function: return fill_function(b, r, b.objects[number]);
    default: return;
  }
}

namespace {

void set_global(Build& b, uint32_t p) {
  const Piece& piece = b.g.piece(p);
  if (b.pieces[p] & Instance::kTaken) return;
  b.pieces[p] |= Instance::kTaken;
  Globals& globals = *b.environments[piece.env];
  const int top = lua_gettop(b.L);
  lua_pushlstring(b.L, b.g.text(piece.text), piece.text_size);
  const Value name = raw::at(b.L, -1);
  Reader r{b.g.bytes() + piece.value};
  const Value v = read_value(b, r);
  raw::set(b.L, globals.table, name, v);
  see_name(b.L, b.t, globals, raw::identity(name));
  lua_settop(b.L, top);
}

void set_pairs(Build& b, Reader r, raw::Object table) {
  const int top = lua_gettop(b.L);
  for (uint32_t n = r.read<uint32_t>(); n > 0; --n) {
    const Value key = read_value(b, r);
    with_value(b, r, top, [&](const Value& v) { raw::set(b.L, table, key, v); });
  }
}

}  // namespace

void finish_piece(Build& b, uint32_t p) {
  const Piece& piece = b.g.piece(p);
  Reader r{b.g.bytes() + piece.value};
  switch (piece.kind) {
    case PieceKind::Root:
    case PieceKind::Class: return;
    case PieceKind::Global: return set_global(b, p);
    case PieceKind::Rest: return set_pairs(b, r, b.environments[piece.env]->table);
    case PieceKind::Library:
      return set_pairs(b, r, own_library(b.L, b.t, *b.environments[piece.env], static_cast<int>(piece.id)));
    case PieceKind::Metatable: {
      complete(b.L, b.t, *b.environments[piece.env]);
      const int top = lua_gettop(b.L);
      with_value(b, r, top,
                 [&](const Value& m) { raw::set_metatable(b.L, b.environments[piece.env]->table, m.object); });
      return;
    }
  }
}

// --- Everything

namespace {

void want_kind(Build& b, PieceKind kind) noexcept {
  for (uint32_t p = 1; p < b.g.piece_count(); ++p) {
    if (b.g.piece(p).kind == kind) want(b, p);
  }
}

// What has to be there from the start, in the order in which it is needed.
void want_first(Build& b) noexcept {
  if (b.g.piece_count() == 1) return want(b, 0);
  want_kind(b, PieceKind::Library);
  want(b, 0);
  for (uint32_t p = 1; p < b.g.piece_count(); ++p) {
    const Piece& piece = b.g.piece(p);
    if (piece.kind != PieceKind::Global) continue;
    if (b.instance == nullptr || b.g.environment(piece.env).full) want(b, p);
  }
  want_kind(b, PieceKind::Rest);
  want_kind(b, PieceKind::Metatable);
}

// Environments keep what is left of the image, or are complete.
void settle_environments(Build& b) {
  for (uint32_t e = 0; e < b.g.environment_count(); ++e) {
    Globals& globals = *b.environments[e];
    if (b.g.environment(e).full) {
      complete(b.L, b.t, globals);
    } else if (b.instance != nullptr) {
      globals.instance = b.instance;
      raw::set_uservalue(b.L, globals.self, 4, raw::object_value(raw::Kind::Userdata, b.instance->self));
    }
  }
}

}  // namespace

void build_all(Build& b) {
  want_first(b);
  run_build(b);
  end_build(b);
  settle_environments(b);
}

}  // namespace lagoon::vm
