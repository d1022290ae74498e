#include "vm/quick.h"

#include "tests/support/vm/script.h"
#include "vm/heap.h"
#include "vm/shared.h"

namespace lagoon::vm {
namespace {

// A counter.  add(n) is quick for integers; get() as text; wait() yields once; each counts its calls.
struct Counter : Shared {
  static const luaL_Reg methods[];
  static const luaL_Reg metamethods[];
  static const QuickReg quick[];
  static const SharedType type;
  Counter() : Shared(type) {}
  int sum = 0;
  int called = 0;  // as functions
  bool plain_end = true;
};

Counter& check(lua_State* L) { return check_shared<Counter>(L, 1, Counter::type); }

int add(lua_State* L) {
  Counter& counter = check(L);
  ++counter.called;
  counter.sum += static_cast<int>(luaL_checkinteger(L, 2));
  lua_pushboolean(L, 1);
  return 1;
}
int get(lua_State* L) { return luaL_error(L, "never called"); }
int wait(lua_State* L) { return luaL_error(L, "never called"); }
int next(lua_State* L) {
  ++check(L).called;
  lua_pushnil(L);
  return 1;
}
int waited(lua_State* L) {
  ++check(L).called;
  lua_pushliteral(L, "called in the end");
  return 1;
}

Message integer(int n) {
  Message m;
  m.kind = Message::Kind::Integer;
  m.integer = n;
  return m;
}

int quick_add(Shared& object, const QuickCall& call) {
  Message m;
  if (call.nargs != 2 || !quick_pack(call, 2, &m) || m.kind != Message::Kind::Integer) return kNot;
  static_cast<Counter&>(object).sum += static_cast<int>(m.integer);
  return quick_boolean(call, 0, true);
}

int quick_get(Shared& object, const QuickCall& call) {
  Message m;
  m.kind = Message::Kind::ShortString;
  m.size = static_cast<uint8_t>(snprintf(m.text, sizeof m.text, "sum %d", static_cast<Counter&>(object).sum));
  return quick_value(call, m, true);
}

Counter* waiting = nullptr;
int quick_wait(Shared& object, const QuickCall&) {
  waiting = &static_cast<Counter&>(object);
  return kPark;
}

int quick_next(Shared& object, const QuickCall& call) {
  Counter& counter = static_cast<Counter&>(object);
  return counter.sum == 0 ? kNot : quick_value(call, integer(counter.sum--), false);
}

int end_wait(lua_State* L, void* func) {
  const QuickCall call{L, func, 1};
  return waiting->plain_end ? quick_value(call, integer(waiting->sum), true) : quick_finish_by(call, waited);
}

const luaL_Reg Counter::methods[] = {{"add", add}, {"get", get}, {"wait", wait}, {nullptr, nullptr}};
const luaL_Reg Counter::metamethods[] = {{"__call", next}, {nullptr, nullptr}};
const QuickReg Counter::quick[] = {
    {add, quick_add}, {get, quick_get}, {wait, quick_wait}, {next, quick_next}, {nullptr, nullptr}};
const SharedType Counter::type{"counter", methods, metamethods, 0, nullptr, quick};

class QuickTest : public testing::Test {
 protected:
  void SetUp() override {
    counter_ = new Counter;
    ASSERT_EQ(protect(*state_,
                      [&](lua_State* L) {
                        set_quick_end(L, end_wait);
                        push_shared(L, *counter_);
                        lua_setglobal(L, "c");
                      }),
              LUA_OK);
  }
  void TearDown() override {
    state_.reset();
    counter_->release();
  }
  std::unique_ptr<State> state_ = open_state();
  Counter* counter_ = nullptr;
};

TEST_F(QuickTest, AMethodIsDoneWithoutACall) {
  EXPECT_EQ(run(*state_, "return c:add(2), (c:add(3))"), "true, true");
  EXPECT_EQ(run(*state_, "return c.add(c, 4)"), "true");
  EXPECT_EQ(counter_->sum, 9);
  EXPECT_EQ(counter_->called, 1);  // a tail call is one
}

TEST_F(QuickTest, WhatItCannotDoIsCalled) {
  EXPECT_EQ(run(*state_, "local ok = c:add('2') return ok"), "true");
  EXPECT_EQ(run(*state_, "return select(2, pcall(function() local x = c:add({}) end))"),
            "test:1: bad argument #1 to 'add' (number expected, got table)");
  EXPECT_EQ(run(*state_, "return select(2, pcall(function() local x = c.add() end))"),
            "test:1: bad argument #1 to 'add' (counter expected, got no value)");
  EXPECT_EQ(counter_->called, 2);
}

TEST_F(QuickTest, AHookSeesEachCall) {
  EXPECT_EQ(run(*state_, R"(
    local n = 0
    debug.sethook(function() n = n + 1 end, "c")
    local x = c:add(1)
    debug.sethook()
    local y = c:add(1)
    return n)"),
            "2");
  EXPECT_EQ(counter_->called, 1);
}

TEST_F(QuickTest, ResultsAreAsManyAsWanted) {
  EXPECT_EQ(run(*state_, R"(
    c:add(7)
    local a, b, d = c:get()
    local t = { c:get() }
    c:get()
    return a, b, d, #t, (c:get()))"),
            "sum 7, true, nil, 2, sum 7");
}

TEST_F(QuickTest, ALoopIteratesUntilTheFunctionEndsIt) {
  EXPECT_EQ(run(*state_, "c:add(3) local t = {} for i in c do t[#t + 1] = i end return table.concat(t, ' ')"), "3 2 1");
  EXPECT_EQ(counter_->called, 1);
}

constexpr const char* kWaits = R"(
  local co = coroutine.wrap(function()
    local a, b, d = c:wait()
    local t = { c:wait() }
    for i in pairs { 1 } do c:wait() end
    return a, b, d, #t
  end)
  co() co() co()
  collectgarbage()
  return co())";

TEST_F(QuickTest, OneThatYieldedLeavesItsResultsWhenItGoesOn) {
  counter_->sum = 5;
  EXPECT_EQ(run(*state_, kWaits), "5, true, nil, 2");
  EXPECT_EQ(counter_->called, 0);
}

TEST_F(QuickTest, OneThatYieldedMayCallAFunctionInTheEnd) {
  counter_->plain_end = false;
  EXPECT_EQ(run(*state_, kWaits), "called in the end, nil, nil, 1");
  EXPECT_EQ(counter_->called, 3);
}

// A yield leaves the interpreter by a jump or by a return; which, depends on what lies between it and the resume.
TEST_F(QuickTest, WhereverItYieldedTheCoroutineGoesOnAndEnds) {
  counter_->sum = 5;
  EXPECT_EQ(run(*state_, R"(
    local meta = setmetatable({}, {__index = function(_, times)
      local sum = 0
      for _ = 1, times do sum = sum + c:wait() end
      return sum
    end})
    local function twice() return c:wait() + c:wait() end
    local co = coroutine.wrap(function()
      local sum = twice()                                  -- from the interpreter alone
      local _, more = pcall(twice)                         -- below a C function, then resumed
      sum = sum + more + meta[3]                           -- below a metamethod
      local caught, why = pcall(function() c:wait() error("after", 0) end)
      sum = sum + c:wait()                                 -- after an error was caught
      do
        local x <close> = setmetatable({}, {__close = function() sum = sum + c:wait() end})
      end
      local inner = coroutine.wrap(function() twice() return "inner" end)
      inner() inner()
      return sum, caught, why, inner()
    end)
    local yields = 0
    while true do
      local sum, caught, why, inner = co()
      if sum then return sum, caught, why, inner, yields end
      yields = yields + 1
    end
  )"),
            "45, false, after, inner, 10");
}

TEST_F(QuickTest, WithoutMemoryForAStringItRaises) {
  EXPECT_EQ(run(*state_, "local warm = c:get() return warm"), "sum 0");
  counter_->sum = 123456;
  state_->heap().fail_from(0);
  std::string got = run(*state_, "local s = c:get() return s");
  state_->heap().fail_from(Heap::kNever);
  EXPECT_NE(got.find("not enough memory"), std::string::npos);
  EXPECT_EQ(run(*state_, "local s = c:get() return s"), "sum 123456");
}

// Marked for finalization before the handle exists, the holder is finalized after it.
TEST_F(QuickTest, AFinalizedObjectIsCalledAndSaysSo) {
  run(*state_,
      "holder = setmetatable({}, {__gc = function(h) ok, err = pcall(function() local x = add(h.c, 1) end) end})");
  ASSERT_EQ(protect(*state_,
                    [&](lua_State* L) {
                      Counter* other = new Counter;
                      push_new_shared(L, other);
                      lua_setglobal(L, "o");
                    }),
            LUA_OK);
  run(*state_, "add = o.add; holder.c = o; debug.setmetatable(holder, getmetatable(holder))");
  run(*state_, "holder.c, o, holder = o, nil, nil collectgarbage()");
  EXPECT_EQ(run(*state_, "return ok, (err:gsub('^test:1: ', ''))"),
            "false, bad argument #1 to 'add' (this counter is collected already)");
}

}  // namespace
}  // namespace lagoon::vm
