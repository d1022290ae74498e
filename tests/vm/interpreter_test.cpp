// What our patches of the interpreter must leave as it is; Lua's own suite tests the same at length.
#include "tests/support/vm/script.h"

namespace lagoon::vm {
namespace {

TEST(Interpreter, CallsFillUpArgumentsAndResults) {
  auto s = open_state();
  EXPECT_EQ(run(*s, R"(
    local function three(a, b, c) return a, b, c end
    local function one(a) return a end
    local function none() end
    local x, y = one(1, 2, 3)
    local z, w = none(4)
    three()
    one()
    return x, y, z, w, (three(5)), (none()), select("#", three()), select("#", one()), select("#", none()), three(6))"),
            "1, nil, nil, nil, 5, nil, 3, 1, 0, 6, nil, nil");
}

TEST(Interpreter, CallsGrowTheStackUntilItOverflows) {
  auto s = open_state();
  EXPECT_EQ(run(*s, R"(
    local function sum(n) if n == 0 then return 0 end return n + sum(n - 1) end
    local function endless(n) return 1 + endless(n + 1) end
    local ok, why = pcall(endless, 1)
    return sum(20000), ok, why:match("stack overflow"), sum(20000))"),
            "200010000, false, stack overflow, 200010000");
}

TEST(Interpreter, HooksSeeTheCallsThatAreUnderWay) {
  auto s = open_state();
  EXPECT_EQ(run(*s, R"(
    local seen = {}
    local function inner() debug.sethook(function(what) seen[#seen + 1] = what:sub(1, 1) end, "cr") return 1 end
    local function outer() return (inner()) end
    local function other() return 2 end
    outer()
    other()
    debug.sethook()
    return table.concat(seen))"),
            "rrrcrc");
}

TEST(Interpreter, LoopsOverTables) {
  auto s = open_state();
  EXPECT_EQ(run(*s, R"lua(
    local t = { 10, 20, nil, 40, x = 1, y = 2, [2.5] = 3, [print] = 4, [("long"):rep(20)] = 5 }
    local count, sum = 0, 0
    for k, v, third, fourth in pairs(t) do
      assert(t[k] == v and third == nil and fourth == nil)
      t[k] = nil  -- the key is dead, and must be found nevertheless
      collectgarbage()
      count, sum = count + 1, sum + v
    end
    local list, indices = { 1, 2, 3, nil, 5 }, {}
    for i, v, third in ipairs(list) do
      assert(i == v and third == nil)
      indices[#indices + 1] = i
      if i == 2 then list[4] = 4 end
    end
    local backed = setmetatable({ 1 }, { __index = function(_, i) return i < 4 and -i or nil end })
    for i, v in ipairs(backed) do indices[#indices + 1] = v end
    for k in next, {} do indices[#indices + 1] = k end
    local iterator = ipairs {}
    for i, v in iterator, { "a", "b" }, "1" do indices[#indices + 1] = v end
    for i, v in iterator, { [math.mininteger] = "least" }, math.maxinteger do indices[#indices + 1] = v end
    return next(t), count, sum, table.concat(indices, " "))lua"),
            "nil, 8, 85, 1 2 3 4 5 1 -2 -3 b least");
}

TEST(Interpreter, LoopsRaiseAsCallsDo) {
  auto s = open_state();
  EXPECT_EQ(run(*s, "for k in next, { 1 }, 17 do end"), "error: invalid key to 'next'");
  EXPECT_EQ(run(*s, "for k in next, 1 do end"),
            "error: test:1: bad argument #1 to 'for iterator' (table expected, got number)");
  EXPECT_EQ(run(*s, "for i in ipairs {}, {}, {} do end"),
            "error: test:1: bad argument #2 to 'for iterator' (number expected, got table)");
  EXPECT_EQ(run(*s, "for i in ipairs(setmetatable({}, { __index = function() error 'mine' end })) do end"),
            "error: test:1: mine");
}

TEST(Interpreter, HooksSeeWhatLoopsCall) {
  auto s = open_state();
  EXPECT_EQ(run(*s, R"(
    local calls = 0
    debug.sethook(function() calls = calls + 1 end, "c")
    for _ in next, { 1, 2, 3 } do end
    debug.sethook()
    return calls)"),
            "5");  // four of next, one of sethook
}

// The same by opcodes with registers and constants, and folded by the compiler.
TEST(Interpreter, ArithmeticAndOrderOfMixedNumbers) {
  auto s = open_state();
  EXPECT_EQ(run(*s, R"lua(
    local numbers = { 0, 1, -3, 7, 2.5, -0.5, 1e300, math.maxinteger, math.mininteger, "12", "0x10" }
    local function text(v)
      if v ~= v then return "nan" end
      return math.type(v) == "float" and ("%a"):format(v) or tostring(v)
    end
    local count, wrong = 0, {}
    for _, op in ipairs { "+", "-", "*", "/", "//", "%", "^", "<", "<=", "==", "~=", ">", ">=" } do
      local registers = load("local a, b = ... return a " .. op .. " b")
      for _, a in ipairs(numbers) do
        for _, b in ipairs(numbers) do
          local A, B = ("(%q)"):format(a), ("(%q)"):format(b)
          local results = {}
          for i, chunk in ipairs { registers, load("local a = ... return a " .. op .. " " .. B),
                                   load("local _, b = ... return " .. A .. " " .. op .. " b"),
                                   load("return " .. A .. " " .. op .. " " .. B) } do
            local ok, v = pcall(chunk, a, b)
            results[i] = ok and text(v) or "error"
          end
          count = count + 1
          for i = 2, 4 do
            if results[i] ~= results[1] then wrong[#wrong + 1] = A .. op .. B .. ":" .. table.concat(results, ",") end
          end
        end
      end
    end
    return count, table.concat(wrong, " "))lua"),
            "1573, ");
}

TEST(Interpreter, IntegersAreWrittenAsPrintfWritesThem) {
  auto s = open_state();
  EXPECT_EQ(run(*s, R"(
    local function check(n)
      local printed = ("%1d"):format(n)  -- with a width, C's printf does it
      assert(tostring(n) == printed and n .. "" == printed and ("%d|%i"):format(n, n) == printed .. "|" .. printed)
      assert(math.tointeger(printed) == n)
    end
    local power = 1
    for _ = 0, 18 do
      for _, n in ipairs { power, power - 1, power + 1 } do check(n) check(-n) end
      power = power * 10
    end
    check(math.maxinteger)
    check(math.mininteger)
    return ("%d"):format("12"), ("%d"):format(3.0))"),
            "12, 3");
}

// Where a free node is looked for is kept in the first two nodes, as two halves.
TEST(Interpreter, TablesOfAnySizeHoldWhatIsPutThere) {
  auto s = open_state();
  EXPECT_EQ(run(*s, R"(
    local function check(t, n, first, step)
      local count = 0
      for k, v in pairs(t) do
        assert(k == v + 0.5 and t[k] == v)
        count = count + 1
      end
      for i = first, n, step do assert(t[i + 0.5] == i) end
      return count
    end
    for _, n in ipairs { 1, 2, 3, 4, 5, 8, 9, 31, 1000, 65535, 65536, 65537, 140000 } do
      local t = {}
      for i = 1, n do t[i + 0.5] = i end
      assert(check(t, n, 1, 1) == n)
      for i = 1, n, 2 do t[i + 0.5] = nil end
      assert(check(t, n, 2, 2) == n // 2)
      for i = n + 1, 2 * n do t[i + 0.5] = i end
      assert(check(t, 2 * n, n + 1, 1) == n // 2 + n)
    end
    return true)"),
            "true");
}

TEST(Interpreter, ATableTakes48Bytes) {
  static_assert(sizeof(void*) == 8);
  auto s = open_state();
  EXPECT_EQ(run(*s, R"(
    collectgarbage "stop"
    local before = collectgarbage "count"
    local t = {}
    return (collectgarbage "count" - before) * 1024)"),
            "48.0");
}

}  // namespace
}  // namespace lagoon::vm
