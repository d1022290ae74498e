#include "bindings/embed/run.h"

#include <cstdlib>

namespace lagoon::embed {

using bindings::Job;

Run::~Run() {
  for (lagoon_value& arg : args) lagoon_value_clear(&arg);
  lagoon_values_clear(&results);
}

void Run::set_args(const lagoon_value* values, size_t count) {
  args.resize(count, lagoon_nil());
  for (size_t i = 0; i < count; ++i) {
    if (!copy_value(values[i], &args[i])) throw std::bad_alloc();
  }
}

// --- On main's coroutine -----------------------------------------------------------------------

int Run::body(lua_State* L, void* ud) {
  lua_pushlightuserdata(L, ud);
  lua_pushcclosure(L, handle_error, 1);
  int count = static_cast<Run*>(ud)->push(L);
  auto run = reinterpret_cast<lua_KContext>(ud);
  return ended(L, lua_pcallk(L, count, LUA_MULTRET, 1, run, ended), run);
}

// The function has returned, or raised: above the handler are its results, or the error.
int Run::ended(lua_State* L, int status, lua_KContext context) {
  Run& run = *reinterpret_cast<Run*>(context);
  if (status != LUA_OK && status != LUA_YIELD) {
    const char* message = lua_tostring(L, -1);
    if (message == nullptr || run.message_ != message) run.noted_ = false;  // a later one
    if (status == LUA_ERRMEM) run.traced = false;
    return lua_error(L);
  }
  run.finish(L, lua_gettop(L) - 1);
  return 0;
}

// lua's message handler, but for where the text goes.
int Run::handle_error(lua_State* L) {
  Run& run = *static_cast<Run*>(lua_touserdata(L, lua_upvalueindex(1)));
  const char* message = lua_tostring(L, 1);
  if (message == nullptr) {
    if (luaL_callmeta(L, 1, "__tostring") && lua_type(L, -1) == LUA_TSTRING) {
      run.note(lua_tostring(L, -1), "");
      return 1;
    }
    message = lua_pushfstring(L, "(error object is a %s value)", luaL_typename(L, 1));
  }
  luaL_traceback(L, L, nullptr, 1);
  run.note(message, lua_tostring(L, -1));
  lua_pop(L, 1);
  return 1;
}

void Run::note(const char* message, const char* traceback) noexcept {
  try {
    message_ = message;
    traceback_ = traceback;
    noted_ = true;
  } catch (const std::bad_alloc&) {
    noted_ = false;
  }
}

int Run::raise_load_error(lua_State* L, int load_status) {
  if (load_status == LUA_ERRSYNTAX && failed_as == LAGOON_ERR) failed_as = LAGOON_ESYNTAX;
  if (load_status == LUA_ERRMEM) failed_as = LAGOON_ENOMEM;
  traced = false;
  return lua_error(L);
}

int Run::push_pass(lua_State* L) {
  lua_pushcfunction(L, [](lua_State* l) -> int { return lua_gettop(l); });
  return 0;
}

int Run::push_args(lua_State* L) {
  int count = static_cast<int>(args.size());
  luaL_checkstack(L, count, "too many arguments to script");
  for (const lagoon_value& arg : args) push_value(L, arg);
  return count;
}

void Run::finish(lua_State* L, int count) {
  if (!want_results || count == 0) return;
  auto* items = static_cast<lagoon_value*>(std::calloc(count, sizeof(lagoon_value)));
  if (items == nullptr) {
    luaL_error(L, "not enough memory");
    return;
  }
  results = {items, static_cast<size_t>(count)};
  int first = lua_gettop(L) - count + 1;
  for (int i = 0; i < count; ++i) take_value(L, first + i, rt, &items[i]);
}

namespace {

// --- On the host's thread ----------------------------------------------------------------------

// What an error that ended the job means.
lagoon_status status_of(const Run& run, const Job& job) noexcept {
  if (job.interrupted && job.message.ends_with("interrupted!")) return LAGOON_EINTERRUPTED;
  if (run.failed_as == LAGOON_ERR && job.message == "not enough memory") return LAGOON_ENOMEM;
  return run.failed_as;
}

}  // namespace

lagoon_status perform(std::unique_ptr<Run>& run, lagoon_values* results, lagoon_error** err) {
  lagoon_runtime& rt = run->rt;
  if (inside_goroutine()) {
    return fail(err, LAGOON_EINVAL, "a goroutine cannot wait for a run of its own runtime");
  }
  if (lagoon_status status = rt.start(err); status != LAGOON_OK) return status;
  std::lock_guard lock(rt.run_lock);
  if (rt.closing.load()) return fail(err, LAGOON_ESHUTDOWN);
  rt.abandoned.reserve(rt.abandoned.size() + 1);
  Job& job = run->job_;
  job.body = Run::body;
  job.ud = run.get();
  run->want_results = results != nullptr;
  rt.core.load()->run(job);
  if (job.ok) {
    if (results != nullptr) *results = std::exchange(run->results, lagoon_values{nullptr, 0});
    return LAGOON_OK;
  }
  if (job.canceled) {
    lagoon_status status = job.exited ? LAGOON_EEXIT : rt.closing.load() ? LAGOON_ESHUTDOWN : LAGOON_ECANCELED;
    std::string message = job.message;
    rt.abandoned.push_back(std::move(run));
    return fail(err, status, std::move(message));
  }
  if (run->noted_) {
    job.message = std::move(run->message_);
    job.traceback = std::move(run->traceback_);
  }
  lagoon_status status = status_of(*run, job);
  if (!run->traced) job.traceback.clear();
  return fail(err, status, std::move(job.message), std::move(job.traceback));
}

}  // namespace lagoon::embed
