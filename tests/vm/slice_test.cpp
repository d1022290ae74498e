// Slices: coroutines that stop at any instruction, unseen by hooks, and states that are held.
#include "vm/slice.h"

#include <vector>

#include "tests/support/vm/script.h"
#include "vm/coro.h"

namespace lagoon::vm {
namespace {

int g_over = 0;
int g_again = 0;  // armed anew at each end
bool g_yields = true;
std::vector<bool> g_held;

void over(lua_State* L) {
  ++g_over;
  arm_slice(L, g_again);
  g_held.push_back(holds_state(L));
  if (g_yields) lua_yield(L, 0);
}

class SliceTest : public testing::Test {
 protected:
  SliceTest() {
    g_over = 0;
    g_again = 1;
    g_yields = true;
    g_held.clear();
    set_slice_hook(L_, over);
  }
  ~SliceTest() override {
    if (coro_.lua != nullptr) state_->coros().discard(coro_, nullptr);
  }

  // A coroutine about to run the chunk, with a slice armed.
  lua_State* load(const char* code, int count = 1) {
    EXPECT_EQ(protect(*state_, [&](lua_State* L) { coro_ = state_->coros().acquire(L); }), LUA_OK);
    EXPECT_EQ(luaL_loadbuffer(coro_.lua, code, strlen(code), "=test"), LUA_OK);
    arm_slice(coro_.lua, count);
    return coro_.lua;
  }
  // Runs it to its end, through all yields; returns its integer result.
  lua_Integer finish(lua_State* co) {
    int status, results;
    do status = resume(co, nullptr, 0, &results);
    while (status == LUA_YIELD);
    EXPECT_EQ(status, LUA_OK) << lua_tostring(co, -1);
    return lua_tointeger(co, -1);
  }

  std::unique_ptr<State> state_ = open_state();
  lua_State* L_ = state_->lua();
  Coro coro_;
};

TEST_F(SliceTest, YieldsBeforeEachInstructionAndChangesNoResult) {
  lua_State* co = load("local s = 0 for i = 1, 100 do s = s + i end return s");
  EXPECT_EQ(finish(co), 5050);
  EXPECT_GT(g_over, 200);
}

TEST_F(SliceTest, IsOverBeforeTheNthInstructionAndOnlyOnce) {
  g_again = 0;
  g_yields = false;
  lua_State* co = load("local n = 0 while n < 1000 do n = n + 1 end return n", 500);
  EXPECT_EQ(finish(co), 1000);
  EXPECT_EQ(g_over, 1);
}

TEST_F(SliceTest, ALoopOfOneInstructionCanBeLeft) {
  lua_State* co = load("local function spin() while true do end end spin()");
  for (int i = 0; i < 50; ++i) {
    int results;
    ASSERT_EQ(resume(co, nullptr, 0, &results), LUA_YIELD);
  }
}

TEST_F(SliceTest, ReachesTheCallersOfTheFunctionItWasArmedIn) {
  g_again = 0;
  g_yields = false;
  lua_State* co = load("arm() local n = 0 while n < 100 do n = n + 1 end return n", 0);
  lua_pushcfunction(L_, [](lua_State* L) {
    arm_slice(L, 20);
    return 0;
  });
  lua_setglobal(L_, "arm");
  EXPECT_EQ(finish(co), 100);
  EXPECT_EQ(g_over, 1);
}

TEST_F(SliceTest, ReachesTheCallersOfAFunctionThatRaised) {
  g_again = 0;
  g_yields = false;
  lua_State* co = load("pcall(arm) local n = 0 while n < 100 do n = n + 1 end return n", 0);
  lua_pushcfunction(L_, [](lua_State* L) {
    luaL_loadstring(L, "local arm = ... arm() error 'e'");
    lua_pushcfunction(L, [](lua_State* l) {
      arm_slice(l, 20);
      return 0;
    });
    lua_call(L, 1, 0);
    return 0;
  });
  lua_setglobal(L_, "arm");
  EXPECT_EQ(finish(co), 100);
  EXPECT_EQ(g_over, 1);
}

TEST_F(SliceTest, ScriptsDoNotSeeIt) {
  g_yields = false;
  lua_State* co = load(
      "assert(debug.gethook() == nil) debug.sethook(print, '', 0) "
      "assert(debug.gethook() == nil) return 1");
  EXPECT_EQ(finish(co), 1);
  EXPECT_EQ(lua_gethook(co), nullptr);
  EXPECT_EQ(lua_gethookmask(co), 0);
}

TEST_F(SliceTest, CountAndLineHooksComeOnce) {
  static int counts, lines;
  counts = lines = 0;
  lua_State* co = load("local s = 0\nfor i = 1, 10 do\n s = s + i\nend\nreturn s");
  lua_sethook(
      co, [](lua_State*, lua_Debug* ar) { ++(ar->event == LUA_HOOKLINE ? lines : counts); },
      LUA_MASKLINE | LUA_MASKCOUNT, 1);
  EXPECT_EQ(finish(co), 55);
  EXPECT_EQ(lines, 1 + 11 + 10 + 1);
  const int sliced = counts;
  state_->coros().discard(coro_, nullptr);
  counts = lines = 0;
  co = load("local s = 0\nfor i = 1, 10 do\n s = s + i\nend\nreturn s", 0);
  lua_sethook(
      co, [](lua_State*, lua_Debug* ar) { ++(ar->event == LUA_HOOKLINE ? lines : counts); },
      LUA_MASKLINE | LUA_MASKCOUNT, 1);
  EXPECT_EQ(finish(co), 55);
  EXPECT_EQ(counts, sliced);
}

TEST_F(SliceTest, AnErrorRaisedAtItsEndIsOneOfTheInstruction) {
  set_slice_hook(L_, [](lua_State* L) { luaL_error(L, "enough"); });
  lua_State* co = load("local ok, e = pcall(function() while true do end end) return ok and 1 or #e", 20);
  EXPECT_GE(finish(co), 6);
}

// --- Held states

// Loads the code as module `m` of the state, and runs `use`.
std::string with_module(State& state, const char* module, const std::string& use) {
  return run(state,
             std::string("package.preload.m = load([==[") + module + "]==], '=m')\n" + "local m = require 'm'\n" + use);
}

// at(f) arms a slice for f's next instruction; the last of g_held tells.
int at(lua_State* L) {
  arm_slice(L, 2);
  return 0;
}

class HoldTest : public SliceTest {
 protected:
  HoldTest() {
    g_again = 0;
    g_yields = false;
    lua_pushcfunction(L_, at);
    lua_setglobal(L_, "at");
  }
  // What holds_state said during the script.
  std::vector<bool> held(const char* module, const std::string& use) {
    EXPECT_EQ(with_module(*state_, module, use), "");
    return g_held;
  }
  using Answers = std::vector<bool>;
};

TEST_F(HoldTest, InAModuleAndInWhatItCalls) {
  const char* module = "local m = {} function m.f(g) at() local x = 1 if g then g() end return x end return m";
  EXPECT_EQ(held(module, "at() local x = 1 m.f() at() x = 2"), (Answers{false, true, false}));
  g_held.clear();
  EXPECT_EQ(held(module, "m.f(function() at() local y = 1 end)"), (Answers{true, true}));
}

TEST_F(HoldTest, WhileTheModuleIsLoading) {
  EXPECT_EQ(held("at() local x = 1 return {}", "at() local x = 2"), (Answers{true, false}));
}

TEST_F(HoldTest, AtAnyDepthAndUntilItReturns) {
  const char* module = "return function(f) f() end";
  EXPECT_EQ(held(module, R"(
    local function deep(n) if n > 0 then deep(n - 1) end at() local x = n end
    deep(1)
    m(function() deep(1) end)
    deep(1))"),
            (Answers{false, false, true, true, false, false}));
}

TEST_F(HoldTest, ATailCallIsAnotherFunction) {
  const char* module = "return function(f) at() local x = 1 return f() end";
  EXPECT_EQ(held(module, R"(
    local function last() at() local x = 1 end
    local function first() at() local x = 1 return m(last) end
    first() at() local x = 2)"),
            (Answers{false, true, false, false}));
}

TEST_F(HoldTest, InAFinalizer) {
  EXPECT_EQ(held("return {}", R"(
    setmetatable({}, { __gc = function() at() local x = 1 end })
    local function f() at() local x = 1 collectgarbage() at() x = 2 end
    f())"),
            (Answers{false, true, false}));
}

}  // namespace
}  // namespace lagoon::vm
