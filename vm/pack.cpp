// Lua values to messages (pack.h): scalars at once, the rest by an Encoder.
#include "vm/pack.h"

#include <cassert>

#include "vm/box.h"
#include "vm/classes.h"
#include "vm/closed.h"
#include "vm/encoder.h"
#include "vm/frozen.h"
#include "vm/heap.h"
#include "vm/recall.h"
#include "vm/shared.h"
#include "vm/transfer.h"

namespace lagoon::vm {

using raw::Kind;
using raw::Value;

namespace {

// A Graph that Lua holds.
struct Held {
  Graph* graph;
  explicit Held(Graph* g) noexcept : graph(g) {}
  Held(const Held&) = delete;
  ~Held() { graph->release(); }
};

const char* pack_graph(lua_State* L, int first, int count, Encoder::Mode mode, Message* out);

// True if m holds the value at idx now.
bool pack_scalar(lua_State* L, int idx, Message* m) noexcept {
  const Value v = raw::at(L, idx);
  switch (v.kind) {
    case Kind::Nil: m->become(Message::Kind::Nil); return true;
    case Kind::False: m->become(Message::Kind::False); return true;
    case Kind::True: m->become(Message::Kind::True); return true;
    case Kind::Integer:
      m->integer = v.integer;
      m->become(Message::Kind::Integer);
      return true;
    case Kind::Float:
      m->number = v.number;
      m->become(Message::Kind::Float);
      return true;
    case Kind::LightUserdata:
      m->pointer = v.pointer;
      m->become(Message::Kind::LightUserdata);
      return true;
    case Kind::String:
      if (v.size > sizeof m->text) return false;
      m->become(Message::Kind::ShortString, v.size);
      memcpy(m->text, v.text, v.size);
      return true;
    case Kind::Userdata:
      if (Shared* shared = to_any_shared(L, idx)) {
        shared->retain();
        m->shared = shared;
        m->become(Message::Kind::Shared);
        return true;
      }
      return false;
    default: return false;
  }
}

// Calls __transfer of the userdata on top, packs what it returns and keeps that in the table
// `received`. Null, or why not (on top). [-0, +0|1, e]
const char* receive_later(lua_State* L, int received) {
  const int top = lua_gettop(L);
  Box<Held>* held = Box<Held>::push(L);
  luaL_getmetafield(L, top, "__transfer");
  lua_pushvalue(L, top);
  lua_call(L, 1, 1);
  Message m;
  if (const char* why = pack_graph(L, -1, 1, Encoder::Mode::Values, &m)) return why;
  held->fill(m.graph);
  raw::set(L, raw::at(L, received).object, raw::at(L, top), raw::object_value(Kind::LightUserdata, m.graph));
  lua_pushvalue(L, top + 1);
  lua_rawseti(L, received, static_cast<lua_Integer>(lua_rawlen(L, received)) + 1);
  lua_settop(L, top);
  return nullptr;
}

// Meets one need; its object is on top.  Null, or why not (on top).                 [-0, +0|1, e]
const char* meet(lua_State* L, Transfer& t, NeedKind kind, raw::Object extra, int received) {
  const Value v = raw::at(L, -1);
  switch (kind) {
    case NeedKind::Code: t.codes.learn(L, t.tables.anchors, raw::prototype(v.object)); return nullptr;
    case NeedKind::Class: make_class(L, t); return nullptr;
    case NeedKind::Frozen: return make_frozen_root(L, lua_gettop(L));
    case NeedKind::Transfer: return receive_later(L, received);
    case NeedKind::Name: build_name(L, t, *static_cast<Globals*>(raw::userdata_block(v.object)), extra); return nullptr;
    case NeedKind::Open: open_globals(L, t, v.object); return nullptr;
    case NeedKind::Image: build_image(L, t, *static_cast<Globals*>(raw::userdata_block(v.object))); return nullptr;
  }
  return nullptr;
}

// Meets the first needs of the run that has just ended.  They are anchored before: meeting one may
// run Lua, and that may pack, or let go of the rest.                                    [-0, +0|1,
// e]
const char* meet_needs(lua_State* L, Transfer& t, int received) {
  constexpr size_t kAtOnce = 1024;
  const int top = lua_gettop(L);
  const Buffer<Need>& needs = t.encoder->needs();
  const size_t count = needs.size() < kAtOnce ? needs.size() : kAtOnce;
  NeedKind kinds[kAtOnce];
  luaL_checkstack(L, static_cast<int>(count) * 2 + 40, nullptr);
  for (size_t i = 0; i < count; ++i) {
    kinds[i] = needs[i].kind;
    raw::push(L, needs[i].object);
    raw::push(L, needs[i].extra == nullptr ? Value() : raw::string_at(needs[i].extra));
  }
  for (size_t i = 0; i < count; ++i) {
    const int at = top + 1 + static_cast<int>(i) * 2;
    const Value extra = raw::at(L, at + 1);
    lua_pushvalue(L, at);
    if (const char* why = meet(L, t, kinds[i], raw::identity(extra), received)) return why;
    lua_settop(L, top + static_cast<int>(count) * 2);
  }
  lua_settop(L, top);
  return nullptr;
}

// Leaves the string on top alone above `top`.
const char* leave_reason(lua_State* L, int top) {
  lua_replace(L, top + 1);
  lua_settop(L, top + 1);
  return lua_tostring(L, -1);
}

const char* pack_graph(lua_State* L, int first, int count, Encoder::Mode mode, Message* out) {
  if (const char* why = encode(L, first, count, mode)) return why;
  out->graph = charged(L, transfer_of(L).encoder->finish());
  out->become(Message::Kind::Graph);
  return nullptr;
}

}  // namespace

Graph* charged(lua_State* L, Graph* graph) {
  if (graph == nullptr) raise_memory(L);
  Account* account = State::of(L).heap().account();
  if (account == nullptr || !graph->is_last()) return graph;  // else a recalled image, which is kept anyway
  if (!charge_outside(L, graph->weight())) {
    graph->release();
    raise_memory(L);
  }
  graph->charge_to(*account);
  return graph;
}

const char* encode(lua_State* L, int first, int count, Encoder::Mode mode) {
  Transfer& t = transfer_of(L);
  const int top = lua_gettop(L);
  first = lua_absindex(L, first);
  luaL_checkstack(L, 40, nullptr);
  if (t.codes.is_full()) forget_code(L, t);
  lua_pushnil(L);  // becomes the table of what __transfer returned
  for (;;) {
    const Value received = raw::at(L, top + 1);
    const raw::Object table = received.is_nil() ? nullptr : received.object;
    switch (t.encoder->run(L, first, count, mode, table)) {
      case Encoder::Result::NoMemory: raise_memory(L);
      case Encoder::Result::Refused: lua_pushstring(L, t.encoder->refusal()); return leave_reason(L, top);
      case Encoder::Result::Needs:
        if (received.is_nil()) {
          lua_newtable(L);
          lua_replace(L, top + 1);
          continue;  // making it may have run Lua: look again
        }
        if (meet_needs(L, t, top + 1) != nullptr) return leave_reason(L, top);
        continue;
      case Encoder::Result::Done: lua_settop(L, top); return nullptr;
    }
  }
}

const char* pack(lua_State* L, int first, int count, Message* out) {
  *out = Message();
  if (count == 0) return nullptr;
  if (count == 1 && pack_scalar(L, first, out)) return nullptr;
  return pack_graph(L, first, count, Encoder::Mode::Values, out);
}

namespace {

// Makes the image of the function that Recall has asked to note.  False: there is none to be recalled,
// or why it cannot cross is in *why, on top.                                           [-0, +0|1, e]
bool make_image(lua_State* L, Transfer& t, int func, const char** why) {
  *why = encode(L, func, 1, Encoder::Mode::Image);
  if (*why != nullptr) return false;
  if (!t.encoder->recallable()) {
    t.recall->give_up(L, func);
    return false;
  }
  Graph* image = t.encoder->finish();
  return t.recall->keep(L, func, image, t.encoder->notes(), t.encoder->root_is_met());
}

// Encodes the function anew, and compares.  For debug builds.                           [-0, +0, e]
[[maybe_unused]] bool is_recalled_right(lua_State* L, Transfer& t, int func) {
  const int top = lua_gettop(L);
  const bool same = encode(L, func, 1, Encoder::Mode::Image) == nullptr && t.encoder->recallable() &&
                    t.recall->matches(L, func, t.encoder->bytes());
  lua_settop(L, top);
  return same;
}

}  // namespace

const char* pack_call(lua_State* L, int func, int nargs, Message* out) {
  *out = Message();
  Transfer& t = transfer_of(L);
  func = lua_absindex(L, func);
  luaL_checkstack(L, 10, nullptr);
  open_current(L, t);
  const Recall::Answer answer = t.recall->ask(L, func);
  const char* why = nullptr;
  assert(answer != Recall::Answer::Known || is_recalled_right(L, t, func));
  const bool recalled =
      answer == Recall::Answer::Known || (answer == Recall::Answer::Note && make_image(L, t, func, &why));
  if (why != nullptr) return why;
  if (!recalled || !t.encoder->arguments(L, func + 1, nargs)) {
    return pack_graph(L, func, nargs + 1, Encoder::Mode::Call, out);
  }
  Graph* graph = t.recall->start(L, func, t.encoder->bytes(), t.encoder->refs(), static_cast<uint32_t>(nargs));
  out->graph = charged(L, graph);
  out->become(Message::Kind::Graph);
  return nullptr;
}

}  // namespace lagoon::vm
