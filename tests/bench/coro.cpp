// Coroutines of a state: what a switch costs, and starting one, pooled and new.
#include "vm/coro.h"

#include <benchmark/benchmark.h>

#include <lua.hpp>
#include <memory>
#include <string>

#include "vm/protect.h"
#include "vm/state.h"

namespace lagoon::vm {
namespace {

int yielding(lua_State* L) {
  return lua_yieldk(L, 0, 0, [](lua_State*, int, lua_KContext) { return 0; });
}

std::unique_ptr<State> open_state() {
  std::string why;
  std::unique_ptr<State> state = State::open({}, &why);
  lua_State* L = state->lua();
  lua_register(L, "pause", yielding);
  luaL_dostring(L, "local pause = pause  function ever() while true do pause() end end  function nothing() end");
  return state;
}

void coroutine_switch(benchmark::State& bench) {
  auto state = open_state();
  Coro coro;
  protect(state->lua(), [&](lua_State* L) { coro = state->coros().acquire(L); });
  lua_getglobal(coro.lua, "ever");
  int count;
  for (auto _ : bench) resume(coro.lua, state->lua(), 0, &count);
  state->coros().discard(coro, state->lua());
}
BENCHMARK(coroutine_switch);

// REQUIRES: the coroutine's stack is empty.
void run_nothing(State& state, Coro coro) {
  int count;
  lua_getglobal(coro.lua, "nothing");
  resume(coro.lua, state.lua(), 0, &count);
}

void coroutine_pooled(benchmark::State& bench) {
  auto state = open_state();
  protect(state->lua(), [&](lua_State* L) {
    for (auto _ : bench) {
      const Coro coro = state->coros().acquire(L);
      run_nothing(*state, coro);
      state->coros().give_back(coro);
    }
  });
}
BENCHMARK(coroutine_pooled);

void coroutine_new(benchmark::State& bench) {
  auto state = open_state();
  protect(state->lua(), [&](lua_State* L) {
    for (auto _ : bench) {
      const Coro coro = state->coros().acquire(L);
      run_nothing(*state, coro);
      state->coros().discard(coro, L);
    }
  });
}
BENCHMARK(coroutine_new);

}  // namespace
}  // namespace lagoon::vm
