#pragma once
// Strand: a queue of ready Gs that run one at a time.  To the scheduler it is what a worker state
// is to Lua; it is queued, stolen and run as a whole.
//
// States are ownership, and each function below names the change it makes:
//   Idle      no ready G; owned by nobody
//   Queued    in exactly one run queue, which owns it
//   Running   held by one M (also while that M is in a system call, until sysmon retakes it)
// Ready Gs lie in two lists: the holder's own, and the inbox, onto which anybody pushes.
//
// The state and the inbox's head are one word, so "the inbox is empty" and "now I am Idle" are one
// step: no push can fall between them.  It also means that nobody touches a strand after the step
// that gave it away, so a strand may be closed as soon as it is idle and unreachable.
//
// Tried and dropped: the state beside the inbox, with a second look at the inbox after publishing
// Idle.  Correct, but the second look touches a strand somebody else may have closed.
//
// `Atomics` is the seam through which the model checker sees the atomics (sched/shake.h).

#include <atomic>
#include <cstdint>

#include "sched/g.h"
#include "sched/shake.h"

namespace lagoon::sched {

class P;

enum class StrandState : uint8_t { Idle, Queued, Running };

// The protocol alone.  Node has a `Node* next` and is aligned to at least 4.
template <class Atomics, class Node>
class BasicStrand {
 public:
  using State = StrandState;

  // Adds a ready node.  Any thread but the holder.  True: the strand was Idle and is now Queued,
  // and the caller must put it in a run queue.  Otherwise the strand must not be touched again.
  [[nodiscard]] bool push(Node& node) noexcept {
    uintptr_t seen = word_.load(Atomics::relaxed);
    for (;;) {
      node.next = list_of(seen);
      bool idle = (seen & kStateMask) == kIdle;
      uintptr_t state = idle ? kQueued : seen & kStateMask;
      if (word_.compare_exchange_weak(seen, bits_of(&node) | state, Atomics::acq_rel)) return idle;
    }
  }

  // Adds a ready node behind the others.  The holder.
  void push_own(Node& node) noexcept {
    collect();
    append(&node, &node);
  }

  // Adds a ready node before the others.  The holder.
  void push_first(Node& node) noexcept {
    if (head_ == nullptr) tail_ = &node;
    node.next = head_;
    head_ = &node;
  }

  // The next ready node, first come first served, or null.  The holder.
  Node* pop() noexcept {
    collect();
    Node* node = head_;
    if (node != nullptr) head_ = node->next;
    return node;
  }

  // Whether pop() would find something.  The holder.
  bool has_ready() const noexcept { return head_ != nullptr || has_inbox(); }
  // Whether somebody has pushed since the holder last looked.  Any thread that keeps it alive.
  bool has_inbox() const noexcept { return list_of(word_.load(Atomics::relaxed)) != nullptr; }

  // Queued -> Running: an M took it from a run queue, and what was pushed is its own.
  void take() noexcept { collect_now(); }

  // Idle -> Running, for placing a fresh G.  Any M; false: it was not idle.
  [[nodiscard]] bool try_take() noexcept {
    uintptr_t seen = kIdle;
    return word_.compare_exchange_strong(seen, kRunning, Atomics::acq_rel);
  }

  // Running -> Idle, or Queued when a ready node is there: then true, and the caller must put it in
  // a run queue.  The holder; it must not touch an Idle strand again.
  [[nodiscard]] bool release() noexcept {
    uintptr_t seen = kRunning;
    if (head_ == nullptr && word_.compare_exchange_strong(seen, kIdle, Atomics::acq_rel)) {
      return false;
    }
    word_.fetch_sub(kRunning - kQueued, Atomics::acq_rel);
    return true;
  }

  State state() const noexcept {
    return static_cast<State>(word_.load(Atomics::acquire) & kStateMask);
  }

 private:
  static constexpr uintptr_t kIdle = 0, kQueued = 1, kRunning = 2, kStateMask = 3;

  static Node* list_of(uintptr_t word) noexcept {
    return reinterpret_cast<Node*>(word & ~kStateMask);
  }
  static uintptr_t bits_of(Node* node) noexcept { return reinterpret_cast<uintptr_t>(node); }

  // Moves the inbox, which is newest first, behind the holder's own list.
  void collect() noexcept {
    if (has_inbox()) collect_now();
  }

  void collect_now() noexcept {
    Node* last = list_of(word_.exchange(kRunning, Atomics::acq_rel));
    if (last == nullptr) return;
    Node* first = nullptr;
    for (Node* node = last; node != nullptr;) {
      Node* older = node->next;
      node->next = first;
      first = node;
      node = older;
    }
    append(first, last);
  }

  void append(Node* first, Node* last) noexcept {
    last->next = nullptr;
    (head_ == nullptr ? head_ : tail_->next) = first;
    tail_ = last;
  }

  typename Atomics::template Atomic<uintptr_t> word_{kIdle};  // newest of the inbox | state
  Node* head_ = nullptr;                                      // the holder's own list
  Node* tail_ = nullptr;                                      // meaningless while head_ is null
};

class Strand : public Item {
 public:
  using State = StrandState;

  Strand() : Item(Kind::Strand) {}
  Strand(const Strand&) = delete;

  // See BasicStrand.
  [[nodiscard]] bool push(G& g) noexcept { return core_.push(g); }
  void push_own(G& g) noexcept { core_.push_own(g); }
  void push_first(G& g) noexcept { core_.push_first(g); }
  G* pop() noexcept { return static_cast<G*>(core_.pop()); }
  bool has_ready() const noexcept { return core_.has_ready(); }
  bool has_inbox() const noexcept { return core_.has_inbox(); }
  void take() noexcept { core_.take(); }
  [[nodiscard]] bool try_take() noexcept { return core_.try_take(); }
  [[nodiscard]] bool release() noexcept { return core_.release(); }
  State state() const noexcept { return core_.state(); }

  bool reserved = false;             // main's: only spawn_in puts Gs here
  std::atomic<uint32_t> live{0};     // Gs started and not finished
  std::atomic<bool> hot{false};      // a G in it is using up whole slices: nothing new starts here
  std::atomic<G*> running{nullptr};  // the G on its stack now, for dumps

 private:
  friend class M;
  friend class Placement;

  BasicStrand<StdAtomics, Item> core_;

  // Placement's.
  unsigned short_turns_ = 0;          // turns since it was last hot; the holder
  std::atomic<P*> home_of_{nullptr};  // the P that starts its Gs here; set by the holder only
  std::atomic<bool> listed_{false};   // in the strand list
  bool ours_ = false;                 // made by Client::open_strand, so closed by us
  bool for_one_ = false;              // closed as soon as its G is done
  std::atomic<int64_t> idle_since_{0};
};

}  // namespace lagoon::sched
