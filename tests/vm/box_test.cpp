#include "vm/box.h"

#include <string>

#include "tests/support/vm/script.h"
#include "vm/heap.h"

namespace lagoon::vm {
namespace {

int live = 0;

struct Owner {
  explicit Owner(int v) noexcept : value(v) { ++live; }
  Owner(const Owner&) = delete;
  ~Owner() { --live; }
  int value;
};

TEST(Box, DestroysWhatItHoldsWhenCollected) {
  auto s = open_state();
  lua_State* L = s->lua();
  ASSERT_EQ(protect(*s, [](lua_State* l) { Box<Owner>::push(l)->fill(7); }), LUA_OK);
  EXPECT_EQ(live, 1);
  lua_gc(L, LUA_GCCOLLECT);
  EXPECT_EQ(live, 0);
}

TEST(Box, AnEmptyOneOwnsNothing) {
  auto s = open_state();
  ASSERT_EQ(protect(*s, [](lua_State* l) { Box<Owner>::push(l); }), LUA_OK);
  s.reset();
  EXPECT_EQ(live, 0);
}

TEST(Box, HoldsThroughARaise) {
  auto s = open_state();
  EXPECT_EQ(protect(*s,
                    [](lua_State* l) {
                      Box<Owner>::push(l)->fill(7);
                      luaL_error(l, "raised");
                    }),
            LUA_ERRRUN);
  s.reset();
  EXPECT_EQ(live, 0);
}

TEST(Box, CanBeEmptiedEarlyAndFilledAgain) {
  auto s = open_state();
  lua_State* L = s->lua();
  Box<Owner>* box = Box<Owner>::push(L);
  box->fill(1);
  box->empty();
  box->empty();
  EXPECT_EQ(live, 0);
  EXPECT_EQ(box->get(), nullptr);
  EXPECT_EQ(box->fill(2).value, 2);
  EXPECT_EQ((*box)->value, 2);
}

TEST(Box, IsToldFromOtherUserdata) {
  auto s = open_state();
  lua_State* L = s->lua();
  Box<Owner>* box = Box<Owner>::push(L);
  Box<std::string>::push(L)->fill();
  lua_newuserdatauv(L, sizeof(Box<Owner>), 0);
  memset(lua_touserdata(L, -1), 0, sizeof(Box<Owner>));
  EXPECT_EQ(Box<Owner>::to(L, 1), box);
  EXPECT_EQ(Box<Owner>::to(L, 2), nullptr);
  EXPECT_EQ(Box<Owner>::to(L, 3), nullptr);
  EXPECT_EQ(Box<Owner>::to(L, 4), nullptr);
}

TEST(Box, PushFailsCleanlyWhenMemoryRunsOut) {
  auto s = open_state();
  int status = LUA_ERRMEM;
  for (uint64_t n = 0; status != LUA_OK; ++n) {
    ASSERT_LT(n, 50u);
    s->heap().fail_from(n);
    status = protect(*s, [](lua_State* l) { Box<Owner>::push(l)->fill(1); });
    s->heap().fail_from(Heap::kNever);
    lua_settop(s->lua(), 0);
  }
  s.reset();
  EXPECT_EQ(live, 0);
}

TEST(Protect, ReturnsTheFramesValuesOrItsError) {
  auto s = open_state();
  lua_State* L = s->lua();
  EXPECT_EQ(protect(*s,
                    [](lua_State* l) {
                      lua_pushinteger(l, 1);
                      lua_pushinteger(l, 2);
                      return 2;
                    }),
            LUA_OK);
  EXPECT_EQ(lua_gettop(L), 2);
  EXPECT_EQ(protect(*s, [](lua_State* l) { luaL_error(l, "no"); }), LUA_ERRRUN);
  EXPECT_STREQ(lua_tostring(L, -1), "no");
  EXPECT_EQ(lua_gettop(L), 3);
}

}  // namespace
}  // namespace lagoon::vm
