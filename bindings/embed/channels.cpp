// Channels, from a thread of the host.

#include "bindings/embed/host.h"
#include "bindings/parcel.h"
#include "sched/timer.h"

using namespace lagoon;
using namespace lagoon::embed;
using sched::Result;

lagoon_chan* lagoon_chan_new(lagoon_runtime* rt, size_t capacity) {
  if (rt == nullptr || capacity > static_cast<size_t>(bindings::kMostCapacity)) return nullptr;
  if (lagoon_start(rt, nullptr) != LAGOON_OK) return nullptr;
  bindings::Channel* channel = bindings::new_channel(capacity);
  return channel == nullptr ? nullptr : wrap(*rt, channel);
}

namespace {

lagoon_status status_of(Result result) noexcept {
  switch (result) {
    case Result::Done: return LAGOON_OK;
    case Result::Closed: return LAGOON_ECLOSED;
    case Result::Busy: return LAGOON_EAGAIN;
    case Result::NoMemory: return LAGOON_ENOMEM;
    case Result::Timeout: return LAGOON_ETIMEDOUT;
    case Result::Canceled: return LAGOON_ESHUTDOWN;
    case Result::Blocked:
    case Result::Misuse: break;
  }
  return LAGOON_EINVAL;
}

int64_t deadline_after(int64_t timeout_ns) noexcept {
  if (timeout_ns < 0) return sched::kNever;
  int64_t now = sched::now_ns();
  return timeout_ns > sched::kNever - now ? sched::kNever : now + timeout_ns;
}

// The G that stands for this thread.
class Stand {
 public:
  explicit Stand(sched::Scheduler& scheduler) : scheduler_(scheduler), g_(scheduler.acquire_foreign()) {}
  ~Stand() {
    if (g_ != nullptr) scheduler_.release_foreign(*g_);
  }
  Stand(const Stand&) = delete;
  sched::G* g() const noexcept { return g_; }

  // Waits for the end of the wait that is open; the operation's finish follows.
  void wait(sched::Reason reason, const void* object, int64_t deadline) {
    bool waits = true;
    try {
      scheduler_.prepare(*g_, reason, object, deadline);
    } catch (const std::bad_alloc&) {
      waits = !sched::withdraw(*g_);
    }
    if (waits) scheduler_.wait_foreign(*g_);
    scheduler_.finish(*g_);
  }

 private:
  sched::Scheduler& scheduler_;
  sched::G* g_;
};

// Runs `start(g)`, and where that blocks waits and runs `finish(g)`.
template <class Start, class Finish>
Result block(lagoon_chan* chan, sched::Reason reason, int64_t timeout_ns, Start start, Finish finish) {
  bindings::Runtime* core = chan->runtime->core.load();
  if (core == nullptr || chan->runtime->closing.load()) return Result::Canceled;
  Stand stand(core->scheduler());
  if (stand.g() == nullptr) return Result::NoMemory;
  Guest guest(*chan->runtime, *stand.g());
  if (!guest.welcome()) return Result::Canceled;
  int64_t deadline = deadline_after(timeout_ns);
  Result result = start(*stand.g());
  if (result != Result::Blocked) return result;
  stand.wait(reason, chan->channel, deadline);
  return finish(*stand.g());
}

// What is received becomes a value.
lagoon_status deliver(lagoon_chan* chan, sched::Parcel& parcel, lagoon_value* value) noexcept {
  vm::Message message = bindings::to_message(parcel);
  return from_message(*chan->runtime, message, value);
}

}  // namespace

lagoon_status lagoon_chan_try_send(lagoon_chan* chan, const lagoon_value* value) {
  if (chan == nullptr || !valid(value)) return LAGOON_EINVAL;
  if (chan->runtime->closing.load()) return LAGOON_ESHUTDOWN;
  vm::Message message;
  if (lagoon_status status = embed::to_message(*value, &message); status != LAGOON_OK) return status;
  sched::Parcel parcel = bindings::to_parcel(message);
  Result result = chan->channel->chan.try_send(parcel);
  parcel.drop();
  return status_of(result);
}

lagoon_status lagoon_chan_send(lagoon_chan* chan, const lagoon_value* value, int64_t timeout_ns) {
  if (inside_goroutine()) return LAGOON_EINVAL;
  lagoon_status status = lagoon_chan_try_send(chan, value);
  if (status != LAGOON_EAGAIN) return status;
  if (timeout_ns == 0) return LAGOON_ETIMEDOUT;
  return guarded(nullptr, [&] {
    vm::Message message;
    lagoon_status made = embed::to_message(*value, &message);
    if (made != LAGOON_OK) return made;
    sched::Parcel parcel = bindings::to_parcel(message);
    sched::Chan& object = chan->channel->chan;
    Result result = block(
        chan, sched::Reason::ChanSend, timeout_ns, [&](sched::G& g) { return object.send(g, parcel); },
        [&](sched::G& g) { return object.finish_send(g, parcel); });
    parcel.drop();
    return status_of(result);
  });
}

lagoon_status lagoon_chan_try_recv(lagoon_chan* chan, lagoon_value* value) {
  if (chan == nullptr || value == nullptr) return LAGOON_EINVAL;
  if (chan->runtime->closing.load()) return LAGOON_ESHUTDOWN;
  sched::Parcel parcel;
  Result result = chan->channel->chan.try_recv(parcel);
  return result == Result::Done ? deliver(chan, parcel, value) : status_of(result);
}

lagoon_status lagoon_chan_recv(lagoon_chan* chan, lagoon_value* value, int64_t timeout_ns) {
  if (inside_goroutine()) return LAGOON_EINVAL;
  lagoon_status status = lagoon_chan_try_recv(chan, value);
  if (status != LAGOON_EAGAIN) return status;
  if (timeout_ns == 0) return LAGOON_ETIMEDOUT;
  return guarded(nullptr, [&] {
    sched::Parcel parcel;
    sched::Chan& object = chan->channel->chan;
    Result result = block(
        chan, sched::Reason::ChanReceive, timeout_ns, [&](sched::G& g) { return object.recv(g, parcel); },
        [&](sched::G& g) { return object.finish_recv(g, parcel); });
    return result == Result::Done ? deliver(chan, parcel, value) : status_of(result);
  });
}

lagoon_status lagoon_chan_close(lagoon_chan* chan) {
  if (chan == nullptr) return LAGOON_EINVAL;
  if (chan->runtime->closing.load()) return LAGOON_ESHUTDOWN;
  return chan->channel->chan.close() ? LAGOON_OK : LAGOON_ECLOSED;
}

size_t lagoon_chan_len(const lagoon_chan* chan) { return chan == nullptr ? 0 : chan->channel->chan.len(); }

size_t lagoon_chan_cap(const lagoon_chan* chan) { return chan == nullptr ? 0 : chan->channel->chan.cap(); }
