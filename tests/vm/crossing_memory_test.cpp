// Memory that runs out in the middle of a transfer: the error is raised, and nothing is left
// behind.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/support/vm/script.h"
#include "vm/buffer.h"
#include "vm/freeze.h"
#include "vm/heap.h"
#include "vm/message.h"
#include "vm/pack.h"
#include "vm/protect.h"
#include "vm/shared.h"
#include "vm/transfer.h"

namespace lagoon::test {
namespace {

long native_left = -1;  // native requests that still succeed; -1: all

void* failing_realloc(void* block, size_t size) {
  if (native_left == 0) return nullptr;
  if (native_left > 0) --native_left;
  return std::realloc(block, size);
}

int live = 0;
struct Counted : vm::Shared {
  static constexpr vm::SharedType kType = {"counted", nullptr, nullptr};
  Counted() noexcept : Shared(kType) { ++live; }
  ~Counted() override { --live; }
};
int counted(lua_State* L) {
  vm::push_new_shared(L, new Counted);
  return 1;
}

// Everything that crosses, in one function.
const char* const kEverything = R"lua(
  local Class = {} Class.__index = Class
  function Class.make() return setmetatable({}, Class) end
  function Class:touch() return helper(self) end
  function helper(o) return getmetatable(o) == Class and thing end
  thing = counted()
  function string.own(s) return s .. "!" end
  frozen = {1, {2}, name = ("long"):rep(20)}
  local shared = {}
  local n = 0
  for i = 1, 12 do _G["name" .. i] = function() n = n + i; return n, shared end end
  return function(a, b)
    assert(Class.make():touch() == thing and a.x == b and ("x"):own() == "x!" and frozen[2][1] == 2)
    name1() name2() name12()
    return n, require
  end, {x = thing, [shared] = {("z"):rep(50), 1.5, false}}, thing
)lua";

std::unique_ptr<vm::State> open() {
  vm::StateConfig config;
  config.on_open = [](lua_State* L, void*) { lua_register(L, "counted", counted); };
  return vm::open_state(config);
}

// A state with the function and its arguments in the registry at "start".
std::unique_ptr<vm::State> open_sender() {
  auto state = open();
  lua_State* L = state->lua();
  const int status = vm::protect(L, [](lua_State* l) {
    if (luaL_dostring(l, kEverything) != LUA_OK) lua_error(l);
    lua_getglobal(l, "frozen");
    vm::freeze(l, lua_gettop(l));
    lua_pop(l, 1);
    lua_createtable(l, 3, 0);
    lua_insert(l, 1);
    for (int i = 3; i >= 1; --i) lua_rawseti(l, 1, i);
    lua_setfield(l, LUA_REGISTRYINDEX, "start");
  });
  EXPECT_EQ(status, LUA_OK) << lua_tostring(L, -1);
  return state;
}

// Packs it.  "" or the error.
std::string pack_start(vm::State& state, vm::Message* m) {
  lua_State* L = state.lua();
  std::string result;
  const int status = vm::protect(L, [m](lua_State* l) {
    lua_getfield(l, LUA_REGISTRYINDEX, "start");
    for (int i = 1; i <= 3; ++i) lua_rawgeti(l, 1, i);
    if (vm::pack_call(l, 2, 2, m) != nullptr) lua_error(l);
  });
  if (status != LUA_OK) result = lua_tostring(L, -1);
  lua_settop(L, 0);
  return result;
}

// Starts it in this state and runs it to its end.  "" or the error.
std::string run_start(vm::State& state, const vm::Message& m) {
  lua_State* L = state.lua();
  vm::Environment env;
  struct Start {
    const vm::Message& m;
    vm::Environment& env;
  } start{m, env};
  std::string result;
  const int status = vm::protect(L, [&start](lua_State* l) {
    const int nargs = vm::unpack_call(l, start.m, &start.env);
    lua_call(l, nargs, 0);
  });
  if (status != LUA_OK) result = lua_tostring(L, -1);
  lua_settop(L, 0);
  vm::enter_environment(state, nullptr);
  return result;
}

constexpr char kNoMemory[] = "not enough memory";

// attempt(n) with the n-th request and all after it failing, for n = 0, 1, ... until it succeeds.
template <class Attempt>
void fail_each(Attempt&& attempt) {
  for (int n = 0; n < 5000; ++n) {
    const std::string error = attempt(n);
    EXPECT_EQ(live, 0) << n;
    if (error.empty()) {
      EXPECT_GT(n, 5);
      return;
    }
    ASSERT_EQ(error, kNoMemory) << n;
  }
  FAIL() << "never succeeded";
}

TEST(CrossingMemory, PackingSurvivesEveryFailureInLua) {
  fail_each([](int n) {
    auto sender = open_sender();
    vm::Message m;
    sender->heap().fail_from(n);
    const std::string error = pack_start(*sender, &m);
    sender->heap().fail_from(vm::Heap::kNever);
    EXPECT_EQ(m.kind == vm::Message::Kind::Empty, !error.empty());
    if (!error.empty()) {
      EXPECT_EQ(pack_start(*sender, &m), "") << "and nothing is broken";
    }
    vm::drop(m);
    return error;
  });
}

TEST(CrossingMemory, PackingSurvivesEveryNativeFailure) {
  vm::native_realloc = failing_realloc;
  fail_each([](int n) {
    native_left = -1;
    auto sender = open_sender();
    vm::Message m;
    native_left = n;
    const std::string error = pack_start(*sender, &m);
    native_left = -1;
    EXPECT_EQ(m.kind == vm::Message::Kind::Empty, !error.empty());
    if (!error.empty()) {
      EXPECT_EQ(pack_start(*sender, &m), "") << "and nothing is broken";
    }
    vm::drop(m);
    return error;
  });
  vm::native_realloc = std::realloc;
}

TEST(CrossingMemory, UnpackingSurvivesEveryFailureInLua) {
  fail_each([](int n) {
    vm::Message m;
    auto sender = open_sender();
    EXPECT_EQ(pack_start(*sender, &m), "");
    sender.reset();
    auto receiver = open();
    receiver->heap().fail_from(n);
    const std::string error = run_start(*receiver, m);
    receiver->heap().fail_from(vm::Heap::kNever);
    if (!error.empty()) {
      EXPECT_EQ(run_start(*receiver, m), "") << "nothing of the message is lost";
    }
    vm::drop(m);
    return error;
  });
}

TEST(CrossingMemory, UnpackingSurvivesEveryNativeFailure) {
  vm::native_realloc = failing_realloc;
  for (int n = 0; n < 200; ++n) {
    native_left = -1;
    vm::Message m;
    auto sender = open_sender();
    EXPECT_EQ(pack_start(*sender, &m), "");
    auto receiver = open();
    native_left = n;
    const std::string error = run_start(*receiver, m);
    native_left = -1;
    EXPECT_TRUE(error.empty() || error == kNoMemory) << error;
    EXPECT_EQ(run_start(*receiver, m), "");
    vm::drop(m);
  }
  vm::native_realloc = std::realloc;
}

TEST(CrossingMemory, MessagesOutliveTheStateTheyCameFrom) {
  vm::Message m;
  auto sender = open_sender();
  ASSERT_EQ(pack_start(*sender, &m), "");
  sender.reset();
  EXPECT_EQ(live, 1);
  EXPECT_GT(vm::weight(m), 100u);
  auto receiver = open();
  EXPECT_EQ(run_start(*receiver, m), "");
  EXPECT_EQ(run_start(*receiver, m), "");
  vm::drop(m);
  EXPECT_EQ(m.kind, vm::Message::Kind::Empty);
  receiver.reset();
  EXPECT_EQ(live, 0);
}

}  // namespace
}  // namespace lagoon::test
