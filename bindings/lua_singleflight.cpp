// go.sync.singleflight(): of several calls with one key, one runs; the others share its results.

#include <new>
#include <unordered_map>

#include "bindings/guard.h"
#include "bindings/key.h"
#include "bindings/sync.h"
#include "sched/event.h"
#include "vm/internals.h"

namespace lagoon::bindings {

namespace {

using vm::Message;

// A call under way.  Counted: by its leader, its followers, and the table while later calls join
// it.
struct Flight {
  Flight(const KeyView& view, uint64_t leader) : key(view), leader(leader) {}
  ~Flight() { vm::drop(results); }
  void retain() noexcept { refs.fetch_add(1, std::memory_order_relaxed); }
  void release() noexcept {
    if (refs.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

  std::atomic<uint32_t> refs{1};
  const Key key;
  const uint64_t leader;  // the G that runs it
  sched::Event landed;
  bool ok = false;  // the rest is written before it has landed, and read after
  Message results;  // or the error; Empty and not ok: there was none to be had
};

extern const vm::SharedType kSingleFlightType;

class SingleFlight final : public vm::Shared {
 public:
  SingleFlight() noexcept : Shared(kSingleFlightType) {}
  ~SingleFlight() override {
    for (auto& [key, flight] : flights_) flight->release();
  }

  // The flight with that key, counted for the caller; *leads: it is new, and the caller runs it and
  // calls land().  Null: no memory.
  Flight* join(const KeyView& key, uint64_t g, bool* leads) noexcept {
    sched::LockGuard hold(lock_);
    auto it = flights_.find(key);
    *leads = it == flights_.end();
    Flight* flight = *leads ? take_off(key, g) : it->second;
    if (flight != nullptr) flight->retain();
    return flight;
  }

  // Later calls with that key run again.
  void forget(const KeyView& key) noexcept {
    sched::LockGuard hold(lock_);
    auto it = flights_.find(key);
    if (it != flights_.end()) remove(it);
  }

  // The flight's results are there.  Its leader, once.
  void land(Flight& flight) noexcept {
    {
      sched::LockGuard hold(lock_);
      auto it = flights_.find(flight.key.view());
      if (it != flights_.end() && it->second == &flight) remove(it);
    }
    flight.landed.set();
  }

 private:
  struct Hash {
    size_t operator()(const KeyView& key) const noexcept { return key.hash(); }
  };
  using Flights = std::unordered_map<KeyView, Flight*, Hash>;

  Flight* take_off(const KeyView& key, uint64_t g) noexcept {
    Flight* flight = nullptr;
    try {
      flight = new Flight(key, g);
      flights_.emplace(flight->key.view(), flight);
      return flight;
    } catch (const std::bad_alloc&) {
      delete flight;
      return nullptr;
    }
  }

  void remove(Flights::iterator it) noexcept {
    Flight* flight = it->second;
    flights_.erase(it);
    flight->release();
  }

  sched::Lock lock_;
  Flights flights_;  // guarded by lock_; each is counted
};

// The stack of a call: the object, the guard, whose item is the flight, the key, f, its arguments.

SingleFlight& check_singleflight(lua_State* L) { return vm::check_shared<SingleFlight>(L, 1, kSingleFlightType); }
Flight& flight_of(lua_State* L) { return *static_cast<Flight*>(static_cast<Guard*>(lua_touserdata(L, 2))->item); }

void leave_follower(lua_State*, Guard& guard, int) { static_cast<Flight*>(guard.item)->release(); }

// --- The leader --------------------------------------------------------------------------------

// Packs the error for the followers, or why it cannot cross.
void keep_error(lua_State* L, Flight& flight, int error) {
  if (vm::pack(L, error, 1, &flight.results) != nullptr) {
    vm::pack(L, lua_gettop(L), 1, &flight.results);
  }
}

void leave_leader(lua_State* L, Guard& guard, int error) {
  Flight& flight = *static_cast<Flight*>(guard.item);
  if (error != 0) {
    // Short of memory there is no error to hand on, but the followers are woken all the same.
    int top = lua_gettop(L);
    lua_pushvalue(L, error);
    lua_pushlightuserdata(L, &flight);
    lua_pushcfunction(L, [](lua_State* l) -> int {
      keep_error(l, *static_cast<Flight*>(lua_touserdata(l, 2)), 1);
      return 0;
    });
    lua_insert(L, top + 1);
    vm::hold(L, 2, 0);
    lua_settop(L, top);
  }
  static_cast<SingleFlight*>(guard.owner)->land(flight);
  flight.release();
}

// The stack: the object, the guard, the key, results of f.
int leader_done(lua_State* L, int, lua_KContext) {
  int count = lua_gettop(L) - 3;
  Flight& flight = flight_of(L);
  if (const char* why = vm::pack(L, 4, count, &flight.results)) {
    return luaL_error(L, "result of the singleflight function: %s", why);
  }
  flight.ok = true;
  return count;
}

int lead(lua_State* L) {
  lua_callk(L, lua_gettop(L) - 4, LUA_MULTRET, 0, leader_done);
  return leader_done(L, LUA_OK, 0);
}

// --- The followers -----------------------------------------------------------------------------

int push_landed(lua_State* L, const Flight& flight) {
  if (!flight.ok && flight.results.kind == Message::Kind::Empty) {
    return luaL_error(L, "singleflight: the goroutine that ran the call ended without a result");
  }
  int count = vm::unpack(L, flight.results);
  return flight.ok ? count : lua_error(L);
}

int follower_done(lua_State* L, int, lua_KContext) {
  finish_park(L);
  Flight& flight = flight_of(L);
  sched::Parcel nothing;
  sched::Result result = flight.landed.finish_recv(current(L), nothing);
  return result == sched::Result::Closed ? push_landed(L, flight) : raise_canceled(L);
}

int follow(lua_State* L, Flight& flight) {
  sched::Parcel nothing;
  switch (flight.landed.recv(current(L), nothing)) {
    case sched::Result::Closed: return push_landed(L, flight);
    case sched::Result::Blocked: return park(L, sched::Reason::Join, nullptr, sched::kNever, 0, follower_done);
    default: return luaL_error(L, "not enough memory");
  }
}

// s:call(key, f, ...) -> the results of f(...), or of the call with that key that runs already:
// then f is not called, and the results are copies.  An error in f is raised in all of them.
// Raises when called inside a call with the same key.                                  may block
int singleflight_call(lua_State* L) {
  SingleFlight& s = check_singleflight(L);
  KeyView key = check_key(L, 2);
  luaL_checktype(L, 3, LUA_TFUNCTION);
  Goroutine& g = current(L);
  Guard& guard = insert_guard(L, 2, s, nullptr);
  bool leads = false;
  Flight* flight = s.join(key, g.id, &leads);
  if (flight == nullptr) return luaL_error(L, "not enough memory");
  guard.item = flight;
  guard.leave = leads ? leave_leader : leave_follower;
  if (leads) return lead(L);
  if (flight->leader == g.id) {
    return luaL_error(L, "singleflight: call inside a call with the same key");
  }
  return follow(L, *flight);
}

// s:forget(key): later calls with that key do not join the one that runs.
int singleflight_forget(lua_State* L) {
  SingleFlight& s = check_singleflight(L);
  s.forget(check_key(L, 2));
  return 0;
}

int singleflight_tostring(lua_State* L) {
  lua_pushfstring(L, "singleflight: %p", static_cast<void*>(&check_singleflight(L)));
  return 1;
}

const luaL_Reg kMethods[] = {
    {"call", singleflight_call},
    {"forget", singleflight_forget},
    {nullptr, nullptr},
};

const luaL_Reg kMetamethods[] = {{"__tostring", singleflight_tostring}, {nullptr, nullptr}};

const vm::SharedType kSingleFlightType = {"singleflight", kMethods, kMetamethods};

}  // namespace

vm::Shared* make_singleflight() noexcept { return new (std::nothrow) SingleFlight; }

// go.sync.singleflight() -> one with no calls.
int new_singleflight(lua_State* L) { return push_made(L, make_singleflight()); }

}  // namespace lagoon::bindings
