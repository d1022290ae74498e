// go.sync: what goroutines share besides channels.

#include "bindings/modules.h"
#include "bindings/sync.h"

namespace lagoon::bindings {

namespace {

const luaL_Reg kFunctions[] = {
    {"mutex", new_mutex},
    {"rwmutex", new_rwmutex},
    {"waitgroup", new_waitgroup},
    {"once", new_once},
    {"cond", new_cond},
    {"semaphore", new_semaphore},
    {"atomic", new_atomic},
    {"map", new_map},
    {"singleflight", new_singleflight},
    {"_waitgroup_body", waitgroup_body},  // a goroutine's body crosses by its name
    {nullptr, nullptr},
};

}  // namespace

int open_sync(lua_State* L) {
  luaL_newlib(L, kFunctions);
  return 1;
}

}  // namespace lagoon::bindings
