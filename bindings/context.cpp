#include "bindings/context.h"

#include <new>
#include <vector>

namespace lagoon::bindings {

using sched::Event;
using sched::LockGuard;
using vm::Message;

namespace {

// Gives up a parent, which may give up its own, and so on: without recursion, as chains may be
// long.
void let_go(Context* context) noexcept {
  thread_local std::vector<Context*> waiting;
  thread_local bool busy = false;
  if (busy) {
    try {
      waiting.push_back(context);
    } catch (const std::bad_alloc&) {
      context->release();
    }
    return;
  }
  busy = true;
  context->release();
  while (!waiting.empty()) {
    Context* next = waiting.back();
    waiting.pop_back();
    next->release();
  }
  busy = false;
}

}  // namespace

// --- Making ------------------------------------------------------------------------------------

Context::Context(Context* parent, int64_t deadline) noexcept
    : Selectable(kContextType), parent_(parent), event_(deadline), key_() {
  if (parent != nullptr) parent->retain();
}

Context::Context(Context* parent, const KeyView& key) : Selectable(kContextType), parent_(parent), key_(key) {
  parent->retain();
}

Context& Context::background() noexcept {
  static Context& background = *new Context(nullptr);
  return background;
}

Context* Context::with_deadline(Context& parent, int64_t deadline, double wall, Message late) noexcept {
  const Context* above = parent.scope_;
  const Context* late_by = above == nullptr ? nullptr : above->late_by_;
  bool own = deadline != sched::kNever && (late_by == nullptr || deadline < above->event_.deadline());
  int64_t earliest = own ? deadline : late_by == nullptr ? sched::kNever : above->event_.deadline();
  auto* context = new (std::nothrow) Context(&parent, earliest);
  if (context == nullptr) {
    vm::drop(late);
    return nullptr;
  }
  context->late_by_ = own ? context : late_by;
  context->wall_ = wall;
  context->late_ = late;
  context->become_scope();
  return context;
}

Context* Context::with_cancel(Context& parent) noexcept { return with_deadline(parent, sched::kNever, 0, {}); }

Context* Context::with_value(Context& parent, const KeyView& key, Message value) noexcept {
  try {
    auto* context = new Context(&parent, key);
    context->scope_ = parent.scope_;
    context->value_ = value;
    return context;
  } catch (const std::bad_alloc&) {
    vm::drop(value);
    return nullptr;
  }
}

Context* Context::without_cancel(Context& parent) noexcept { return new (std::nothrow) Context(&parent); }

Context::~Context() {
  if (is_scope()) {
    LockGuard hold(top_->tree_lock_);
    unlink();
  }
  vm::drop(cause_);
  vm::drop(late_);
  vm::drop(value_);
  if (parent_ != nullptr) let_go(parent_);
}

// --- The tree ----------------------------------------------------------------------------------

void Context::become_scope() noexcept {
  Context* above = parent_->scope_;
  scope_ = this;
  top_ = above == nullptr ? this : above->top_;
  if (above == nullptr) return;
  LockGuard hold(top_->tree_lock_);
  above_ = above;
  if (above->canceled_by_ != nullptr) {
    end_by(above->canceled_by_);
  } else {
    link();
  }
}

void Context::link() noexcept {
  next_ = above_->first_below_;
  if (next_ != nullptr) next_->previous_ = this;
  above_->first_below_ = this;
}

void Context::unlink() noexcept {
  if (above_ == nullptr) return;
  (previous_ == nullptr ? above_->first_below_ : previous_->next_) = next_;
  if (next_ != nullptr) next_->previous_ = previous_;
  above_ = next_ = previous_ = nullptr;
}

// Not linked (any more) from here on.
void Context::end_by(const Context* by) noexcept {
  above_ = next_ = previous_ = nullptr;
  canceled_by_ = by;
  event_.set();
}

// Ends the scopes below, each before those below it, and unlinks them.
void Context::end_all_below() noexcept {
  while (Context* at = first_below_) {
    first_below_ = at->next_;
    if (Context* last = at->first_below_) {  // what is below it takes its place
      while (last->next_ != nullptr) last = last->next_;
      last->next_ = first_below_;
      first_below_ = at->first_below_;
      at->first_below_ = nullptr;
    }
    at->end_by(this);
  }
}

bool Context::cancel(Message cause) noexcept {
  if (is_scope()) {
    LockGuard hold(top_->tree_lock_);
    if (!event_.done()) {
      cause_ = cause;
      canceled_by_ = this;
      bool first = event_.set();  // its deadline may pass at this moment; then it has for all below
      end_all_below();
      unlink();
      return first;
    }
  }
  vm::drop(cause);
  return false;
}

// --- Looking -----------------------------------------------------------------------------------

Context::State Context::state() noexcept {
  if (scope_ == nullptr) return State::Active;
  switch (scope_->event_.state()) {
    case Event::State::Set: return State::Canceled;
    case Event::State::Expired: return State::Late;
    default: return State::Active;
  }
}

bool Context::canceled_itself() noexcept { return is_scope() && state() == State::Canceled && canceled_by_ == this; }

const Message& Context::cause() noexcept {
  static const Message none;
  switch (state()) {
    case State::Canceled: return scope_->canceled_by_->cause_;
    case State::Late: return scope_->late_by_->late_;
    default: return none;
  }
}

const Message* Context::value(const KeyView& key) const noexcept {
  for (const Context* at = this; at != nullptr; at = at->parent_) {
    if (at->value_.kind != Message::Kind::Empty && at->key_.view() == key) return &at->value_;
  }
  return nullptr;
}

bool Context::deadline(double* wall) const noexcept {
  if (scope_ == nullptr || scope_->late_by_ == nullptr) return false;
  *wall = scope_->late_by_->wall_;
  return true;
}

}  // namespace lagoon::bindings
