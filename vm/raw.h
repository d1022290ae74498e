#pragma once
// Lua objects as value transfer sees them: read and built directly, without the stack.
//
// Reading allocates nothing, runs nothing and cannot fail, so a whole transfer is encoded while the
// world stands still and nothing needs an anchor.  Building follows Lua's own rules (a new object
// is anchored before the next allocation; barriers).  raw.cpp and raw_build.cpp include Lua's
// private headers, beside internals.cpp.
//
// A Table, function, upvalue or prototype is a `const void*` (`Object`) here: the address of the
// object, the same that lua_topointer gives.

#include <cstddef>
#include <cstdint>
#include <lua.hpp>

namespace lagoon::vm::raw {

using Object = const void*;

enum class Kind : uint8_t {
  Nil,
  False,
  True,
  Integer,
  Float,
  LightUserdata,
  CFunction,
  Text,    // bytes outside Lua; becomes a string where it is stored
  String,  // from here on: collectable, `object` is set
  Table,
  LuaFunction,
  CClosure,
  Userdata,
  Thread,
};

struct Value {
  Kind kind = Kind::Nil;
  bool is_long = false;  // String: not interned
  size_t size = 0;       // Text, String
  union {
    lua_Integer integer;
    lua_Number number;
    void* pointer;
    lua_CFunction function;
    const char* text;  // Text, String
    Object object;     // the other collectable kinds
  };
  Value() noexcept : integer(0) {}
  bool is_nil() const noexcept { return kind == Kind::Nil; }
  bool is(Kind k) const noexcept { return kind == k; }
};

struct Entry {
  Value key, value;
};

inline Value object_value(Kind kind, Object object) noexcept {
  Value v;
  v.kind = kind;
  v.object = object;
  return v;
}
inline Value table_value(Object table) noexcept { return object_value(Kind::Table, table); }
inline Value integer_value(lua_Integer n) noexcept {
  Value v;
  v.kind = Kind::Integer;
  v.integer = n;
  return v;
}
inline Value text_value(const char* text, size_t size) noexcept {
  Value v;
  v.kind = Kind::Text;
  v.text = text;
  v.size = size;
  return v;
}

// Same value in Lua's sense, for values of one state (long strings: by address).
bool same(const Value& a, const Value& b) noexcept;
// The identity of a collectable value, strings included.
Object identity(const Value& v) noexcept;
// The string object whose address identity() gave.
Value string_at(Object string) noexcept;

// --- Reading

Value at(lua_State* L, int idx) noexcept;
// The memory of the full userdata there, if it is one, and its size; else null.  idx as for lua_type.  One call
// where the public API needs three.
void* userdata_at(lua_State* L, int idx, size_t* size) noexcept;

Object metatable(Object table) noexcept;
Object userdata_metatable(Object userdata) noexcept;
void* userdata_block(Object userdata) noexcept;
size_t userdata_size(Object userdata) noexcept;
bool frozen(Object table) noexcept;

// A free bit of every collectable object, kept through collections: "value transfer knows
// something about this one".  Filters look-ups in side tables.
bool marked(Object object) noexcept;
void mark(Object object) noexcept;

// --- Watching (patch 0009)

// The next write to the table, or its end, counts in writes().  False: it is frozen, and stays so.
bool watch(Object table) noexcept;
// How often watched tables were written; counted besides: a function that got other variables.
size_t writes(lua_State* L) noexcept;
// Counts as a write to whatever is watched.
void disturb(lua_State* L) noexcept;

// Elements of the array part without the nils at its end.
size_t array_size(Object table) noexcept;
// Copies array elements from index `from` (0 is t[1]); returns how many, at most `room`.
size_t array_chunk(Object table, size_t from, size_t size, Value* out, size_t room) noexcept;
// Copies entries of the hash part from node *cursor on; 0: no more.
size_t hash_chunk(Object table, size_t* cursor, Entry* out, size_t room) noexcept;
// Entries in the hash part.
size_t hash_size(Object table) noexcept;

Value get(Object table, const Value& key) noexcept;
Value get_string(Object table, Object string) noexcept;
Value get_integer(Object table, lua_Integer key) noexcept;
// A positive integer key under which `table` holds the table `part`, or 0.  Looks through it.
lua_Integer index_of(Object table, Object part) noexcept;
// Is a table among the values in its hash part?
bool holds_table(Object table) noexcept;
// By the bytes of a string key, which need not exist as a string.  Slow: looks through the table.
Value get_text(Object table, const char* text, size_t size) noexcept;
// The metamethod of that number in Lua's TMS order, cheap when absent.
enum class Event { Index, Gc };
Value metamethod(lua_State* L, Object metatable, Event event) noexcept;

// Is the content of both byte for byte the same?  False proves nothing.
bool identical(Object a, Object b) noexcept;

Object prototype(Object function) noexcept;
int upvalue_count(Object function) noexcept;
struct Upvalue {
  Object cell;
  Value value;
};
Upvalue upvalue(Object function, int n) noexcept;           // n from 0
const char* upvalue_name(Object function, int n) noexcept;  // "" if unknown
// "file.lua:12" into out.
void function_place(Object function, char* out, size_t room) noexcept;

// --- Prototypes

// What a function and the functions inside it do with its captured variable `upvalue`.
struct UseVisitor {
  // upvalue.name, name a constant.  harmless: it is debug.traceback or debug.getinfo.
  virtual void name(int upvalue, Object name, bool harmless) noexcept = 0;
  virtual void value(int upvalue) noexcept = 0;  // used otherwise than by such names
  virtual void assigned(int upvalue) noexcept = 0;
  virtual void method_call() noexcept = 0;  // o:m(), or arithmetic: may reach the string metatable

 protected:
  ~UseVisitor() = default;
};
void visit_uses(Object prototype, UseVisitor& visitor) noexcept;

size_t nested_count(Object prototype) noexcept;
Object nested(Object prototype, size_t i) noexcept;
size_t prototype_upvalues(Object prototype) noexcept;

// Writes the prototype as a binary chunk, debug information included.  False: write said so.
bool dump(Object prototype, bool (*write)(void* ud, const void* data, size_t size), void* ud) noexcept;

// --- Comparing

// Something that was so when it was noted.
struct Fact {
  enum class Kind : uint8_t {
    Prototype,  // `object` is a function made of the prototype `other`, and not marked
    Cell,       // captured variable `index` of the function `object` is `other`, and holds the value
    Field,      // the string `other` is a key of the table `object`, in node `index` if it is still
                // there, and has the value
    None,       // what else its keeper knows, under the number `index`
  };
  Kind kind;
  bool of_first = false;  // its object is the first fact's
  uint8_t tag = 0;        // the value
  uint32_t index = 0;
  uint64_t bits = 0;  // the value
  Object object = nullptr;
  Object other = nullptr;

  void set_value(const Value& v) noexcept;
  // The Lua function that is the value, or null.
  Object function() const noexcept;
};
// The first of facts[from, n) that is None, or does not hold any more; n: all hold.  Objects are alive as long as
// the facts before hold; `first` stands for the first one's.  Corrects hints.
size_t first_open(Fact* facts, size_t from, size_t n, Object first) noexcept;

// --- Building (may raise "not enough memory")

// Pushes an existing object or a plain value; Text becomes a string.
void push(lua_State* L, const Value& v);

Object push_table(lua_State* L, size_t array, size_t hash);
// t[i] = v, i <= the array size it was made with.
void set_array(lua_State* L, Object table, size_t i, const Value& v);
// Adds a key that is not there yet.
void add(lua_State* L, Object table, const Value& key, const Value& value);
// t[key] = value, whatever is there; frozen or not.
void set(lua_State* L, Object table, const Value& key, const Value& value);
void set_metatable(lua_State* L, Object table, Object metatable) noexcept;
// Makes room for that many entries in the hash part, and no less: adding them cannot fail.
void reserve(lua_State* L, Object table, size_t hash);
// Pushes a table with the same content and metatable.
Object push_clone(lua_State* L, Object table);

// Pushes a closure without captured variables yet (a null one reads as garbage: fill all before it
// runs).
Object push_closure(lua_State* L, Object prototype);
// Captured variable n of `function` holds v from now on: a fresh one, if it had none.
void fill_upvalue(lua_State* L, Object function, int n, const Value& v);
// It becomes the one that `other` has; that is made, holding nil, if there is none yet.
void share_upvalue(lua_State* L, Object function, int n, Object other, int other_n);
// Pushes a function that only keeps the prototype alive; it is never called.
void push_prototype_anchor(lua_State* L, Object prototype);

// Gives the collector its turn.  Everything must be anchored.
void collect(lua_State* L);

// --- The state

Object registry_globals(lua_State* L) noexcept;
void set_registry_globals(lua_State* L, Object globals) noexcept;
Object string_metatable(lua_State* L) noexcept;
void set_string_metatable(lua_State* L, Object metatable) noexcept;
// A stack slot by its distance from the bottom, which growing the stack does not change.
ptrdiff_t slot_of(lua_State* L, int idx) noexcept;
void set_slot(lua_State* L, ptrdiff_t slot, const Value& v) noexcept;
void set_uservalue(lua_State* L, Object userdata, int n, const Value& v) noexcept;
Value uservalue(Object userdata, int n) noexcept;
Object userdata_of(const void* block) noexcept;  // from its memory, made with `uservalues` user values

}  // namespace lagoon::vm::raw
