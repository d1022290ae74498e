#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/vm/often.h"
#include "vm/heap.h"

namespace lagoon::test {
namespace {

// A folder of modules; `path` begins a script that can require them.
class CrossingModules : public testing::Test {
 protected:
  CrossingModules() {
    dir_ = std::filesystem::temp_directory_path() / ("lagoon_modules_" + std::to_string(getpid()));
    std::filesystem::create_directories(dir_);
  }
  ~CrossingModules() override { std::filesystem::remove_all(dir_); }

  void module(const std::string& name, const std::string& text) { std::ofstream(dir_ / (name + ".lua")) << text; }
  std::string with_path(const std::string& script) const {
    return "package.path = '" + dir_.string() + "/?.lua'\n" + script;
  }

  std::filesystem::path dir_;
};

TEST_F(CrossingModules, AreNamedAndNotCopied) {
  module("m", R"lua(
    local M = {n = 0}
    local hidden = setmetatable({}, {__call = function() return "hidden" end})
    local co = coroutine.create(print)      -- a copy of the module would be refused
    function M.f() co = co; return "f" end
    M.deep = {deeper = {g = function() return M.f() .. "g" end}}
    M.Class = {} M.Class.__index = M.Class
    function M.Class:who() return "class" end
    function M.new() return setmetatable({}, M.Class) end
    function M.is(o) return getmetatable(o) == M.Class end
    function M.secret() return hidden end
    return M
  )lua");
  expect_passes(with_path(R"lua(
    local M = require "m"
    assert(require "m" == M)
    assert(go(function() return M == require "m" and M.f() end) == "f")
    local f, g = M.f, M.deep.deeper.g
    assert(go(function() return f == M.f and g() end) == "fg")
    assert(go(function(h) return h == require("m").f end, M.f))
    assert(go(M.f) == "f")
    assert(copy(M) == M and copy(M.f) == M.f and copy{M.deep.deeper.g}[1] == g)
    local o = M.new()
    assert(go(function() return M.is(o) and o:who() end) == "class")
    assert(M.is(go(function() return M.new() end)))
    assert(go(function() return M.secret()() end) == "hidden")
    assert(getmetatable(copy(M.secret())) == getmetatable(M.secret()))
    Global = M
    assert(go(function() return Global.f() end) == "f")
  )lua"));
}

TEST_F(CrossingModules, ThatReturnAFunctionOrNothing) {
  module("fn", "return function(x) return x + 1 end");
  module("nothing", "local x = 1");
  expect_passes(with_path(R"lua(
    local fn = require "fn"
    assert(go(function() return fn(1), fn == require "fn" end) == 2)
    assert(require "nothing" == true and go(function() return require "nothing" end) == true)
    local m, where = require "nothing"
    local _, there = go(function() package.loaded.nothing = nil; return require "nothing" end)
    assert(there:find("nothing.lua", 1, true))
  )lua"));
}

// A function that captured parts is recalled (vm/recall.h) while they are what they were.
TEST_F(CrossingModules, PartsAreComparedAtEachStart) {
  module("m", R"lua(
    local M = {}
    function M.f() return "f" end
    M.Class = {name = "class"} M.Class.__index = M.Class
    return M
  )lua");
  setenv("LUA_PATH", (dir_.string() + "/?.lua").c_str(), 1);
  expect_passes(kOften + R"lua(
    local M = require "m"
    local f, C = M.f, M.Class
    often("ffclass", function() return f() .. M.f() .. C.name end)
    often(true, function() local m = require "m"; return f == m.f and M == m and C == m.Class end)
    local v = f
    local function call() return v() end
    often("f", call)
    v = function() return "mine" end
    often("mine", call)
    v = f
    often("f", call)
    C.name = "changed"  -- in this state's module, which others do not see
    often("f", call)
  )lua");
#ifndef LAGOON_HEAP_ASAN
  expect_passes(kOften + R"lua(
    -- A function at the address of the part that was there before.
    local found = 0
    for round = 1, 10 do
      local v = require "m".f
      local function call() return v() end
      often("f", call)
      local address, kept = ("%p"):format(v), {}
      v, package.loaded.m = nil, nil
      collectgarbage()
      for i = 1, 3000 do
        local made = load("return function() return " .. i .. " end")()
        kept[i] = made
        if ("%p"):format(made) == address then v = made break end
      end
      if v then
        found = found + 1
        assert(go(call) == v(), "it was taken for what it was")
      end
    end
    assert(found >= 5, found)
  )lua",
                Collector::Calm);
#endif
  unsetenv("LUA_PATH");
}

// Two parts may be closures of one prototype, beside others that are no parts: each start is of its own.
TEST_F(CrossingModules, PartsOfOnePrototypeAreStartedEachForItself) {
  module("m", R"lua(
    local function make(what) return function() return what end end
    return {make = make, a = make "a", b = make "b"}
  )lua");
  setenv("LUA_PATH", (dir_.string() + "/?.lua").c_str(), 1);
  expect_passes(kOften + R"lua(
    local M = require "m"
    often("mine", M.make "mine")  -- so the prototype is known
    for _ = 1, 8 do
      often("a", M.a)
      often("b", M.b)
    end
    often("yours", M.make "yours")
  )lua");
  unsetenv("LUA_PATH");
}

TEST_F(CrossingModules, FunctionsPutIntoAModuleAfterwardsAreCopied) {
  module("m", "return {}");
  expect_passes(with_path(R"lua(
    local M = require "m"
    function M.late() return "late" end
    local late = M.late
    assert(go(function() return late() end) == "late")
  )lua"));
}

TEST_F(CrossingModules, ClosuresMadeByAModuleAreCopied) {
  module("counter", R"lua(
    local made = 0
    return {new = function() made = made + 1; local n = 0; return function() n = n + 1; return n, made end end}
  )lua");
  expect_passes(with_path(R"lua(
    local counter = require "counter"
    local c = counter.new()
    c()
    assert(go(function() return (c()) end) == 2)
    assert(go(function() return c() + counter.new()() end) == 3)
  )lua"));
}

TEST_F(CrossingModules, AreNotFoundAsInStockLua) {
  expect_passes(with_path(R"lua(
    local ok, why = pcall(require, "no.such")
    assert(why:find("module 'no.such' not found:\n\tno field package.preload['no.such']\n\tno file '", 1, true), why)
    assert(not pcall(require))
    package.searchers = nil
    local ok, why = pcall(require, "other")
    assert(why:find("'package.searchers' must be a table", 1, true))
  )lua"));
}

TEST_F(CrossingModules, ErrorsInThemAreAsInStockLua) {
  module("bad", "error('boom')");
  module("syntax", "x = = 1");
  module("loop", "return require 'loop'");
  expect_passes(with_path(R"lua(
    local ok, why = pcall(require, "bad")
    assert(why:find("bad.lua:1: boom", 1, true))
    assert(not pcall(require, "bad") and package.loaded.bad == nil)
    local ok, why = pcall(require, "syntax")
    assert(why:find("error loading module 'syntax' from file", 1, true))
    assert(not pcall(require, "loop"))
  )lua"));
}

TEST_F(CrossingModules, RunOncePerState) {
  module("once", "LOADS = (LOADS or 0) + 1; return {loads = LOADS}");
  expect_passes(with_path(R"lua(
    assert(require "once".loads == 1 and require "once".loads == 1)
    assert(go(function() return require "once".loads + require "once".loads end) >= 2)
  )lua"));
}

TEST_F(CrossingModules, WhatOneAddsToTheGlobalsEveryRequirerGets) {
  module("old", "OLD = 'style'; function string.shout(s) return s:upper() .. '!' end; return {}");
  expect_passes(with_path(R"lua(
    local function f() require "old"; return OLD .. ("a"):shout() .. string.shout("b") end
    assert(go(f) == "styleA!B!")
    assert(go(f) == "styleA!B!")
    require "old"
    assert(f() == "styleA!B!" and go(function() return OLD .. ("c"):shout() end) == "styleC!")
  )lua"));
}

TEST_F(CrossingModules, MayYieldWhileTheyLoad) {
  module("slow", "coroutine.yield('loading'); return {done = true}");
  expect_passes(with_path(R"lua(
    local function load_slow()
      package.loaded.slow = nil
      local co = coroutine.wrap(function() return require "slow" end)
      assert(co() == "loading")
      local ok, why = pcall(require, "slow")
      assert(not ok)
      return co().done and require("slow").done
    end
    assert(load_slow() and go(load_slow))
  )lua"));
}

TEST_F(CrossingModules, AreLoadedWhenALazyGlobalNamesThem) {
  module("part", "return {f = function() return name3() end, g = function() return 'g' end}");
  expect_passes(with_path(R"lua(
    local part = require "part"
    for i = 1, 30 do local p = part; _G["name" .. i] = function() return p.g() .. i end end
    held = part.g
    assert(go(function() return name30() .. name1() .. held() .. (held == require("part").g and "!" or "?") end) == "g30g1g!")
  )lua"));
}

TEST_F(CrossingModules, ThatFailInTheReceiverFailThere) {
  module("picky", "if PICKY then error('not here') end return {f = print}, 1");
  module("moody",
         "local n = ... if arg_of_main == nil then error 'not in a goroutine' end return {f = "
         "function() end}");
  const std::string script = with_path(R"lua(
    arg_of_main = 1
    local moody = require "moody"
    local f = moody.f
    local ok, why = pcall(go, function() return f() end)
    assert(ok or why:find("not in a goroutine", 1, true), why)
    assert(go(function() return 1 end) == 1)
  )lua");
  expect_passes(script);
}

TEST_F(CrossingModules, StartGoroutinesThemselves) {
  module("starter", R"lua(
    local M = {}
    local n = 0
    local function work(x) return x * 2 end
    function M.double(x) return go(work, x) end
    function M.count() n = n + 1; return go(function(k) return k + n + #string.rep("x", 2) end, 1) end
    return M
  )lua");
  expect_passes(with_path(R"lua(
    local s = require "starter"
    assert(s.double(4) == 8 and s.count() == 4)
    assert(go(function() return s.double(5) + s.double(1) end) == 12)
    assert(go(function() return s.count() >= 4 end))
  )lua"));
}

TEST_F(CrossingModules, CModulesCrossByName) {
  expect_passes(with_path(R"lua(
    local ok, cjson = pcall(require, "cjson")
    if not ok then return end
    assert(go(function() return cjson.encode{1} end) == "[1]")
  )lua"));
}

}  // namespace
}  // namespace lagoon::test
