#include "vm/freeze.h"

#include "tests/support/vm/script.h"
#include "vm/heap.h"
#include "vm/internals.h"
#include "vm/shared.h"

namespace lagoon::vm {
namespace {

struct Thing : Shared {
  static const SharedType type;
  Thing() : Shared(type) {}
};
const SharedType Thing::type{"thing", nullptr, nullptr};

class FreezeTest : public testing::Test {
 protected:
  FreezeTest() {
    lua_State* L = state_->lua();
    lua_register(L, "freeze", [](lua_State* l) {
      freeze(l, 1);
      lua_settop(l, 1);
      return 1;
    });
    lua_register(L, "frozen", [](lua_State* l) {
      lua_pushboolean(l, is_frozen(l, 1));
      return 1;
    });
    lua_register(L, "c_settable", [](lua_State* l) {
      lua_settop(l, 3);
      lua_settable(l, 1);
      return 0;
    });
    lua_register(L, "c_setfield", [](lua_State* l) {
      lua_settop(l, 2);
      lua_setfield(l, 1, "x");
      return 0;
    });
    lua_register(L, "c_seti", [](lua_State* l) {
      lua_settop(l, 2);
      lua_seti(l, 1, 1);
      return 0;
    });
    lua_register(L, "c_rawseti", [](lua_State* l) {
      lua_settop(l, 2);
      lua_rawseti(l, 1, 1);
      return 0;
    });
    lua_register(L, "c_rawsetp", [](lua_State* l) {
      lua_settop(l, 2);
      lua_rawsetp(l, 1, l);
      return 0;
    });
    lua_register(L, "c_setmetatable", [](lua_State* l) {
      lua_settop(l, 2);
      lua_setmetatable(l, 1);
      return 0;
    });
    lua_register(L, "thing", [](lua_State* l) {
      push_new_shared(l, new Thing);
      return 1;
    });
    luaL_requiref(
        L, "test.module",
        [](lua_State* l) {
          luaL_dostring(l, "local n = 0 return {count = function() n = n + 1 return n end}");
          return 1;
        },
        0);
    lua_settop(L, 0);
  }
  std::string run(const std::string& code) { return vm::run(*state_, code); }
  std::unique_ptr<State> state_ = open_state();
};

constexpr char kTable[] = R"(
  local t = freeze({10, 20, 30, x = 1, sub = {y = 2}, [1.5] = true, [true] = 'k'})
)";

TEST_F(FreezeTest, EveryWriteRaisesAndChangesNothing) {
  const char* writes[] = {
      "t[1] = 5",
      "t[4] = 5",
      "t[100] = 1",
      "t.x = 2",
      "t.new = 1",
      "t.x = nil",
      "t.absent = nil",
      "t[1.5] = 2",
      "t[true] = 1",
      "local k = 'x' t[k] = 3",
      "local i = 2 t[i] = 3",
      "local i = 9 t[i] = 3",
      "t.sub.y = 1",
      "t.sub.z = 1",
      "t.sub = nil",
      "rawset(t, 1, 1)",
      "rawset(t, 'x', nil)",
      "rawset(t, 'new', 1)",
      "table.insert(t, 1)",
      "table.insert(t, 1, 1)",
      "table.remove(t)",
      "table.remove(t, 1)",
      "table.sort(t, function(a, b) return a > b end)",
      "table.move({1, 2}, 1, 2, 1, t)",
      "setmetatable(t, {})",
      "setmetatable(t, nil)",
      "debug.setmetatable(t, {})",
      "c_settable(t, 'x', 1)",
      "c_settable(t, 'new', 1)",
      "c_setfield(t, 1)",
      "c_seti(t, 1)",
      "c_rawseti(t, 1)",
      "c_rawsetp(t, 1)",
      "c_setmetatable(t, {})",
      "function t.f() end",
      "t.x, t.y = 1, 2",
      "local p = setmetatable({}, {__newindex = t}) p.x = 1",
      "local p = setmetatable({}, {__newindex = t}) p.new = 1",
      "for k in pairs(t) do t[k] = nil end",
      "local u = 0 local function f() u = u + 1 t[u] = u end f()",
      "local _ENV = t x = 5",
      "local _ENV = t novel = 5",
  };
  for (const char* write : writes) {
    const std::string result =
        run(std::string(kTable) + "local before = #t\n" + "local ok, err = pcall(function() " + write + " end)\n" +
            "assert(t[1] == 10 and t[2] == 20 and t[3] == 30 and #t == before and t.x == 1 and "
            "t.sub.y == 2)\n" +
            "assert(t[4] == nil and t.new == nil and getmetatable(t) == nil and t[1.5] == true)\n" + "return ok, err");
    EXPECT_EQ(result.substr(0, 6), "false,") << write;
    EXPECT_NE(result.find("attempt to write a frozen table"), std::string::npos) << write << ": " << result;
  }
}

TEST_F(FreezeTest, WritesInScriptsNameTheirLine) {
  EXPECT_EQ(run("local t = freeze{x = 1}\n\nt.x = 2"), "error: test:3: attempt to write a frozen table");
  EXPECT_EQ(run("local t = freeze{x = 1}\n\nt.y = 2"), "error: test:3: attempt to write a frozen table");
}

TEST_F(FreezeTest, ReadsSeeAnOrdinaryTable) {
  EXPECT_EQ(run(std::string(kTable) + R"(
    local sum, n = 0, 0
    for _, v in ipairs(t) do sum = sum + v end
    for _ in pairs(t) do n = n + 1 end
    return type(t), #t, t.x, t.sub.y, sum, n, rawget(t, 2), rawlen(t), next({}, nil), select('#', table.unpack(t)),
           table.concat(t, '-'), frozen(t), frozen(t.sub), frozen({}))"),
            "table, 3, 1, 2, 60, 7, 20, 3, nil, 3, 10-20-30, true, true, false");
}

TEST_F(FreezeTest, ReadsGoThroughAFrozenMetatable) {
  EXPECT_EQ(run(R"(
    local Point = {}
    Point.__index = Point
    Point.__add = function(a, b) return a.x + b.x end
    function Point:get() return self.x end
    local p = freeze(setmetatable({x = 4}, Point))
    return p:get(), p + p, frozen(Point), pcall(function() Point.z = 1 end))"),
            "4, 8, true, false, test:7: attempt to write a frozen table");
}

TEST_F(FreezeTest, ANewindexMetamethodStillAnswersForAbsentKeys) {
  EXPECT_EQ(run(R"(
    local t = freeze(setmetatable({x = 1}, {__newindex = function(t, k, v) rawset(_G, 'got', k .. v) end}))
    t.y = 2
    return got, rawget(t, 'y'), pcall(function() t.x = 3 end))"),
            "y2, nil, false, test:4: attempt to write a frozen table");
}

TEST_F(FreezeTest, TablesInKeysAndCyclesAndSharedPartsAreFrozenOnce) {
  EXPECT_EQ(run(R"(
    local k, shared = {}, {}
    local t = {[k] = 1, a = shared, b = {shared}}
    t.self = t
    freeze(t)
    freeze(t)
    return frozen(k), frozen(shared), frozen(t.b), t.self == t, t.a == t.b[1])"),
            "true, true, true, true, true");
}

TEST_F(FreezeTest, AMillionLevelsDoNotOverflow) {
  EXPECT_EQ(run("local t = {} for i = 1, 200000 do t = {t} end freeze(t) return frozen(t[1][1][1])"), "true");
  const std::string error =
      run("local t = {print, coroutine.create(print)} for i = 1, 200000 do t = {t} end freeze(t)");
  EXPECT_EQ(error.substr(error.size() - 24), "[1][1][1][1][2]': thread");
  EXPECT_NE(error.find("cannot freeze field '...[1][1]"), std::string::npos) << error;
}

TEST_F(FreezeTest, RefusalsNameThePathAndChangeNothing) {
  struct Case {
    const char* table;
    const char* message;
  } const cases[] = {
      {"{a = {b = {coroutine.create(print)}}}", "cannot freeze field 'a.b[1]': thread"},
      {"{a = {[io.stdout] = 1}}", "cannot freeze field 'a(key)': FILE*"},
      {"{['a b'] = {x = io.stdout}}", "cannot freeze field '[\"a b\"].x': FILE*"},
      {"{[1.5] = {[true] = io.stdout}}", "cannot freeze field '[1.5][true]': FILE*"},
      {"setmetatable({}, {__index = {co = coroutine.create(print)}})",
       "cannot freeze field '(metatable).__index.co': thread"},
      {"{o = setmetatable({}, {__gc = rawlen})}", "cannot freeze field 'o(metatable)': it has __gc"},
      {"{f = function() n = 1 end}", "cannot freeze field 'f': function <test:2> assigns the global 'n'"},
      {"{f = function() local x = 1; x = 2; captured = x end}",
       "cannot freeze field 'f': function <test:2> assigns the captured variable 'captured'"},
      {"{f = function() return function() captured = captured + 1 end end}",
       "cannot freeze field 'f': function <test:2> assigns the captured variable 'captured'"},
      {"{f = function() return client.co end}", "cannot freeze upvalue 'client.co' of function <test:2>: thread"},
      {"{{f = function() return function() return client end end}}",
       "cannot freeze upvalue 'client.co' of function <test:2>: thread"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(run(std::string("local captured, client = 0, {co = coroutine.create(print)}\nlocal t = ") + c.table +
                  "\nlocal ok, err = pcall(freeze, t)"
                  "\nassert(not ok and not frozen(t) and not frozen(client))"
                  "\nfor _, v in pairs(t) do assert(not frozen(v)) end"
                  "\nt.written = 1 return err"),
              c.message);
  }
}

TEST_F(FreezeTest, OnlyTablesCanBeFrozen) {
  EXPECT_EQ(run("freeze(1)"), "error: test:1: bad argument #1 to 'freeze' (table expected, got number)");
}

TEST_F(FreezeTest, FunctionsKeepWhatTheyCapturedAndShareItWithNobody) {
  EXPECT_EQ(run(R"(
    local n, list = 1, {7}
    local function bump() n = n + 1 list[1] = 8 end
    local t = freeze({get = function() return n end, list = function() return list end})
    local ok, err = pcall(bump)
    return t.get(), n, t.list()[1], ok, frozen(list))"),
            "1, 2, 7, false, true");
}

TEST_F(FreezeTest, FunctionsMayAssignTheirOwnVariablesAndRecurse) {
  EXPECT_EQ(run(R"(
    local function fact(n) return n < 2 and 1 or n * fact(n - 1) end
    local t = freeze({fact = fact, sum = function(...)
      local s = 0
      local function add(x) s = s + x end
      for _, v in ipairs {...} do add(v) end
      return s
    end})
    return t.fact(5), t.sum(1, 2, 3))"),
            "120, 6");
}

TEST_F(FreezeTest, SharedObjectsModulesAndCFunctionsAreAllowed) {
  EXPECT_EQ(run(R"(
    local m = require 'test.module'
    local t = freeze({thing = thing(), m = m, count = m.count, s = string, p = print, math.floor})
    m.extra = 1
    return t.count(), t.m.count(), m.count(), frozen(m), frozen(string), t.s.upper('x'))"),
            "1, 2, 3, false, false, X");
}

TEST_F(FreezeTest, GlobalsSeenByAFunctionStayWritable) {
  EXPECT_EQ(run("g = 1 local t = freeze({f = function() return g end, env = _G}) g = 2 return "
                "t.f(), frozen(_G)"),
            "2, false");
}

TEST_F(FreezeTest, ATableThatIsMerelyCalledEnvIsAnOrdinaryOne) {
  EXPECT_EQ(run(R"(
    local t
    do
      local _ENV = {x = 1, freeze = freeze}
      t = freeze({f = function() return x end, env = _ENV})
    end
    return t.f(), frozen(t.env), pcall(function() t.env.x = 2 end))"),
            "1, true, false, test:7: attempt to write a frozen table");
}

TEST_F(FreezeTest, CollectionsLeaveFrozenTablesAlone) {
  EXPECT_EQ(run(R"(
    collectgarbage('incremental', 100, 400)
    kept = {}
    for i = 1, 4000 do
      local t = {i, {i}, name = 'n' .. i}
      if i % 10 == 0 then kept[#kept + 1] = freeze(t) end
    end
    collectgarbage() collectgarbage()
    for i, t in ipairs(kept) do
      assert(t[1] == i * 10 and t[2][1] == i * 10 and t.name == 'n' .. i * 10 and frozen(t[2]))
    end
    return #kept)"),
            "400");
}

TEST_F(FreezeTest, RunningOutOfMemoryThawsWhatWasFrozen) {
  run("big = {function() return big end} for i = 2, 300 do big[i] = {i, {}} end");
  for (uint64_t n = 0;; ++n) {
    ASSERT_LT(n, 3000u);
    state_->heap().fail_from(n);
    const int status = protect(*state_, [](lua_State* L) {
      lua_getglobal(L, "big");
      freeze(L, -1);
    });
    state_->heap().fail_from(Heap::kNever);
    lua_settop(state_->lua(), 0);
    if (status == LUA_OK) break;
    EXPECT_EQ(run("for i = 1, #big do assert(not frozen(big[i])) end return frozen(big)"), "false");
  }
  EXPECT_EQ(run("return frozen(big), frozen(big[300][2])"), "true, true");
}

}  // namespace
}  // namespace lagoon::vm
