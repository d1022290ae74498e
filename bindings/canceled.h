#pragma once
// The error object a cancelled goroutine sees, once, at its next blocking call.

#include <string>

#include "bindings/goroutine.h"
#include "vm/shared.h"

namespace lagoon::bindings {

extern const vm::SharedType kCanceledType;

class Canceled : public vm::Shared {
 public:
  explicit Canceled(std::string why) : Shared(kCanceledType), why(std::move(why)) {}
  const std::string why;  // "canceled", or "canceled: " and the reason given to t:cancel
};

// Raises the error object for g's cancellation.  The last statement of a Lua frame.
int raise_cancellation(lua_State* L, Goroutine& g);

// go.is_canceled(v) -> is v such an error object?
int is_canceled(lua_State* L);

}  // namespace lagoon::bindings
