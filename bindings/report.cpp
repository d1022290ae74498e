#include "bindings/report.h"

#include <ctime>

#include <cstdio>
#include <algorithm>
#include <vector>

#include "bindings/task.h"
#include "vm/shared.h"

namespace lagoon::bindings {

namespace {

const char* status_text(const Goroutine& g, sched::Status status) noexcept {
  switch (status) {
    case sched::Status::Fresh:
    case sched::Status::Ready: return "runnable";
    case sched::Status::Running: return "running";
    case sched::Status::Syscall: return "syscall";
    case sched::Status::Waiting: return sched::name_of(g.reason.load(std::memory_order_relaxed));
    case sched::Status::Dead: return "dead";
  }
  return "?";
}

void append_duration(std::string& out, int64_t ns) {
  char text[32];
  auto seconds = static_cast<long long>(ns / 1'000'000'000);
  if (seconds < 1) return;
  if (seconds < 120) {
    std::snprintf(text, sizeof text, ", %lld s", seconds);
  } else {
    std::snprintf(text, sizeof text, ", %lld minutes", seconds / 60);
  }
  out += text;
}

// ` "name"`, or nothing.
std::string quoted_name(Runtime& runtime, Goroutine& g) {
  std::string name = runtime.name_of(g);
  return name.empty() ? name : " \"" + name + "\"";
}

void append_head(std::string& out, Runtime& runtime, Goroutine& g, sched::Status status) {
  out += "goroutine " + std::to_string(g.id);
  out += " [";
  out += status_text(g, status);
  if (status == sched::Status::Waiting) {
    append_duration(out, sched::now_ns() - g.since.load(std::memory_order_relaxed));
  }
  out += "]" + quoted_name(runtime, g) + ":\n";
}

// What it waits on; every binding names its shared object, as tostring() shows it.
void append_object(std::string& out, const Goroutine& g) {
  const auto* object = static_cast<const vm::Shared*>(g.waits_on.load(std::memory_order_relaxed));
  if (object == nullptr) return;
  char text[96];
  std::snprintf(text, sizeof text, "\twaits on %s: %p\n", object->type().name,
                static_cast<const void*>(object));
  out += text;
}

void append_frame(std::string& out, lua_State* co, lua_Debug& ar) {
  lua_getinfo(co, "Sln", &ar);
  if (*ar.what == 'C' && ar.name == nullptr) return;  // our own base function
  out += "\t";
  out += ar.short_src;
  out += ':';
  if (ar.currentline > 0) out += std::to_string(ar.currentline) + ':';
  if (ar.name != nullptr && *ar.name != '\0') {
    out += std::string(" in ") + ar.namewhat + (*ar.namewhat ? " '" : "'") + ar.name + "'\n";
  } else if (*ar.what == 'm') {
    out += " in main chunk\n";
  } else {
    out += " in function <" + std::string(ar.short_src) + ':' + std::to_string(ar.linedefined) + ">\n";
  }
}

void append_stack(std::string& out, lua_State* co) {
  constexpr int kMost = 50;
  lua_Debug ar;
  for (int level = 0; lua_getstack(co, level, &ar); ++level) {
    if (level == kMost) {
      out += "\t...\n";
      return;
    }
    append_frame(out, co, ar);
  }
}

// The Lua stack of a goroutine that does not run, innermost coroutine first.
void append_stacks(std::string& out, Goroutine& g) {
  for (auto co = g.nested.rbegin(); co != g.nested.rend(); ++co) append_stack(out, *co);
  if (g.coro.lua != nullptr) append_stack(out, g.coro.lua);
}

// A stack at rest.  (Its strand may start it at any moment; a fatal dump is worth that risk.)
bool can_read(sched::Status status) {
  return status == sched::Status::Waiting || status == sched::Status::Ready;
}

void append_goroutine(std::string& out, Runtime& runtime, Goroutine& g) {
  sched::Status status = g.status.load(std::memory_order_acquire);
  if (status == sched::Status::Dead) return;
  append_head(out, runtime, g, status);
  if (status == sched::Status::Waiting) append_object(out, g);
  if (can_read(status)) {
    append_stacks(out, g);
  } else if (status != sched::Status::Fresh) {
    out += "\tgoroutine runs on another thread; stack unavailable\n";
  }
  std::string created = created_by(g);
  if (!created.empty()) out += created.substr(1) + "\n";
  out += "\n";
}

}  // namespace

std::string created_by(const Goroutine& g) {
  if (g.created_in == nullptr) return "";
  return "\ncreated by goroutine " + std::to_string(g.created_by) + " at " + g.created_in + ":" +
         std::to_string(g.created_line);
}

std::string goroutine_error(Runtime& runtime, Goroutine& g, const vm::Failure& failure) {
  return "lagoon: " + failure.message + "\ngoroutine " + std::to_string(g.id) + " [running]" +
         quoted_name(runtime, g) + ":\n" + failure.traceback + "\n";
}

std::string dump_goroutines(Runtime& runtime) {
  std::string out = "\n";
  std::vector<Goroutine*> all;
  runtime.scheduler().each_g([&](sched::G& g) { all.push_back(static_cast<Goroutine*>(&g)); });
  std::sort(all.begin(), all.end(), [](auto* a, auto* b) { return a->id < b->id; });
  for (Goroutine* g : all) append_goroutine(out, runtime, *g);
  return out;
}

void flush_output() noexcept {
  for (int tries = 0; tries < 200; ++tries) {
    if (ftrylockfile(stdout) == 0) {
      fflush_unlocked(stdout);
      funlockfile(stdout);
      return;
    }
    struct timespec pause {0, 1'000'000};
    nanosleep(&pause, nullptr);
  }
}

void close_states(Runtime& runtime) {
  std::vector<Goroutine*> all;
  runtime.scheduler().each_g([&](sched::G& g) { all.push_back(static_cast<Goroutine*>(&g)); });
  std::sort(all.begin(), all.end(), [](auto* a, auto* b) { return a->id > b->id; });
  for (Goroutine* g : all) runtime.abandon(*g);
  runtime.scheduler().each_strand(
      [](sched::Strand& strand) { static_cast<Worker&>(strand).state.reset(); });
  runtime.main_worker()->state.reset();
}

}  // namespace lagoon::bindings
