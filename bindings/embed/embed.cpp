// The life of a runtime as its host sees it: configuration, start, end, errors, figures.

#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <cstring>

#include "bindings/debug_env.h"
#include "bindings/embed/host.h"
#include "bindings/embed/run.h"

using namespace lagoon;
using namespace lagoon::embed;

// --- Version -----------------------------------------------------------------------------------

namespace {

constexpr uint32_t kMajor = 1, kMinor = 0, kPatch = 0;

// Lua's line, with our name behind its.
std::string version_text() {
  std::string line = LUA_COPYRIGHT;
  std::string ours =
      " (Lagoon " + std::to_string(kMajor) + "." + std::to_string(kMinor) + "." + std::to_string(kPatch) + ")";
  return line.insert(sizeof LUA_RELEASE - 1, ours);
}

}  // namespace

uint32_t lagoon_version(void) { return kMajor << 16 | kMinor << 8 | kPatch; }

const char* lagoon_version_text(void) {
  static const std::string text = version_text();
  return text.c_str();
}

// --- Errors ------------------------------------------------------------------------------------

namespace {

// What is reported when there is no memory for a report.
lagoon_error no_memory{LAGOON_ENOMEM, "not enough memory", ""};

}  // namespace

const char* lagoon_status_text(int status) {
  switch (status) {
    case LAGOON_OK: return "no error";
    case LAGOON_ERR: return "error in the script";
    case LAGOON_EAGAIN: return "would have to wait";
    case LAGOON_ECLOSED: return "channel is closed";
    case LAGOON_ETIMEDOUT: return "timeout";
    case LAGOON_ECANCELED: return "the program was ended by a fatal error";
    case LAGOON_ENOMEM: return "not enough memory";
    case LAGOON_EINVAL: return "wrong argument, or called where it must not be";
    case LAGOON_ESYNTAX: return "syntax error";
    case LAGOON_ESHUTDOWN: return "the runtime is shut down";
    case LAGOON_EINCOMPLETE: return "incomplete source";
    case LAGOON_EINTERRUPTED: return "interrupted";
    case LAGOON_EEXIT: return "the script ended the program";
  }
  return "unknown status";
}

const char* lagoon_error_message(const lagoon_error* error) { return error == nullptr ? "" : error->message.c_str(); }

const char* lagoon_error_traceback(const lagoon_error* error) {
  return error == nullptr ? "" : error->traceback.c_str();
}

lagoon_status lagoon_error_status(const lagoon_error* error) { return error == nullptr ? LAGOON_OK : error->status; }

void lagoon_error_free(lagoon_error* error) {
  if (error != &no_memory) delete error;
}

lagoon_status embed::fail(lagoon_error** err, lagoon_status status, std::string message,
                          std::string traceback) noexcept {
  if (err == nullptr) return status;
  try {
    if (message.empty()) message = lagoon_status_text(status);
    *err = new lagoon_error{status, std::move(message), std::move(traceback)};
  } catch (const std::bad_alloc&) {
    *err = &no_memory;
  }
  return status;
}

// --- Configuration -----------------------------------------------------------------------------

void lagoon_config_init(lagoon_config* config) {
  *config = lagoon_config{};
  config->struct_size = sizeof *config;
}

void lagoon_report_stderr(void*, const char* text, size_t size) {
  std::fwrite(text, 1, size, stderr);
  std::fflush(stderr);
}

namespace {

void drop_report(void*, const char*, size_t) {}

// Every state gets what the host registered.  A Lua frame.
void open_state(lua_State* L, void* ud) {
  auto* rt = static_cast<lagoon_runtime*>(ud);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  for (const Native& native : rt->natives) {
    lua_pushcfunction(L, native.open);
    lua_setfield(L, -2, native.name.c_str());
  }
  lua_pop(L, 1);
  if (rt->warnings.load(std::memory_order_relaxed)) lua_warning(L, "@on", 0);
  if (rt->config.on_state != nullptr) rt->config.on_state(rt->config.ud, L);
}

bool sound(const lagoon_config& config) noexcept {
  return config.preempt >= LAGOON_PREEMPT_COUNT && config.preempt <= LAGOON_PREEMPT_OFF &&
         config.on_fatal >= LAGOON_FATAL_STOP && config.on_fatal <= LAGOON_FATAL_CONTINUE && config.procs <= 1024;
}

bindings::RuntimeConfig::Preempt preempt_of(int preempt) noexcept {
  using Preempt = bindings::RuntimeConfig::Preempt;
  if (preempt == LAGOON_PREEMPT_SIGNAL) return Preempt::Signal;
  return preempt == LAGOON_PREEMPT_OFF ? Preempt::Off : Preempt::Count;
}

// False: *why says what is wrong.
bool translate(lagoon_runtime* rt, std::string* why) {
  const lagoon_config& from = rt->config;
  bindings::RuntimeConfig& to = rt->settings;
  to.sched.procs = from.procs;
  if (from.max_threads != 0) to.sched.max_threads = from.max_threads;
  to.preempt = preempt_of(from.preempt);
  to.ignore_environment = from.ignore_environment != 0;
  to.state_memory_limit = from.state_memory_limit;
  to.on_state.emplace_back(open_state, rt);
  to.report = from.report != nullptr ? from.report : drop_report;
  to.report_ud = from.ud;
  to.exit_on_fatal = from.on_fatal == LAGOON_FATAL_EXIT;
  to.survive_errors = from.on_fatal == LAGOON_FATAL_CONTINUE;
  return to.ignore_environment || bindings::read_environment(&to, why);
}

}  // namespace

// --- Life --------------------------------------------------------------------------------------

lagoon_status lagoon_runtime_new(const lagoon_config* config, lagoon_runtime** out, lagoon_error** err) {
  lagoon_config own;
  lagoon_config_init(&own);
  if (config != nullptr) {
    if (config->struct_size < offsetof(lagoon_config, procs) || config->struct_size > sizeof own) {
      return fail(err, LAGOON_EINVAL, "lagoon_config.struct_size: not set by lagoon_config_init");
    }
    std::memcpy(&own, config, config->struct_size);
  }
  if (out == nullptr || !sound(own)) return fail(err, LAGOON_EINVAL);
  return guarded(err, [&] {
    auto rt = std::make_unique<lagoon_runtime>();
    rt->config = own;
    std::string why;
    if (!translate(rt.get(), &why)) return fail(err, LAGOON_EINVAL, std::move(why));
    *out = rt.release();
    return LAGOON_OK;
  });
}

lagoon_status lagoon_register(lagoon_runtime* rt, const char* name, lagoon_cfunction open) {
  if (rt == nullptr || name == nullptr || open == nullptr) return LAGOON_EINVAL;
  if (rt->core.load() != nullptr) return LAGOON_EINVAL;
  return guarded(nullptr, [&] {
    rt->natives.push_back({name, open});
    return LAGOON_OK;
  });
}

lagoon_status lagoon_runtime::start(lagoon_error** err) {
  if (closing.load()) return fail(err, LAGOON_ESHUTDOWN);
  if (core.load() != nullptr) return LAGOON_OK;
  std::lock_guard lock(life_lock);
  if (closing.load()) return fail(err, LAGOON_ESHUTDOWN);
  if (core.load() != nullptr) return LAGOON_OK;
  std::string why;
  owner = bindings::Runtime::open(settings, &why);
  if (owner == nullptr) {
    lagoon_status status = why == "not enough memory" ? LAGOON_ENOMEM : LAGOON_ERR;
    return fail(err, status, std::move(why));
  }
  for (uint32_t i = 0; i < holds; ++i) owner->scheduler().add_source();
  core.store(owner.get());
  return LAGOON_OK;
}

lagoon_status lagoon_start(lagoon_runtime* rt, lagoon_error** err) {
  if (rt == nullptr) return fail(err, LAGOON_EINVAL);
  return guarded(err, [&] { return rt->start(err); });
}

lagoon_status lagoon_shutdown(lagoon_runtime* rt, int64_t grace_ns) {
  if (rt == nullptr || inside_goroutine()) return LAGOON_EINVAL;
  rt->closing.store(true);
  bindings::Runtime* core;
  {
    std::lock_guard lock(rt->life_lock);  // waits for a start in progress
    core = rt->core.load();
  }
  if (core == nullptr) return LAGOON_OK;
  return guarded(nullptr, [&] {
    send_guests_away(*rt);
    constexpr int64_t kForever = INT64_MAX / 4;  // a deadline that far ahead still is a number
    int64_t grace = grace_ns < 0 || grace_ns > kForever ? kForever : grace_ns;
    std::lock_guard lock(rt->shutdown_lock);
    return core->shutdown(grace) ? LAGOON_OK : LAGOON_ETIMEDOUT;
  });
}

void lagoon_runtime::release() noexcept {
  if (refs.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
}

void lagoon_runtime_free(lagoon_runtime* rt) {
  if (rt == nullptr || inside_goroutine()) return;
  constexpr int64_t kGrace = INT64_C(5'000'000'000);
  bool ended = lagoon_shutdown(rt, kGrace) == LAGOON_OK;
  {
    std::lock_guard lock(rt->life_lock);
    rt->core.store(nullptr);
    if (!ended) (void)rt->owner.release();
  }
  if (!ended) return;                      // a thread still uses it, natives and all
  { std::lock_guard lock(rt->run_lock); }  // a cancelled run may still be on its way out
  rt->owner.reset();
  rt->abandoned.clear();
  rt->release();
}

lagoon_status lagoon_hold(lagoon_runtime* rt) {
  if (rt == nullptr) return LAGOON_EINVAL;
  std::lock_guard lock(rt->life_lock);
  ++rt->holds;
  if (rt->core.load() != nullptr) rt->core.load()->scheduler().add_source();
  return LAGOON_OK;
}

void lagoon_unhold(lagoon_runtime* rt) {
  if (rt == nullptr) return;
  std::lock_guard lock(rt->life_lock);
  if (rt->holds == 0) return;
  --rt->holds;
  if (rt->core.load() != nullptr) rt->core.load()->scheduler().drop_source();
}

int lagoon_exit_status(lagoon_runtime* rt) {
  bindings::Runtime* core = rt == nullptr ? nullptr : rt->core.load();
  return core == nullptr ? 0 : core->exit_status();
}

void lagoon_interrupt(lagoon_runtime* rt) {
  bindings::Runtime* core = rt == nullptr ? nullptr : rt->core.load();
  if (core != nullptr) core->interrupt_main();
}

// --- Host threads that wait --------------------------------------------------------------------

embed::Guest::Guest(lagoon_runtime& rt, sched::G& g) : rt_(rt), g_(g) {
  std::lock_guard lock(rt.guests_lock);
  welcome_ = !rt.closing.load();
  if (!welcome_) return;
  next_ = rt.guests;
  if (next_ != nullptr) next_->prev_ = this;
  rt.guests = this;
}

embed::Guest::~Guest() {
  if (!welcome_) return;
  std::lock_guard lock(rt_.guests_lock);
  (prev_ != nullptr ? prev_->next_ : rt_.guests) = next_;
  if (next_ != nullptr) next_->prev_ = prev_;
  if (rt_.guests == nullptr) rt_.guest_left.notify_all();
}

void embed::send_guests_away(lagoon_runtime& rt) {
  std::unique_lock lock(rt.guests_lock);
  for (Guest* guest = rt.guests; guest != nullptr; guest = guest->next_) {
    guest->g_.scheduler->cancel(guest->g_);
  }
  rt.guest_left.wait(lock, [&] { return rt.guests == nullptr; });
}

// --- Looking in --------------------------------------------------------------------------------

lagoon_status lagoon_stats(lagoon_runtime* rt, lagoon_statistics* out) {
  bindings::Runtime* core = rt == nullptr ? nullptr : rt->core.load();
  if (core == nullptr || out == nullptr || out->struct_size < sizeof(size_t)) return LAGOON_EINVAL;
  return guarded(nullptr, [&] {
    sched::Stats stats = core->scheduler().stats();
    lagoon_statistics all{};
    all.struct_size = out->struct_size < sizeof all ? out->struct_size : sizeof all;
    all.procs = stats.procs;
    all.idle_procs = stats.idle_procs;
    all.threads = stats.threads;
    all.idle_threads = stats.idle_threads;
    all.goroutines = stats.goroutines;
    all.states = core->states();
    all.spawned = stats.spawned;
    all.steals = stats.steals;
    all.parks = stats.parks;
    all.preemptions = stats.preemptions;
    std::memcpy(static_cast<void*>(out), &all, all.struct_size);
    return LAGOON_OK;
  });
}

lagoon_status lagoon_dump_goroutines(lagoon_runtime* rt, void (*write)(void* ud, const char* text, size_t size),
                                     void* ud) {
  bindings::Runtime* core = rt == nullptr ? nullptr : rt->core.load();
  if (core == nullptr || write == nullptr) return LAGOON_EINVAL;
  return guarded(nullptr, [&] {
    std::string text = core->dump();
    write(ud, text.data(), text.size());
    return LAGOON_OK;
  });
}
