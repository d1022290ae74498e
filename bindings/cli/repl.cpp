#include "bindings/cli/repl.h"

#include <signal.h>

#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "bindings/cli/lines.h"
#include "bindings/cli/signals.h"

namespace lagoon::cli {

namespace {

constexpr const char* kHelp =
    "  expression    prints its values; so does =expression\n"
    "  statement     runs; goes on in the next line while it is incomplete\n"
    "  :goroutines   how many there are\n"
    "  :stacks       what each of them does\n"
    "  :quit         ends the session, and with it every goroutine; so does Ctrl-D\n"
    "Ctrl-C drops what was typed, or stops what runs.  Tab completes names, fields and methods.\n";

class Repl {
 public:
  explicit Repl(lagoon_runtime* rt) : rt_(rt), lines_(open_lines(rt)) { lagoon_hold(rt); }
  ~Repl() { lagoon_unhold(rt_); }
  Repl(const Repl&) = delete;

  void run() {
    interrupt_always(rt_);
    while (read_and_run()) {
    }
    std::fputc('\n', stdout);
    std::fflush(stdout);
    set_handler(SIGINT, SIG_DFL);
  }

 private:
  // One statement or command.  False: the session is over.
  bool read_and_run() {
    Line line = lines_->read(prompt("_PROMPT", "> "));
    if (line.end == Line::End::Input) return false;
    if (line.end == Line::End::Interrupt) return true;
    if (line.text.starts_with(':') && !line.text.starts_with("::")) return run_command(line.text);
    return run_statement(std::move(line.text));
  }

  // Reads more lines while the statement stops too early.  False: it was os.exit.
  bool run_statement(std::string text) {
    lagoon_error* error = nullptr;
    lagoon_status status;
    while ((status = lagoon_eval(rt_, text.data(), text.size(), &error)) == LAGOON_EINCOMPLETE) {
      Line more = lines_->read(prompt("_PROMPT2", ">> "));
      if (more.end == Line::End::Input) break;
      lagoon_error_free(std::exchange(error, nullptr));
      if (more.end == Line::End::Interrupt) return true;
      text += "\n" + more.text;
    }
    lines_->remember(text);
    std::fflush(stdout);
    if (status != LAGOON_OK && status != LAGOON_EEXIT) print(error);
    lagoon_error_free(error);
    return status != LAGOON_EEXIT;
  }

  bool run_command(const std::string& text) {
    lines_->remember(text);
    if (text == ":quit" || text == ":q") return false;
    if (text == ":stacks") {
      std::fflush(stdout);
      lagoon_dump_goroutines(rt_, lagoon_report_stderr, nullptr);
    } else if (text == ":goroutines") {
      lagoon_statistics stats;
      stats.struct_size = sizeof stats;
      if (lagoon_stats(rt_, &stats) == LAGOON_OK) std::printf("%zu\n", stats.goroutines);
    } else {
      if (text != ":help") std::printf("There is no %s.\n", text.c_str());
      std::fputs(kHelp, stdout);
    }
    return true;
  }

  // The global of that name, as tostring shows it.
  std::string prompt(const char* global, const char* usual) {
    lagoon_value value = lagoon_nil();
    lagoon_error* error = nullptr;
    std::string text = usual;
    if (lagoon_global_text(rt_, global, &value, &error) != LAGOON_OK) {
      print(error);
    } else if (value.type == LAGOON_STR) {
      text.assign(value.as.string.data, value.as.string.size);
    }
    lagoon_error_free(error);
    lagoon_value_clear(&value);
    return text;
  }

  static void print(const lagoon_error* error) {
    std::fprintf(stderr, "%s\n", lagoon_error_message(error));
    const char* traceback = lagoon_error_traceback(error);
    if (*traceback != '\0') std::fprintf(stderr, "%s\n", traceback);
  }

  lagoon_runtime* rt_;
  std::unique_ptr<Lines> lines_;
};

}  // namespace

void run_repl(lagoon_runtime* rt) { Repl(rt).run(); }

}  // namespace lagoon::cli
