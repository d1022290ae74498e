// Value transfer: what packing and unpacking cost.  Each case packs or unpacks the value of a Lua
// expression.
#include <benchmark/benchmark.h>

#include <lua.hpp>
#include <memory>
#include <string>

#include "vm/pack.h"
#include "vm/protect.h"
#include "vm/state.h"

namespace lagoon {
namespace {

const char* const kSetup = R"lua(
  Class = {} Class.__index = Class
  function Class.f() end function Class.g() end function Class.h() end
  function g1() end function g2() end function g3() end
  for i = 1, 300 do _G["f" .. i] = load("return f" .. (i + 1) .. "()") end
  local p, q, r, t, f = 1, 2, 3, 4, function() end
  fields = {a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8, i = 9, j = 10}
  object = setmetatable({1, 2}, Class)
  empty = function() end
  captures = function() return p, q, r, t, f end
  mentions = function() g1() g2() g3() return p, q, r, t, f end
  standard = function() print(string.format("%d", 1)) return p, q, r, t, f end
  many = function() return f1() end
  nested = {} for i = 1, 100000 do nested[i] = {i} end
)lua";

struct Pair {
  std::unique_ptr<vm::State> from, to;
  std::string why;

  explicit Pair(const char* value) {
    vm::StateConfig config;
    config.is_main = true;
    from = vm::State::open(config, &why);
    config.is_main = false;
    to = vm::State::open(config, &why);
    luaL_dostring(from->lua(), kSetup);
    lua_getglobal(from->lua(), value);
  }
};

void pack(benchmark::State& bench, const char* value, bool call) {
  Pair states(value);
  vm::protect(states.from->lua(), [&](lua_State* L) {
    lua_getglobal(L, value);
    for (auto _ : bench) {
      vm::Message m;
      const char* why = call ? vm::pack_call(L, 1, 0, &m) : vm::pack(L, 1, 1, &m);
      if (why != nullptr) return bench.SkipWithError(why);
      vm::drop(m);
    }
  });
}

void unpack(benchmark::State& bench, const char* value, bool call) {
  Pair states(value);
  vm::Message m;
  vm::protect(states.from->lua(), [&](lua_State* L) {
    lua_getglobal(L, value);
    if (call) {
      vm::pack_call(L, 1, 0, &m);
    } else {
      vm::pack(L, 1, 1, &m);
    }
  });
  vm::protect(states.to->lua(), [&](lua_State* L) {
    vm::Environment env;
    for (auto _ : bench) {
      if (call) {
        vm::unpack_call(L, m, &env);
      } else {
        vm::unpack(L, m);
      }
      lua_settop(L, 0);
    }
    vm::enter_environment(*states.to, nullptr);
  });
  vm::drop(m);
}

#define TRANSFER(value, call)                   \
  BENCHMARK_CAPTURE(pack, value, #value, call); \
  BENCHMARK_CAPTURE(unpack, value, #value, call)

TRANSFER(fields, false);
TRANSFER(object, false);
TRANSFER(nested, false);
TRANSFER(empty, true);
TRANSFER(captures, true);
TRANSFER(standard, true);
TRANSFER(mentions, true);
TRANSFER(many, true);

}  // namespace
}  // namespace lagoon
