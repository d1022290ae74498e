// Messages to Lua values (pack.h).
#include "vm/closed.h"
#include "vm/decoder.h"
#include "vm/pack.h"
#include "vm/recall.h"
#include "vm/shared.h"
#include "vm/transfer.h"

namespace lagoon::vm {
namespace {

// Beside so many objects the image does not count; and what is lazy keeps the whole graph.
constexpr uint32_t kManyObjects = 256;

bool is_lazy(const Graph& g) noexcept {
  uint32_t names = 0;
  if (g.piece(0).end > kManyObjects) return false;
  for (uint32_t e = 0; e < g.environment_count(); ++e) {
    if (!g.environment(e).full) names += g.environment(e).names;
  }
  return names > kEagerNames;
}

// Pushes the roots of g; `root` are the globals of its first environment, if the goroutine has
// some, and `closed` their table if they are closed.
int unpack_graph(lua_State* L, Transfer& t, Graph* g, Globals* root, raw::Object closed = nullptr) {
  const int base = lua_gettop(L);
  const int roots = static_cast<int>(g->roots());
  luaL_checkstack(L, roots + 20, "too many values");
  if (t.codes.is_full()) forget_code(L, t);
  Instance* instance = closed == nullptr && is_lazy(*g) ? push_instance(L, g) : nullptr;
  const bool folded = instance != nullptr && root != nullptr && g->root_stands_alone();
  if (instance != nullptr && !folded) unfold(L, *instance);
  Build b(L, t, *g, folded ? nullptr : instance);
  b.root_only = folded || closed != nullptr;
  b.closed = closed;
  alignas(void*) char room[512];
  begin_build(b, room, sizeof room, root);
  if (b.root_only || (g->piece_count() == 1 && g->environment_count() == 0)) {
    build_root(b);
    if (folded) keep_image(L, *root, *instance);
  } else {
    build_all(b);
  }
  luaL_checkstack(L, roots + 20, "too many values");
  Reader r{g->bytes() + g->piece(0).value};
  for (int i = 0; i < roots; ++i) {
    if (i == 1 && g->more_roots() != nullptr) r.p = g->more_roots();
    push_value(b, r);
  }
  lua_rotate(L, base + 1, roots);
  lua_settop(L, base + roots);
  raw::collect(L);
  return roots;
}

}  // namespace

int unpack(lua_State* L, const Message& m) {
  using Kind = Message::Kind;
  luaL_checkstack(L, 2, nullptr);
  switch (m.kind) {
    case Kind::Empty: return 0;
    case Kind::Nil: lua_pushnil(L); break;
    case Kind::False: lua_pushboolean(L, 0); break;
    case Kind::True: lua_pushboolean(L, 1); break;
    case Kind::Integer: lua_pushinteger(L, m.integer); break;
    case Kind::Float: lua_pushnumber(L, m.number); break;
    case Kind::LightUserdata: lua_pushlightuserdata(L, m.pointer); break;
    case Kind::ShortString: lua_pushlstring(L, m.text, m.size); break;
    case Kind::Shared: push_shared(L, *m.shared); break;
    case Kind::Graph: return unpack_graph(L, transfer_of(L), m.graph, nullptr);
  }
  return 1;
}

int unpack_call(lua_State* co, const Message& m, Environment* env) {
  Transfer& t = transfer_of(co);
  Graph* g = m.graph;
  luaL_checkstack(co, 10, nullptr);
  *env = Environment();
  Globals* globals = nullptr;
  const raw::Object closed = starts_closed(*g) ? push_closed_globals(co, t, *g) : nullptr;
  if (closed != nullptr) {
    env->globals = const_cast<void*>(closed);
  } else if (g->needs_globals()) {
    globals = push_globals(co, t, is_lazy(*g) ? 0 : g->environment(0).names);
    env->record = globals;
    env->globals = const_cast<void*>(globals->table);
  } else {
    lua_pushnil(co);
  }
  env->co = co;
  env->anchor = static_cast<uint32_t>(raw::slot_of(co, -1));
  enter_environment(t.state, env);
  return unpack_graph(co, t, g, globals, closed) - 1;
}

void drop_call(lua_State* co, Message& m) noexcept {
  transfer_of(co).recall->give_back(*m.graph);
  m = Message();
}

}  // namespace lagoon::vm
