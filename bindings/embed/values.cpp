// Values between a host, messages and Lua.

#include <cstdlib>
#include <cstring>

#include "bindings/embed/host.h"
#include "bindings/parcel.h"
#include "vm/text.h"

using namespace lagoon;
using namespace lagoon::embed;
using bindings::Channel;
using vm::Message;

// --- Making and clearing -----------------------------------------------------------------------

namespace {

lagoon_value make(lagoon_type type) noexcept {
  lagoon_value value;
  std::memset(&value, 0, sizeof value);
  value.type = type;
  return value;
}

// A string of our own.  False: no memory; *out is untouched.
bool own_string(const char* data, size_t size, lagoon_value* out) noexcept {
  auto* copy = static_cast<char*>(std::malloc(size + 1));
  if (copy == nullptr) return false;
  if (size != 0) std::memcpy(copy, data, size);
  copy[size] = '\0';
  *out = lagoon_str(copy, size);
  out->owned = 1;
  return true;
}

// Takes over the handle, or the message; null and a failure where there is none.
bool own_chan(lagoon_chan* chan, lagoon_value* out) noexcept {
  if (chan == nullptr) return false;
  *out = lagoon_of_chan(chan);
  out->owned = 1;
  return true;
}

bool own_other(Message& message, lagoon_value* out) noexcept {
  auto* other = new (std::nothrow) lagoon_other{message};
  if (other == nullptr) {
    vm::drop(message);
    return false;
  }
  message = Message{};
  *out = make(LAGOON_OTHER);
  out->owned = 1;
  out->as.other = other;
  return true;
}

}  // namespace

lagoon_value lagoon_nil(void) { return make(LAGOON_NIL); }

lagoon_value lagoon_bool(int boolean) {
  lagoon_value value = make(LAGOON_BOOL);
  value.as.boolean = boolean != 0;
  return value;
}

lagoon_value lagoon_int(int64_t integer) {
  lagoon_value value = make(LAGOON_INT);
  value.as.integer = integer;
  return value;
}

lagoon_value lagoon_num(double number) {
  lagoon_value value = make(LAGOON_NUM);
  value.as.number = number;
  return value;
}

lagoon_value lagoon_str(const char* data, size_t size) {
  lagoon_value value = make(LAGOON_STR);
  value.as.string.data = data;
  value.as.string.size = size;
  return value;
}

lagoon_value lagoon_of_chan(lagoon_chan* chan) {
  lagoon_value value = make(LAGOON_CHAN);
  value.as.chan = chan;
  return value;
}

void lagoon_value_clear(lagoon_value* value) {
  if (value == nullptr) return;
  if (value->owned != 0) {
    if (value->type == LAGOON_STR) std::free(const_cast<char*>(value->as.string.data));
    if (value->type == LAGOON_CHAN) lagoon_chan_release(value->as.chan);
    if (value->type == LAGOON_OTHER) {
      vm::drop(value->as.other->message);
      delete value->as.other;
    }
  }
  *value = lagoon_nil();
}

void lagoon_values_clear(lagoon_values* values) {
  if (values == nullptr) return;
  for (size_t i = 0; i < values->count; ++i) lagoon_value_clear(&values->items[i]);
  std::free(values->items);
  *values = {nullptr, 0};
}

bool embed::valid(const lagoon_value* value) noexcept {
  if (value == nullptr) return false;
  switch (value->type) {
    case LAGOON_NIL:
    case LAGOON_BOOL:
    case LAGOON_INT:
    case LAGOON_NUM: return true;
    case LAGOON_STR: return value->as.string.data != nullptr || value->as.string.size == 0;
    case LAGOON_CHAN: return value->as.chan != nullptr;
    case LAGOON_OTHER: return value->as.other != nullptr;
  }
  return false;
}

bool embed::valid(const lagoon_value* values, size_t count) noexcept {
  if (values == nullptr && count != 0) return false;
  if (count > 1'000'000) return false;
  for (size_t i = 0; i < count; ++i) {
    if (!valid(&values[i])) return false;
  }
  return true;
}

bool embed::copy_value(const lagoon_value& value, lagoon_value* out) noexcept {
  *out = lagoon_nil();
  switch (value.type) {
    case LAGOON_STR: return own_string(value.as.string.data, value.as.string.size, out);
    case LAGOON_CHAN: return own_chan(lagoon_chan_retain(value.as.chan), out);
    case LAGOON_OTHER: {
      Message message = vm::share(value.as.other->message);
      return own_other(message, out);
    }
    default: *out = value; return true;
  }
}

// --- Channels as values ------------------------------------------------------------------------

lagoon_chan* embed::wrap(lagoon_runtime& rt, Channel* channel) noexcept {
  auto* chan = new (std::nothrow) lagoon_chan;
  if (chan == nullptr) {
    channel->release();
    return nullptr;
  }
  chan->runtime = &rt;
  chan->channel = channel;
  rt.retain();
  lagoon_hold(&rt);
  return chan;
}

lagoon_chan* lagoon_chan_retain(lagoon_chan* chan) {
  if (chan != nullptr) chan->refs.fetch_add(1, std::memory_order_relaxed);
  return chan;
}

void lagoon_chan_release(lagoon_chan* chan) {
  if (chan == nullptr || chan->refs.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  lagoon_runtime* rt = chan->runtime;
  chan->channel->release();
  delete chan;
  lagoon_unhold(rt);
  rt->release();
}

// --- Messages ----------------------------------------------------------------------------------

lagoon_status embed::to_message(const lagoon_value& value, Message* out) noexcept {
  switch (value.type) {
    case LAGOON_NIL: out->kind = Message::Kind::Nil; return LAGOON_OK;
    case LAGOON_BOOL: out->kind = value.as.boolean != 0 ? Message::Kind::True : Message::Kind::False; return LAGOON_OK;
    case LAGOON_INT:
      out->kind = Message::Kind::Integer;
      out->integer = value.as.integer;
      return LAGOON_OK;
    case LAGOON_NUM:
      out->kind = Message::Kind::Float;
      out->number = value.as.number;
      return LAGOON_OK;
    case LAGOON_STR: {
      bool made = vm::text_message(value.as.string.data, value.as.string.size, out);
      return made ? LAGOON_OK : LAGOON_ENOMEM;
    }
    case LAGOON_CHAN:
      value.as.chan->channel->retain();
      out->kind = Message::Kind::Shared;
      out->shared = value.as.chan->channel;
      return LAGOON_OK;
    case LAGOON_OTHER: *out = vm::share(value.as.other->message); return LAGOON_OK;
  }
  return LAGOON_EINVAL;
}

namespace {

// For kinds that may own memory.  The message is given away.
bool from_owner(lagoon_runtime& rt, Message& message, lagoon_value* out) noexcept {
  if (message.kind == Message::Kind::Shared && &message.shared->type() == &bindings::kChannelType) {
    auto* channel = static_cast<Channel*>(message.shared);
    message = Message{};
    return own_chan(wrap(rt, channel), out);
  }
  const char* data;
  size_t size;
  if (!vm::text_of(message, &data, &size)) return own_other(message, out);
  bool made = own_string(data, size, out);
  vm::drop(message);
  return made;
}

}  // namespace

lagoon_status embed::from_message(lagoon_runtime& rt, Message& message, lagoon_value* out) noexcept {
  switch (message.kind) {
    case Message::Kind::Empty:
    case Message::Kind::Nil: *out = lagoon_nil(); return LAGOON_OK;
    case Message::Kind::False: *out = lagoon_bool(0); return LAGOON_OK;
    case Message::Kind::True: *out = lagoon_bool(1); return LAGOON_OK;
    case Message::Kind::Integer: *out = lagoon_int(message.integer); return LAGOON_OK;
    case Message::Kind::Float: *out = lagoon_num(message.number); return LAGOON_OK;
    default: return from_owner(rt, message, out) ? LAGOON_OK : LAGOON_ENOMEM;
  }
}

// --- Lua ---------------------------------------------------------------------------------------

void embed::push_value(lua_State* L, const lagoon_value& value) {
  switch (value.type) {
    case LAGOON_NIL: lua_pushnil(L); return;
    case LAGOON_BOOL: lua_pushboolean(L, value.as.boolean); return;
    case LAGOON_INT: lua_pushinteger(L, value.as.integer); return;
    case LAGOON_NUM: lua_pushnumber(L, value.as.number); return;
    case LAGOON_STR: lua_pushlstring(L, value.as.string.data, value.as.string.size); return;
    case LAGOON_CHAN: vm::push_shared(L, *value.as.chan->channel); return;
    case LAGOON_OTHER: vm::unpack(L, value.as.other->message); return;  // one value, as it was taken
  }
}

namespace {

// What is at idx, if it is none of the plain types.  False: no memory.
bool take_channel(lagoon_runtime& rt, vm::Shared* object, lagoon_value* out) noexcept {
  object->retain();
  return own_chan(wrap(rt, static_cast<Channel*>(object)), out);
}

}  // namespace

void embed::take_value(lua_State* L, int idx, lagoon_runtime& rt, lagoon_value* out) {
  bool made = true;
  switch (lua_type(L, idx)) {
    case LUA_TNIL: *out = lagoon_nil(); break;
    case LUA_TBOOLEAN: *out = lagoon_bool(lua_toboolean(L, idx)); break;
    case LUA_TNUMBER:
      *out = lua_isinteger(L, idx) ? lagoon_int(lua_tointeger(L, idx)) : lagoon_num(lua_tonumber(L, idx));
      break;
    case LUA_TSTRING: {
      size_t size;
      const char* data = lua_tolstring(L, idx, &size);
      made = own_string(data, size, out);
      break;
    }
    default: {
      if (vm::Shared* object = vm::to_shared(L, idx, bindings::kChannelType)) {
        made = take_channel(rt, object, out);
        break;
      }
      Message message;
      const char* why = vm::pack(L, idx, 1, &message);
      if (why != nullptr) luaL_error(L, "result: %s", why);
      made = own_other(message, out);
    }
  }
  if (!made) luaL_error(L, "not enough memory");
}
