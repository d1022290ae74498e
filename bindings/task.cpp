#include "bindings/task.h"

#include "bindings/block.h"
#include "bindings/budget.h"
#include "bindings/canceled.h"
#include "bindings/incoming.h"
#include "bindings/runtime.h"

namespace lagoon::bindings {

Task::~Task() {
  if (state() == State::Failed && !collected_.load(std::memory_order_relaxed)) {
    runtime_.fail_exit();
    runtime_.report("lagoon: error in task " + std::to_string(id_) + " that nobody collected: " + error_.message +
                    "\n" + error_.traceback + "\n");
  }
  if (budget_ != nullptr) budget_->release();
  vm::drop(results_);
  vm::drop(error_.value);
}

void Task::attach(Goroutine& g) noexcept {
  g.task = this;
  g_ = &g;
  id_ = g.id;
  retain();
  if (budget_ == nullptr) return;
  if (g.budget != nullptr) g.budget->leave(g);
  g.owns_budget = true;
  g.alone = budget_->limits().limits_memory();
  budget_->join(g);
  budget_->release();
  budget_ = nullptr;
}

void Task::succeed(vm::Message results) noexcept {
  {
    std::lock_guard lock(lock_);
    g_ = nullptr;
    results_ = results;
  }
  state_.store(State::Done, std::memory_order_release);
  done_.set();
}

namespace {

bool is_cancellation(const vm::Message& m) noexcept {
  return m.kind == vm::Message::Kind::Shared && &m.shared->type() == &kCanceledType;
}

}  // namespace

void Task::fail(TaskError error) noexcept {
  if (is_cancellation(error.value)) collected();  // somebody asked for this end: it is no news
  {
    std::lock_guard lock(lock_);
    g_ = nullptr;
    error_ = std::move(error);
  }
  state_.store(State::Failed, std::memory_order_release);
  done_.set();
}

void Task::abandon() noexcept {
  collected();
  fail({{}, "the program has ended", ""});
}

void Task::cancel(std::string why) {
  std::lock_guard lock(lock_);
  if (g_ == nullptr) return;
  if (!g_->was_canceled.exchange(true)) why_ = std::move(why);
  g_->scheduler->cancel(*g_);
}

void Task::kill() {
  std::lock_guard lock(lock_);
  if (g_ == nullptr) return;
  collected();
  g_->killed.store(true);
  g_->scheduler->cancel(*g_);
  runtime_.interrupt_goroutine(*g_);
}

std::string Task::cancel_reason() {
  std::lock_guard lock(lock_);
  return why_;
}

namespace {

int push_error_value(lua_State* L, const Task& task) {
  const TaskError& error = task.error();
  if (error.value.kind != vm::Message::Kind::Empty) return vm::unpack(L, error.value);
  lua_pushlstring(L, error.message.data(), error.message.size());
  return 1;
}

}  // namespace

// select { { recv = task } }: its first result, true; or nil, false and its error.
int Task::push_taken(lua_State* L, const sched::Parcel&, bool) {
  if (state() == State::Done) {
    int count = vm::unpack(L, results_);
    if (count == 0) lua_pushnil(L);
    lua_settop(L, lua_gettop(L) - (count > 1 ? count - 1 : 0));
    lua_pushboolean(L, 1);
    return 2;
  }
  collected();
  lua_pushnil(L);
  lua_pushboolean(L, 0);
  push_error_value(L, *this);
  return 3;
}

// --- For scripts ---------------------------------------------------------------------------------

namespace {

Task& check_task(lua_State* L, int arg) { return vm::check_shared<Task>(L, arg, kTaskType); }

// A string error gets the goroutine's own traceback, the first time it is raised on.
int raise_error(lua_State* L, Task& task) {
  task.collected();
  push_error_value(L, task);
  if (lua_type(L, -1) == LUA_TSTRING) {
    const TaskError& error = task.error();
    lua_pushfstring(L, "\n(in goroutine %I)\n%s", static_cast<LUAI_UACINT>(task.id()), error.traceback.c_str());
    lua_concat(L, 2);
  }
  return lua_error(L);
}

int end_join(lua_State* L, Task& task) {
  if (task.state() == Task::State::Failed) return raise_error(L, task);
  return vm::unpack(L, task.results());
}

int join_done(lua_State* L, int, lua_KContext ctx) {
  finish_park(L);
  Task& task = *reinterpret_cast<Task*>(ctx);
  sched::Parcel parcel;
  switch (task.done().finish_recv(current(L), parcel)) {
    case sched::Result::Timeout:
      lua_pushnil(L);
      lua_pushliteral(L, "timeout");
      return 2;
    case sched::Result::Canceled: return raise_canceled(L);
    default: return end_join(L, task);
  }
}

// t:join([timeout]) -> f's results | nil, "timeout".  Raises f's error.                 may block
int task_join(lua_State* L) {
  Task& task = check_task(L, 1);
  int64_t deadline = opt_deadline(L, 2);
  lua_settop(L, 1);
  sched::Parcel parcel;
  sched::Result result = task.done().recv(current(L), parcel);
  if (result != sched::Result::Blocked) return end_join(L, task);
  return park(L, sched::Reason::Join, &task, deadline, reinterpret_cast<lua_KContext>(&task), join_done);
}

int end_result(lua_State* L, Task& task) {
  bool ok = task.state() == Task::State::Done;
  lua_pushboolean(L, ok);
  if (ok) return 1 + vm::unpack(L, task.results());
  task.collected();
  return 1 + push_error_value(L, task);
}

int result_done(lua_State* L, int, lua_KContext ctx) {
  finish_park(L);
  Task& task = *reinterpret_cast<Task*>(ctx);
  sched::Parcel parcel;
  if (task.done().finish_recv(current(L), parcel) == sched::Result::Canceled) {
    return raise_canceled(L);
  }
  return end_result(L, task);
}

// t:result() -> true, f's results | false, its error                                     may block
int task_result(lua_State* L) {
  Task& task = check_task(L, 1);
  lua_settop(L, 1);
  sched::Parcel parcel;
  sched::Result result = task.done().recv(current(L), parcel);
  if (result != sched::Result::Blocked) return end_result(L, task);
  return park(L, sched::Reason::Join, &task, sched::kNever, reinterpret_cast<lua_KContext>(&task), result_done);
}

// Copies a reason out of Lua; false: no memory.
bool cancel_native(Task& task, const char* why, size_t size) noexcept {
  try {
    task.cancel(std::string(why, size));
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

// t:cancel([why]): its next (or present) blocking call raises `canceled`, once
int task_cancel(lua_State* L) {
  Task& task = check_task(L, 1);
  size_t size = 0;
  const char* why = lua_isnoneornil(L, 2) ? "" : luaL_tolstring(L, 2, &size);
  if (!cancel_native(task, why, size)) return luaL_error(L, "not enough memory");
  return 0;
}

// t:kill(): ends it, wherever it is; only its <close> variables run
int task_kill(lua_State* L) {
  check_task(L, 1).kill();
  return 0;
}

// t:status() -> "running" | "done" | "failed"
int task_status(lua_State* L) {
  switch (check_task(L, 1).state()) {
    case Task::State::Running: lua_pushliteral(L, "running"); break;
    case Task::State::Done: lua_pushliteral(L, "done"); break;
    case Task::State::Failed: lua_pushliteral(L, "failed"); break;
  }
  return 1;
}

// t:id() -> the goroutine's id
int task_id(lua_State* L) {
  lua_pushinteger(L, static_cast<lua_Integer>(check_task(L, 1).id()));
  return 1;
}

int task_tostring(lua_State* L) {
  Task& task = check_task(L, 1);
  lua_pushfstring(L, "task(%I): %p", static_cast<LUAI_UACINT>(task.id()), static_cast<void*>(&task));
  return 1;
}

const luaL_Reg kMethods[] = {
    {"join", task_join},     {"result", task_result}, {"cancel", task_cancel}, {"kill", task_kill},
    {"status", task_status}, {"id", task_id},         {nullptr, nullptr},
};
const luaL_Reg kMetamethods[] = {{"__tostring", task_tostring}, {nullptr, nullptr}};

}  // namespace

const vm::SharedType kTaskType = {"task", kMethods, kMetamethods};

}  // namespace lagoon::bindings
