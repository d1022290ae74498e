#include "bindings/cli/lines.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace lagoon::cli {

namespace {

// Lines of stdin as they are.  What does not come from a terminal is shown behind the prompt, as
// lua with readline shows it, so that a recorded session reads like one.
class PlainLines final : public Lines {
 public:
  Line read(const std::string& prompt) override {
    std::fwrite(prompt.data(), 1, prompt.size(), stdout);
    std::fflush(stdout);
    Line line;
    int c;
    while ((c = next()) != EOF && c != '\n') line.text += static_cast<char>(c);
    if (c == EOF && line.text.empty()) {
      line.end = Line::End::Input;
    } else if (echoes_) {
      std::printf("%s\n", line.text.c_str());
    }
    return line;
  }

  void remember(const std::string&) override {}

 private:
  static int next() {
    for (;;) {
      int c = std::getc(stdin);
      if (c != EOF || std::feof(stdin) || errno != EINTR) return c;
      std::clearerr(stdin);
    }
  }

  const bool echoes_ = !isatty(STDIN_FILENO);
};

}  // namespace

std::unique_ptr<Lines> open_lines(lagoon_runtime* rt) {
  std::unique_ptr<Lines> editor = open_editor(rt);
  return editor != nullptr ? std::move(editor) : std::make_unique<PlainLines>();
}

}  // namespace lagoon::cli
