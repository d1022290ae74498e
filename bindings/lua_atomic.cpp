// go.sync.atomic(n): a number that goroutines read and change, each operation at one instant.

#include "bindings/sync.h"

namespace lagoon::bindings {

namespace {

// An integer or a float, as in Lua.  Trivial, for Lua frames.
struct Number {
  bool is_integer = true;
  union {
    lua_Integer integer = 0;
    lua_Number real;
  };

  lua_Number as_real() const noexcept { return is_integer ? static_cast<lua_Number>(integer) : real; }
  // Integers wrap; anything with a float is a float.
  Number operator+(const Number& other) const noexcept {
    Number sum;
    sum.is_integer = is_integer && other.is_integer;
    if (sum.is_integer) {
      sum.integer =
          static_cast<lua_Integer>(static_cast<lua_Unsigned>(integer) + static_cast<lua_Unsigned>(other.integer));
    } else {
      sum.real = as_real() + other.as_real();
    }
    return sum;
  }
  bool is(const Number& other) const noexcept { return is_integer == other.is_integer && integer == other.integer; }
};

extern const vm::SharedType kAtomicType;

// Under a lock rather than lock-free, as a number is its value and its kind.
class Atomic final : public vm::Shared {
 public:
  explicit Atomic(Number value) noexcept : Shared(kAtomicType), value_(value) {}

  Number load() noexcept {
    sched::LockGuard hold(lock_);
    return value_;
  }
  Number swap(Number value) noexcept {
    sched::LockGuard hold(lock_);
    std::swap(value_, value);
    return value;
  }
  Number add(Number n) noexcept {
    sched::LockGuard hold(lock_);
    return value_ = value_ + n;
  }
  // Stores `value` if the present one is, bit for bit, the one that was seen.
  bool replace(Number seen, Number value) noexcept {
    sched::LockGuard hold(lock_);
    if (!value_.is(seen)) return false;
    value_ = value;
    return true;
  }

 private:
  sched::Lock lock_;
  Number value_;  // guarded by lock_
};

Atomic& check_atomic(lua_State* L) { return vm::check_shared<Atomic>(L, 1, kAtomicType); }

Number check_value(lua_State* L, int arg) {
  Number n;
  n.is_integer = lua_isinteger(L, arg);
  if (n.is_integer) {
    n.integer = lua_tointeger(L, arg);
  } else {
    n.real = luaL_checknumber(L, arg);
  }
  return n;
}

int push(lua_State* L, Number n) {
  if (n.is_integer) {
    lua_pushinteger(L, n.integer);
  } else {
    lua_pushnumber(L, n.real);
  }
  return 1;
}

// a:load() -> the number
int atomic_load(lua_State* L) { return push(L, check_atomic(L).load()); }

// a:store(n)
int atomic_store(lua_State* L) {
  Atomic& a = check_atomic(L);
  a.swap(check_value(L, 2));
  return 0;
}

// a:swap(n) -> the number there was
int atomic_swap(lua_State* L) {
  Atomic& a = check_atomic(L);
  return push(L, a.swap(check_value(L, 2)));
}

// a:add(n) -> the sum, which is the new number.  Integers wrap around.
int atomic_add(lua_State* L) {
  Atomic& a = check_atomic(L);
  return push(L, a.add(check_value(L, 2)));
}

// a:cas(old, new) -> was it equal to old (as == says), and is new now?
int atomic_cas(lua_State* L) {
  Atomic& a = check_atomic(L);
  check_value(L, 2);
  Number value = check_value(L, 3);
  bool done = false;
  for (;;) {
    Number seen = a.load();
    push(L, seen);
    if (!lua_rawequal(L, -1, 2)) break;
    lua_pop(L, 1);
    done = a.replace(seen, value);
    if (done) break;
  }
  lua_pushboolean(L, done);
  return 1;
}

int atomic_tostring(lua_State* L) {
  Atomic& a = check_atomic(L);
  push(L, a.load());
  lua_pushfstring(L, "atomic(%s): %p", lua_tostring(L, -1), static_cast<void*>(&a));
  return 1;
}

const luaL_Reg kMethods[] = {
    {"load", atomic_load}, {"store", atomic_store}, {"swap", atomic_swap},
    {"add", atomic_add},   {"cas", atomic_cas},     {nullptr, nullptr},
};

const luaL_Reg kMetamethods[] = {{"__tostring", atomic_tostring}, {nullptr, nullptr}};

const vm::SharedType kAtomicType = {"atomic", kMethods, kMetamethods};

}  // namespace

// go.sync.atomic([n]) -> an atomic number, n or 0.
int new_atomic(lua_State* L) {
  Number value;
  if (lua_gettop(L) > 0) value = check_value(L, 1);
  return push_made(L, new (std::nothrow) Atomic(value));
}

}  // namespace lagoon::bindings
