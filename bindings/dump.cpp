// The dump of all goroutines, as SIGQUIT, a deadlock and go.runtime.stacks() show it.
//
// It may be asked for while everything runs.  A goroutine's stack is read only while its strand is held,
// so nobody moves it; the head lines come from atomics, and may be a moment old.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>
#include <vector>

#include "bindings/report.h"
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
  std::snprintf(text, sizeof text, "\twaits on %s: %p\n", object->type().name, static_cast<const void*>(object));
  out += text;
}

void append_place(std::string& out, const lua_Debug& frame) {
  if (frame.name != nullptr && *frame.name != '\0') {
    if (*frame.namewhat != '\0')
      out.append(" in ").append(frame.namewhat).append(" '");
    else
      out.append(" in function '");
    out.append(frame.name).append("'\n");
  } else if (*frame.what == 'm') {
    out += " in main chunk\n";
  } else {
    out.append(" in function <").append(frame.short_src);
    out.append(":").append(std::to_string(frame.linedefined)).append(">\n");
  }
}

void append_frame(std::string& out, const lua_Debug& frame) {
  if (*frame.what == 'C' && frame.name == nullptr) return;  // our own base function
  out.append("\t").append(frame.short_src).append(":");
  if (frame.currentline > 0) out.append(std::to_string(frame.currentline)).append(":");
  append_place(out, frame);
}

// Describes a frame of a stack at rest.  False: there is none.                             [-]
bool frame_at(lua_State* co, int level, lua_Debug* frame) noexcept {
  return lua_getstack(co, level, frame) != 0 && lua_getinfo(co, "Sln", frame) != 0;
}

void append_stack(std::string& out, lua_State* co) {
  constexpr int kMost = 50;
  lua_Debug frame;
  for (int level = 0; frame_at(co, level, &frame); ++level) {
    if (level == kMost) {
      out += "\t...\n";
      return;
    }
    append_frame(out, frame);
  }
}

// The Lua stack of a goroutine that does not run, innermost coroutine first.
void append_stacks(std::string& out, Goroutine& g) {
  if (g.is_nested()) {
    for (auto co = g.rare->nested.rbegin(); co != g.rare->nested.rend(); ++co) append_stack(out, *co);
  }
  if (g.coro.lua != nullptr) append_stack(out, g.coro.lua);
}

// Strands kept from running while their goroutines' stacks are read: the caller's own, and those that
// nobody runs, or stops running within a moment.
class HeldStrands {
 public:
  explicit HeldStrands(Runtime& runtime) : runtime_(runtime) {
    if (sched::G* g = sched::current_g()) own_ = g->strand;
    for (int round = 0; round < kRounds && !hold_all(); ++round) {
      std::this_thread::sleep_for(std::chrono::microseconds(500));
    }
  }
  ~HeldStrands() {
    for (sched::Strand* strand : held_) runtime_.scheduler().release(*strand);
  }
  HeldStrands(const HeldStrands&) = delete;

  bool holds(const sched::Strand* strand) const {
    return strand == own_ || std::find(held_.begin(), held_.end(), strand) != held_.end();
  }

 private:
  static constexpr int kRounds = 40;

  bool hold(sched::Strand& strand) {
    if (holds(&strand)) return true;
    held_.reserve(held_.size() + 1);
    if (!strand.try_take()) return false;
    held_.push_back(&strand);
    return true;
  }

  bool hold_all() {
    bool all = hold(*runtime_.main_worker());
    runtime_.scheduler().each_strand([&](sched::Strand& strand) { all &= hold(strand); });
    return all;
  }

  Runtime& runtime_;
  const sched::Strand* own_ = nullptr;
  std::vector<sched::Strand*> held_;
};

void append_goroutine(std::string& out, Runtime& runtime, const HeldStrands& held, Goroutine& g) {
  sched::Status status = g.status.load(std::memory_order_acquire);
  if (status == sched::Status::Dead) return;
  append_head(out, runtime, g, status);
  if (status == sched::Status::Fresh) {
    // It has no stack yet, and may get one at any moment.
  } else if (held.holds(g.strand)) {
    if (status == sched::Status::Waiting) append_object(out, g);
    append_stacks(out, g);
  } else {
    out += "\tgoroutine runs on another thread; stack unavailable\n";
  }
  std::string created = created_by(g);
  if (!created.empty()) out += created.substr(1) + "\n";
  out += "\n";
}

}  // namespace

std::string dump_goroutines(Runtime& runtime) {
  std::string out = "\n";
  HeldStrands held(runtime);
  std::vector<std::pair<uint64_t, Goroutine*>> all;
  runtime.scheduler().each_g([&](sched::G& g) { all.emplace_back(g.id, static_cast<Goroutine*>(&g)); });
  std::sort(all.begin(), all.end());
  for (auto& [id, g] : all) append_goroutine(out, runtime, held, *g);
  return out;
}

}  // namespace lagoon::bindings
