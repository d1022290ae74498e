#pragma once
// math.random with a stream per goroutine: stock Lua's generator (xoshiro256**), but its state is
// whatever State::random points to, and the embedder moves that at switches between goroutines.

#include <cstdint>
#include <lua.hpp>

#include "vm/state.h"

namespace lagoon::vm {

// A stream that was split off is mixed when its first number is drawn: most goroutines draw none.  Until then it is
// {seed, kUnmixed, seed, 0}.
struct Random {
  static constexpr uint64_t kUnmixed = 0xff;
  uint64_t s[4];
};

// The next number of r.
uint64_t next(Random& r) noexcept;

// The stream that stock math.randomseed(n1, n2) starts.
Random seeded(uint64_t n1, uint64_t n2) noexcept;

// A stream from the system's randomness.
Random fresh_random() noexcept;

// A stream for a child: depends on the parent's and moves that on.
Random split(Random& parent) noexcept;

// The running goroutine's.
inline Random& current_random(State& state) noexcept { return *state.random; }

// Replaces math.random and math.randomseed of L's state.  A Lua frame.  [-0, +0, m]
void install_random(lua_State* L);

}  // namespace lagoon::vm
