#include "tests/support/vm/crossing.h"

#include "vm/box.h"
#include "vm/freeze.h"
#include "vm/pack.h"
#include "vm/protect.h"
#include "vm/shared.h"
#include "vm/transfer.h"

namespace lagoon::test {
namespace {

struct Parcel {
  vm::Message m;
  Parcel() noexcept = default;
  Parcel(const Parcel&) = delete;
  ~Parcel() { vm::drop(m); }
};

World*& world() {
  static World* current = nullptr;
  return current;
}

// What the body of a goroutine is given.
struct Start {
  vm::Message* m;
  vm::Environment env;
};

int body_ended(lua_State* L, int, lua_KContext ctx) { return lua_gettop(L) - static_cast<int>(ctx); }

int body(lua_State* co) {
  Start* start = static_cast<Start*>(lua_touserdata(co, 1));
  lua_settop(co, 0);
  const int nargs = vm::unpack_call(co, *start->m, &start->env);
  lua_callk(co, nargs, LUA_MULTRET, 1, body_ended);
  return body_ended(co, LUA_OK, 1);
}

// Runs the goroutine m in `state`; its results, or its error, go to *result.
bool run_there(vm::State& state, vm::Message* m, vm::Message* result) {
  vm::Environment* const before = state.transfer().current;
  Start start{m, {}};
  bool ok = false;
  const int top = lua_gettop(state.lua());
  const int status = vm::protect(state.lua(), [&](lua_State* L) {
    lua_State* co = lua_newthread(L);
    lua_pushcfunction(co, body);
    lua_pushlightuserdata(co, &start);
    int count = 0;
    int end = lua_resume(co, L, 1, &count);
    if (end > LUA_YIELD) count = 1;
    ok = end == LUA_OK;
    if (!ok && lua_type(co, -1) != LUA_TSTRING) luaL_tolstring(co, -1, nullptr);
    if (const char* why = vm::pack(co, lua_gettop(co) - count + 1, count, result)) {
      ok = false;
      lua_pushfstring(co, "result: %s", why);
      vm::pack(co, -1, 1, result);
    }
  });
  if (status != LUA_OK) {
    vm::pack(state.lua(), -1, 1, result);
    ok = false;
  }
  lua_settop(state.lua(), top);
  vm::enter_environment(state, before);
  return ok;
}

int go(lua_State* L) {
  const int top = lua_gettop(L);
  vm::Box<Parcel>* start = vm::Box<Parcel>::push(L);
  start->fill();
  vm::Box<Parcel>* result = vm::Box<Parcel>::push(L);
  result->fill();
  if (const char* why = vm::pack_call(L, 1, top - 1, &(*start)->m)) return luaL_error(L, "go: %s", why);
  const bool ok = run_there(world()->place(vm::State::of(L)), &(*start)->m, &(*result)->m);
  const int count = vm::unpack(L, (*result)->m);
  return ok ? count : lua_error(L);
}

int copy(lua_State* L) {
  const int top = lua_gettop(L);
  vm::Box<Parcel>* parcel = vm::Box<Parcel>::push(L);
  parcel->fill();
  if (const char* why = vm::pack(L, 1, top, &(*parcel)->m)) return luaL_error(L, "copy: %s", why);
  return vm::unpack(L, (*parcel)->m);
}

const vm::SharedType cell_type = {"cell", nullptr, nullptr};
int new_cell(lua_State* L) {
  vm::push_new_shared(L, new vm::Shared(cell_type));
  return 1;
}

int freeze(lua_State* L) {
  vm::freeze(L, 1);
  lua_settop(L, 1);
  return 1;
}

// A type of a C module that can cross: wraps a number.
int meter(lua_State* L) {
  lua_Number* n = static_cast<lua_Number*>(lua_newuserdatauv(L, sizeof(lua_Number), 0));
  *n = luaL_checknumber(L, 1);
  luaL_setmetatable(L, "meter");
  return 1;
}
int meter_value(lua_State* L) {
  lua_pushnumber(L, *static_cast<lua_Number*>(luaL_checkudata(L, 1, "meter")));
  return 1;
}

void on_open(lua_State* L, void*) {
  lua_register(L, "go", go);
  lua_register(L, "copy", copy);
  lua_register(L, "cell", new_cell);
  lua_register(L, "freeze", freeze);
  lua_register(L, "meter", meter);
  luaL_newmetatable(L, "meter");
  lua_pushcfunction(L, meter_value);
  lua_setfield(L, -2, "__transfer");
  lua_pushcfunction(L, meter);
  lua_setfield(L, -2, "__received");
  lua_pushcfunction(L, meter_value);
  lua_setfield(L, -2, "__len");
  lua_pop(L, 1);
}

std::string error_of(Placement placement, const std::string& script, Collector collector = Collector::Busy) {
  World w(placement, collector);
  return w.run(script);
}

constexpr struct {
  Placement placement;
  const char* name;
} kPlacements[] = {{Placement::One, "one"}, {Placement::Fresh, "fresh"}, {Placement::Same, "same"}};

}  // namespace

World::World(Placement placement, Collector collector) : placement_(placement), collector_(collector) {
  world() = this;
  open(true);
}

World::~World() {
  while (!states_.empty()) states_.pop_back();
  world() = nullptr;
}

vm::State& World::open(bool is_main) {
  vm::StateConfig config;
  config.is_main = is_main;
  config.on_open = on_open;
  std::string why;
  states_.push_back(vm::State::open(config, &why));
  EXPECT_NE(states_.back(), nullptr) << why;
  if (collector_ == Collector::Busy) lua_gc(states_.back()->lua(), LUA_GCINC, 10, 1000, 6);
  return *states_.back();
}

vm::State& World::place(vm::State& from) {
  switch (placement_) {
    case Placement::One: return states_.size() > 1 ? *states_[1] : open(false);
    case Placement::Fresh: return open(false);
    case Placement::Same: break;
  }
  return from;
}

std::string World::run(const std::string& script) {
  lua_State* L = main().lua();
  const int top = lua_gettop(L);
  std::string result;
  if (luaL_loadbuffer(L, script.data(), script.size(), "=script") != LUA_OK || lua_pcall(L, 0, 0, 0) != LUA_OK) {
    result = luaL_tolstring(L, -1, nullptr);
  }
  lua_settop(L, top);
  return result;
}

void expect_passes(const std::string& script, Collector collector) {
  for (const auto& p : kPlacements) {
    EXPECT_EQ(error_of(p.placement, script, collector), "") << "placement " << p.name << "\n" << script;
  }
}

void expect_fails(const std::string& script, const std::string& message) {
  for (const auto& p : kPlacements) {
    const std::string error = error_of(p.placement, script);
    EXPECT_NE(error.find(message), std::string::npos) << "placement " << p.name << ": \"" << error << "\"\n" << script;
  }
}

}  // namespace lagoon::test
