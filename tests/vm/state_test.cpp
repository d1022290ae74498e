#include "vm/state.h"

#include "tests/support/vm/script.h"
#include "vm/account.h"
#include "vm/coro.h"
#include "vm/heap.h"
#include "vm/internals.h"
#include "vm/pack.h"

namespace lagoon::vm {
namespace {

TEST(State, HasTheStandardLibraries) {
  auto s = open_state();
  EXPECT_EQ(run(*s, "return _VERSION, type(string.format), type(utf8), type(debug), type(os), type(io)"),
            "Lua 5.4, function, table, table, table, table");
}

// Of every length that is interned and some that are not, each with one byte changed, made in two ways.
TEST(State, TellsStringsApartByEachByte) {
  auto s = open_state();
  EXPECT_EQ(run(*s, R"(
    local function each(f)
      for length = 0, 60 do
        local plain = ("x"):rep(length)
        f(plain, plain:sub(1, length // 2) .. plain:sub(length // 2 + 1))
        for i = 1, length do
          for _, byte in ipairs { "\0", "y", "\xf8" } do
            local before, after = plain:sub(1, i - 1), plain:sub(i + 1)
            f(before .. byte .. after, table.concat { before, byte, after })
          end
        end
      end
    end
    local seen, n = {}, 0
    each(function(a) n = n + 1 seen[a] = n end)
    local m = 0
    each(function(a, b) m = m + 1 assert(a == b and seen[b] == m) end)
    return n)"),
            "5551");
}

TEST(State, IsFoundFromEveryCoroutine) {
  auto s = open_state();
  EXPECT_EQ(&State::of(s->lua()), s.get());
  lua_State* co = lua_newthread(s->lua());
  EXPECT_EQ(&State::of(co), s.get());
}

TEST(State, RunsOnOpenAndReportsItsError) {
  StateConfig config;
  config.on_open = [](lua_State* L, void* ud) {
    lua_pushinteger(L, *static_cast<int*>(ud));
    lua_setglobal(L, "given");
  };
  int given = 42;
  config.on_open_ud = &given;
  auto s = open_state(config);
  EXPECT_EQ(run(*s, "return given"), "42");

  config.on_open = [](lua_State* L, void*) { luaL_error(L, "will not open"); };
  std::string why;
  EXPECT_EQ(State::open(config, &why), nullptr);
  EXPECT_EQ(why, "will not open");
}

TEST(State, OpensOrSaysNotEnoughMemoryWhateverAllocationFails) {
  auto s = open_state();
  const size_t needed = s->heap().peak();
  int opened = 0;
  for (size_t limit = 1; limit < needed + 2000; limit += 97) {
    std::string why;
    StateConfig config;
    config.memory_limit = limit;
    auto small = State::open(config, &why);
    if (small != nullptr) {
      ++opened;
      EXPECT_LE(small->heap().peak(), limit);
    } else {
      // luaL_checkstack cannot tell a stack that may not grow from one that cannot.
      EXPECT_TRUE(why == "not enough memory" || why == "stack overflow") << why;
    }
  }
  EXPECT_GT(opened, 0);
}

TEST(State, AMemoryLimitRaisesAndTheStateGoesOn) {
  StateConfig config;
  config.memory_limit = 2 << 20;
  auto s = open_state(config);
  EXPECT_EQ(run(*s, "local t = {} for i = 1, 1e9 do t[i] = {} end"), "error: not enough memory");
  EXPECT_EQ(run(*s, "return 1 + 1"), "2");
  EXPECT_LE(s->heap().peak(), size_t{2} << 20);
}

TEST(State, TheLimitIsAnEndThatNoScriptCatchesWhereTheHookSaysSo) {
  StateConfig config;
  config.memory_limit = 2 << 20;
  auto s = open_state(config);
  static int asked;
  asked = 0;
  set_memory_hook(s->lua(), [](lua_State* L) {
    ++asked;
    return State::of(L).heap().refused() ? 1 : 0;
  });
  const char* scripts[] = {
      "local t = {} while true do pcall(function() while true do t[#t + 1] = {} end end) end",
      "local t = {} while true do xpcall(function() while true do t[#t + 1] = {} end end, print) end",
      "local t = {} table.sort({2, 1}, function() while true do pcall(rawset, t, #t + 1, {}) end end)",
      "while true do pcall(string.rep, 'x', 1 << 30) end",
  };
  for (const char* script : scripts) {
    const int status = protect(*s, [&](lua_State* L) {
      if (luaL_loadstring(L, script) != LUA_OK) lua_error(L);
      lua_call(L, 0, 0);
    });
    EXPECT_EQ(status, kEnded) << script;
    lua_settop(s->lua(), 0);
  }
  EXPECT_GT(asked, 0);
  EXPECT_EQ(run(*s, "return 1 + 1"), "2");
  EXPECT_LE(s->heap().peak(), size_t{2} << 20);
  s->heap().set_limit(0);
  s->heap().fail_from(0);  // not the limit: an error as ever
  EXPECT_EQ(run(*s, "local t = {} while true do t[#t + 1] = {} end"), "error: not enough memory");
  s->heap().fail_from(Heap::kNever);
}

TEST(State, MessagesAndSharedObjectsCountUntilTheyAreFreed) {
  auto s = open_state();
  ASSERT_TRUE(s->heap().open_account());
  lua_State* L = s->lua();
  Message m;
  ASSERT_EQ(protect(*s,
                    [&](lua_State* l) {
                      luaL_dostring(l, "return {('x'):rep(100000)}");
                      pack(l, -1, 1, &m);
                    }),
            LUA_OK);
  EXPECT_GE(s->heap().account()->held(), 100000u);
  Message second = share(m);
  drop(m);
  EXPECT_GE(s->heap().account()->held(), 100000u);
  s->heap().set_limit(s->heap().used() + 150000);
  EXPECT_EQ(protect(*s,
                    [&](lua_State* l) {
                      lua_createtable(l, 10000, 0);  // 160,000 bytes
                    }),
            LUA_ERRMEM);
  lua_settop(L, 0);
  drop(second);
  EXPECT_EQ(s->heap().account()->held(), 0u);
  s->heap().set_limit(0);
}

TEST(State, AMessageMayOutliveTheStateThatItCountsIn) {
  Message m;
  {
    auto s = open_state();
    ASSERT_TRUE(s->heap().open_account());
    ASSERT_EQ(protect(*s,
                      [&](lua_State* l) {
                        luaL_dostring(l, "return {1, 2, 3}");
                        pack(l, -1, 1, &m);
                      }),
              LUA_OK);
  }
  drop(m);
}

TEST(State, AScriptSurvivesAnyAllocationFailure) {
  auto s = open_state();
  const char* script = R"(
    local t = {}
    for i = 1, 50 do t[i] = setmetatable({tostring(i)}, {__gc = function() end}) end
    local co = coroutine.wrap(function(...) local x <close> = setmetatable({}, {__close = print and function() end}) coroutine.yield(...) end)
    co(table.unpack(t))
    return #table.concat({("x"):rep(300), string.format("%q", "a\nb")}))";
  std::string result;
  for (uint64_t n = 0;; ++n) {
    ASSERT_LT(n, 5000u);
    s->heap().fail_from(n);
    const int status = protect(*s, [&](lua_State* L) {
      if (luaL_loadstring(L, script) != LUA_OK) lua_error(L);
      lua_call(L, 0, 1);
      return 1;
    });
    s->heap().fail_from(Heap::kNever);
    if (status == LUA_OK) break;
    EXPECT_EQ(status, LUA_ERRMEM);
    lua_settop(s->lua(), 0);
  }
  EXPECT_EQ(lua_tointeger(s->lua(), -1), 306);
}

TEST(State, CollectgarbageAnswersAsStockAndNeverGoesGenerational) {
  auto s = open_state();
  EXPECT_EQ(run(*s, "return collectgarbage('incremental')"), "generational");  // as `lua` starts
  EXPECT_EQ(run(*s, "return collectgarbage('generational', 20, 100)"), "incremental");
  EXPECT_EQ(run(*s, "return collectgarbage('generational')"), "generational");
  EXPECT_EQ(lua_gc(s->lua(), LUA_GCINC, 0, 0, 0), LUA_GCINC);  // what it really does
  EXPECT_EQ(run(*s, "return collectgarbage('incremental', 160, 300)"), "generational");
  EXPECT_EQ(run(*s, "return collectgarbage('setpause', 200), collectgarbage('setstepmul', 400)"), "160, 300");
  EXPECT_EQ(run(*s, "return collectgarbage(), collectgarbage('step'), math.type(collectgarbage('count'))"),
            "0, true, float");
  EXPECT_EQ(run(*s,
                "collectgarbage('stop') local r = collectgarbage('isrunning') collectgarbage('restart') "
                "return r, collectgarbage('isrunning')"),
            "false, true");
  EXPECT_EQ(run(*s, "collectgarbage('sometimes')"),
            "error: test:1: bad argument #1 to 'collectgarbage' (invalid option 'sometimes')");
  EXPECT_EQ(run(*s,
                "setmetatable({}, {__gc = function() r = {collectgarbage(), "
                "collectgarbage('generational')} end})"
                "collectgarbage() return #r"),
            "0");
}

TEST(State, WarnIsOffUntilAskedFor) {
  auto s = open_state();
  testing::internal::CaptureStderr();
  run(*s, "warn('lost') warn('@on') warn('a', 'b') warn('@off') warn('lost')");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "Lua warning: ab\n");
}

TEST(State, IgnoresTheEnvironmentWhenTold) {
  setenv("LUA_PATH", "from-environment", 1);
  auto with = open_state();
  StateConfig config;
  config.ignore_environment = true;
  auto without = open_state(config);
  unsetenv("LUA_PATH");
  EXPECT_EQ(run(*with, "return package.path"), "from-environment");
  EXPECT_NE(run(*without, "return package.path"), "from-environment");
}

TEST(State, ClosingFreesEverythingItCounted) {
  auto s = open_state();
  run(*s, "t = {} for i = 1, 10000 do t[i] = {tostring(i)} end");
  s.reset();  // LeakSanitizer has the last word
}

}  // namespace
}  // namespace lagoon::vm
