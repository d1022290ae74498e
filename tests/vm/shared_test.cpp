#include "vm/shared.h"

#include <vector>

#include "tests/support/vm/script.h"
#include "vm/heap.h"
#include "vm/message.h"
#include "vm/pack.h"

namespace lagoon::vm {
namespace {

int live = 0;

int thing_name(lua_State* L);

struct Thing : Shared {
  static const luaL_Reg methods[];
  static const luaL_Reg metamethods[];
  static const SharedType type;
  Thing() : Shared(type) { ++live; }
  ~Thing() override { --live; }
};
const luaL_Reg Thing::methods[] = {{"name", thing_name}, {nullptr, nullptr}};
const luaL_Reg Thing::metamethods[] = {{"__len", thing_name}, {nullptr, nullptr}};
const SharedType Thing::type{"thing", methods, metamethods};

struct Other : Shared {
  static const SharedType type;
  Other() : Shared(type) { ++live; }
  ~Other() override { --live; }
};
const SharedType Other::type{"other", nullptr, nullptr, 0, nullptr, nullptr, true};  // counted

int thing_name(lua_State* L) {
  check_shared<Thing>(L, 1, Thing::type);
  lua_pushliteral(L, "a thing");
  return 1;
}

class SharedTest : public testing::Test {
 protected:
  void TearDown() override {
    state_.reset();
    EXPECT_EQ(live, 0);
  }
  // Makes the global `name` a handle of object.
  void give(State& state, Shared& object, const char* name) {
    ASSERT_EQ(protect(state,
                      [&](lua_State* L) {
                        push_shared(L, object);
                        lua_setglobal(L, name);
                      }),
              LUA_OK);
  }
  std::unique_ptr<State> state_ = open_state();
};

TEST_F(SharedTest, OneHandleStandsForAnObjectHoweverOftenItIsPushed) {
  Thing* thing = new Thing;
  Thing* second = new Thing;
  give(*state_, *thing, "a");
  give(*state_, *thing, "b");
  give(*state_, *second, "c");
  EXPECT_EQ(run(*state_, "local t = {[a] = 1}; return a == b, a == c, t[b], rawequal(a, b)"), "true, false, 1, true");
  thing->release();
  second->release();
}

TEST_F(SharedTest, LivesAsLongAsAnyStateHoldsIt) {
  auto other = open_state();
  Thing* thing = new Thing;
  give(*state_, *thing, "a");
  give(*other, *thing, "a");
  thing->release();
  EXPECT_EQ(live, 1);
  run(*state_, "a = nil collectgarbage()");
  EXPECT_EQ(live, 1);
  EXPECT_EQ(run(*other, "return a:name(), #a"), "a thing, a thing");
  other.reset();
  EXPECT_EQ(live, 0);
}

// More starts than a handle takes references for at once.
TEST_F(SharedTest, StartsKeepWhatTheyNameAndTheHandleKeepsNothingForThem) {
  Thing* thing = new Thing;
  give(*state_, *thing, "a");
  thing->release();
  std::vector<Message> starts(1500);
  run(*state_, "local thing = a; a = nil; function f() return thing:name() end");
  ASSERT_EQ(protect(*state_,
                    [&](lua_State* L) {
                      lua_getglobal(L, "f");
                      for (Message& m : starts) {
                        if (pack_call(L, lua_gettop(L), 0, &m) != nullptr) lua_error(L);
                      }
                      lua_pop(L, 1);
                    }),
            LUA_OK);
  run(*state_, "f = nil collectgarbage() collectgarbage()");
  for (Message& m : starts) {
    EXPECT_EQ(live, 1);
    drop(m);
  }
  EXPECT_EQ(live, 0);
}

TEST_F(SharedTest, WhatIsCountedHasNoReferencesThatNobodyHas) {
  Other* other = new Other;
  give(*state_, *other, "a");
  other->release();
  run(*state_, "local other = a; function f() return other end");
  for (int i = 0; i < 20; ++i) {
    Message start;
    ASSERT_EQ(protect(*state_,
                      [&](lua_State* L) {
                        lua_getglobal(L, "f");
                        if (pack_call(L, lua_gettop(L), 0, &start) != nullptr) lua_error(L);
                        lua_pop(L, 1);
                      }),
              LUA_OK);
    EXPECT_EQ(other->references(), 2);
    drop(start);
    EXPECT_EQ(other->references(), 1);
  }
}

TEST_F(SharedTest, AfterCollectionTheObjectGetsANewHandle) {
  Thing* thing = new Thing;
  give(*state_, *thing, "a");
  run(*state_, "a = nil collectgarbage()");
  give(*state_, *thing, "a");
  EXPECT_EQ(run(*state_, "return a:name()"), "a thing");
  thing->release();
}

// While finalizers run, the dead handle must be gone from the table of handles already.
TEST_F(SharedTest, APushInsideAFinalizerMakesAWorkingHandle) {
  static Thing* thing;
  thing = new Thing;
  lua_register(state_->lua(), "again", [](lua_State* L) {
    push_shared(L, *thing);
    return 1;
  });
  give(*state_, *thing, "a");
  run(*state_,
      "setmetatable({a}, {__gc = function() name = again():name(); kept = again() end}); a = nil "
      "collectgarbage()");
  EXPECT_EQ(run(*state_, "return name, kept:name()"), "a thing, a thing");
  thing->release();
}

TEST_F(SharedTest, AHandleThatWasFinalizedFirstIsRefusedByName) {
  Thing* thing = new Thing;
  // Marked for finalization before the handle exists, so it is finalized after it.
  run(*state_, "holder = setmetatable({}, {__gc = function(h) ok, err = pcall(h.a.name, h.a) end})");
  give(*state_, *thing, "a");
  thing->release();
  run(*state_,
      "local name = a.name; holder.a = a; debug.setmetatable(holder, {__gc = function(h) ok, err = "
      "pcall(name, h.a) end})");
  run(*state_, "holder.a, a, holder = a, nil, nil collectgarbage()");
  EXPECT_EQ(run(*state_, "return ok, err"), "false, bad argument #1 to '?' (this thing is collected already)");
}

TEST_F(SharedTest, MistakesNameTheTypeThatWasExpected) {
  Other* other = new Other;
  give(*state_, *other, "o");
  other->release();
  Thing* thing = new Thing;
  give(*state_, *thing, "a");
  thing->release();
  EXPECT_EQ(run(*state_, "a.name(o)"), "error: test:1: bad argument #1 to 'name' (thing expected, got other)");
  EXPECT_EQ(run(*state_, "a.name()"), "error: test:1: bad argument #1 to 'name' (thing expected, got no value)");
  EXPECT_EQ(run(*state_, "a.name(io.stdout)"), "error: test:1: bad argument #1 to 'name' (thing expected, got FILE*)");
}

TEST_F(SharedTest, ScriptsCannotReachTheFinalizer) {
  Thing* thing = new Thing;
  give(*state_, *thing, "a");
  EXPECT_EQ(run(*state_, "return getmetatable(a), a.__gc"), "thing, nil");
  // With the debug library they can; then the object is let go once, and a new push makes a new
  // handle.
  run(*state_, "debug.getmetatable(a).__gc(a); debug.getmetatable(a).__gc(a)");
  EXPECT_EQ(run(*state_, "return pcall(function() return a:name() end)").substr(0, 5), "false");
  give(*state_, *thing, "a");
  EXPECT_EQ(run(*state_, "return a:name()"), "a thing");
  thing->release();
}

TEST_F(SharedTest, ToSharedKnowsItsTypeAndNothingElse) {
  lua_State* L = state_->lua();
  Thing* thing = new Thing;
  push_shared(L, *thing);
  thing->release();
  EXPECT_EQ(to_shared(L, -1, Thing::type), thing);
  EXPECT_EQ(to_shared(L, -1, Other::type), nullptr);
  EXPECT_EQ(to_any_shared(L, -1), thing);
  memset(lua_newuserdatauv(L, sizeof(Handle), 0), 0, sizeof(Handle));
  EXPECT_EQ(to_any_shared(L, -1), nullptr);
  lua_pushlightuserdata(L, thing);
  EXPECT_EQ(to_any_shared(L, -1), nullptr);
  EXPECT_EQ(to_any_shared(L, 10), nullptr);
  lua_settop(L, 0);
}

TEST_F(SharedTest, PushNewTakesTheReferenceEvenWhenMemoryRunsOut) {
  int status = LUA_ERRMEM;
  for (uint64_t n = 0; status != LUA_OK; ++n) {
    ASSERT_LT(n, 100u);
    auto fresh = open_state();
    Thing* thing = new Thing;
    fresh->heap().fail_from(n);
    status = protect(*fresh, [&](lua_State* L) { push_new_shared(L, thing); });
    fresh->heap().fail_from(Heap::kNever);
    lua_settop(fresh->lua(), 0);
    lua_gc(fresh->lua(), LUA_GCCOLLECT);
    EXPECT_EQ(live, 0);
  }
}

TEST_F(SharedTest, PushSurvivesAnyAllocationFailure) {
  Thing* thing = new Thing;
  int status = LUA_ERRMEM;
  for (uint64_t n = 0; status != LUA_OK; ++n) {
    ASSERT_LT(n, 100u);
    state_->heap().fail_from(n);
    status = protect(*state_, [&](lua_State* L) {
      push_shared(L, *thing);
      lua_setglobal(L, "a");
    });
    state_->heap().fail_from(Heap::kNever);
    lua_settop(state_->lua(), 0);
  }
  EXPECT_EQ(run(*state_, "return a:name()"), "a thing");
  thing->release();
}

}  // namespace
}  // namespace lagoon::vm
