#pragma once
// Goroutines of one state, resumed by hand.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/support/vm/script.h"
#include "vm/freeze.h"
#include "vm/heap.h"
#include "vm/message.h"
#include "vm/pack.h"
#include "vm/protect.h"
#include "vm/transfer.h"

namespace lagoon::test {

class Hand {
 public:
  explicit Hand(const std::string& script) {
    vm::StateConfig config;
    config.on_open = on_open;
    config.is_main = true;
    sender_ = vm::open_state(config);
    config.is_main = false;
    receiver_ = vm::open_state(config);
    vm::run(*sender_, script);
  }
  ~Hand() {
    lua_settop(L(), 0);
    vm::enter_environment(state(), nullptr);
    for (auto& g : all_) vm::drop(g->m);
  }

  struct Goroutine {
    vm::Message m;
    vm::Environment env;
    lua_State* co = nullptr;
  };

  // Packs the global function `name`, often enough that it is recalled.
  Goroutine& make(const char* name) {
    all_.push_back(std::make_unique<Goroutine>());
    Goroutine& g = *all_.back();
    EXPECT_TRUE(lua_checkstack(L(), 10));
    EXPECT_TRUE(lua_checkstack(sender_->lua(), 10));
    for (int i = 0; i < 4; ++i) {
      vm::drop(g.m);
      const int status = vm::protect(sender_->lua(), [&](lua_State* l) {
        lua_getglobal(l, name);
        if (vm::pack_call(l, lua_gettop(l), 0, &g.m) != nullptr) lua_error(l);
      });
      EXPECT_EQ(status, LUA_OK) << lua_tostring(sender_->lua(), -1);
      lua_settop(sender_->lua(), 0);
    }
    EXPECT_EQ(vm::protect(L(),
                          [&](lua_State* l) {
                            g.co = lua_newthread(l);
                            lua_pushcfunction(g.co, body);
                            lua_pushlightuserdata(g.co, &g);
                            return 1;
                          }),
              LUA_OK);
    return g;
  }

  // Runs it to its next yield, or its end; what it yields or returns, or its error, as text.
  std::string resume(Goroutine& g) {
    vm::enter_environment(state(), &g.env);
    int count = 0;
    const bool begins = lua_status(g.co) == LUA_OK;
    const int status = lua_resume(g.co, L(), begins ? 1 : 0, &count);
    if (status != LUA_OK && status != LUA_YIELD) count = 1;
    std::string out;
    for (int i = -count; i < 0; ++i) {
      out += out.empty() ? "" : ", ";
      out += lua_isboolean(g.co, i) ? (lua_toboolean(g.co, i) ? "true" : "false")
             : lua_isnil(g.co, i)   ? "nil"
                                    : lua_tostring(g.co, i);
    }
    lua_pop(g.co, count);
    vm::enter_environment(state(), nullptr);
    return out;
  }

  // Makes one and runs it to its first yield.
  Goroutine& start(const char* name) {
    Goroutine& g = make(name);
    EXPECT_EQ(resume(g), "");
    return g;
  }

  // It has ended, or will not be resumed: nothing keeps it.
  void forget(Goroutine& g) {
    for (int i = 1; i <= lua_gettop(L()); ++i) {
      if (lua_tothread(L(), i) != g.co) continue;
      lua_pushnil(L());
      lua_replace(L(), i);
    }
  }

  vm::State& state() { return *receiver_; }
  vm::State& sender() { return *sender_; }
  lua_State* L() { return receiver_->lua(); }

 private:
  static int body(lua_State* co) {
    auto* g = static_cast<Goroutine*>(lua_touserdata(co, 1));
    lua_settop(co, 0);
    const int nargs = vm::unpack_call(co, g->m, &g->env);
    lua_callk(co, nargs, LUA_MULTRET, 1, ended);
    return ended(co, LUA_OK, 1);
  }
  static int ended(lua_State* co, int, lua_KContext ctx) { return lua_gettop(co) - static_cast<int>(ctx); }

  static void on_open(lua_State* L, void*) {
    // From here on there is memory again.
    lua_register(L, "heal", [](lua_State* l) {
      vm::State::of(l).heap().fail_from(vm::Heap::kNever);
      return 0;
    });
    lua_register(L, "keep", [](lua_State* l) {
      lua_setfield(l, LUA_REGISTRYINDEX, "kept");
      return 0;
    });
    lua_register(L, "kept", [](lua_State* l) {
      lua_getfield(l, LUA_REGISTRYINDEX, "kept");
      return 1;
    });
    // As C modules may: past the metatable.
    lua_register(L, "stash", [](lua_State* l) {
      lua_pushglobaltable(l);
      lua_insert(l, 1);
      lua_rawset(l, 1);
      return 0;
    });
    lua_register(L, "look", [](lua_State* l) {
      lua_getglobal(l, luaL_checkstring(l, 1));
      return 1;
    });
    lua_register(L, "freeze", [](lua_State* l) {
      vm::freeze(l, 1);
      lua_settop(l, 1);
      return 1;
    });
  }

  std::unique_ptr<vm::State> sender_, receiver_;
  std::vector<std::unique_ptr<Goroutine>> all_;
};

}  // namespace lagoon::test
