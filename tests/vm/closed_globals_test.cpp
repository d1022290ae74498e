// Globals that nobody has read or written yet (vm/closed.h): what they cost, and that whatever touches them
// first, and however that fails, finds them whole and nobody else's.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/support/vm/hand.h"
#include "tests/support/vm/often.h"
#include "vm/heap.h"

namespace lagoon::test {
namespace {

// --- Stories

TEST(ClosedGlobals, AssigningAWaitingNameChangesOneGoroutine) {
  expect_fresh(R"lua(
    for i = 1, 40 do _G["x" .. i] = i end
    local function large(v) x1 = v; local sum = 0 for _, x in ipairs {x1, x2, x40} do sum = sum + x end return sum end
    for v = 1, 20 do assert(go(large, v) == v + 42 and x1 == 1) end
    a, b = 1, 2
    local function small(v) a = v; return a + b end
    for v = 1, 20 do assert(go(small, v) == v + 2 and a == 1) end
    local function clear() a = nil; return a == nil and b == 2 end
    often(true, clear)
    local function fresh() new = (new or 0) + a; return new end
    often(1, fresh)
    assert(new == nil)
  )lua");
}

TEST(ClosedGlobals, NamesOfASmallImageShareTheirVariables) {
  expect_fresh(R"lua(
    do
      local n, log = 0, {}
      function bump() n = n + 1; log[#log + 1] = n; return n end
      function read() return n, #log end
    end
    frozen = freeze {1, 2}
    local function f() bump() bump() local n, m = read() return n * 10 + m + #frozen end
    often(24, f)
    assert(read() == 0)
  )lua");
}

TEST(ClosedGlobals, WhatEveryGoroutineHasIsThereToo) {
  expect_fresh(R"lua(
    local function f() return type(print) .. ("x"):rep(2) .. tostring(math.max(1, 2)) end
    often("functionxx2", f)
    local function g() print = nil; string.rep = nil; return print == nil and string.rep == nil end
    often(true, g)
    often("functionxx2", f)
    local s = string
    local function h() s.own = 1; return string.own end
    often(1, h)
    assert(string.own == nil and print and string.rep)
  )lua");
}

TEST(ClosedGlobals, AreOpenedToBringThemAlong) {
  expect_fresh(R"lua(
    function leaf() return n end
    n = 1
    local function outer() return go(function() return leaf() end) end
    often(1, outer)
    local function returns() return function() n = n + 1; return leaf() end end
    for _ = 1, 8 do local f = go(returns) assert(f() == 2 and f() == 3 and n == 1) end
    local function copies() local f = copy(function() n = 5; return leaf() end) return f() * 10 + n end
    often(51, copies)
    local Class = {} Class.__index = Class
    function Class.touch() return leaf() end
    often(1, function() local o = copy(setmetatable({}, Class)) return o.touch() end)
  )lua");
}

TEST(ClosedGlobals, WhoUsesThemMayChange) {
  expect_fresh(R"lua(
    for i = 1, 20 do _G["f" .. i] = function() return i end end
    local function f(use) if use then return f1() + f20() end return 0 end
    for i = 1, 200 do
      local use = i % 7 == 0 or (i > 60 and i < 120)
      assert(go(f, use) == (use and 21 or 0))
    end
  )lua");
}

// --- In one state, by hand

const std::string kUpvalues =
    "local yield, setmetatable, keep, kept, heal, stash, look, pcall, error, type = coroutine.yield, setmetatable,\n"
    "  keep, kept, heal, stash, look, pcall, error, type\n";
const std::string kMany = "for i = 1, 300 do _G['f' .. i] = load(('return f%d and %d'):format(i % 300 + 1, i)) end\n";

TEST(ClosedGlobals, CostAsMuchAsAnEmptyTable) {
  Hand hand(kUpvalues + kMany +
            "function plain() yield() return yield end\n"
            "function mentions() yield() if yield() then return f1() end end\n");
  const auto bytes = [&](const char* name) {
    constexpr size_t kStarts = 100;
    for (int i = 0; i < 5; ++i) hand.start(name);
    lua_gc(hand.L(), LUA_GCCOLLECT);
    const size_t before = hand.state().heap().used();
    for (size_t i = 0; i < kStarts; ++i) hand.start(name);
    lua_gc(hand.L(), LUA_GCCOLLECT);
    return (hand.state().heap().used() - before) / kStarts;
  };
  const size_t plain = bytes("plain"), mentions = bytes("mentions");
  EXPECT_GE(mentions, plain);
  EXPECT_LE(mentions, plain + 130) << plain;  // a table, the variable that holds it
}

TEST(ClosedGlobals, AFinalizerOpensThoseOfItsOwnGoroutine) {
  Hand hand(kUpvalues + kMany + R"lua(
    function f()
      setmetatable({}, {__gc = function() seen = (seen or 0) + f7() end})
      yield()
      return seen, f3()
    end
  )lua");
  auto &a = hand.start("f"), &b = hand.start("f"), &c = hand.start("f");
  lua_gc(hand.L(), LUA_GCCOLLECT);
  EXPECT_EQ(hand.resume(b), "7, 3");
  EXPECT_EQ(hand.resume(a), "7, 3");
  EXPECT_EQ(hand.resume(c), "7, 3");
}

TEST(ClosedGlobals, AreLeftWithoutNamesByWhoComesBackFromTheDead) {
  for (const char* names : {"f1 = 1\n", kMany.c_str()}) {
    Hand hand(kUpvalues + names + R"lua(
      function f()
        setmetatable({}, {__gc = function() keep(function() return f1 end) end})
        yield()
      end
      function calls() return type(kept()), kept()() end
    )lua");
    hand.forget(hand.start("f"));
    lua_gc(hand.L(), LUA_GCCOLLECT);
    lua_gc(hand.L(), LUA_GCCOLLECT);
    EXPECT_EQ(hand.resume(hand.make("calls")), "function, nil");
    auto& again = hand.start("f");
    EXPECT_EQ(hand.resume(again), "");
  }
}

TEST(ClosedGlobals, CFunctionsMeetThem) {
  for (const std::string& names : {std::string("f1, f2, f3 = 1, 2, 3\n"), kMany}) {
    Hand hand(kUpvalues + names + R"lua(
      function f()
        if yield() then return f2 end
        stash("f1", 10)
        stash("print", "mine")
        local one = f1
        return one, look "f1", look "f2" ~= nil, f1, print, f3 ~= nil
      end
      function g() if yield() then return f2 end return look "f2" ~= nil, look "print" == "mine", f1 ~= nil end
    )lua");
    auto &a = hand.start("f"), &b = hand.start("g");
    EXPECT_EQ(hand.resume(a), "10, 10, true, 10, mine, true");
    EXPECT_EQ(hand.resume(b), "true, false, true");
  }
}

// The n-th request for memory fails, and all after it: nothing has happened, and the next attempt finds all.
void opens_after_every_failure(const std::string& names, const std::string& use, const std::string& expected) {
  const std::string script = kUpvalues + names + "local function use() " + use + " end\n" + R"lua(
    function f()
      yield()
      local ok, why = pcall(use)
      heal()
      if not ok then use() end
      return ok or why, first(), second(), first(), second()
    end
  )lua";
  for (int n = 0; n < 1000; ++n) {
    Hand hand(script);  // whose first goroutine of the image is closed
    auto& g = hand.start("f");
    hand.state().heap().fail_from(n);
    const std::string got = hand.resume(g);
    hand.state().heap().fail_from(vm::Heap::kNever);
    if (got == "true, " + expected) {
      EXPECT_GT(n, 3);
      return;
    }
    ASSERT_EQ(got, "not enough memory, " + expected) << n;
  }
  FAIL() << "never succeeded";
}

const char* const kShared = R"lua(
  local n, text = 0, ("long"):rep(20)
  function first() n = n + 1; return n end
  function second() n = n + 10; return n .. text:sub(1, 1) .. (#wide) end
  wide = freeze {1, 2, 3}
)lua";

TEST(ClosedGlobals, OpenAfterEveryFailureToReadOne) {
  opens_after_every_failure(kShared, "return second", "1, 11l3, 12, 22l3");
  opens_after_every_failure(kShared + kMany, "return second, f1", "1, 11l3, 12, 22l3");
}

TEST(ClosedGlobals, OpenAfterEveryFailureToWriteOne) {
  opens_after_every_failure(kShared, "wide = 'ab'", "1, 11l2, 12, 22l2");
  opens_after_every_failure(kShared + kMany, "wide = 'ab'", "1, 11l2, 12, 22l2");
}

TEST(ClosedGlobals, AnErrorWhileOneIsBuiltLeavesTheOthers) {
  const std::filesystem::path dir = ::testing::TempDir() + "closed_globals_" + std::to_string(getpid());
  std::filesystem::create_directory(dir);
  setenv("LUA_PATH", (dir / "?.lua").c_str(), 1);
  for (const std::string& names : {std::string("f1 = 1\n"), kMany}) {
    const auto module = dir / "part.lua";
    const auto write = [&] { std::ofstream(module) << "return {value = function() return 'loaded' end}"; };
    write();
    Hand hand(kUpvalues + names + R"lua(
      config = freeze {value = require("part").value}
      count = 0
      function f()
        yield()
        local ok, why = pcall(function() return config.value() end)
        yield(ok, why:sub(1, 23))
        count = nil
        return config.value(), f1 ~= nil, count, why
      end
    )lua");
    std::filesystem::remove(module);
    auto& g = hand.start("f");
    EXPECT_EQ(hand.resume(g), "false, module 'part' not found");
    write();
    EXPECT_EQ(hand.resume(g).substr(0, 17), "loaded, true, nil");
  }
  unsetenv("LUA_PATH");
  std::filesystem::remove_all(dir);
}

}  // namespace
}  // namespace lagoon::test
