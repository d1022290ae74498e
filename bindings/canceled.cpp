#include "bindings/canceled.h"

#include <new>

#include "bindings/task.h"

namespace lagoon::bindings {

namespace {

int canceled_tostring(lua_State* L) {
  auto& object = vm::check_shared<Canceled>(L, 1, kCanceledType);
  lua_pushlstring(L, object.why.data(), object.why.size());
  return 1;
}

const luaL_Reg kMetamethods[] = {{"__tostring", canceled_tostring}, {nullptr, nullptr}};

// Null: no memory.
Canceled* make_canceled(Goroutine& g) noexcept {
  try {
    std::string why = "canceled";
    if (g.task != nullptr) {
      std::string reason = g.task->cancel_reason();
      if (!reason.empty()) why += ": " + reason;
    }
    return new Canceled(std::move(why));
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

}  // namespace

const vm::SharedType kCanceledType = {"canceled", nullptr, kMetamethods};

int raise_cancellation(lua_State* L, Goroutine& g) {
  Canceled* object = make_canceled(g);
  if (object == nullptr) return luaL_error(L, "not enough memory");
  vm::push_new_shared(L, object);
  return lua_error(L);
}

int is_canceled(lua_State* L) {
  luaL_checkany(L, 1);
  lua_pushboolean(L, vm::to_shared(L, 1, kCanceledType) != nullptr);
  return 1;
}

}  // namespace lagoon::bindings
