// Stock values that are read without being had (vm/glimpse.h): nobody can tell, but by what it costs.
#include "vm/glimpse.h"

#include <gtest/gtest.h>

#include "tests/support/vm/hand.h"
#include "tests/support/vm/often.h"
#include "vm/closed.h"
#include "vm/environment.h"

namespace lagoon::test {
namespace {

// --- Stories

TEST(Glimpse, AWriteAfterItIsTheGoroutinesOwn) {
  expect_fresh(R"lua(
    other = 1
    local function f()
      local before = math.max(1, 2) + math.pi // 1
      math.max, math.own = nil, 7
      return before * 10 + math.own + (math.max == nil and 100 or 0) + (other and 0)
    end
    often(157, f)
    assert(math.max and not math.own)
    local function g()
      assert(type(print) == "function")
      print = nil
      return print == nil and type("") == "string"
    end
    often(true, g)
    assert(print)
  )lua");
}

TEST(Glimpse, TheTableItselfIsTheGoroutinesOwn) {
  expect_fresh(R"lua(
    local function f()
      local max = math.max
      local m = math
      m.own = max
      local first, second = math, math.own
      return first == m and second == max and rawequal(m, math) and next(m) ~= nil
    end
    often(true, f)
    local function called(t) t.seen = true return math.seen end
    often(true, function() local _ = math.pi return called(math) end)
    often(true, function() local _ = math.pi return package.loaded.math ~= nil end)
    assert(not math.own and not math.seen)
  )lua");
}

TEST(Glimpse, WhatTheStarterChangedIsReadInItsPlace) {
  expect_fresh(R"lua(
    local function f() return math.max(1, 2) .. tostring(7) .. (math.extra or "") end
    often("27", f)
    local stock = math.max
    math.max, math.extra = function() return "mine" end, "!"
    often("mine7!", f)
    math.max, math.extra = stock, nil
    often("27", f)
    local old = tostring
    function tostring(x) return "<" .. old(x) .. ">" end
    often("2<7>", f)
    tostring = old
    often("27", f)
    math = nil
    often("no", function() return math == nil and "no" or math.max end)
  )lua");
}

TEST(Glimpse, ManyReadsAreAsGood) {
  expect_fresh(R"lua(
    local function f()
      local sum = 0
      for i = 1, 100 do sum = sum + math.max(i, 1) + #tostring(i) + select("#", i) end
      math.own = sum
      return math.own
    end
    often(5050 + 192 + 100, f)
    assert(not math.own)
  )lua");
}

TEST(Glimpse, FieldsThatAreNotThere) {
  expect_fresh(R"lua(
    local function f()
      local ok, why = pcall(function() return math.nothing() end)
      return tostring(math.nothing) .. " " .. why:match "attempt.*"
    end
    often("nil attempt to call a nil value (field 'nothing')", f)
  )lua");
}

// --- What it costs

const std::string kUpvalues = "local yield = coroutine.yield\nvalue = 1\n";

// Bytes that each of some goroutines of the function `name` keeps while it waits.
size_t kept_by(Hand& hand, const char* name) {
  constexpr size_t kStarts = 100;
  for (int i = 0; i < 20; ++i) hand.start(name);
  lua_gc(hand.L(), LUA_GCCOLLECT);
  const size_t before = hand.state().heap().used();
  for (size_t i = 0; i < kStarts; ++i) hand.start(name);
  lua_gc(hand.L(), LUA_GCCOLLECT);
  return (hand.state().heap().used() - before) / kStarts;
}

TEST(Glimpse, LeavesGlobalsClosed) {
  Hand hand(kUpvalues + R"lua(
    function none() yield() if yield() then return value end end
    function some() local _ = math.max(1, 2), tostring(1), string.format("%d", 1) yield() if yield() then return value end end
    function writes() math.own = 1 yield() if yield() then return value end end
  )lua");
  const auto& g = hand.start("some");
  ASSERT_NE(g.env.globals, nullptr);
  EXPECT_TRUE(vm::is_closed(hand.state().transfer(), g.env.globals));
  const size_t none = kept_by(hand, "none");
  EXPECT_LE(kept_by(hand, "some"), none + 100);    // its stack may be larger
  EXPECT_GE(kept_by(hand, "writes"), none + 500);  // it can fail
}

TEST(Glimpse, WhoReadsMuchHasTheLibrary) {
  Hand hand(kUpvalues + R"lua(
    function much() for i = 1, 40 do local _ = math.max(i, 2) end yield() if yield() then return value end end
  )lua");
  const auto& g = hand.start("much");
  EXPECT_FALSE(vm::is_closed(hand.state().transfer(), g.env.globals));
}

TEST(Glimpse, OpenGlobalsTakeNoLibraryEither) {
  Hand hand(kUpvalues + R"lua(
    function plain() local v = value yield() return v end
    function reads() local v = value + math.max(1, 2) yield() return v end
  )lua");
  EXPECT_LE(kept_by(hand, "reads"), kept_by(hand, "plain") + 100);
}

}  // namespace
}  // namespace lagoon::test
