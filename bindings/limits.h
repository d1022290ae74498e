#pragma once
// go.limits{cpu = s, memory = bytes, wall = s}: the limits themselves, for go.task; any number of tasks may be given them.

#include "bindings/budget.h"
#include "vm/shared.h"

namespace lagoon::bindings {

extern const vm::SharedType kLimitsType;

class LimitsObject final : public vm::Shared {
 public:
  explicit LimitsObject(const Limits& limits) : Shared(kLimitsType), limits(limits) {}
  const Limits limits;
};

// go.limits(t) -> limits
int go_limits(lua_State* L);

}  // namespace lagoon::bindings
