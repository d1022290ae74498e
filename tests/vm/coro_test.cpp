#include "vm/coro.h"

#include <vector>

#include "tests/support/vm/script.h"
#include "vm/heap.h"
#include "vm/internals.h"

namespace lagoon::vm {
namespace {

class CoroTest : public testing::Test {
 protected:
  std::unique_ptr<State> state_ = open_state();
  lua_State* L_ = state_->lua();
  CoroPool& coros_ = state_->coros();

  Coro acquire() {
    Coro coro;
    EXPECT_EQ(protect(*state_, [&](lua_State* L) { coro = coros_.acquire(L); }), LUA_OK);
    return coro;
  }
  // Loads the chunk onto the coroutine and runs it to its first yield or end.
  int start(Coro coro, const char* code) {
    EXPECT_EQ(luaL_loadstring(coro.lua, code), LUA_OK);
    return resume(coro.lua, nullptr, 0, &results_);
  }
  std::string global(const char* name) { return run(*state_, std::string("return ") + name); }
  int results_ = 0;
};

TEST_F(CoroTest, RunsToTheEndWithResults) {
  Coro coro = acquire();
  EXPECT_EQ(start(coro, "return 1, 2, 3"), LUA_OK);
  EXPECT_EQ(results_, 3);
  coros_.give_back(coro);
  EXPECT_EQ(coros_.live(), 0u);
}

TEST_F(CoroTest, OneThatEndedIsReusedEmpty) {
  Coro first = acquire();
  start(first, "return 1");
  coros_.give_back(first);
  Coro second = acquire();
  EXPECT_EQ(second.lua, first.lua);
  EXPECT_EQ(lua_gettop(second.lua), 0);
  EXPECT_EQ(start(second, "coroutine.yield(1)"), LUA_YIELD);
  coros_.discard(second, nullptr);
}

TEST_F(CoroTest, OneThatIsNotReusedGivesItsStackBackAtOnce) {
  constexpr size_t kOver = 100;
  std::vector<Coro> coros;
  for (size_t i = 0; i < CoroPool::kPooled + kOver; ++i) coros.push_back(acquire());
  lua_gc(L_, LUA_GCSTOP);
  for (Coro coro : coros) start(coro, "local function f(n) if n > 0 then f(n - 1) end return 1 end f(20)");
  size_t before = 0;
  for (Coro coro : coros) {
    if (coros_.pooled() == CoroPool::kPooled && before == 0) before = state_->heap().used();
    coros_.give_back(coro);
  }
  EXPECT_EQ(coros_.pooled(), CoroPool::kPooled);
  EXPECT_LT(state_->heap().used() + kOver * 100 * 16, before) << "100 slots each and more";
  lua_gc(L_, LUA_GCRESTART);
  lua_gc(L_, LUA_GCCOLLECT);
  Coro again = acquire();
  EXPECT_EQ(start(again, "coroutine.yield(1)"), LUA_YIELD);
  coros_.discard(again, nullptr);
}

TEST_F(CoroTest, OneThatEndedWithAHookIsNotReused) {
  Coro coro = acquire();
  lua_sethook(
      coro.lua, [](lua_State*, lua_Debug*) {}, LUA_MASKCOUNT, 1);
  start(coro, "return 1");
  coros_.give_back(coro);
  EXPECT_EQ(coros_.pooled(), 0u);
  EXPECT_EQ(coros_.live(), 0u);
}

TEST_F(CoroTest, ANewOneDoesNotInheritTheHookOfItsMaker) {
  lua_sethook(
      L_, [](lua_State*, lua_Debug*) {}, LUA_MASKCOUNT, 1000);
  Coro coro = acquire();
  EXPECT_EQ(lua_gethook(coro.lua), nullptr);
  lua_sethook(L_, nullptr, 0, 0);
}

TEST_F(CoroTest, TheCollectorKeepsWhatIsAcquiredOrPooled) {
  Coro parked = acquire();
  start(parked, "local t = {}; coroutine.yield(); alive = #t + 1");
  Coro done = acquire();
  start(done, "");
  coros_.give_back(done);
  lua_gc(L_, LUA_GCCOLLECT);
  lua_settop(parked.lua, 0);
  EXPECT_EQ(resume(parked.lua, nullptr, 0, &results_), LUA_OK);
  EXPECT_EQ(global("alive"), "1");
  EXPECT_EQ(acquire().lua, done.lua);
}

TEST_F(CoroTest, DiscardRunsCloseVariablesAndLetsTheCollectorHaveIt) {
  Coro coro = acquire();
  start(coro, R"(
    held = setmetatable({}, {__mode = "k"})
    held[coroutine.running()] = true
    local c <close> = setmetatable({}, {__close = function() closed = true end})
    coroutine.yield())");
  EXPECT_EQ(coros_.discard(coro, nullptr), LUA_OK);
  EXPECT_EQ(global("closed"), "true");
  lua_gc(L_, LUA_GCCOLLECT);
  EXPECT_EQ(global("next(held)"), "nil");
  EXPECT_EQ(coros_.live(), 0u);
  EXPECT_EQ(coros_.pooled(), 0u);
}

TEST_F(CoroTest, CloseLeavesTheErrorOfACloseHandler) {
  Coro coro = acquire();
  start(coro,
        "local c <close> = setmetatable({}, {__close = function() error('x', 0) end}) "
        "coroutine.yield()");
  EXPECT_EQ(coros_.close(coro, nullptr), LUA_ERRRUN);
  EXPECT_STREQ(lua_tostring(coro.lua, -1), "x");
  coros_.forget(coro);
}

TEST_F(CoroTest, AHeldOneThatWasDiscardedIsDead) {
  Coro coro = acquire();
  start(coro, "co = coroutine.running(); error({})");
  EXPECT_EQ(coros_.discard(coro, nullptr), LUA_ERRRUN);
  EXPECT_EQ(global("coroutine.status(co)"), "dead");
}

TEST_F(CoroTest, OneWithALargeStackIsNotKept) {
  Coro coro = acquire();
  EXPECT_EQ(start(coro, "local function f(n) return n == 0 and 0 or 1 + f(n - 1) end return f(5000)"), LUA_OK);
  coros_.give_back(coro);
  EXPECT_EQ(coros_.pooled(), 0u);
  EXPECT_EQ(coros_.live(), 0u);
}

TEST_F(CoroTest, ThePoolIsBounded) {
  std::vector<Coro> all;
  for (uint32_t i = 0; i < CoroPool::kPooled + 100; ++i) all.push_back(acquire());
  for (Coro coro : all) start(coro, "");
  for (Coro coro : all) coros_.give_back(coro);
  EXPECT_EQ(coros_.pooled(), CoroPool::kPooled);
  EXPECT_EQ(coros_.live(), 0u);
}

TEST_F(CoroTest, AnchorsAreReused) {
  std::vector<Coro> all;
  for (int i = 0; i < 100; ++i) all.push_back(acquire());
  for (Coro coro : all) coros_.discard(coro, nullptr);
  for (int i = 0; i < 100; ++i) EXPECT_LE(acquire().anchor, 100u);
}

TEST_F(CoroTest, ClosingTheStateClosesThoseLeftTheYoungestFirst) {
  static std::string order;
  order.clear();
  lua_register(L_, "note", [](lua_State* L) {
    order += lua_tostring(L, 1);
    return 0;
  });
  for (const char* name : {"a", "b"}) {
    Coro coro = acquire();
    lua_pushstring(coro.lua, name);
    lua_setglobal(coro.lua, "name");
    start(coro,
          "local n = name; local c <close> = setmetatable({}, {__close = function() note(n) end}) "
          "coroutine.yield()");
  }
  state_.reset();
  EXPECT_EQ(order, "ba");
}

TEST_F(CoroTest, RunningOutOfMemoryInAcquireLosesNothing) {
  for (int held = 0; held < 40; ++held) {
    Coro coro;
    int status = LUA_ERRMEM;
    for (uint64_t n = 0; status != LUA_OK; ++n) {
      ASSERT_LT(n, 50u);
      state_->heap().fail_from(n);
      status = protect(*state_, [&](lua_State* L) { coro = coros_.acquire(L); });
      state_->heap().fail_from(Heap::kNever);
      EXPECT_EQ(coros_.live(), static_cast<uint32_t>(held + (status == LUA_OK)));
      lua_settop(L_, 0);
    }
    EXPECT_EQ(start(coro, "coroutine.yield()"), LUA_YIELD);
  }
}

// As a goroutine's: calls the function it was given, with what else it was given.
int body(lua_State* L) {
  auto k = [](lua_State* co, int, lua_KContext) { return lua_gettop(co); };
  lua_callk(L, lua_gettop(L) - 1, LUA_MULTRET, 0, k);
  return k(L, LUA_OK, 0);
}

int other_body(lua_State* L) { return body(L); }

// Parks; then uses `slots` of the stack, and returns its argument.
template <int slots>
int park_here(lua_State* L) {
  return lua_yieldk(L, 0, 0, [](lua_State* co, int, lua_KContext) {
    const int used = lua_gettop(co);
    for (int i = 0; i < slots; ++i) lua_pushinteger(co, i);
    lua_settop(co, used);
    return 1;
  });
}

class ParkedTest : public CoroTest {
 protected:
  ParkedTest() {
    cut_parked_stacks(L_, body);
    lua_register(L_, "park", park_here<LUA_MINSTACK>);
    lua_register(L_, "park_in_need", park_here<8>);
  }
  Coro parked(lua_CFunction first, const char* code) {
    Coro coro = acquire();
    lua_pushcfunction(coro.lua, first);
    EXPECT_EQ(luaL_loadstring(coro.lua, code), LUA_OK);
    EXPECT_EQ(resume(coro.lua, nullptr, 1, &results_), LUA_YIELD);
    return coro;
  }
  void collect() { lua_gc(L_, LUA_GCCOLLECT); }
};

TEST_F(ParkedTest, HasTheStackItNeedsAndGetsTheRestBack) {
  Coro coro = parked(body, "local a, b = 1, 2; local c = park(3); return a + b + c");
  const int before = stack_slots(coro.lua);
  collect();
  EXPECT_LT(stack_slots(coro.lua), LUA_MINSTACK);
  EXPECT_EQ(resume(coro.lua, nullptr, 0, &results_), LUA_OK);
  EXPECT_EQ(lua_tointeger(coro.lua, -1), 6);
  EXPECT_LE(stack_slots(coro.lua), before);
  coros_.give_back(coro);
}

TEST_F(ParkedTest, IsCutWhereverItParks) {
  Coro coro = parked(body, R"(
    local function deep(n) if n == 0 then return park(7) end return (deep(n - 1)) + 0 end
    local sum = 0
    for i = 1, 5 do
      sum = sum + deep(i * 20)
      local ok, e = pcall(function() local r = park(1); error({r}) end)
      assert(not ok and e[1] == 1)
      local t = setmetatable({}, {__index = function(_, k) return park(k) end, __close = function() park(0) end})
      do local closed <close> = t; sum = sum + t[i] end
      assert(select("#", table.unpack({}, 1, 100)) == 100)
    end
    return sum)");
  int parks = 1, status;
  do {
    collect();
    status = resume(coro.lua, nullptr, 0, &results_);
  } while (status == LUA_YIELD && ++parks < 1000);
  EXPECT_EQ(status, LUA_OK);
  EXPECT_EQ(parks, 20);
  EXPECT_EQ(lua_tointeger(coro.lua, -1), 5 * 7 + 15);
  coros_.discard(coro, nullptr);
}

TEST_F(ParkedTest, GoesOnWithoutMemoryForTheRest) {
  Coro coro = parked(body, "local t = park_in_need(3); return t");
  collect();
  state_->heap().fail_from(0);
  const int status = resume(coro.lua, nullptr, 0, &results_);
  state_->heap().fail_from(Heap::kNever);
  EXPECT_TRUE(status == LUA_OK || status == LUA_ERRMEM);
  coros_.discard(coro, nullptr);
}

TEST_F(ParkedTest, ClosesItsVariablesWithoutThatStack) {
  Coro coro = parked(body, "local x <close> = setmetatable({}, {__close = function() closed = 'yes' end}); park(1)");
  collect();
  EXPECT_EQ(coros_.discard(coro, nullptr), LUA_OK);
  EXPECT_EQ(global("closed"), "yes");
}

// Also while it runs on, and whatever its body had asked for.
TEST_F(ParkedTest, IsCollectedOnceItGoesOn) {
  auto roomy = [](lua_State* L) {
    luaL_checkstack(L, 100, nullptr);
    return body(L);
  };
  cut_parked_stacks(L_, roomy);
  Coro coro = parked(roomy, "park(1) collectgarbage() return park(2)");
  collect();
  EXPECT_LT(stack_slots(coro.lua), LUA_MINSTACK);
  EXPECT_EQ(resume(coro.lua, nullptr, 0, &results_), LUA_YIELD);
  EXPECT_EQ(resume(coro.lua, nullptr, 0, &results_), LUA_OK);
  EXPECT_EQ(lua_tointeger(coro.lua, -1), 2);
  coros_.give_back(coro);
}

// A module in C may push onto it what a C function has room for.
TEST_F(ParkedTest, OneOfTheScriptsOwnIsLeftAlone) {
  Coro coro = parked(other_body, "park(1)");
  const int before = stack_slots(coro.lua);
  collect();
  EXPECT_EQ(stack_slots(coro.lua), before);
  coros_.discard(coro, nullptr);
}

}  // namespace
}  // namespace lagoon::vm
