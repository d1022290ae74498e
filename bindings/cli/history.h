#pragma once
// The statements of earlier sessions: readline's history, kept in a file.
//
// $XDG_STATE_HOME/lagoon/history, or ~/.local/state/lagoon/history; readable by its owner alone.
// Each entry follows a line with its time, so statements of several lines stay whole.  Without a
// place for the file, the history lasts as long as the session.

#include <string>

namespace lagoon::cli {

class History {
 public:
  void load();
  // Adds it unless it is empty or what was added last; at once also to the file, because sessions
  // may end without notice.
  void add(const std::string& statement);

 private:
  std::string path_;  // empty: no file
};

}  // namespace lagoon::cli
