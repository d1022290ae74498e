#include "vm/coro.h"

#include "vm/internals.h"
#include "vm/raw_lua.h"
#include "vm/slice.h"

namespace lagoon::vm {

namespace {

// Gives back all of a coroutine that ended but what the collector has to find: it may be long until then, and who
// is woken meanwhile needs a stack.  REQUIRES: nobody looks into it any more.
void drop_stack(lua_State* co) noexcept {
  while (CallInfo* ci = co->base_ci.next) {
    co->base_ci.next = ci->next;
    --co->nci;
    luaM_free(co, ci);
  }
  luaM_freearray(co, co->stack.p, static_cast<size_t>(stacksize(co) + EXTRA_STACK));
  co->stack.p = nullptr;  // as before it was made
}

}  // namespace

void CoroPool::open(lua_State* L) {
  lua_newtable(L);
  anchors_ = lua_topointer(L, -1);
  table_ = luaL_ref(L, LUA_REGISTRYINDEX);
}

Coro CoroPool::reuse() noexcept {
  if (pooled_ == 0) return {};
  const Coro coro = pool_[--pooled_];
  if (lua_checkstack(coro.lua, LUA_MINSTACK)) return coro;  // its stack may have been cut while it was parked
  forget(coro);
  return {};
}

Coro CoroPool::acquire(lua_State* L) {
  if (const Coro coro = reuse(); coro.lua != nullptr) return coro;
  lua_rawgeti(L, LUA_REGISTRYINDEX, table_);
  lua_State* co = lua_newthread(L);
  lua_sethook(co, nullptr, 0, 0);  // a new coroutine has its maker's
  const uint32_t slot = free_ != 0 ? free_ : slots_ + 1;
  lua_rawgeti(L, -2, slot);
  const uint32_t next = static_cast<uint32_t>(lua_tointeger(L, -1));
  lua_pop(L, 1);
  lua_rawseti(L, -2, slot);
  lua_pop(L, 1);
  if (free_ != 0) {
    free_ = next;
  } else {
    slots_ = slot;
  }
  ++anchored_;
  return {co, slot};
}

void CoroPool::give_back(Coro coro) noexcept {
  lua_settop(coro.lua, 0);  // ended cleanly: there is nothing to close
  arm_slice(coro.lua, 0);
  // debug.sethook keeps the script's function as long as the coroutine lives.
  const bool hooked = lua_gethook(coro.lua) != nullptr;
  if (hooked || pooled_ == kPooled || stack_slots(coro.lua) > kStackKept) {
    forget(coro);
    drop_stack(coro.lua);
  } else {
    pool_[pooled_++] = coro;
  }
}

int CoroPool::discard(Coro coro, lua_State* from) noexcept {
  const int status = close(coro, from);
  forget(coro);
  return status;
}

int CoroPool::close(Coro coro, lua_State* from) noexcept {
  const int status = lua_closethread(coro.lua, from);
  lua_sethook(coro.lua, nullptr, 0, 0);
  return status;
}

// Links its slot into the list of free ones.  Works on the coroutine's own stack, which is empty
// and, as nothing is allocated, outlives this.
void CoroPool::forget(Coro coro) noexcept {
  lua_State* co = coro.lua;
  lua_settop(co, 0);
  lua_rawgeti(co, LUA_REGISTRYINDEX, table_);
  lua_pushinteger(co, free_);
  lua_rawseti(co, 1, coro.anchor);
  lua_settop(co, 0);
  free_ = coro.anchor;
  --anchored_;
}

void CoroPool::fetch_calls(Coro coro) const noexcept {
  const char* ci = reinterpret_cast<const char*>(coro.lua->ci);
  for (int at = 0; at < 3; ++at) __builtin_prefetch(ci - 64 * at, 1);  // mostly those below it
  for (const StackValue* at = coro.lua->stack.p; at < coro.lua->top.p; at += 4) __builtin_prefetch(at, 1);
  const auto* anchors = static_cast<const Table*>(anchors_);
  if (coro.anchor <= anchors->alimit) __builtin_prefetch(anchors->array + (coro.anchor - 1), 1);
}

void CoroPool::close_all(lua_State* L) noexcept {
  while (pooled_ != 0) forget(pool_[--pooled_]);
  for (uint32_t slot = slots_; slot != 0 && anchored_ != 0; --slot) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, table_);
    lua_rawgeti(L, -1, slot);
    lua_State* co = lua_tothread(L, -1);
    if (co != nullptr) discard({co, slot}, nullptr);  // still on our stack
    lua_pop(L, 2);
  }
}

void cut_parked_stacks(lua_State* L, lua_CFunction body) noexcept { G(L)->parkedbody = body; }

void cut_parked_stack(lua_State* co) noexcept { luaD_shrinkstack(co); }

void fetch_coroutine(const lua_State* co) noexcept {
  for (size_t at = 0; at < sizeof(lua_State); at += 64) __builtin_prefetch(reinterpret_cast<const char*>(co) + at, 1);
}

}  // namespace lagoon::vm
