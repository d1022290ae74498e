#include "vm/error.h"

#include "tests/support/vm/script.h"
#include "vm/coro.h"
#include "vm/heap.h"

namespace lagoon::vm {
namespace {

class ErrorTest : public testing::Test {
 protected:
  // What describe says of a coroutine in which the chunk raised.
  Failure failure_of(const std::string& code) {
    lua_State* co = lua_newthread(state_->lua());
    EXPECT_EQ(luaL_loadbuffer(co, code.data(), code.size(), "=chunk"), LUA_OK);
    int results = 0;
    EXPECT_GT(resume(co, nullptr, 0, &results), LUA_YIELD);
    Failure failure;
    const int top = lua_gettop(co);
    describe(state_->lua(), co, &failure);
    EXPECT_EQ(lua_gettop(co), top);
    lua_settop(state_->lua(), 0);
    return failure;
  }
  std::unique_ptr<State> state_ = open_state();
};

TEST_F(ErrorTest, HasMessageAndTracebackOfTheGoroutine) {
  const Failure f = failure_of("local function inner() error('boom') end\nlocal function outer() inner() end\nouter()");
  EXPECT_EQ(f.message, "chunk:1: boom");
  EXPECT_EQ(f.traceback,
            "stack traceback:\n\t[C]: in function 'error'\n\tchunk:1: in upvalue 'inner'\n"
            "\tchunk:2: in local 'outer'\n\tchunk:3: in main chunk");
  EXPECT_EQ(f.text(), f.message + "\n" + f.traceback);
}

TEST_F(ErrorTest, AnyValueHasText) {
  EXPECT_EQ(failure_of("error({})").message, "(error object is a table value)");
  EXPECT_EQ(failure_of("error()").message, "(error object is a nil value)");
  EXPECT_EQ(failure_of("error(42)").message, "42");
  EXPECT_EQ(failure_of("error(setmetatable({}, {__tostring = function() return 'mine' end}))").message, "mine");
}

TEST_F(ErrorTest, ATostringThatFailsIsNotAnotherError) {
  EXPECT_EQ(failure_of("error(setmetatable({}, {__tostring = function() error('no') end}))").message,
            "(error object is a table value)");
  EXPECT_EQ(failure_of("error(setmetatable({}, {__tostring = function() return 1 end}))").message,
            "(error object is a table value)");
}

TEST_F(ErrorTest, StackOverflowIsDescribed) {
  const Failure f = failure_of("local function f() return 1 + f() end f()");
  EXPECT_NE(f.message.find("stack overflow"), std::string::npos);
  EXPECT_NE(f.traceback.find("..."), std::string::npos);
}

TEST_F(ErrorTest, AValueAloneIsPopped) {
  lua_State* L = state_->lua();
  lua_newtable(L);
  Failure f;
  describe_value(L, &f);
  EXPECT_EQ(f.message, "(error object is a table value)");
  EXPECT_EQ(lua_gettop(L), 0);
}

TEST_F(ErrorTest, WithoutMemoryTheMessageStillSaysSomething) {
  lua_State* co = lua_newthread(state_->lua());
  luaL_loadstring(co, "error(setmetatable({}, {__tostring = function() return ('x'):rep(100) end}))");
  int results = 0;
  resume(co, nullptr, 0, &results);
  bool complete = false;
  for (uint64_t n = 0; !complete; ++n) {
    ASSERT_LT(n, 200u);
    Failure f;
    state_->heap().fail_from(n);
    describe(state_->lua(), co, &f);
    state_->heap().fail_from(Heap::kNever);
    EXPECT_TRUE(f.message == std::string(100, 'x') || f.message == "(error object is a table value)") << f.message;
    complete = f.message.size() == 100 && !f.traceback.empty();
  }
}

TEST_F(ErrorTest, TheHandlerDoesWhatStocksDoes) {
  lua_State* L = state_->lua();
  lua_pushcfunction(L, message_handler);
  luaL_loadbuffer(L, "error('boom')", 13, "=chunk");
  EXPECT_EQ(lua_pcall(L, 0, 0, 1), LUA_ERRRUN);
  EXPECT_STREQ(lua_tostring(L, -1),
               "chunk:1: boom\nstack traceback:\n\t[C]: in function 'error'\n\tchunk:1: in main chunk");
}

}  // namespace
}  // namespace lagoon::vm
