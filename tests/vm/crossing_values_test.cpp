#include <gtest/gtest.h>

#include "tests/support/vm/crossing.h"

namespace lagoon::test {
namespace {

TEST(CrossingValues, ScalarsKeepTheirValueAndSubtype) {
  expect_passes(R"lua(
    local function same(...) return ... end
    for _, v in ipairs{true, false, 0, 1, 255, 256, -1, math.maxinteger, math.mininteger, 0.0, 1.5, -0.0, 2^53,
                       math.huge, -math.huge, "", "a", "a\0b", ("x"):rep(22), ("x"):rep(23), ("x"):rep(40),
                       ("x"):rep(41), ("y"):rep(100000)} do
      for _, w in ipairs{copy(v), (copy(1, v) and select(2, copy(1, v))), go(same, v), copy{v}[1], copy{[v] = v}[v]} do
        assert(v == w and math.type(v) == math.type(w) and 1 / (tonumber(v) or 1) == 1 / (tonumber(w) or 1))
      end
    end
    local nan = copy(0/0)
    assert(nan ~= nan)
    assert(select("#", copy()) == 0 and select("#", copy(nil)) == 1 and select("#", copy(nil, nil)) == 2)
    local a, b, c = copy(nil, 2, nil)
    assert(a == nil and b == 2 and c == nil)
  )lua",
                Collector::Calm);
}

TEST(CrossingValues, TablesAreCopiedDeep) {
  expect_passes(R"lua(
    local t = {1, 2, {3, x = {y = "z"}}, [10] = "ten", [-1] = -1, [1.5] = "float", [true] = "yes", a = false}
    local u = copy(t)
    assert(u ~= t and u[3] ~= t[3])
    assert(#u == 3 and u[3][1] == 3 and u[3].x.y == "z" and u[10] == "ten" and u[-1] == -1 and u[1.5] == "float")
    assert(u[true] == "yes" and u.a == false)
    local n = 0
    for _ in pairs(u) do n = n + 1 end
    assert(n == 8)
    t[3].x.y = 1
    assert(u[3].x.y == "z")
  )lua");
}

TEST(CrossingValues, SharedPartsAndCyclesKeepTheirShape) {
  expect_passes(R"lua(
    local shared = {}
    local t = {shared, shared, s = shared}
    t.self = t
    t[t] = t
    t[shared] = "key"
    local u, v = copy(t, shared)
    assert(u[1] == u[2] and u.s == u[1] and u.self == u and u[u] == u and u[v] == "key" and v == u[1])
    local f = function() end
    local w = copy{[f] = 1, f = f}
    assert(w[w.f] == 1 and w.f ~= f)
  )lua");
}

TEST(CrossingValues, DepthCostsNoStack) {
  expect_passes(R"lua(
    local t = {}
    local at = t
    for i = 1, 100000 do at[1] = {n = i}; at = at[1] end
    local u = copy(t)
    local n = 0
    while u[1] do u = u[1]; n = n + 1; assert(u.n == n) end
    assert(n == 100000)
  )lua",
                Collector::Calm);
}

TEST(CrossingValues, HolesAndSparseArraysStayAsTheyAre) {
  expect_passes(R"lua(
    local t = {}
    for i = 1, 1000 do t[i] = i end
    for i = 2, 999 do t[i] = nil end
    local u = copy(t)
    for i = 1, 1000 do assert(u[i] == t[i]) end
    local w = copy(setmetatable({1, nil, 3}, nil))
    assert(w[1] == 1 and w[2] == nil and w[3] == 3)
  )lua",
                Collector::Calm);
}

TEST(CrossingValues, MetamethodsAreNotAsked) {
  expect_passes(R"lua(
    local t = setmetatable({a = 1}, {
      __index = function() error "index" end, __pairs = function() error "pairs" end,
      __len = function() error "len" end})
    assert(rawget(copy(t), "a") == 1)
  )lua");
}

TEST(CrossingValues, LongStringsAreCopiedOnce) {
  expect_passes(R"lua(
    local s = ("x"):rep(1000000)
    local t = {}
    for i = 1, 1000 do t[i] = s end
    local u = copy(t)
    assert(u[1] == s and u[1000] == s and collectgarbage("count") < 50000)
  )lua",
                Collector::Calm);
}

TEST(CrossingValues, SharedObjectsKeepTheirIdentity) {
  expect_passes(R"lua(
    local c = cell()
    assert(copy(c) == c and copy{c}[1] == c and copy{[c] = 1}[c] == 1)
    assert(go(function() return c end) == c)
    assert(go(function(a, b) return a == b and a == c end, c, {c}) == false)
    assert(go(function(a, b) return a == b[1] and a == c end, c, {c}))
  )lua");
}

TEST(CrossingValues, FrozenTablesAreOneForEveryone) {
  expect_passes(R"lua(
    local f = freeze{x = 1, inner = {2}, list = {{}, {}}}
    assert(copy(f) == f and copy{f}[1] == f and copy(f.inner) == f.inner)
    local a, b, ok = go(function(g)
      return g, g.inner, g == f and f.x == 1 and f.inner[1] == 2 and not pcall(function() f.x = 2 end)
    end, f)
    assert(a == f and b == f.inner and ok)
    local sentinel = freeze{}
    assert(go(function(v) return v == sentinel end, sentinel))
    assert(go(function(v) return v.list[2] == f.list[2] and v.list[1] ~= v.list[2] end, f))
  )lua");
}

TEST(CrossingValues, FrozenTablesKeepMetatablesAndFunctions) {
  expect_passes(R"lua(
    local mt = {__index = function(t, k) return k .. "!" end, __call = function(self, x) return x + self.n end}
    local f = freeze(setmetatable({n = 5, twice = function(x) return 2 * x end}, mt))
    assert(go(function() return f(1) == 6 and f.hello == "hello!" and f.twice(4) == 8 end))
  )lua");
}

TEST(CrossingValues, UserdataOfCModulesCrossesByItsOwnFunctions) {
  expect_passes(R"lua(
    local m = meter(12)
    assert(#copy(m) == 12 and #copy{m}[1] == 12)
    local a, b = copy(m, m)
    assert(a == b)
    assert(go(function() return #m end) == 12)
  )lua");
}

TEST(CrossingValues, LightUserdataAndStandardObjectsCross) {
  expect_passes(R"lua(
    assert(copy(print) == print and copy(string.format) == string.format and copy(io.stdout) == io.stdout)
    assert(go(function() return io.stdout == io.output() end))
  )lua");
}

TEST(CrossingValues, RefusalsNameTheWay) {
  const char* co = "local co = coroutine.create(function() end)\n";
  const auto refuse = [&](const std::string& script, const std::string& message) {
    expect_fails(co + script, message);
  };
  refuse("copy(co)", "cannot copy the value: thread");
  refuse("copy(1, co)", "cannot copy value 2: thread");
  refuse("copy{a = {b = co}}", "cannot copy field 'a.b': thread");
  refuse("copy{a = {1, {co}}}", "cannot copy field 'a[2][1]': thread");
  refuse("copy{['a b'] = co}", "cannot copy field '[\"a b\"]': thread");
  refuse("copy(1, {x = co})", "cannot copy value 2 field 'x': thread");
  refuse("local t = {x = {}}; t.x.y = t; t.x.z = co; copy(t)", "cannot copy field 'x.z': thread");
  refuse("go(function() end, co)", "cannot copy argument 1: thread");
  refuse("go(function() end, 1, {x = {y = co}})", "cannot copy argument 2 field 'x.y': thread");
  refuse("local client = {co = co}\ngo(function() return client end)",
         "cannot copy upvalue 'client.co' of function <script:3>: thread");
  refuse("client = {co = co}\ngo(function() return client end)", "cannot copy global 'client.co': thread");
  refuse("go(coroutine.wrap(print))", "cannot copy the function: C function that no module names");
  refuse("copy(setmetatable({}, {__gc = function() end}))", "its metatable has __gc");
  refuse("copy{a = setmetatable({}, {__gc = function() end})}", "cannot copy field 'a': its metatable has __gc");
  refuse("copy{a = io.tmpfile()}", "cannot copy field 'a': userdata (FILE*)");
  refuse("Class = {}; Class.__index = Class; Class.co = co; copy{x = setmetatable({}, Class)}",
         "cannot copy field 'x.<metatable>.co': thread");
}

}  // namespace
}  // namespace lagoon::test
