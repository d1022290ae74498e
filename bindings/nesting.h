#pragma once
// The coroutines of the script that a goroutine is inside of.
//
// Rare::nested lists them, outermost first, while they run and while the goroutine is parked inside them.
// g.pinned counts the resumes among them that no yield can cross.  To Lua a coroutine in which a parked
// goroutine sits looks suspended; the worker's `inside` set knows better, so that no other goroutine
// of the state resumes or closes it.

#include <cstddef>
#include <cstdint>
#include <vector>

struct lua_State;

namespace lagoon::bindings {

struct Goroutine;

// A set of coroutines: open addressing, linear probing, no allocation but in reserve().
class CoroutineSet {
 public:
  // Makes room for n members in all.  False: no memory, and nothing has changed.
  bool reserve(size_t n) noexcept;
  void insert(lua_State* co) noexcept;  // REQUIRES: reserved; no-op when present
  void erase(lua_State* co) noexcept;   // no-op when absent
  bool contains(lua_State* co) const noexcept;
  size_t size() const noexcept { return size_; }

 private:
  size_t slot_of(lua_State* co) const noexcept;
  std::vector<lua_State*> slots_;  // a power of two, at most half full
  size_t size_ = 0;
};

// co is about to run inside g; `pins`: the resume is in a place a yield cannot cross.  False: no memory.
bool enter_nested(Goroutine& g, lua_State* co, bool pins) noexcept;
// The innermost coroutine gave control back by itself.
void leave_nested(Goroutine& g, bool pins) noexcept;
// g gives up its stack inside co: the others of its state see co as "normal" until continue_nested.
void suspend_nested(Goroutine& g, lua_State* co) noexcept;
void continue_nested(Goroutine& g, lua_State* co) noexcept;
// Is a parked goroutine of g's state inside co?
bool is_inside(Goroutine& g, lua_State* co) noexcept;
// Does any coroutine that g runs in, the innermost or one it is nested in, answer true?
bool any_coroutine(const Goroutine& g, bool (*is)(lua_State*)) noexcept;
// The script has seen g's base coroutine: it is never pooled again, nor resumed by anybody else.
// False: no memory.
bool expose_base(Goroutine& g) noexcept;

}  // namespace lagoon::bindings
