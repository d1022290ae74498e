#include "bindings/nesting.h"

#include <algorithm>
#include <new>

#include "bindings/goroutine.h"

namespace lagoon::bindings {

// --- CoroutineSet ------------------------------------------------------------------------------

size_t CoroutineSet::slot_of(lua_State* co) const noexcept {
  size_t mask = slots_.size() - 1;
  size_t i = (reinterpret_cast<uintptr_t>(co) >> 4) * 0x9E3779B97F4A7C15u >> 20 & mask;
  while (slots_[i] != nullptr && slots_[i] != co) i = (i + 1) & mask;
  return i;
}

bool CoroutineSet::reserve(size_t n) noexcept {
  if (n * 2 <= slots_.size()) return true;
  size_t room = 16;
  while (room < n * 4) room *= 2;
  try {
    std::vector<lua_State*> old(room, nullptr);
    old.swap(slots_);
    for (lua_State* co : old) {
      if (co != nullptr) slots_[slot_of(co)] = co;
    }
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

void CoroutineSet::insert(lua_State* co) noexcept {
  size_t i = slot_of(co);
  if (slots_[i] == co) return;
  slots_[i] = co;
  ++size_;
}

void CoroutineSet::erase(lua_State* co) noexcept {
  if (size_ == 0) return;
  size_t i = slot_of(co);
  if (slots_[i] != co) return;
  slots_[i] = nullptr;
  --size_;
  size_t mask = slots_.size() - 1;
  for (i = (i + 1) & mask; slots_[i] != nullptr; i = (i + 1) & mask) {  // close the gap in the run
    lua_State* moved = slots_[i];
    slots_[i] = nullptr;
    slots_[slot_of(moved)] = moved;
  }
}

bool CoroutineSet::contains(lua_State* co) const noexcept { return size_ != 0 && slots_[slot_of(co)] == co; }

// --- Nesting -----------------------------------------------------------------------------------

namespace {

CoroutineSet& inside(Goroutine& g) noexcept { return worker_of(g).inside; }

bool append(Goroutine& g, lua_State* co) noexcept {
  try {
    if (g.make_rare() == nullptr) return false;
    g.rare->nested.push_back(co);
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

lua_State* innermost(const Goroutine& g) noexcept { return g.is_nested() ? g.rare->nested.back() : g.coro.lua; }

}  // namespace

bool enter_nested(Goroutine& g, lua_State* co, bool pins) noexcept {
  Worker& worker = worker_of(g);
  // Room for all of the chain, so that suspend_nested cannot fail.
  if (!worker.inside.reserve(worker.nested_now + worker.exposed + 1)) return false;
  if (!append(g, co)) return false;
  ++worker.nested_now;
  g.pinned += pins;
  g.top = co;
  arm_first(g, co);
  swap_running(co);
  return true;
}

void leave_nested(Goroutine& g, bool pins) noexcept {
  --worker_of(g).nested_now;
  g.rare->nested.pop_back();
  g.pinned -= pins;
  g.top = innermost(g);
  swap_running(g.top);
}

void suspend_nested(Goroutine& g, lua_State* co) noexcept { inside(g).insert(co); }
void continue_nested(Goroutine& g, lua_State* co) noexcept {
  inside(g).erase(co);
  swap_running(g.top);
}
bool is_inside(Goroutine& g, lua_State* co) noexcept { return inside(g).contains(co); }

bool any_coroutine(const Goroutine& g, bool (*is)(lua_State*)) noexcept {
  if (is(g.coro.lua)) return true;
  return g.is_nested() && std::any_of(g.rare->nested.begin(), g.rare->nested.end(), is);
}

bool expose_base(Goroutine& g) noexcept {
  if (g.exposed) return true;
  Worker& worker = worker_of(g);
  if (!worker.inside.reserve(worker.nested_now + worker.exposed + 1)) return false;
  ++worker.exposed;
  worker.inside.insert(g.coro.lua);
  g.exposed = true;
  return true;
}

}  // namespace lagoon::bindings
