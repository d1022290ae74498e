#include <gtest/gtest.h>

#include "tests/support/vm/crossing.h"

namespace lagoon::test {
namespace {

TEST(CrossingFunctions, CapturedVariablesCrossByValue) {
  expect_passes(R"lua(
    local a, b, c, d = 1, "two", {3}, nil
    local f = function(x) a = a + x; c[1] = c[1] + x; return a, b, c[1], d end
    local r = {go(f, 10)}
    assert(r[1] == 11 and r[2] == "two" and r[3] == 13 and r[4] == nil)
    assert(a == 1 and c[1] == 3)
    local g = copy(f)
    assert(g ~= f and g(1) == 2 and g(1) == 3 and a == 1)
  )lua");
}

TEST(CrossingFunctions, ArgumentsAndResultsCross) {
  expect_passes(R"lua(
    local function f(...) return select("#", ...), ... end
    local n, a, b, c = go(f, nil, {1}, nil)
    assert(n == 3 and a == nil and b[1] == 1 and c == nil)
    assert(select("#", go(function() end)) == 0)
  )lua");
}

TEST(CrossingFunctions, RecursionWorks) {
  expect_passes(R"lua(
    local function fib(n) return n < 2 and n or fib(n - 1) + fib(n - 2) end
    assert(go(fib, 15) == 610)
    local even, odd
    function even(n) if n == 0 then return true end return odd(n - 1) end
    function odd(n) if n == 0 then return false end return even(n - 1) end
    assert(go(even, 10) and not go(odd, 10) and go(function() return even(4) and odd(5) end))
    local e, o = copy(even, odd)
    assert(e(6) and o(7))
  )lua");
}

TEST(CrossingFunctions, VariablesSharedByFunctionsStayShared) {
  expect_passes(R"lua(
    local n = 0
    local function add() n = n + 1 end
    local function get() return n end
    assert(go(function() add(); add(); return get() + n end) == 4)
    local a, g = copy(add, get)
    a(); a()
    assert(g() == 2 and n == 0)
    local objs = copy{add = add, get = get}
    objs.add()
    assert(objs.get() == 1)
  )lua");
}

TEST(CrossingFunctions, FunctionsInsideFunctionsCrossAgain) {
  expect_passes(R"lua(
    local function level(n)
      if n == 0 then return "bottom" end
      return go(function() return level(n - 1) end)
    end
    assert(level(5) == "bottom")
    local make = go(function() local n = 0; return function() n = n + 1; return n end end)
    assert(make() == 1 and make() == 2)
    for i = 1, 3 do
      assert(go(function() local function twice() return 2 * i end; return go(twice) end) == 2 * i)
    end
  )lua");
}

TEST(CrossingFunctions, ErrorsShowTheScriptsOwnPlace) {
  expect_fails("local function f(x)\n  return x.y.z\nend\ngo(f, {})",
               "script:2: attempt to index a nil value (field 'y')");
  expect_passes(R"lua(
    local info = go(function() return debug.getinfo(1, "Sl") end)
    assert(info.short_src == "script" and info.currentline == 2 and info.linedefined == 2)
    assert(go(function() local hello = 1; return debug.getlocal(1, 1) end) == "hello")
  )lua");
}

TEST(CrossingFunctions, VarargsUpvaluesAndManyConstants) {
  expect_passes(R"lua(
    local code = {"local t = {} "}
    for i = 1, 400 do code[#code + 1] = ("t[%d] = 'constant %d' "):format(i, i) end
    code[#code + 1] = "last = t[400] other = last return t, last, other, string.rep('x', 3)"
    local f = load(table.concat(code))
    local t, last, other, x = go(f)
    assert(#t == 400 and last == "constant 400" and other == last and x == "xxx")
    assert(rawget(_G, "last") == nil)
    local ups = {}
    for i = 1, 200 do ups[i] = "local u" .. i .. " = " .. i end
    local sum = {}
    for i = 1, 200 do sum[i] = "u" .. i end
    local g = load(table.concat(ups, "\n"):gsub("local u(%d+) = (%d+)", function(a, b)
      return tonumber(a) <= 190 and ("local u%s = %s"):format(a, b) or "" end) ..
      " return function(...) return select('#', ...) + u1 + u190 + " .. table.concat(sum, "+", 1, 60) .. " end")()
    assert(go(g, 1, 2, 3) == 3 + 1 + 190 + 60 * 61 // 2)
  )lua");
}

TEST(CrossingFunctions, FunctionsAsKeysAndInCycles) {
  expect_passes(R"lua(
    local t = {}
    t.f = function() return t end
    t[t.f] = "f"
    local u = copy(t)
    assert(u.f() == u and u[u.f] == "f" and u ~= t)
    assert(go(function() return t.f() == t and t[t.f] end) == "f")
  )lua");
}

TEST(CrossingFunctions, ManyDistinctFunctionsDoNotPileUp) {
  expect_passes(R"lua(
    for i = 1, 5000 do
      local f = load("return " .. i)
      assert(copy(f)() == i)
      if i % 1000 == 0 then assert(go(f) == i) end
    end
    collectgarbage()
    assert(collectgarbage("count") < 20000)
  )lua",
                Collector::Calm);
}

TEST(CrossingFunctions, CoroutinesInsideGoroutines) {
  expect_passes(R"lua(
    local r = go(function()
      local co = coroutine.wrap(function() for i = 1, 3 do x = i; coroutine.yield(x) end end)
      return {co(), co(), co(), x}
    end)
    assert(r[1] == 1 and r[3] == 3 and r[4] == 3 and x == nil)
  )lua");
}

}  // namespace
}  // namespace lagoon::test
