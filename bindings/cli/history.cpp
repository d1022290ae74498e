#ifdef LAGOON_HAVE_READLINE
#include "bindings/cli/history.h"

#include <fcntl.h>
#include <readline/history.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace lagoon::cli {

namespace {

constexpr int kEntries = 1000;

std::filesystem::path state_home() {
  const char* state = std::getenv("XDG_STATE_HOME");
  if (state != nullptr && *state == '/') return state;  // relative ones are to be ignored
  const char* home = std::getenv("HOME");
  return home != nullptr && *home == '/' ? std::filesystem::path(home) / ".local/state" : "";
}

// The file, which exists then; "" if there is no place for it.
std::string make_file() {
  std::filesystem::path folder = state_home();
  if (folder.empty()) return "";
  folder /= "lagoon";
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  std::string path = folder / "history";
  int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return "";
  fchmod(fd, 0600);
  close(fd);
  return path;
}

}  // namespace

void History::load() {
  using_history();
  history_comment_char = '#';  // marks the lines with times
  history_write_timestamps = 1;
  stifle_history(kEntries);
  path_ = make_file();
  if (path_.empty()) return;
  read_history(path_.c_str());
  if (history_length == kEntries) history_truncate_file(path_.c_str(), kEntries);
}

void History::add(const std::string& statement) {
  if (statement.empty()) return;
  HIST_ENTRY* last = history_get(history_base + history_length - 1);
  if (last != nullptr && statement == last->line) return;
  add_history(statement.c_str());
  if (!path_.empty()) append_history(1, path_.c_str());
}

}  // namespace lagoon::cli
#endif
