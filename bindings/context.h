#pragma once
// Context: what ends together, and the values that go with it.  Go's context, without Lua.
//
// A context keeps its parent alive.  One that can end by itself (made by with_cancel and its like)
// is a *scope*: it has an event, and is linked into the scope above it, so that ending one ends all
// below before cancel() returns.  A deadline needs no link: each scope has the earliest of its own
// and those above it, and its event knows by the clock.  A value context shares its parent's scope.
//
// Invariants, whenever the tree's lock is free:
//   a linked scope's parent scope is not canceled;
//   canceled means canceled_by_ is set: itself or an ancestor, the first one to be.
// The lock is that of the scope at the top of the tree, which all below it keep alive.

#include "bindings/key.h"
#include "bindings/selectable.h"
#include "sched/event.h"
#include "vm/message.h"

namespace lagoon::bindings {

extern const vm::SharedType kContextType;

class Context final : public Selectable {
 public:
  // Never ends, has no values; one for the whole process.
  static Context& background() noexcept;

  // Each makes a child of `parent`; null: no memory.  Messages are given away, also then.
  // A scope that ends at `deadline` (monotonic ns) at the latest, then with the cause `late`.
  static Context* with_deadline(Context& parent, int64_t deadline, double wall, vm::Message late) noexcept;
  static Context* with_cancel(Context& parent) noexcept;
  static Context* with_value(Context& parent, const KeyView& key, vm::Message value) noexcept;
  // Has the parent's values, and never ends.
  static Context* without_cancel(Context& parent) noexcept;

  ~Context() override;

  enum class State : uint8_t { Active, Canceled, Late };
  State state() noexcept;
  // Ends it and all below it.  Any thread.  False: it has ended before, or it is no scope.
  bool cancel(vm::Message cause) noexcept;
  // Was it cancel() of this very context that ended it?
  bool canceled_itself() noexcept;
  // What cancel() was given, or with_deadline(), where that ended it; Empty: nothing.
  const vm::Message& cause() noexcept;

  // The value of the nearest context above that has that key; null: none.
  const vm::Message* value(const KeyView& key) const noexcept;
  // Is there a deadline?  *wall is the time of day of the earliest.
  bool deadline(double* wall) const noexcept;
  bool is_scope() const noexcept { return scope_ == this; }

  sched::Source& source() noexcept override { return event(); }
  bool never() const noexcept override { return scope_ == nullptr; }
  int push_taken(lua_State* L, const sched::Parcel& parcel, bool ok) override;

 private:
  explicit Context(Context* parent, int64_t deadline = sched::kNever) noexcept;
  Context(Context* parent, const KeyView& key);

  sched::Event& event() noexcept { return scope_ == nullptr ? event_ : scope_->event_; }
  void become_scope() noexcept;
  void link() noexcept;
  void unlink() noexcept;
  void end_all_below() noexcept;
  void end_by(const Context* by) noexcept;

  Context* const parent_;             // counted; null: background
  Context* scope_ = nullptr;          // this, or the nearest scope above; null: it never ends
  Context* top_ = nullptr;            // a scope's: the highest of its tree
  const Context* late_by_ = nullptr;  // a scope's: whose deadline is the earliest; null: no deadline
  double wall_ = 0;                   // the time of day of its own deadline
  sched::Event event_;                // a scope's
  vm::Message cause_;                 // written before it is canceled, read after
  vm::Message late_;                  // the cause if its own deadline passes
  const Key key_;
  vm::Message value_;

  sched::Lock tree_lock_;                 // at the top
  const Context* canceled_by_ = nullptr;  // written under the tree's lock before the event, read after
  Context* above_ = nullptr;              // the rest under the tree's lock; null: not linked
  Context* first_below_ = nullptr;
  Context* next_ = nullptr;
  Context* previous_ = nullptr;
};

}  // namespace lagoon::bindings
