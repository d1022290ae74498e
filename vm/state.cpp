#include "vm/state.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "vm/coro.h"
#include "vm/error.h"
#include "vm/garbage.h"
#include "vm/heap.h"
#include "vm/protect.h"
#include "vm/random.h"
#include "vm/transfer.h"

namespace lagoon::vm {
namespace {

// An error outside every protect: our bug, and there is no frame left to go on in.
int panic(lua_State* L) {
  const char* message = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "(not a string)";
  std::fprintf(stderr, "lagoon: Lua error outside any protected call: %s\n", message);
  std::abort();
}

// Warnings as stock: off until "@on", each one a line on stderr.
void warn_off(void* ud, const char* message, int to_continue);
void warn_on(void* ud, const char* message, int to_continue);

bool is_control(lua_State* L, const char* message, int to_continue) {
  if (to_continue || message[0] != '@') return false;
  const std::string_view word = message + 1;
  if (word == "off") lua_setwarnf(L, warn_off, L);
  if (word == "on") lua_setwarnf(L, warn_on, L);
  return true;
}

void warn_off(void* ud, const char* message, int to_continue) {
  is_control(static_cast<lua_State*>(ud), message, to_continue);
}

void warn_more(void* ud, const char* message, int to_continue) {
  std::fputs(message, stderr);
  if (!to_continue) std::fputc('\n', stderr);
  std::fflush(stderr);
  lua_setwarnf(static_cast<lua_State*>(ud), to_continue ? warn_more : warn_on, ud);
}

void warn_on(void* ud, const char* message, int to_continue) {
  if (is_control(static_cast<lua_State*>(ud), message, to_continue)) return;
  std::fputs("Lua warning: ", stderr);
  warn_more(ud, message, to_continue);
}

void open_libraries(lua_State* L, bool ignore_environment) {
  if (ignore_environment) {
    lua_pushboolean(L, 1);
    lua_setfield(L, LUA_REGISTRYINDEX, "LUA_NOENV");
  }
  lua_gc(L, LUA_GCSTOP);  // nothing made here is garbage
  luaL_openlibs(L);
  install_collectgarbage(L);
  install_random(L);
  lua_gc(L, LUA_GCRESTART);
  set_pace(L);
}

}  // namespace

State::State() noexcept = default;

std::unique_ptr<State> State::open(const StateConfig& config, std::string* why) {
  std::unique_ptr<State> state(new State);
  state->is_main_ = config.is_main;
  state->heap_ = std::make_unique<Heap>(config.memory_limit);
  state->coros_ = std::make_unique<CoroPool>();
  state->own_random_ = std::make_unique<Random>(fresh_random());
  state->random = state->own_random_.get();
  state->L_ = lua_newstate(Heap::allocate, state->heap_.get());
  if (state->L_ == nullptr) {
    *why = "not enough memory";
    return nullptr;
  }
  *static_cast<State**>(lua_getextraspace(state->L_)) = state.get();
  lua_atpanic(state->L_, panic);
  lua_setwarnf(state->L_, warn_off, state->L_);
  const int status = protect(*state, [&](lua_State* L) {
    open_libraries(L, config.ignore_environment);
    state->coros_->open(L);
    state->transfer_ = make_transfer(*state);
    if (config.on_open != nullptr) config.on_open(L, config.on_open_ud);
    seal_transfer(L);
  });
  if (status == LUA_OK) return state;
  Failure failure;
  describe_value(state->L_, &failure);
  *why = std::move(failure.message);
  return nullptr;
}

State::~State() {
  if (L_ != nullptr) {
    coros_->close_all(L_);
    lua_close(L_);
  }
  free_transfer(transfer_);
}

}  // namespace lagoon::vm
