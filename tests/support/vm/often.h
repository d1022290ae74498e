#pragma once
// Scripts that start one function often enough that it is recalled.

#include <string>

#include "tests/support/vm/crossing.h"

namespace lagoon::test {

inline const std::string kOften = R"lua(
  -- Starts f often: all starts give `expected`.
  local function often(expected, f, ...)
    for _ = 1, 8 do
      local got = go(f, ...)
      assert(got == expected, tostring(got) .. " instead of " .. tostring(expected))
    end
  end
)lua";

inline void expect_fresh(const std::string& script) { expect_passes(kOften + script); }

}  // namespace lagoon::test
