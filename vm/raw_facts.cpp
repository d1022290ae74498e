// Comparing what was noted with what is: the inner loop of Recall.
#include "vm/raw_lua.h"

namespace lagoon::vm::raw {
namespace {

bool has_value(const TValue* o, const Fact& f) noexcept {
  if (f.tag == LUA_VNIL) return ttisnil(o);
  if (rawtt(o) != f.tag) return false;
  return novariant(f.tag) == LUA_TBOOLEAN || static_cast<uint64_t>(val_(o).i) == f.bits;
}

bool is_field(Fact& f) noexcept {
  Table* t = table_of(f.object);
  TString* name = static_cast<TString*>(const_cast<void*>(f.other));
  if (f.index < static_cast<uint32_t>(sizenode(t))) {
    const Node* node = gnode(t, f.index);
    if (keyisshrstr(node) && keystrval(node) == name) return has_value(gval(node), f);
  }
  const TValue* o = luaH_getstr(t, name);
  if (ttisnil(o)) return f.tag == LUA_VNIL;
  // A value that is there is the first member of its node.
  f.index = static_cast<uint32_t>(reinterpret_cast<const Node*>(o) - gnode(t, 0));
  return has_value(o, f);
}

bool holds(Fact& f, Object object) noexcept {
  const LClosure* function = closure_of(object);
  switch (f.kind) {
    case Fact::Kind::Prototype: return function->p == f.other && !marked(object);
    case Fact::Kind::Cell: {
      const UpVal* cell = function->upvals[f.index];
      return cell == f.other && has_value(cell->v.p, f);
    }
    case Fact::Kind::Field: return is_field(f);
    case Fact::Kind::None: return false;
  }
  return false;
}

}  // namespace

void Fact::set_value(const Value& v) noexcept {
  TValue o;
  val_(&o).i = 0;
  to(v, &o);
  tag = rawtt(&o);
  bits = static_cast<uint64_t>(val_(&o).i);
}

Object Fact::function() const noexcept { return tag == ctb(LUA_VLCL) ? reinterpret_cast<Object>(bits) : nullptr; }

size_t first_open(Fact* facts, size_t from, size_t n, Object first) noexcept {
  for (size_t i = from; i < n; ++i) {
    if (!holds(facts[i], facts[i].of_first ? first : facts[i].object)) return i;
  }
  return n;
}

}  // namespace lagoon::vm::raw
