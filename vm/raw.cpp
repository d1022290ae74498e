// Reading Lua's objects (raw.h).  Nothing here allocates, raises or runs Lua.
#include <algorithm>
#include <cstdio>
#include <cstring>

#include "vm/raw_lua.h"

namespace lagoon::vm::raw {

bool same(const Value& a, const Value& b) noexcept {
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case Kind::Nil:
    case Kind::False:
    case Kind::True: return true;
    case Kind::Float: return a.number == b.number;
    case Kind::Text: return a.size == b.size && memcmp(a.text, b.text, a.size) == 0;
    default: return a.integer == b.integer;
  }
}

Object identity(const Value& v) noexcept { return v.is(Kind::String) ? string_of(v) : v.object; }

Value string_at(Object string) noexcept {
  return string_value(const_cast<TString*>(static_cast<const TString*>(string)));
}

Value at(lua_State* L, int idx) noexcept {
  if (idx < 0 && idx > LUA_REGISTRYINDEX) return from(s2v(L->top.p + idx));
  if (idx > 0) return from(s2v(L->ci->func.p + idx));
  return from(&G(L)->l_registry);
}

void* userdata_at(lua_State* L, int idx, size_t* size) noexcept {
  if (idx <= LUA_REGISTRYINDEX) {  // captured by a C function
    *size = lua_rawlen(L, idx);
    return lua_type(L, idx) == LUA_TUSERDATA ? lua_touserdata(L, idx) : nullptr;
  }
  const StkId slot = (idx > 0 ? L->ci->func.p : L->top.p) + idx;
  if (slot >= L->top.p || !ttisfulluserdata(s2v(slot))) return nullptr;
  Udata* u = uvalue(s2v(slot));
  *size = u->len;
  return getudatamem(u);
}

Object metatable(Object table) noexcept { return table_of(table)->metatable; }
Object userdata_metatable(Object userdata) noexcept { return static_cast<const Udata*>(userdata)->metatable; }
void* userdata_block(Object userdata) noexcept {
  Udata* u = const_cast<Udata*>(static_cast<const Udata*>(userdata));
  return getudatamem(u);
}
size_t userdata_size(Object userdata) noexcept { return static_cast<const Udata*>(userdata)->len; }
bool frozen(Object table) noexcept { return isfrozen(table_of(table)) != 0; }

// --- Marks: bit 7, which Lua leaves to its own test suite, and which the sweep keeps

bool marked(Object object) noexcept { return testbit(gc_of(object)->marked, TESTBIT); }
void mark(Object object) noexcept { l_setbit(gc_of(object)->marked, TESTBIT); }

// --- Watching

bool watch(Object table) noexcept {
  Table* t = table_of(table);
  if (isfrozen(t)) return false;
  t->flags |= BITGUARD;
  t->lsizenode |= BITWATCH;
  return true;
}
size_t writes(lua_State* L) noexcept { return G(L)->writes; }
void disturb(lua_State* L) noexcept { ++G(L)->writes; }

// --- Tables

size_t array_size(Object table) noexcept {
  Table* t = table_of(table);
  size_t n = luaH_realasize(t);
  while (n > 0 && isempty(&t->array[n - 1])) --n;
  return n;
}

size_t array_chunk(Object table, size_t from_index, size_t size, Value* out, size_t room) noexcept {
  const Table* t = table_of(table);
  size_t n = 0;
  while (n < room && from_index + n < size) {
    out[n] = from(&t->array[from_index + n]);
    ++n;
  }
  return n;
}

size_t hash_chunk(Object table, size_t* cursor, Entry* out, size_t room) noexcept {
  Table* t = table_of(table);
  const size_t nodes = allocsizenode(t);
  size_t i = *cursor, n = 0;
  for (; i < nodes && n < room; ++i) {
    Node* node = gnode(t, i);
    if (isempty(gval(node))) continue;
    TValue key;
    getnodekey(nullptr, &key, node);
    out[n].key = from(&key);
    out[n].value = from(gval(node));
    ++n;
  }
  *cursor = i;
  return n;
}

size_t hash_size(Object table) noexcept {
  Table* t = table_of(table);
  size_t n = 0;
  for (size_t i = 0, nodes = allocsizenode(t); i < nodes; ++i) n += !isempty(gval(gnode(t, i)));
  return n;
}

Value get(Object table, const Value& key) noexcept {
  TValue k;
  to(key, &k);
  return from(luaH_get(table_of(table), &k));
}

Value get_string(Object table, Object string) noexcept {
  return from(luaH_getstr(table_of(table), const_cast<TString*>(static_cast<const TString*>(string))));
}

Value get_integer(Object table, lua_Integer key) noexcept { return from(luaH_getint(table_of(table), key)); }

lua_Integer index_of(Object table, Object part) noexcept {
  Table* t = table_of(table);
  auto holds = [part](const TValue* v) { return ttistable(v) && gcvalue(v) == part; };
  for (size_t i = 0, n = luaH_realasize(t); i < n; ++i) {
    if (holds(&t->array[i])) return static_cast<lua_Integer>(i + 1);
  }
  for (size_t i = 0, nodes = allocsizenode(t); i < nodes; ++i) {
    const Node* node = gnode(t, i);
    if (holds(gval(node)) && keyisinteger(node) && keyival(node) > 0) return keyival(node);
  }
  return 0;
}

bool holds_table(Object table) noexcept {
  const Table* t = table_of(table);
  const Node *first = gnode(t, 0), *end = first + allocsizenode(t);
  return std::any_of(first, end, [](const Node& node) { return ttistable(gval(&node)); });
}

Value get_text(Object table, const char* text, size_t size) noexcept {
  const Table* t = table_of(table);
  for (size_t i = 0, nodes = allocsizenode(t); i < nodes; ++i) {
    const Node* node = gnode(t, i);
    if (isempty(gval(node)) || novariant(keytt(node)) != LUA_TSTRING) continue;
    const TString* key = keystrval(node);
    if (tsslen(key) == size && memcmp(getstr(key), text, size) == 0) return from(gval(node));
  }
  return Value();
}

Value metamethod(lua_State* L, Object table, Event event) noexcept {
  const TValue* v = fasttm(L, table_of(table), event == Event::Index ? TM_INDEX : TM_GC);
  return v == nullptr ? Value() : from(v);
}

bool identical(Object left, Object right) noexcept {
  Table *a = table_of(left), *b = table_of(right);
  const size_t array = luaH_realasize(a), nodes = allocsizenode(a);
  if (array != luaH_realasize(b) || nodes != static_cast<size_t>(allocsizenode(b))) return false;
  if (array > 0 && memcmp(a->array, b->array, array * sizeof(TValue)) != 0) return false;
  return nodes == 0 || memcmp(a->node, b->node, nodes * sizeof(Node)) == 0;
}

// --- Functions

Object prototype(Object function) noexcept { return closure_of(function)->p; }
int upvalue_count(Object function) noexcept { return closure_of(function)->nupvalues; }

Upvalue upvalue(Object function, int n) noexcept {
  UpVal* cell = closure_of(function)->upvals[n];
  return {cell, from(cell->v.p)};
}

const char* upvalue_name(Object function, int n) noexcept {
  const Proto* p = closure_of(function)->p;
  const TString* name = n < p->sizeupvalues ? p->upvalues[n].name : nullptr;
  return name == nullptr ? "" : getstr(name);
}

void function_place(Object function, char* out, size_t room) noexcept {
  const Proto* p = closure_of(function)->p;
  char source[LUA_IDSIZE] = "?";
  if (p->source != nullptr) luaO_chunkid(source, getstr(p->source), tsslen(p->source));
  if (p->linedefined == 0) {
    snprintf(out, room, "main chunk of %s", source);
  } else {
    snprintf(out, room, "%s:%d", source, p->linedefined);
  }
}

size_t nested_count(Object prototype) noexcept { return static_cast<size_t>(proto_of(prototype)->sizep); }
Object nested(Object prototype, size_t i) noexcept { return proto_of(prototype)->p[i]; }
size_t prototype_upvalues(Object prototype) noexcept { return static_cast<size_t>(proto_of(prototype)->sizeupvalues); }

namespace {

struct Dump {
  bool (*write)(void* ud, const void* data, size_t size);
  void* ud;
};

int dump_writer(lua_State*, const void* data, size_t size, void* ud) noexcept {
  Dump* d = static_cast<Dump*>(ud);
  return d->write(d->ud, data, size) ? 0 : 1;
}

}  // namespace

bool dump(Object prototype, bool (*write)(void* ud, const void* data, size_t size), void* ud) noexcept {
  Dump d{write, ud};  // the state is only handed on to the writer
  return luaU_dump(nullptr, proto_of(prototype), dump_writer, &d, 0) == 0;
}

// --- What a function does with its captured variables

namespace {

// Walks one prototype; `outer` tells which captured variable of the first one each of ours is, or
// -1.
class UseWalk {
 public:
  UseWalk(const Proto* p, const short* outer, UseVisitor& visitor) noexcept : p_(p), outer_(outer), visitor_(visitor) {}

  void run() noexcept {
    for (int pc = 0; pc < p_->sizecode; ++pc) step(pc);
    for (int i = 0; i < p_->sizep; ++i) inner(p_->p[i]);
  }

 private:
  void step(int pc) noexcept {
    const Instruction i = p_->code[pc];
    const OpCode op = GET_OPCODE(i);
    switch (op) {
      case OP_GETTABUP: name(GETARG_B(i), GETARG_C(i), is_harmless(pc)); break;
      case OP_SETTABUP: name(GETARG_A(i), GETARG_B(i), false); break;
      case OP_SETUPVAL:
        if (is_ours(GETARG_B(i))) visitor_.assigned(outer_[GETARG_B(i)]);
        break;
      case OP_GETUPVAL:
        if (is_ours(GETARG_B(i))) taken(pc, GETARG_A(i), GETARG_B(i));
        break;
      case OP_SELF: visitor_.method_call(); break;
      default:
        if (op >= OP_MMBIN && op <= OP_BNOT) visitor_.method_call();
    }
  }

  bool is_ours(int upvalue) const noexcept { return outer_[upvalue] >= 0; }

  void name(int upvalue, int constant, bool harmless) noexcept {
    if (is_ours(upvalue)) visitor_.name(outer_[upvalue], tsvalue(&p_->k[constant]), harmless);
  }

  bool is_text(int constant, const char* text) const noexcept {
    return strcmp(getstr(tsvalue(&p_->k[constant])), text) == 0;
  }
  // debug.traceback and debug.getinfo reach nothing, unlike the rest of debug.
  bool is_harmless(int pc) const noexcept {
    const Instruction i = p_->code[pc];
    if (pc + 1 >= p_->sizecode || !is_text(GETARG_C(i), "debug")) return false;
    const Instruction next = p_->code[pc + 1];
    if (GET_OPCODE(next) != OP_GETFIELD || GETARG_B(next) != GETARG_A(i)) return false;
    if (GETARG_A(next) != GETARG_A(i)) return false;
    return is_text(GETARG_C(next), "traceback") || is_text(GETARG_C(next), "getinfo");
  }

  // The variable goes to register r.  In a function of more than 255 constants that may be half of
  // a named access: GETUPVAL r, LOADK r+1, then GETTABLE or SETTABLE on the two.
  void taken(int pc, int r, int upvalue) noexcept {
    const int key = pc + 1 < p_->sizecode ? loaded_name(p_->code[pc + 1], r + 1) : -1;
    if (key >= 0 && is_named_access(pc + 2, r)) {
      visitor_.name(outer_[upvalue], tsvalue(&p_->k[key]), false);
    } else {
      visitor_.value(outer_[upvalue]);
    }
  }

  // The string constant that instruction i loads into register r, or -1.
  int loaded_name(Instruction i, int r) const noexcept {
    if (GET_OPCODE(i) != OP_LOADK || GETARG_A(i) != r) return -1;
    return ttisstring(&p_->k[GETARG_Bx(i)]) ? GETARG_Bx(i) : -1;
  }

  // Does the code from pc on, before it overwrites r or r+1, index r with r+1?
  bool is_named_access(int pc, int r) const noexcept {
    for (; pc < p_->sizecode; ++pc) {
      const Instruction i = p_->code[pc];
      const OpCode op = GET_OPCODE(i);
      if (op == OP_GETTABLE && GETARG_B(i) == r && GETARG_C(i) == r + 1) return true;
      if (op == OP_SETTABLE && GETARG_A(i) == r && GETARG_B(i) == r + 1) return true;
      if ((testAMode(op) && GETARG_A(i) <= r + 1) || ends_run(op)) return false;
      if ((op == OP_CALL || op == OP_TAILCALL) && GETARG_A(i) <= r + 1) return false;
      if ((op == OP_MOVE || op == OP_GETTABLE || op == OP_SELF) && GETARG_B(i) == r) return false;
    }
    return false;
  }
  static bool ends_run(OpCode op) noexcept { return op >= OP_RETURN && op <= OP_RETURN1; }

  void inner(const Proto* q) noexcept {
    short outer[256];
    for (int i = 0; i < q->sizeupvalues; ++i) {
      const Upvaldesc& d = q->upvalues[i];
      outer[i] = d.instack ? short{-1} : outer_[d.idx];
    }
    UseWalk(q, outer, visitor_).run();
  }

  const Proto* p_;
  const short* outer_;
  UseVisitor& visitor_;
};

}  // namespace

void visit_uses(Object prototype, UseVisitor& visitor) noexcept {
  short outer[256];
  for (short i = 0; i < 256; ++i) outer[i] = i;
  UseWalk(proto_of(prototype), outer, visitor).run();
}

// --- The state

Object registry_globals(lua_State* L) noexcept {
  return gcvalue(&hvalue(&G(L)->l_registry)->array[LUA_RIDX_GLOBALS - 1]);
}

Object string_metatable(lua_State* L) noexcept { return G(L)->mt[LUA_TSTRING]; }

ptrdiff_t slot_of(lua_State* L, int idx) noexcept {
  return (idx > 0 ? L->ci->func.p + idx : L->top.p + idx) - L->stack.p;
}

Value uservalue(Object userdata, int n) noexcept { return from(&static_cast<const Udata*>(userdata)->uv[n - 1].uv); }

}  // namespace lagoon::vm::raw
