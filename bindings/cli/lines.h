#pragma once
// Where the lines of a session come from: an editor on a terminal, or plain input.

#include <lagoon.h>

#include <memory>
#include <string>

namespace lagoon::cli {

struct Line {
  enum class End {
    Line,       // text is a line, without its newline
    Input,      // there are no more
    Interrupt,  // Ctrl-C: what was typed is dropped
  } end = End::Line;
  std::string text;
};

class Lines {
 public:
  virtual ~Lines() = default;
  // Shows the prompt and waits for a line.
  virtual Line read(const std::string& prompt) = 0;
  // Keeps a whole statement for later sessions.
  virtual void remember(const std::string& statement) = 0;
};

// The best there is for this process's stdin and stdout.  rt completes names.
std::unique_ptr<Lines> open_lines(lagoon_runtime* rt);

// An editor with history and completion, or null where there is no terminal or the command was
// built without readline.
std::unique_ptr<Lines> open_editor(lagoon_runtime* rt);

}  // namespace lagoon::cli
