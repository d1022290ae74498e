// Messages to Lua values (pack.h).
#include "vm/decoder.h"
#include "vm/pack.h"
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

// The rest of the instance waits in `globals`, its only environment.
void keep_image(lua_State* L, Globals& globals, Instance& instance) {
  instance.root = &globals;
  globals.instance = &instance;
  raw::set_uservalue(L, globals.self, 4, raw::object_value(raw::Kind::Userdata, instance.self));
}

// Pushes the roots of g; `root` are the globals of its first environment, if the goroutine has
// some.
int unpack_graph(lua_State* L, Transfer& t, Graph* g, Globals* root) {
  const int base = lua_gettop(L);
  const int roots = static_cast<int>(g->roots());
  luaL_checkstack(L, roots + 20, "too many values");
  if (t.codes.is_full()) forget_code(L, t);
  Instance* instance = is_lazy(*g) ? push_instance(L, g) : nullptr;
  const bool root_only = instance != nullptr && root != nullptr && g->root_stands_alone();
  if (instance != nullptr && !root_only) unfold(L, *instance);
  Build b(L, t, *g, root_only ? nullptr : instance);
  b.root_only = root_only;
  alignas(void*) char room[512];
  begin_build(b, room, sizeof room, root);
  if (root_only) {
    want(b, 0);
    run_build(b);
    keep_image(L, *root, *instance);
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
  if (g->needs_globals()) {
    globals = push_globals(co, t, is_lazy(*g) ? 0 : g->environment(0).names);
    env->record = globals;
    env->globals = const_cast<void*>(globals->table);
  } else {
    lua_pushnil(co);
  }
  env->co = co;
  env->anchor = raw::slot_of(co, -1);
  enter_environment(t.state, env);
  return unpack_graph(co, t, g, globals) - 1;
}

}  // namespace lagoon::vm
