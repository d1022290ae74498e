#include <gtest/gtest.h>

#include "tests/support/vm/crossing.h"

namespace lagoon::test {
namespace {

TEST(CrossingClasses, ObjectsOfOneClassShareOneMetatable) {
  expect_passes(R"lua(
    local Account = {}
    Account.__index = Account
    function Account.new(n) return setmetatable({n = n}, Account) end
    function Account:add(k) self.n = self.n + k; return self.n end
    local a, b = Account.new(1), Account.new(2)
    local x, y = copy(a, b)
    assert(x ~= a and getmetatable(x) == getmetatable(y) and x:add(1) == 2 and a.n == 1)
    assert(getmetatable(copy(a)) == Account, "where a class lives it is itself")
    assert(go(function() return getmetatable(a) == Account and getmetatable(b) == Account and a:add(5) == 6 end))
    local c = go(function() return Account.new(7) end)
    assert(getmetatable(c) == Account and c:add(1) == 8)
    assert(go(function(o) return getmetatable(o) == Account and o:add(1) end, a) == 2)
  )lua");
}

TEST(CrossingClasses, LaterObjectsMeetTheCapturedClass) {
  expect_passes(R"lua(
    local C = {}
    C.__index = C
    function C.is(o) return getmetatable(o) == C end
    assert(go(function()
      local made = setmetatable({}, C)
      local back = go(function() return setmetatable({1}, C), C end)
      local copied = copy(made)
      return C.is(made) and C.is(back) and C.is(copied)
    end))
    -- captured without an instance, then an instance arrives from a third place
    assert(go(function() return C.is(go(function() return setmetatable({}, C) end)) end))
    local first, second = go(function() return setmetatable({}, C) end), go(function() return setmetatable({}, C) end)
    assert(C.is(first) and C.is(second))
  )lua");
}

TEST(CrossingClasses, InheritanceAndClassesAsGlobalsAndFields) {
  expect_passes(R"lua(
    Base = {} Base.__index = Base
    function Base:hello() return "hello " .. self:name() end
    Derived = setmetatable({}, {__index = Base}) Derived.__index = Derived
    function Derived:name() return "derived" end
    local o = setmetatable({}, Derived)
    assert(go(function() return o:hello() end) == "hello derived")
    assert(go(function(p) return p:hello() .. tostring(getmetatable(p) == Derived) end, o) == "hello derivedtrue")
    local shapes = {Derived = Derived}
    assert(go(function() return shapes.Derived == Derived and getmetatable(o) == shapes.Derived end))
    assert(getmetatable(go(function() return setmetatable({}, Derived) end)) == Derived)
    -- a base without metamethods, met alone and then as an __index
    local Methods = {go = function() return "went" end}
    local M = {__index = Methods}
    local p = setmetatable({}, M)
    assert(getmetatable(copy(p)).__index == Methods)
    assert(go(function(q) return getmetatable(q).__index == Methods and q.go() end, p) == "went")
  )lua");
}

TEST(CrossingClasses, MethodsShareVariablesWithTheRestOfTheTransfer) {
  expect_passes(R"lua(
    local registry = {}
    local C = {} C.__index = C
    function C.new() local o = setmetatable({}, C); registry[#registry + 1] = o; return o end
    assert(go(function() C.new(); C.new(); return #registry end) == 2)
    assert(#registry == 0)
    count = 0
    function C:touch() count = count + 1 end
    assert(go(function() C.new():touch(); return count end) == 1)
  )lua");
}

TEST(CrossingClasses, AKnownClassLendsWhatOthersShareWithItsMethods) {
  expect_passes(R"lua(
    local C = {} C.__index = C
    do
      local n, list = 0, {}
      function C:bump() n = n + 1; list[#list + 1] = n; return n end
      function get() return n, list end
    end
    assert(go(function(o)
      local again, read = go(function(p) return p, function() return get() end end, o)
      return getmetatable(again) == C and again:bump() == 1 and (read()) == 0 and #select(2, read()) == 0
    end, setmetatable({}, C)))
    local o, read = copy(setmetatable({}, C), function() return get() end)
    assert(getmetatable(o) == C and read() == 0)
    for i = 1, 20 do local t = C; _G["user" .. i] = function() return t, get() end end
    assert(go(function(o)
      local p, f = copy(o, function() return user1(), user20() end)
      return getmetatable(p) == C and f() == C
    end, setmetatable({}, C)))
  )lua");
}

TEST(CrossingClasses, AGoroutineWithoutGlobalsKeepsThemToo) {
  expect_passes(R"lua(
    local C = {} C.__index = C
    function C:hi() return "hi" end
    local same, copy, get = rawequal, copy, getmetatable
    assert(go(function(a)
      local b = copy(a)
      local c = copy(b)
      get(c).seen = 1
      return b:hi() .. c:hi() .. (get(a).seen or "?"), same(get(b), get(c))
    end, setmetatable({}, C)) == "hihi1")
    assert(C.seen == nil)
  )lua");
}

TEST(CrossingClasses, EachGoroutineHasItsOwn) {
  expect_passes(R"lua(
    local C = {made = 0} C.__index = C
    local function f() C.made = C.made + 1; C.extra = true; return C.made end
    assert(go(f) == 1 and go(f) == 1 and C.made == 0 and C.extra == nil)
  )lua");
}

TEST(CrossingClasses, MetamethodsWork) {
  expect_passes(R"lua(
    local V
    V = {__add = function(a, b) return setmetatable({a[1] + b[1]}, V) end, __eq = function(a, b) return a[1] == b[1] end,
         __call = function(s, x) return s[1] * x end, __tostring = function(s) return "V" .. s[1] end, __len = function() return 9 end}
    local v = setmetatable({1}, V)
    local w = copy(v)
    assert(v == w and not rawequal(v, w) and (v + w)[1] == 2 and w(5) == 5 and tostring(w) == "V1" and #w == 9)
    assert(go(function(u) return tostring(u + v) end, v) == "V2")
  )lua");
}

TEST(CrossingClasses, ProxiesWithAMetatableEachAreForgotten) {
  expect_passes(R"lua(
    local function proxy(n) return setmetatable({}, {__index = function() return n end, __metatable = "locked"}) end
    for i = 1, 2000 do assert(copy(proxy(i)).x == i) end
    local all = {}
    for i = 1, 1000 do all[i] = proxy(i) end
    local there = copy(all)
    assert(there[1000].x == 1000 and getmetatable(there[1]) == "locked")
    collectgarbage() collectgarbage()
    assert(go(function() return proxy(3).x end) == 3)
  )lua",
                Collector::Calm);
}

TEST(CrossingClasses, WeakTablesStayWeak) {
  expect_passes(R"lua(
    local key = {}
    local cache = setmetatable({[key] = "v"}, {__mode = "k"})
    assert(go(function()
      local n = 0
      for k, v in pairs(cache) do n = n + 1; assert(k == key and v == "v") end
      assert(n == 1)
      key = nil
      collectgarbage()
      return next(cache) == nil
    end))
  )lua");
}

}  // namespace
}  // namespace lagoon::test
