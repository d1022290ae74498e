#pragma once
// Strand: a queue of ready Gs that run one at a time.  To the scheduler it is what a worker state
// is to Lua; it is queued, stolen and run as a whole.
//
// States are ownership, and each function below names the change it makes:
//   Idle      no ready G; owned by nobody
//   Owned     Queued: in exactly one run queue, which owns it; or Running: held by one M (also while
//             that M is in a system call, until sysmon retakes it).  Which of the two matters to nobody
//             but who owns it, so going from one to the other changes nothing here: the queue has the order
//   Spent     in the queue of the spent, which owns it: none of its ready Gs has been woken since a
//             slice ended.  Who pushes one that was takes it out and queues it (spentq.h)
// Ready Gs lie in three lists: the owner's own two, of those that were woken and of those that gave
// way, and the inbox, onto which anybody pushes while it is Owned.  Who was woken goes before who gave way: so a G that
// computes never stands before one that waited; but for a favour now and then, so that Gs that keep
// waking each other do not keep it from running.
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
#include <utility>

#include "sched/g.h"
#include "sched/shake.h"

namespace lagoon::sched {

class P;

enum class StrandState : uint8_t { Idle, Owned, Spent };

// The protocol alone.  Node has a `Node* next` and is aligned to at least 4.
template <class Atomics, class Node>
class BasicStrand {
 public:
  using State = StrandState;

  // Adds a ready node.  Any thread but the holder.  True: the strand was Idle or Spent and is now the
  // caller's, who must put it in a run queue, if it was Spent after having taken it out of
  // that queue.  Otherwise the strand must not be touched again.
  [[nodiscard]] bool push(Node& node) noexcept {
    uintptr_t seen = word_.load(Atomics::relaxed);
    for (;;) {
      if ((seen & kStateMask) != kOwned) {  // at rest: the inbox is empty
        if (!word_.compare_exchange_weak(seen, kOwned, Atomics::acquire)) continue;
        woken_.append(&node, &node);
        return true;
      }
      node.next = list_of(seen);
      if (word_.compare_exchange_weak(seen, bits_of(&node) | kOwned, Atomics::release)) return false;
    }
  }

  // Adds a ready node behind those that were woken.  The holder.
  void push_own(Node& node) noexcept {
    collect();
    woken_.append(&node, &node);
  }

  // Adds a node that gave way, behind all others.  The holder.
  void push_spent(Node& node) noexcept { spent_.append(&node, &node); }

  // Adds a ready node that must be the next, whoever is woken; one at a time.  The holder.
  void push_first(Node& node) noexcept { first_ = &node; }

  // Makes the first of those that gave way the next, before whoever was woken.  The holder.
  void favour_spent() noexcept { first_ = spent_.pop(); }

  // The next ready node, or null: woken ones first, and each kind first come first served.  The
  // holder.
  Node* pop() noexcept {
    if (first_ != nullptr) return std::exchange(first_, nullptr);
    collect();
    return woken_.head != nullptr ? woken_.pop() : spent_.pop();
  }

  // The first of those that were woken and are in the list already, each with its successor, or null.  The holder.
  const Node* woken() const noexcept { return woken_.head; }
  // Whether one is here that was woken.  The holder.
  bool has_woken() const noexcept { return woken_.head != nullptr || has_inbox(); }
  // Whether pop() would find one that gave way.  The holder.
  bool next_is_spent() const noexcept { return first_ != nullptr || (spent_.head != nullptr && !has_woken()); }
  // Whether one that gave way is here.  The holder.
  bool has_spent() const noexcept { return spent_.head != nullptr; }
  // Whether pop() would find something.  The holder.
  bool has_ready() const noexcept {
    return woken_.head != nullptr || spent_.head != nullptr || first_ != nullptr || has_inbox();
  }
  // Whether somebody has pushed since the holder last looked.  Any thread that keeps it alive.
  bool has_inbox() const noexcept { return list_of(word_.load(Atomics::relaxed)) != nullptr; }

  // Idle -> Owned, for placing a fresh G.  Any M; false: it was not idle.
  [[nodiscard]] bool try_take() noexcept {
    uintptr_t seen = kIdle;
    return word_.compare_exchange_strong(seen, kOwned, Atomics::acquire);
  }

  // Owned -> Idle, unless a ready node is there: then true, and the caller must put it in a run
  // queue.  The holder; it must not touch an Idle strand again.
  [[nodiscard]] bool release() noexcept {
    uintptr_t seen = kOwned;
    bool none = woken_.head == nullptr && spent_.head == nullptr && first_ == nullptr;
    return !(none && word_.compare_exchange_strong(seen, kIdle, Atomics::release));
  }

  // Owned -> Spent; false, and nothing changed: somebody was woken.  The
  // holder, under the lock of the queue of the spent, into which the strand goes.
  [[nodiscard]] bool release_spent() noexcept {
    uintptr_t seen = kOwned;
    return woken_.head == nullptr && word_.compare_exchange_strong(seen, kSpent, Atomics::release);
  }

  // Spent -> Owned, as by push(), for running it.  Under the lock of the queue of the spent, which has the
  // order; false: who pushes just now will take it out.
  [[nodiscard]] bool take_spent() noexcept {
    uintptr_t seen = kSpent;
    return word_.compare_exchange_strong(seen, kOwned, Atomics::relaxed);
  }

  State state() const noexcept { return static_cast<State>(word_.load(Atomics::relaxed) & kStateMask); }

 private:
  static constexpr uintptr_t kIdle = 0, kOwned = 1, kSpent = 2;
  static constexpr uintptr_t kStateMask = 3;

  struct List {
    Node* head = nullptr;
    Node* tail = nullptr;  // meaningless while head is null

    void append(Node* first, Node* last) noexcept {
      last->next = nullptr;
      (head == nullptr ? head : tail->next) = first;
      tail = last;
    }
    Node* pop() noexcept {
      Node* node = head;
      if (node != nullptr) head = node->next;
      return node;
    }
  };

  static Node* list_of(uintptr_t word) noexcept { return reinterpret_cast<Node*>(word & ~kStateMask); }
  static uintptr_t bits_of(Node* node) noexcept { return reinterpret_cast<uintptr_t>(node); }

  // Moves the inbox, which is newest first, behind those that were woken.
  void collect() noexcept {
    if (!has_inbox()) return;
    Node* last = list_of(word_.exchange(kOwned, Atomics::acquire));
    Node* first = nullptr;
    for (Node* node = last; node != nullptr;) {
      Node* older = node->next;
      node->next = first;
      first = node;
      node = older;
    }
    woken_.append(first, last);
  }

  typename Atomics::template Atomic<uintptr_t> word_{kIdle};  // newest of the inbox | state
  List woken_, spent_;                                        // the holder's own
  Node* first_ = nullptr;                                     // goes before all; the holder's
};

class Strand : public Item {
 public:
  using State = StrandState;

  Strand() : Item(Kind::Strand) {}
  Strand(const Strand&) = delete;

  // See BasicStrand.
  [[nodiscard]] bool push(G& g) noexcept { return core_.push(g); }
  void push_own(G& g) noexcept { core_.push_own(g); }
  void push_spent(G& g) noexcept { core_.push_spent(g); }
  void push_first(G& g) noexcept { core_.push_first(g); }
  void favour_spent() noexcept { core_.favour_spent(); }
  G* pop() noexcept { return static_cast<G*>(core_.pop()); }
  const G* woken() const noexcept { return static_cast<const G*>(core_.woken()); }
  bool has_woken() const noexcept { return core_.has_woken(); }
  bool next_is_spent() const noexcept { return core_.next_is_spent(); }
  bool has_spent() const noexcept { return core_.has_spent(); }
  bool has_ready() const noexcept { return core_.has_ready(); }
  bool has_inbox() const noexcept { return core_.has_inbox(); }
  [[nodiscard]] bool try_take() noexcept {
    if (!core_.try_take()) return false;
    take();
    return true;
  }
  [[nodiscard]] bool release() noexcept {
    held_.store(false, std::memory_order_relaxed);
    return core_.release();
  }
  [[nodiscard]] bool release_spent() noexcept {
    held_.store(false, std::memory_order_relaxed);
    if (core_.release_spent()) return true;
    take();
    return false;
  }
  [[nodiscard]] bool take_spent() noexcept { return core_.take_spent(); }
  State state() const noexcept { return core_.state(); }
  // Says that an M took it from a run queue; the M.
  void take() noexcept { held_.store(true, std::memory_order_relaxed); }
  // Whether an M has it, if it is Owned.  Any thread that keeps it alive; stale at once.
  bool held() const noexcept { return held_.load(std::memory_order_relaxed); }

  bool reserved = false;  // main's: only spawn_in puts Gs here
  // Gs started and not finished.  Any thread; stale at once.
  uint32_t live() const noexcept {
    // Whoever has ended has joined before: so what is counted is never less than what is there.
    const uint32_t own = own_live_.load(std::memory_order_acquire);
    return own + joined_.load(std::memory_order_relaxed);
  }
  std::atomic<bool> hot{false};      // a G in it is using up whole slices: nothing new starts here
  std::atomic<G*> running{nullptr};  // the G on its stack now, for dumps

 private:
  friend class M;
  friend class Placement;
  friend class SpentQueue;

  BasicStrand<StdAtomics, Item> core_;
  std::atomic<bool> held_{false};

  // Their sum is live(): counted by others, and, without locked operations, by the holder.
  std::atomic<uint32_t> joined_{0}, own_live_{0};

  // SpentQueue's.
  Strand* older_ = nullptr;
  Strand* newer_ = nullptr;
  bool aside_ = false;  // linked; the strand's owner may read it

  int64_t spent_at_ = 0;  // since when those that gave way wait for their next turn; coarse, the holder's

  // Placement's.
  unsigned short_turns_ = 0;          // turns since it was last hot; the holder
  std::atomic<P*> home_of_{nullptr};  // the P that starts its Gs here; set by the holder only
  std::atomic<bool> listed_{false};   // in the strand list
  bool ours_ = false;                 // made by Client::open_strand, so closed by us
  bool for_one_ = false;              // closed as soon as its G is done
  std::atomic<int64_t> idle_since_{0};
};

}  // namespace lagoon::sched
