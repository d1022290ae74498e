// Lines from a terminal, edited with readline.
//
// The one thread that reads is also the one that redraws: it waits for keys and for what others
// want on the screen (Screen), and calls readline's callback interface, which never blocks.

#include "bindings/cli/lines.h"

#ifndef LAGOON_HAVE_READLINE

std::unique_ptr<lagoon::cli::Lines> lagoon::cli::open_editor(lagoon_runtime*) { return nullptr; }

#else

#include <poll.h>
#include <readline/history.h>
#include <readline/readline.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "bindings/cli/history.h"
#include "bindings/cli/screen.h"
#include "bindings/cli/signals.h"

namespace lagoon::cli {

namespace {

Screen* screen = nullptr;
lagoon_runtime* runtime = nullptr;  // completes names
termios usual_modes;                // of the terminal, outside the editor
std::atomic<bool> editing{false};   // the terminal is in the editor's modes

// --- Signals while a line is edited ------------------------------------------------------------

std::atomic<int> caught[NSIG];  // since the editor looked last

void notice(int signal) {
  int kept = errno;
  caught[signal].store(1);
  screen->wake();
  errno = kept;
}

void give_terminal_back() {
  if (editing.load()) tcsetattr(STDIN_FILENO, TCSANOW, &usual_modes);
}

// Ends the process as if there had been no handler, on a terminal in its usual modes.
void die_of(int signal) {
  give_terminal_back();
  set_handler(signal, SIG_DFL);
  raise(signal);
}

// Ends the editing for good, from any thread: what is printed from now on goes to the terminal.
void leave() {
  give_terminal_back();
  if (!editing.exchange(false)) return;
  screen->write("\n", 1);
  screen->abandon();
}

// --- Completion --------------------------------------------------------------------------------

struct Candidates {
  std::vector<std::string> all;
  size_t next = 0;
};
Candidates candidates;

void add_candidate(void*, const char* text, size_t size) { candidates.all.emplace_back(text, size); }

char* next_candidate(const char* text, int state) {
  if (state == 0) {
    candidates = {};
    lagoon_complete(runtime, text, std::strlen(text), add_candidate, nullptr);
  }
  if (candidates.next == candidates.all.size()) return nullptr;
  return strdup(candidates.all[candidates.next++].c_str());
}

char** complete(const char* text, int, int) {
  rl_attempted_completion_over = 1;  // no file names
  rl_completion_append_character = '\0';
  return rl_completion_matches(text, next_candidate);
}

// --- The editor --------------------------------------------------------------------------------

// What readline's handler was called with.
bool line_is_there = false;
char* line_read = nullptr;

void take_line(char* line) {
  line_is_there = true;
  line_read = line;
  rl_callback_handler_remove();  // now, so that the terminal is in its usual modes before anything
                                 // runs
}

class Editor final : public Lines {
 public:
  Editor() {
    rl_readline_name = "lagoon";
    rl_instream = stdin;
    rl_outstream = fdopen(screen->terminal(), "w");
    rl_catch_signals = 0;
    rl_catch_sigwinch = 0;
    rl_change_environment = 0;  // other threads read it
    rl_attempted_completion_function = complete;
    rl_completer_word_break_characters = " \t\n\"'`@$><=;|&{(~#+-*/%^,[])}!?\\";
    history_.load();
    std::atexit(leave);
    before_dump(leave);
  }

  Line read(const std::string& prompt) override {
    begin(prompt);
    Line line = edit();
    end();
    return line;
  }

  void remember(const std::string& statement) override { history_.add(statement); }

 private:
  void begin(const std::string& prompt) {
    line_is_there = false;
    for (auto& flag : caught) flag.store(0);
    screen->divert();
    tcgetattr(STDIN_FILENO, &usual_modes);
    editing.store(true);
    sigaction(SIGINT, nullptr, &evaluation_interrupt_);
    for (int signal : {SIGINT, SIGTSTP, SIGWINCH}) set_handler(signal, notice);
    for (int signal : {SIGTERM, SIGHUP}) set_handler(signal, die_of);
    rl_resize_terminal();
    rl_callback_handler_install(prompt.c_str(), take_line);
  }

  void end() {
    editing.store(false);
    sigaction(SIGINT, &evaluation_interrupt_, nullptr);
    for (int signal : {SIGTSTP, SIGWINCH, SIGTERM, SIGHUP}) set_handler(signal, SIG_DFL);
    screen->restore();
  }

  // Until the line is complete, or dropped.
  Line edit() {
    pollfd waits[2] = {{STDIN_FILENO, POLLIN, 0}, {screen->wake_fd(), POLLIN, 0}};
    while (!line_is_there) {
      if (poll(waits, 2, -1) < 0 && errno != EINTR) return {Line::End::Input, ""};
      if (waits[1].revents != 0) {
        screen->drain_wakes();
        show_output();
      }
      if (caught[SIGINT].exchange(0) != 0) return drop_line();
      if (caught[SIGTSTP].exchange(0) != 0) stop();
      if (caught[SIGWINCH].exchange(0) != 0) rl_resize_terminal();
      if (waits[0].revents != 0) rl_callback_read_char();
    }
    if (line_read == nullptr) return {Line::End::Input, ""};
    Line line{Line::End::Line, line_read};
    std::free(line_read);
    return line;
  }

  Line drop_line() {
    rl_callback_sigcleanup();
    rl_free_line_state();
    rl_callback_handler_remove();
    screen->write("^C\n", 3);
    return {Line::End::Interrupt, ""};
  }

  // Ctrl-Z: the terminal is the shell's until the process goes on.
  void stop() {
    rl_deprep_terminal();
    set_handler(SIGTSTP, SIG_DFL);
    raise(SIGTSTP);
    set_handler(SIGTSTP, notice);
    rl_prep_terminal(1);
    rl_resize_terminal();
    rl_forced_update_display();
  }

  // Puts what was printed meanwhile above the line.
  void show_output() {
    std::lock_guard showing(screen->showing());
    std::string text = screen->take();
    if (text.empty()) return;
    bool edits = editing.load();  // or the process is about to end
    if (edits) rl_clear_visible_line();
    std::fflush(rl_outstream);
    screen->write(text.data(), text.size());
    if (!edits) return;
    if (text.back() != '\n') screen->write("\n", 1);
    rl_on_new_line();
    rl_redisplay();
  }

  History history_;
  struct sigaction evaluation_interrupt_ {};
};

}  // namespace

std::unique_ptr<Lines> open_editor(lagoon_runtime* rt) {
  if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) return nullptr;
  screen = Screen::open();
  runtime = rt;
  return screen == nullptr ? nullptr : std::make_unique<Editor>();
}

}  // namespace lagoon::cli

#endif
