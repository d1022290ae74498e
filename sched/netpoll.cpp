// The part of the poller that is the same everywhere: slots, and events on their way to targets.

#include "sched/netpoll.h"

#include <errno.h>

#include <new>

#include "sched/source.h"

namespace lagoon::sched {
namespace {

constexpr size_t kBlock = 64;  // slots made at a time

}  // namespace

PollSlot* Netpoll::take_slot() noexcept {
  LockGuard guard(lock_);
  if (free_slots_ == nullptr) {
    try {
      PollSlot* block = blocks_.emplace_back(std::make_unique<PollSlot[]>(kBlock)).get();
      for (size_t i = kBlock; i-- > 0; free_slots_ = &block[i]) block[i].next_free = free_slots_;
    } catch (const std::bad_alloc&) {
      return nullptr;
    }
  }
  PollSlot* slot = free_slots_;
  free_slots_ = slot->next_free;
  return slot;
}

void Netpoll::free_slot(PollSlot& slot) noexcept {
  LockGuard guard(lock_);
  slot.next_free = free_slots_;
  free_slots_ = &slot;
}

int Netpoll::add(int fd, PollTarget& target) noexcept {
  PollSlot* slot = take_slot();
  if (slot == nullptr) return ENOMEM;
  target.slot_ = slot;
  {
    LockGuard guard(slot->lock);
    slot->target = &target;
  }
  published_.fetch_add(1, std::memory_order_release);
  int error = attach(fd, *slot);
  if (error == 0) return 0;
  {
    LockGuard guard(slot->lock);
    slot->target = nullptr;
  }
  target.slot_ = nullptr;
  free_slot(*slot);
  return error;
}

void Netpoll::remove(int fd, PollTarget& target) noexcept {
  detach(fd);
  PollSlot& slot = *target.slot_;
  {
    LockGuard guard(slot.lock);
    slot.target = nullptr;
  }
  target.slot_ = nullptr;
  free_slot(slot);
}

void Netpoll::deliver(PollSlot& slot, unsigned what, Woken& woken) noexcept {
  LockGuard guard(slot.lock);
  if (slot.target != nullptr) slot.target->event(what, woken);
}

}  // namespace lagoon::sched
