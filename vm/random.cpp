#include "vm/random.h"

#include <sys/random.h>

#include <bit>
#include <chrono>

namespace lagoon::vm {
namespace {

// A number in [0, n] from the random number `r`, drawing more as needed: stock's `project`.
uint64_t project(uint64_t r, uint64_t n, Random& random) noexcept {
  const uint64_t mask = n == 0 ? 0 : ~uint64_t{0} >> std::countl_zero(n);
  while ((r &= mask) > n) r = next(random);
  return r;
}

lua_Number to_float(uint64_t r) noexcept { return static_cast<lua_Number>(r >> 11) * 0x1p-53; }

// math.random([low, [up]])
int math_random(lua_State* L) {
  Random& random = current_random(State::of(L));
  const uint64_t r = next(random);
  lua_Integer low = 1;
  lua_Integer up = 0;
  switch (lua_gettop(L)) {
    case 0: lua_pushnumber(L, to_float(r)); return 1;
    case 1:
      up = luaL_checkinteger(L, 1);
      if (up == 0) {
        lua_pushinteger(L, static_cast<lua_Integer>(r));
        return 1;
      }
      break;
    case 2:
      low = luaL_checkinteger(L, 1);
      up = luaL_checkinteger(L, 2);
      break;
    default: return luaL_error(L, "wrong number of arguments");
  }
  luaL_argcheck(L, low <= up, 1, "interval is empty");
  const uint64_t width = static_cast<uint64_t>(up) - static_cast<uint64_t>(low);
  lua_pushinteger(L, static_cast<lua_Integer>(project(r, width, random) + static_cast<uint64_t>(low)));
  return 1;
}

// The system's randomness; the time where it has none to give.
void system_random(uint64_t (&n)[2]) noexcept {
  if (getrandom(n, sizeof(n), GRND_NONBLOCK) == static_cast<ssize_t>(sizeof(n))) return;
  n[0] = static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
  n[1] = reinterpret_cast<uintptr_t>(&n);
}

// math.randomseed([x [, y]]) -> the two numbers it seeded with
int math_randomseed(lua_State* L) {
  uint64_t n[2];
  if (lua_isnone(L, 1)) {
    system_random(n);
  } else {
    n[0] = static_cast<uint64_t>(luaL_checkinteger(L, 1));
    n[1] = static_cast<uint64_t>(luaL_optinteger(L, 2, 0));
  }
  current_random(State::of(L)) = seeded(n[0], n[1]);
  lua_pushinteger(L, static_cast<lua_Integer>(n[0]));
  lua_pushinteger(L, static_cast<lua_Integer>(n[1]));
  return 2;
}

}  // namespace

namespace {

uint64_t draw(Random& r) noexcept {
  const uint64_t s0 = r.s[0];
  const uint64_t s1 = r.s[1];
  const uint64_t s2 = r.s[2] ^ s0;
  const uint64_t s3 = r.s[3] ^ s1;
  const uint64_t result = std::rotl(s1 * 5, 7) * 9;
  r.s[0] = s0 ^ s3;
  r.s[1] = s1 ^ s2;
  r.s[2] = s2 ^ (s1 << 17);
  r.s[3] = std::rotl(s3, 45);
  return result;
}

void mix(Random& r) noexcept {
  for (int i = 0; i < 16; ++i) draw(r);
}

Random unmixed(uint64_t n1, uint64_t n2) noexcept { return {{n1, Random::kUnmixed, n2, 0}}; }

}  // namespace

uint64_t next(Random& r) noexcept {
  if (r.s[1] == Random::kUnmixed && r.s[3] == 0) mix(r);
  return draw(r);
}

Random seeded(uint64_t n1, uint64_t n2) noexcept {
  Random r = unmixed(n1, n2);
  mix(r);
  return r;
}

Random fresh_random() noexcept {
  uint64_t n[2];
  system_random(n);
  return seeded(n[0], n[1]);
}

Random split(Random& parent) noexcept {
  const uint64_t n1 = next(parent);
  return unmixed(n1, next(parent));
}

void install_random(lua_State* L) {
  static const luaL_Reg kFunctions[] = {{"random", math_random}, {"randomseed", math_randomseed}, {nullptr, nullptr}};
  lua_getglobal(L, LUA_MATHLIBNAME);
  luaL_setfuncs(L, kFunctions, 0);
  lua_pop(L, 1);
}

}  // namespace lagoon::vm
