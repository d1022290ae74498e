// A room links with nothing but what lies below it, and sees no header of the rooms above or beside
// it.
//
// Compiled once per room (tests/CMakeLists.txt), with the room's own include roots.
#if defined(LAGOON_HIDES_LUA) && (__has_include(<lua.h>) || __has_include(<lua.hpp>))
#error "this room must not see Lua"
#endif
#if defined(LAGOON_HIDES_SCHED) && __has_include("sched/scheduler.h")
#error "this room must not see sched/"
#endif
#if defined(LAGOON_HIDES_VM) && __has_include("vm/lua/sound.h")
#error "this room must not see vm/"
#endif
#if defined(LAGOON_HIDES_BINDINGS) && __has_include("bindings/stdlib_embedded.h")
#error "this room must not see bindings/"
#endif

int main() { return 0; }
