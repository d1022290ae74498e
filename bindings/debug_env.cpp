#include "bindings/debug_env.h"

#include <charconv>
#include <cstdlib>
#include <string_view>
#include <system_error>

namespace lagoon::bindings {

namespace {

using Place = sched::Config::Place;

constexpr unsigned kMostProcs = 1024;
constexpr unsigned kFewestThreads = 8, kMostThreads = 100'000;
constexpr const char* kWords =
    "place=one|fresh|random, schedtrace=MS, shake=1, threads=N, preempt=signal|count|off|every:N|every:random[:SEED]";

// The whole of text as a number in low .. high.
template <class T>
bool read_number(std::string_view text, T low, T high, T* out) noexcept {
  T value{};
  const char* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end || value < low || value > high) return false;
  *out = value;
  return true;
}

template <class T>
struct Choice {
  std::string_view name;
  T value;
};

template <class T, size_t n>
bool choose(std::string_view text, const Choice<T> (&choices)[n], T* out) noexcept {
  for (const Choice<T>& choice : choices) {
    if (choice.name != text) continue;
    *out = choice.value;
    return true;
  }
  return false;
}

constexpr Choice<Place> kPlaces[] = {{"one", Place::One}, {"fresh", Place::Fresh}, {"random", Place::Random}};
using PreemptMode = RuntimeConfig::Preempt;
constexpr Choice<PreemptMode> kPreempts[] = {
    {"signal", PreemptMode::Signal}, {"count", PreemptMode::Count}, {"off", PreemptMode::Off}};

// "N", "random" or "random:SEED", behind "every:"
bool read_chaos(std::string_view value, RuntimeConfig* config) noexcept {
  constexpr std::string_view kRandom = "random";
  config->preempt = PreemptMode::Every;
  config->chaos = {};
  if (!value.starts_with(kRandom)) return read_number<int>(value, 1, 1'000'000, &config->chaos.every);
  value.remove_prefix(kRandom.size());
  if (value.empty()) return true;
  if (value.front() != ':') return false;
  return read_number<uint64_t>(value.substr(1), 0, UINT64_MAX, &config->chaos.seed);
}

bool read_preempt(std::string_view value, RuntimeConfig* config) noexcept {
  constexpr std::string_view kEvery = "every:";
  if (value.starts_with(kEvery)) return read_chaos(value.substr(kEvery.size()), config);
  return choose(value, kPreempts, &config->preempt);
}

bool read_word(std::string_view word, RuntimeConfig* config) noexcept {
  size_t equals = word.find('=');
  if (equals == std::string_view::npos) return false;
  std::string_view key = word.substr(0, equals);
  std::string_view value = word.substr(equals + 1);
  if (key == "place") return choose(value, kPlaces, &config->sched.place);
  if (key == "preempt") return read_preempt(value, config);
  if (key == "schedtrace") {
    return read_number<int64_t>(value, 1, 86'400'000, &config->sched.schedtrace_ms);
  }
  if (key == "threads") {
    return read_number<unsigned>(value, kFewestThreads, kMostThreads, &config->sched.max_threads);
  }
  if (key == "shake" && value == "1") return config->sched.shake = true;
  return false;
}

}  // namespace

bool read_debug(const char* text, RuntimeConfig* config, std::string* why) {
  std::string_view rest = text;
  while (!rest.empty()) {
    size_t comma = rest.find(',');
    std::string_view word = rest.substr(0, comma);
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    if (word.empty() || read_word(word, config)) continue;
    *why = "LAGOON_DEBUG: '" + std::string(word) + "' is none of " + kWords;
    return false;
  }
  return true;
}

bool read_procs(const char* text, unsigned* procs) noexcept {
  return read_number<unsigned>(text, 1, kMostProcs, procs);
}

bool read_environment(RuntimeConfig* config, std::string* why) {
  const char* procs = std::getenv("LAGOON_PROCS");
  if (config->sched.procs == 0 && procs != nullptr && *procs != '\0' && !read_procs(procs, &config->sched.procs)) {
    *why = "LAGOON_PROCS: '" + std::string(procs) + "' is no number from 1 to " + std::to_string(kMostProcs);
    return false;
  }
  const char* debug = std::getenv("LAGOON_DEBUG");
  return debug == nullptr || read_debug(debug, config, why);
}

}  // namespace lagoon::bindings
