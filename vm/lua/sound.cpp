// How the probe stays harmless on a Lua that fails it:
//
//   'a' .. 'b' .. c   in a fresh coroutine, where c's __concat moves the stack and returns 'R'.
//
// A sound Lua answers 'aR'.  The others read the rest of the operands from the stack's old block.
// The allocator below moves every block that is resized and keeps the old one readable, so they
// find 'a' and 'b' there, join them there, and the answer is 'a': wrong, but nothing was damaged.
#include "vm/lua/sound.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <lua.hpp>
#include <utility>

namespace lagoon::vm {
namespace {

struct Block {
  Block* next;
  size_t size;  // of what follows; keeps that aligned too
};

// lua_Alloc.  ud is the head of the list of all blocks ever given.
void* keep_everything(void* ud, void* ptr, size_t osize, size_t nsize) {
  if (nsize == 0) return nullptr;
  auto* block = static_cast<Block*>(std::malloc(sizeof(Block) + nsize));
  if (block == nullptr) return nullptr;
  auto** head = static_cast<Block**>(ud);
  *block = {*head, nsize};
  *head = block;
  if (ptr != nullptr) std::memcpy(block + 1, ptr, std::min(osize, nsize));
  return block + 1;
}

void free_everything(Block* head) {
  while (head != nullptr) std::free(std::exchange(head, head->next));
}

int move_stack(lua_State* L) {
  luaL_checkstack(L, 1000, nullptr);
  lua_pushliteral(L, "R");
  return 1;
}

// () -> what the concatenation gives
int concat_in_coroutine(lua_State* L) {
  lua_State* co = lua_newthread(L);
  if (luaL_loadstring(co, "local c = ...; return 'a' .. 'b' .. c") != LUA_OK) return 0;
  lua_newtable(co);
  lua_newtable(co);
  lua_pushcfunction(co, move_stack);
  lua_setfield(co, -2, "__concat");
  lua_setmetatable(co, -2);
  int results = 0;
  if (lua_resume(co, L, 1, &results) != LUA_OK || results != 1) return 0;
  lua_xmove(co, L, 1);
  return 1;
}

bool is_answer(lua_State* L, const char* expected) {
  const char* got = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
  return std::strcmp(got, expected) == 0;
}

}  // namespace

bool lua_is_sound() noexcept {
  Block* blocks = nullptr;
  bool sound = false;
  if (lua_State* L = lua_newstate(keep_everything, &blocks)) {
    lua_gc(L, LUA_GCSTOP);
    lua_pushcfunction(L, concat_in_coroutine);
    sound = lua_pcall(L, 0, 1, 0) == LUA_OK && is_answer(L, "aR");
    lua_close(L);
  }
  free_everything(blocks);
  return sound;
}

}  // namespace lagoon::vm
