// What a recalled start does not read while it is not written: each way to write it is seen.
#include <gtest/gtest.h>

#include "tests/support/vm/often.h"
#include "tests/support/vm/script.h"
#include "vm/internals.h"
#include "vm/raw.h"

namespace lagoon::test {
namespace {

TEST(RecallWrites, EveryWayToWriteAGlobalIsSeen) {
  expect_fresh(R"lua(
    function one() return 1 end
    function two() return 2 end
    function get() return which() end
    local writers = {
      function(v) which = v end,
      function(v) _G.which = v end,
      function(v) local name = "which" _G[name] = v end,
      function(v) rawset(_G, "which", v) end,
      function(v) load("which = ...")(v) end,
      function(v) local env = setmetatable({}, {__newindex = _G}) env.which = v end,
      function(v) local _ENV = _ENV which = v end,
      function(v) for name, f in next, _G do if name == "which" then _G[name] = v end end end,
    }
    which = one
    local function f() return get() end
    for round = 1, 3 do
      for _, write in ipairs(writers) do
        often(1, f)
        write(two)
        assert(go(f) == 2)
        often(2, f)
        write(one)
      end
    end
  )lua");
}

TEST(RecallWrites, EveryWayToWriteALibraryIsSeen) {
  expect_fresh(R"lua(
    local writers = {
      function(v) math.which = v end,
      function(v) _G.math.which = v end,
      function(v) rawset(math, "which", v) end,
      function(v) load("math.which = ...")(v) end,
      function(v) local m = setmetatable({}, {__newindex = math}) m.which = v end,
      function(v) package.loaded.math.which = v end,
    }
    local function f() return math.which, math.max(1, 2) end
    local function g() return math.which or 0 end
    for round = 1, 3 do
      for i, write in ipairs(writers) do
        often(nil, f)
        often(0, g)
        write(i)
        assert(go(g) == i and go(f) == i)
        often(i, f)
        write(nil)
      end
    end
    local stock = math
    math = {max = function() return "mine" end}
    assert(go(function() return math.max() end) == "mine" and go(f) == nil)
    math = stock
    often(nil, f)
  )lua");
}

TEST(RecallWrites, LibrariesInsideOthersAreSeen) {
  expect_fresh(R"lua(
    local function f() return package.preload.extra ~= nil end
    often(false, f)
    package.preload.extra = function() return 1 end
    assert(go(f))
    often(true, f)
    package.preload.extra = nil
    often(false, f)
    local stock = package.preload
    package.preload = {extra = true}
    often(true, f)
    package.preload = stock
    often(false, f)
  )lua");
}

TEST(RecallWrites, WhoeverIsAskedFirstAfterAWriteLeavesItToTheOthers) {
  expect_fresh(R"lua(
    function leaf() return 1 end
    function inner() return leaf() end
    local function f() return inner() end
    local function g() return inner() + 10 end
    local function h() return inner() + 20 end
    for i = 1, 30 do
      often(i, f)
      often(i + 10, g)
      often(i + 20, h)
      function leaf() return value end
      value = i + 1
      local all = {{f, i + 1}, {g, i + 11}, {h, i + 21}}
      for k = 1, 3 do
        local case = all[(i + k) % 3 + 1]
        assert(go(case[1]) == case[2])
      end
    end
  )lua");
}

TEST(RecallWrites, AWriteOfAnotherGlobalChangesNothing) {
  expect_fresh(R"lua(
    function leaf() return 1 end
    local function f() return leaf() end
    for i = 1, 40 do
      other = i
      _G["new" .. i] = i
      assert(go(f) == 1)
    end
    assert(other == 40 and new1 == 1 and new40 == 40)
  )lua");
}

TEST(RecallWrites, VariablesOfGlobalFunctionsAreReadEachTime) {
  expect_fresh(R"lua(
    local a, b = 1, 2
    function first() return a end
    function second() return a * 100 + b end
    function swap(n) a, b = n, n + 1 end
    local function f() return first() * 10000 + second() end
    often(10102, f)
    swap(5)
    assert(go(f) == 50506)
    often(50506, f)
    local function other() return b end
    debug.upvaluejoin(second, 1, other, 1)  -- first() has that variable, too
    assert(go(f) == 50606)
    often(50606, f)
    debug.setupvalue(first, 1, 9)
    assert(go(f) == 90606)
  )lua");
}

TEST(RecallWrites, WeakAndStrictGlobalsAreLookedAt) {
  expect_fresh(R"lua(
    box = load "return 1"
    local function f() return box ~= nil end
    often(true, f)
    setmetatable(_G, {__mode = "v"})
    collectgarbage()
    setmetatable(_G, nil)
    assert(box == nil and go(f) == false)
    often(false, f)
    setmetatable(_G, {__index = function(_, name) return name end})
    assert(go(function() return box end) == "box")
    assert(go(f) == true)
  )lua");
}

TEST(RecallWrites, FrozenGlobalsStayFrozen) {
  expect_fresh(R"lua(
    function leaf() return 1 end
    local function f() return leaf() end
    often(1, f)
    freeze(_G)
    often(1, f)
    local ok, why = pcall(function() leaf = nil end)
    assert(not ok and why:find("frozen", 1, true), why)
    often(1, f)
  )lua");
}

TEST(RecallWrites, AGlobalFunctionThatBecomesPartOfAModuleCrossesAsThat) {
  expect_fresh(R"lua(
    function part() return 1 end
    local function f() return part() end
    local function twin() return part() end
    often(1, f)
    package.preload.m = function() return {part = part} end
    require "m"
    local ok, got = pcall(go, f)
    local twin_ok, twin_got = pcall(go, twin)
    assert(ok == twin_ok and tostring(got) == tostring(twin_got), tostring(got) .. " / " .. tostring(twin_got))
  )lua");
}

TEST(RecallWrites, FrozenVariablesBecomeAFunctionsOwn) {
  expect_fresh(R"lua(
    local n = 1
    function first() n = n + 1 return n end
    function second() return n end
    local function f() return first() * 10 + second() end
    often(22, f)
    freeze {second = second}
    assert(go(f) == 21)
  )lua");
}

TEST(RecallWrites, OneGoroutineAfterTheOtherHasItsOwnGlobals) {
  expect_passes(R"lua(
    function f() return get() end
    function g() return -get() end
    local function run(i)
      value = i
      function get() return value end
      local f, g = f, g
      for _ = 1, 4 do assert(go(g) == -i) end
      for _ = 1, 4 do assert(go(f) == i) end
    end
    for i = 1, 200 do
      go(collectgarbage)
      go(run, i)
    end
  )lua",
                Collector::Calm);
}

// A table that comes to lie at its address is not watched, and no check would tell.
TEST(Watching, EndsWithTheFirstWriteAndWithTheTable) {
  auto s = vm::open_state();
  lua_State* L = s->lua();
  lua_newtable(L);
  const auto watched = [&] {
    vm::raw::watch(lua_topointer(L, 1));
    return vm::raw::writes(L);
  };
  const auto write = [&] {
    lua_pushinteger(L, 1);
    lua_setfield(L, 1, "x");
  };
  size_t before = watched();
  EXPECT_FALSE(vm::is_frozen(L, 1));
  write();
  EXPECT_EQ(vm::raw::writes(L), before + 1);
  write();
  EXPECT_EQ(vm::raw::writes(L), before + 1);
  before = watched();
  lua_pushnil(L);
  lua_setmetatable(L, 1);
  EXPECT_EQ(vm::raw::writes(L), before + 1);
  before = watched();
  vm::set_frozen(L, 1);
  EXPECT_TRUE(vm::is_frozen(L, 1));
  EXPECT_EQ(vm::raw::writes(L), before + 1);
  EXPECT_FALSE(vm::raw::watch(lua_topointer(L, 1)));
  EXPECT_TRUE(vm::is_frozen(L, 1));
  vm::set_frozen(L, 1, false);
  before = watched();
  lua_settop(L, 0);
  lua_gc(L, LUA_GCCOLLECT);
  EXPECT_EQ(vm::raw::writes(L), before + 1);
}

}  // namespace
}  // namespace lagoon::test
