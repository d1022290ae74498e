// Whatever a started function depends on may change between two starts.  Each script starts one often
// enough that it is recalled, changes one thing, and starts it again.  In debug builds every recalled start
// is compared with a fresh encoding besides.
#include <gtest/gtest.h>

#include "tests/support/vm/often.h"
#include "vm/heap.h"

namespace lagoon::test {
namespace {

TEST(Recall, CapturedVariablesAreReadEachTime) {
  expect_fresh(R"lua(
    local n, s, b, x = 1, "a", true, 0.0
    local function f() return ("%d %s %s %s"):format(n, s, tostring(b), 1 / x) end
    often("1 a true inf", f)
    n = 2
    often("2 a true inf", f)
    s = "b"
    often("2 b true inf", f)
    b = nil
    often("2 b nil inf", f)
    x = -0.0
    often("2 b nil -inf", f)
    s = ("long"):rep(20)
    often("2 " .. s .. " nil -inf", f)
    s = ("LONG"):rep(20)
    often("2 " .. s .. " nil -inf", f)
  )lua");
}

TEST(Recall, GlobalsAreReadEachTime) {
  expect_fresh(R"lua(
    function leaf() return 1 end
    function inner() return leaf() + (more or 0) end
    local function f() return inner() end
    often(1, f)
    function leaf() return 2 end
    often(2, f)
    more = 10
    often(12, f)
    more = nil
    often(2, f)
    rawset(_G, "more", 5)
    often(7, f)
    inner = nil
    often(false, function() return pcall(f) end)
  )lua");
}

TEST(Recall, GlobalsMoveInTheirTable) {
  expect_fresh(R"lua(
    for i = 1, 50 do _G["x" .. i] = 7 end
    local function f() return x10 + x20 + x30 + x40 end
    often(28, f)
    for i = 1, 1000 do _G["y" .. i] = 7 end
    often(28, f)
    for i = 1, 10 do x10 = i; often(21 + i, f) end
    for i = 1, 1000 do _G["y" .. i] = nil end
    for i = 1, 300 do _G[i .. "z"] = 7 end
    for i = 1, 10 do x20 = i; often(24 + i, f) end
  )lua");
}

TEST(Recall, VariablesOfOtherFunctionsAreReadEachTime) {
  expect_fresh(R"lua(
    local count = 0
    function bump() count = count + 1; return count end
    local function f() return bump() end
    often(1, f)
    bump()
    often(2, f)
    local step = 10
    function bump() count = count + step; return count end
    often(11, f)
    step = 20
    often(21, f)
    debug.setupvalue(bump, 2, 30)
    often(31, f)
  )lua");
}

TEST(Recall, SharedVariablesStayShared) {
  expect_fresh(R"lua(
    local n = 0
    function add() n = n + 1 end
    local function f() add(); add(); return n end
    often(2, f)
    local m = 0
    function add() m = m + 1 end
    often(0, f)
    debug.upvaluejoin(add, 1, f, 2)
    local name = debug.getupvalue(f, 2)
    often(name == "n" and 2 or 0, f)
  )lua");
}

TEST(Recall, TablesAreCopiedEachTime) {
  expect_fresh(R"lua(
    local t = {x = 1}
    config = {y = 1}
    local function f() t.x = t.x + 1; config.y = config.y + 1; return t.x * 100 + config.y end
    often(202, f)
    t.x = 5
    often(602, f)
    config.y = 7
    often(608, f)
    config = nil
    often(false, function() return (pcall(f)) end)
  )lua");
}

TEST(Recall, ATableMayTakeTheirPlace) {
  expect_fresh(R"lua(
    local v = 1
    local function f() return type(v) == "table" and v[1] or v end
    often(1, f)
    v = {2}
    often(2, f)
    v[1] = 3
    often(3, f)
    v = freeze {4}
    often(4, f)
    v = 1
    often(1, f)
  )lua");
}

TEST(Recall, LibrariesAreComparedEachTime) {
  expect_fresh(R"lua(
    local function f() local s = "x"; return s.shout and s:shout() or s:upper() end
    often("X", f)
    function string.shout(s) return s .. "!" end
    often("x!", f)
    string.shout = nil
    often("X", f)
    string.upper = function() return "mine" end
    often("mine", f)
    print = 5
    often(5, function() return print end)
  )lua");
}

TEST(Recall, ArgumentsAreTheCalls) {
  expect_fresh(R"lua(
    local base = 100
    local function f(a, b, c) return base + a + (b or 0) + (c and #c or 0) end
    often(101, f, 1)
    often(103, f, 1, 2)
    often(106, f, 1, 2, "abc")
    often(105, f, 1, 2, {1, 2})
    often(101, f, 1, nil, nil)
    base = 200
    often(201, f, 1)
    often(251, f, 1, 2, ("x"):rep(48))
    local function count(...) return select("#", ...) end
    often(3, count, nil, nil, nil)
    often(0, count)
  )lua");
}

TEST(Recall, ClosuresOfOnePrototypeAreTheirOwn) {
  expect_fresh(R"lua(
    local outer = 1
    local function make(i) return function() return i * 10 + outer end end
    for i = 1, 20 do assert(go(make(i)) == i * 10 + 1) end
    local function make_same() return function() return outer end end
    for i = 1, 20 do assert(go(make_same()) == 1) end
    local self
    local function make_self() self = function() return self end return self end
    for i = 1, 6 do
      make_self()
      often(true, function() return self() == self end)
    end
    local first = make_self()
    local function is_self(f) return function() return f == f() end end
    local other = is_self(first)
    often(true, other)
  )lua");
}

TEST(Recall, AFunctionThatMeetsItselfIsItself) {
  expect_fresh(R"lua(
    local current
    local function make() return function() return debug.getinfo(1, "f").func == current end end
    local one, other = make(), make()
    current = one
    often(true, one)
    often(false, other)
    often(true, one)
    current = other
    often(true, other)
    often(false, one)
  )lua");
}

TEST(Recall, EachEnvironmentIsItsOwn) {
  expect_fresh(R"lua(
    x = 1
    local function f() return x end
    often(1, f)
    local function g() x = 2; local a = go(f); x = 3; return a * 10 + go(f) end
    often(23, g)       -- f came with g, and has its globals
    often(1, f)
    local function h()
      local a, b
      function inner() return x end
      for i = 1, 6 do x = i; b = go(inner); assert(b == i) end
      x = nil
      return go(inner) == nil
    end
    often(true, h)
    local function k()
      local function kind() return type(print) end
      for _ = 1, 6 do assert(go(kind) == "function") end
      print = nil
      for _ = 1, 6 do assert(go(kind) == "nil") end
      return true
    end
    often(true, k)
    setmetatable(_G, {__index = function(_, name) return name .. "?" end})
    x = nil
    often("x?", f)
  )lua");
}

TEST(Recall, CodeThatWasForgottenIsLearntAgain) {
  expect_passes(R"lua(
    local n = 1
    local function f() return n end
    for i = 1, 5000 do
      local g = load("local n = ... return function() return n + " .. i .. " end")(i)
      if i % 1000 == 0 then
        n = i
        for _ = 1, 4 do assert(go(f) == i) end
      end
      assert(go(g) == 2 * i)
    end
  )lua",
                Collector::Calm);
}

#ifndef LAGOON_HEAP_ASAN  // it puts freed addresses aside
TEST(Recall, AddressesAreUsedAgain) {
  expect_passes(R"lua(
    -- Something that make() made at the address of what was there before.
    local function reuse(address, make)
      local kept = {}
      for i = 1, 3000 do
        local v = make(i)
        if ("%p"):format(v) == address then return v end
        kept[i] = v
      end
    end
    local v
    local function text() return v end
    local function call() return v() end
    local function make_text(i) return ("a text of thirty characters%03d"):format(i % 1000) end
    local function make_function(i) return load("return function() return " .. i .. " end")() end
    local found = 0
    for i = 1, 20 do
      for _, case in ipairs {{text, make_text}, {call, make_function}} do
        local f, make = case[1], case[2]
        v = make(4000 + i)
        for _ = 1, 8 do assert(go(f) == f()) end
        local address = ("%p"):format(v)
        v = nil
        collectgarbage()
        v = reuse(address, make)
        if v then
          found = found + 1
          assert(go(f) == f())
        end
      end
    end
    assert(found >= 20, found)
  )lua",
                Collector::Calm);
}
#endif

}  // namespace
}  // namespace lagoon::test
