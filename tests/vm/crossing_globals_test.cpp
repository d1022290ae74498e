#include <gtest/gtest.h>

#include "tests/support/vm/crossing.h"

namespace lagoon::test {
namespace {

TEST(CrossingGlobals, MentionedGlobalsComeAlongTransitively) {
  expect_passes(R"lua(
    a = 1
    function f() return g() + a end
    function g() return h.value end
    h = {value = 10, unused = function() return deep end}
    deep = "deep"
    assert(go(function() return f() end) == 11)
    assert(go(function() return h.unused() end) == "deep")
    assert(go(f) == 11)
    assert(copy(f)() == 11)
    assert(go(function() return nothing end) == nil)
  )lua");
}

TEST(CrossingGlobals, WritesStayWithTheGoroutine) {
  expect_passes(R"lua(
    counter = 1
    local function bump() counter = counter + 1; fresh = "new"; return counter, fresh end
    assert(go(bump) == 2 and counter == 1 and fresh == nil)
    assert(go(bump) == 2)
    assert(go(function() counter = 5; return go(bump) end) == 6)
    assert(counter == 1)
    local n, inner = go(function()
      counter = 7
      local n = go(function() counter = counter + 1; return counter end)
      return n, counter
    end)
    assert(n == 8 and inner == 7)
  )lua");
}

TEST(CrossingGlobals, AFunctionReceivedHasItsOwn) {
  expect_passes(R"lua(
    x = 1
    local f = copy(function() x = x + 1; y = x; return x end)
    x = 100
    assert(f() == 2 and f() == 3 and x == 100 and y == nil)
    local g, h = copy(function() z = (z or 0) + 1; return z end, function() return z end)
    g(); g()
    assert(h() == 2 and z == nil)
    local r = go(function(f) x = 50; return f() + f(), x end, function() x = x + 1; return x end)
    assert(r == 51 + 52)
  )lua");
}

TEST(CrossingGlobals, NilStaysNil) {
  expect_passes(R"lua(
    a, b = 1, 2
    assert(go(function() a = nil; return a end) == nil)
    assert(go(function() local x = a; a = nil; return a == nil and x == 1 end))
    assert(go(function() print = nil; return print end) == nil)
    assert(go(function() local p = print; print = nil; collectgarbage(); return print == nil and p ~= nil end))
    print = nil
    assert(go(function() return print end) == nil)
    assert(go(function() return go(function() return print end) end) == nil)
    string = nil
    assert(go(function() return string end) == nil and go(function() return ("x"):rep(2) end) == "xx")
    type = function() return "mine" end
    assert(go(function() return type(1) end) == "mine")
  )lua");
}

TEST(CrossingGlobals, ManyGlobalsAreBuiltWhenRead) {
  expect_passes(R"lua(
    local shared = {n = 0}
    for i = 1, 100 do
      _G["f" .. i] = load(("local s = ... return function() s.n = s.n + 1 return %d + (f%d and f%d() or 0) end")
        :format(i, i + 1, i + 1))(shared)
    end
    assert(go(function() return f99() end) == 199)
    assert(go(function() return f1() end) == 5050)
    assert(go(function()
      local a = f100; f100 = nil
      if f100 ~= nil then return "resurrected" end
      f99 = function() return 1000 end
      return f98() + a() + shared.n
    end) == 98 + 1000 + 100 + 2)
    assert(go(function() f50 = 1; f50 = nil; return f49() end) == 49)
    assert(go(function() return go(function() return f99() end) + f100() end) == 299)
    assert(go(function() f100(); f99(); return shared.n end) == 3)
    assert(copy(f1)() == 5050 and shared.n == 0)
  )lua");
}

TEST(CrossingGlobals, TheTableItselfIsWhole) {
  expect_passes(R"lua(
    a, b, c = 1, 2, {3}
    for i = 1, 20 do _G["g" .. i] = function() return i end end
    _G[1] = "one"; _G[{}] = "table"
    local r = go(function()
      local names, t = {}, _G
      for k, v in pairs(t) do names[tostring(k)] = v end
      assert(names.a == 1 and names.c[1] == 3 and names._G == _G and names.print == print and names["1"] == "one")
      assert(names.string == string and names.g20() == 20 and getmetatable(_G) == nil)
      assert(rawget(_G, "b") == 2 and next(_G) and _G._G == _G)
      x = 5
      assert(rawget(_G, "x") == 5)
      for k, v in pairs(_G) do assert(type(k) ~= "userdata") end
      return "ok"
    end)
    assert(r == "ok")
    assert(go(function() local e = _ENV; return e.a + e.b end) == 3)
    assert(go(function(k) return _ENV[k] end, "b") == 2)
    assert(go(function() local n = 0 for k in pairs(_G) do n = n + 1 end return n end) > 40)
  )lua");
}

TEST(CrossingGlobals, LoadMeansTheGoroutinesOwn) {
  expect_passes(R"lua(
    secret = "s"
    function reveal() return secret end
    assert(go(function() return load("return secret")() end) == "s")
    assert(go(function() return load("return reveal()")() end) == "s")
    assert(go(function() secret = "t"; load("secret = secret .. 'u'")(); return secret end) == "tu")
    assert(go(load("return secret")) == "s")
    local l = load
    assert(go(function() return l("return secret")() end) == "s")
    assert(go(load, "return 1"))
    assert(go(function() load("loaded = 1")(); return loaded, rawget(_G, "loaded") end) == 1)
    assert(loaded == nil)
    assert(go(function() return load("local n = 0 for k in pairs(_ENV) do n = n + 1 end return n")() end) > 40)
  )lua");
}

TEST(CrossingGlobals, ATableCalledEnvIsATable) {
  expect_passes(R"lua(
    local function sandbox()
      local _ENV = {v = 1}
      return function() v = v + 1; return v end
    end
    local f = sandbox()
    assert(f() == 2)
    assert(go(f) == 3 and go(f) == 3 and f() == 3)
    local g = copy(f)
    assert(g() == 4 and f() == 4)
    local E = {print = 1}
    local h = load("return print", "h", "t", E)
    assert(go(h) == 1)
  )lua");
}

TEST(CrossingGlobals, StrictModeGoesWithThem) {
  expect_passes(R"lua(
    declared = 1
    setmetatable(_G, {
      __index = function(_, k) error("undeclared " .. k, 2) end,
      __newindex = function(_, k) error("undeclared " .. k, 2) end})
    local ok, why = go(function() return pcall(function() return undeclared_name end) end)
    assert(not ok and why:find("undeclared undeclared_name"), why)
    assert(go(function() return declared end) == 1)
    assert(not go(function() return pcall(function() other = 1 end) end))
    assert(go(function() declared = 2; return declared end) == 2 and declared == 1)
    assert(go(function() return type(print) .. math.floor(1.5) end) == "function1")
  )lua");
  expect_passes(R"lua(
    local r = go(function()
      setmetatable(_G, {__index = function(_, k) return k .. "?" end})
      return who
    end)
    assert(r == "who?" and who == nil)
  )lua");
}

TEST(CrossingGlobals, StrictModeWithAnImageOfManyNames) {
  expect_passes(R"lua(
    for i = 1, 30 do _G["v" .. i] = i end
    local known = {}
    setmetatable(_G, {__index = function(_, k) return "no " .. k end})
    assert(go(function() v1 = v2 + v30; return v1 .. nothing .. type(known) end) == "32no nothingtable")
    assert(v1 == 1)
    local f = copy(function() return v3 .. other end)
    assert(f() == "3no other")
  )lua");
}

TEST(CrossingGlobals, SeveralEnvironmentsInOneTransfer) {
  expect_passes(R"lua(
    x = "main"
    local f = copy(function(v) if v then x = v end return x end)
    x = "later"
    local function g(v) if v then x = v end return x end
    local a, b = copy(f, g)
    assert(a() == "main" and b() == "later")
    a("A") b("B")
    assert(a() == "A" and b() == "B" and f() == "main" and g() == "later")
    assert(go(function() f("F"); return f() .. g() .. x end) == "Flaterlater")
    assert(go(f) == "main" and go(f, "z") == "z")
    local list = {}
    for i = 1, 100 do list[i] = copy(function() y = (y or i) + 1; return y end) end
    local there = copy(list)
    for i = 1, 100 do assert(there[i]() == i + 1 and there[i]() == i + 2) end
  )lua");
}

TEST(CrossingGlobals, SharingBetweenCapturedAndGlobalsIsKept) {
  expect_passes(R"lua(
    t = {}
    local u = t
    assert(go(function() return t == u end))
    local n = 0
    function inc() n = n + 1 end
    assert(go(function() inc(); inc(); return n end) == 2)
    for i = 1, 30 do _G["k" .. i] = {t, i} end
    assert(go(function() return k1[1] == k2[1] and k30[1] == u and k1[1] == t and k7[2] == 7 end))
  )lua");
}

TEST(CrossingGlobals, LibrariesAreTheGoroutinesOwn) {
  expect_passes(R"lua(
    function string.trim(s) return (s:gsub("^%s+", ""):gsub("%s+$", "")) end
    assert(go(function() return string.trim("  a ") end) == "a")
    assert(go(function() return ("  b "):trim() end) == "b")
    assert(go(function(s) return s:trim() end, " c ") == "c")
    assert(go(function() function string.mine() return 1 end; return ("x"):mine() end) == 1)
    assert(string.mine == nil and go(function() return string.mine end) == nil)
    assert(go(function() return go(function() return (" x "):trim() end) end) == "x")
    assert(go(function() table.mine = 1; return go(function() return table.mine end) end) == 1)
    assert(table.mine == nil)
    math.pi = 3
    assert(go(function() return math.pi end) == 3)
    string.rep = nil
    assert(go(function() return string.rep == nil and ("x").rep == nil end))
    local m = math
    m.tau = 6
    assert(go(function() return m == math and m.tau end) == 6)
    assert(go(function() local n = 0 for k in pairs(math) do n = n + 1 end return n end) > 20)
  )lua");
}

TEST(CrossingGlobals, TheStringMetatableFollows) {
  expect_passes(R"lua(
    getmetatable("").__mod = function(s, t) return s:format(table.unpack(t)) end
    assert(go(function() return "%d-%d" % {1, 2} end) == "1-2")
    assert(go(function() getmetatable("").__call = function(s, x) return s .. x end; return ("a")("b") end) == "ab")
    assert(not pcall(function() return ("a")("b") end))
    assert(go(function() return pcall(function() return ("a")("b") end) end) == false)
    assert(go(function() return getmetatable("").__index == string end))
  )lua");
}

TEST(CrossingGlobals, PackageSettingsTravel) {
  expect_passes(R"lua(
    package.path = "/nowhere/?.lua"
    package.preload.made = function(name) return {name = name, where = "preload"} end
    assert(go(function() return package.path end) == "/nowhere/?.lua")
    assert(go(function() return require("made").where end) == "preload")
    assert(go(function()
      package.path = "/other/?.lua"
      local ok, why = pcall(require, "missing")
      return why
    end):find("no file '/other/missing.lua'", 1, true))
    local ok, why = go(function() return pcall(require, "missing") end)
    assert(why:find("no file '/nowhere/missing.lua'", 1, true) and why:find("no field package.preload['missing']", 1, true))
    assert(require("string") == string and go(function() return require("string") == string end))
    assert(go(function() return require("_G") == _G end))
  )lua");
}

TEST(CrossingGlobals, AGoroutineWithoutGlobalsGetsNone) {
  expect_passes(R"lua(
    local n = 5
    assert(go(function(x) local t = {} for i = 1, x do t[i] = i * n end return t[x] end, 3) == 15)
    local s = tostring
    assert(go(function() return s(1) end) == "1")
    assert(go(function(x) return x:upper() end, "abc") == "ABC")
  )lua");
}

TEST(CrossingGlobals, DebugTracebackIsCheapAndDebugIsWhole) {
  expect_passes(R"lua(
    hidden = coroutine.create(print)
    assert(go(function() return select(2, xpcall(function() error("x") end, debug.traceback)) end):find("script:3"))
    hidden = nil
    seen = 3
    assert(go(function()
      local _, env = debug.getupvalue(function() return seen end, 1)
      return rawget(env, "seen")
    end) == 3)
  )lua");
}

}  // namespace
}  // namespace lagoon::test
