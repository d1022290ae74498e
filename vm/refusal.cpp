// Encoder: why a transfer is refused, and where: "cannot copy upvalue 'client.co' of function
// <srv.lua:12>: thread".
//
// The way from the root is not kept while encoding; it is found afterwards by looking through each
// parent for its child.
#include <cstdio>
#include <cstring>

#include "vm/encoder.h"

namespace lagoon::vm {

using raw::Kind;
using raw::Value;

namespace {

// A path that is written from its end.
class Path {
 public:
  Path() noexcept { room_[sizeof room_ - 1] = '\0'; }
  const char* text() const noexcept { return room_ + at_; }
  bool empty() const noexcept { return text()[0] == '\0'; }

  void prepend(const char* text) noexcept {
    const size_t n = strlen(text);
    if (n + 3 > at_) {
      if (at_ < 3 || truncated_) return;
      truncated_ = true;
      at_ -= 3;
      memcpy(room_ + at_, "...", 3);
      return;
    }
    at_ -= n;
    memcpy(room_ + at_, text, n);
  }

 private:
  char room_[200];
  size_t at_ = sizeof room_ - 1;
  bool truncated_ = false;
};

bool is_identifier(const Value& v) noexcept {
  if (v.size == 0 || v.size > 60 || (v.text[0] >= '0' && v.text[0] <= '9')) return false;
  for (size_t i = 0; i < v.size; ++i) {
    const char c = v.text[i];
    if (c != '_' && !(c >= '0' && c <= '9') && !((c | 32) >= 'a' && (c | 32) <= 'z')) return false;
  }
  return true;
}

// ".name" or "[key]".
void write_key(const Value& key, char* out, size_t room) noexcept {
  switch (key.kind) {
    case Kind::String:
      if (is_identifier(key)) {
        snprintf(out, room, ".%s", key.text);
      } else {
        snprintf(out, room, "[\"%.40s\"]", key.text);
      }
      break;
    case Kind::Integer: snprintf(out, room, "[%lld]", static_cast<long long>(key.integer)); break;
    case Kind::Float: snprintf(out, room, "[%.14g]", key.number); break;
    case Kind::True: snprintf(out, room, "[true]"); break;
    case Kind::False: snprintf(out, room, "[false]"); break;
    case Kind::Table: snprintf(out, room, "[table]"); break;
    case Kind::LuaFunction:
    case Kind::CFunction:
    case Kind::CClosure: snprintf(out, room, "[function]"); break;
    default: snprintf(out, room, "[userdata]");
  }
}

// How the table leads to child; false if it does not.
bool find_in_table(raw::Object t, const Value& child, char* out, size_t room) noexcept {
  if (child.is(Kind::Table) && raw::metatable(t) == child.object) {
    snprintf(out, room, ".<metatable>");
    return true;
  }
  for (size_t i = 1, n = raw::array_size(t); i <= n; ++i) {
    if (!raw::same(raw::get_integer(t, static_cast<lua_Integer>(i)), child)) continue;
    snprintf(out, room, "[%zu]", i);
    return true;
  }
  raw::Entry chunk[16];
  size_t cursor = 0;
  while (size_t n = raw::hash_chunk(t, &cursor, chunk, 16)) {
    for (size_t i = 0; i < n; ++i) {
      if (raw::same(chunk[i].value, child)) return write_key(chunk[i].key, out, room), true;
      if (raw::same(chunk[i].key, child)) return snprintf(out, room, ".<key>"), true;
    }
  }
  return false;
}

int find_upvalue(raw::Object f, const Value& child) noexcept {
  for (int n = 0, count = raw::upvalue_count(f); n < count; ++n) {
    if (raw::same(raw::upvalue(f, n).value, child)) return n;
  }
  return -1;
}

}  // namespace

void Encoder::refuse(const Value& child, const char* what, const char* type_name) noexcept {
  if (refused_) return;
  refused_ = true;
  char step[96], place[160], reason[120];
  snprintf(reason, sizeof reason, type_name == nullptr ? "%s" : "%s (%s)", what, type_name);
  Path path;
  Value at = child;
  uint32_t parent = object_, piece = piece_;
  if (at.is_nil() && object_ != kNone) {
    at = sources_[object_].value;
    piece = sources_[object_].piece;
    parent = sources_[object_].parent;
  }
  for (;;) {
    while (parent == kNone && pieces_[piece].kind == PieceKind::Class && piece_sources_[piece].parent != kNone) {
      at = piece_sources_[piece].value;
      parent = piece_sources_[piece].parent;
      piece = sources_[parent].piece;
    }
    if (parent == kNone) break;
    const Value& in = sources_[parent].value;
    if (in.is(Kind::LuaFunction)) {
      const int n = find_upvalue(in.object, at);
      const char* name = n < 0 ? "?" : raw::upvalue_name(in.object, n);
      raw::function_place(in.object, place, sizeof place);
      snprintf(refusal_, sizeof refusal_, "cannot copy upvalue '%s%s' of function <%s>: %s",
               name[0] == '\0' ? "?" : name, path.text(), place, reason);
      return;
    }
    if (in.is(Kind::Table) && find_in_table(in.object, at, step, sizeof step)) path.prepend(step);
    at = in;
    piece = sources_[parent].piece;
    parent = sources_[parent].parent;
  }
  refuse_root(piece, at, path.text(), reason);
}

// The path began at the root of a piece.
void Encoder::refuse_root(uint32_t piece, const Value& root, const char* path, const char* reason) noexcept {
  const char* field = path[0] == '.' ? path + 1 : path;
  if (pieces_[piece].kind == PieceKind::Global) {
    const Value name = raw::string_at(piece_sources_[piece].name);
    snprintf(refusal_, sizeof refusal_, "cannot copy global '%.60s%s': %s", name.text, path, reason);
    return;
  }
  if (pieces_[piece].kind != PieceKind::Root) {
    snprintf(refusal_, sizeof refusal_, "cannot copy a change of the globals '%s': %s", field, reason);
    return;
  }
  char what[40] = "";
  for (int i = 0; i < count_; ++i) {
    if (!raw::same(raw::at(L_, first_ + i), root)) continue;
    if (mode_ == Mode::Call) {
      snprintf(what, sizeof what, i == 0 ? "the function" : "argument %d", i);
    } else if (count_ > 1) {
      snprintf(what, sizeof what, "value %d", i + 1);
    }
    break;
  }
  if (field[0] == '\0' && what[0] == '\0') {
    snprintf(refusal_, sizeof refusal_, "cannot copy the value: %s", reason);
  } else if (field[0] == '\0') {
    snprintf(refusal_, sizeof refusal_, "cannot copy %s: %s", what, reason);
  } else {
    snprintf(refusal_, sizeof refusal_, "cannot copy %s%sfield '%s': %s", what, what[0] ? " " : "", field, reason);
  }
}

}  // namespace lagoon::vm
