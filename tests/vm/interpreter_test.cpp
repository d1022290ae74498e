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

}  // namespace
}  // namespace lagoon::vm
