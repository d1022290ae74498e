// lagoon: the command.  Runs a script as lua does, with goroutines; a host like any other, that
// knows nothing of Lagoon but lagoon.h.

#include <fcntl.h>
#include <lagoon.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

#include "bindings/cli/options.h"
#include "bindings/cli/repl.h"
#include "bindings/cli/signals.h"

namespace lagoon::cli {

namespace {

constexpr int kInterruptedStatus = 130;  // 128 + SIGINT, as shells say it
// What goroutines get for ending when main has: enough to run <close> variables, not to be noticed.
constexpr int64_t kGrace = 200'000'000;

class Command {
 public:
  Command(int argc, char** argv, const Options& options) : argc_(argc), argv_(argv), options_(options) {}

  int run() {
    if (!open()) return EXIT_FAILURE;
    bool good = run_all();
    return close(good);
  }

 private:
  // Is there to be a prompt, in the end?
  bool prompts() const {
    if (options_.interactive) return true;
    return options_.script <= 0 && !options_.executes && !options_.show_version && isatty(STDIN_FILENO);
  }

  bool open() {
    lagoon_config config;
    lagoon_config_init(&config);
    config.procs = options_.procs;
    config.preempt = LAGOON_PREEMPT_SIGNAL;
    config.on_fatal = prompts() ? LAGOON_FATAL_CONTINUE : LAGOON_FATAL_EXIT;
    config.ignore_environment = options_.ignore_environment;
    config.report = lagoon_report_stderr;
    if (!said(lagoon_runtime_new(&config, &rt_, &error_))) return false;
    answer_sigquit(rt_);
    return true;
  }

  // Everything the command line asks for, in lua's order.  False: something failed.
  bool run_all() {
    if (!said(lagoon_set_args(rt_, argc_, argv_, options_.script, &error_))) return false;
    if (!options_.ignore_environment && !run_init()) return false;
    if (!run_actions()) return false;
    if (options_.script > 0 && !run_script()) return false;
    if (prompts()) {
      if (!options_.interactive) std::printf("%s\n", lagoon_version_text());
      run_repl(rt_);
    } else if (options_.script <= 0 && !options_.executes && !options_.show_version) {
      return run_file(nullptr);
    }
    return true;
  }

  bool run_init() {
    const char* name = "LUA_INIT_5_4";
    const char* init = std::getenv(name);
    if (init == nullptr) init = std::getenv(name = "LUA_INIT");
    if (init == nullptr) return true;
    return init[0] == '@' ? run_file(init + 1) : run_string(init, std::string("=") + name);
  }

  bool run_actions() {
    int limit = options_.script > 0 ? options_.script : argc_;
    for (int i = 1;;) {
      Action action = next_action(argv_, limit, &i);
      if (action.option == 0) return true;
      if (!run_action(action)) return false;
    }
  }

  bool run_action(const Action& action) {
    if (action.option == 'e') return run_string(action.text, "=(command line)");
    if (action.option == 'l') return require(action.text);
    return said(lagoon_warn(rt_, &error_));
  }

  // "global=module", or "module", whose global name ends before a "-version".
  bool require(const std::string& text) {
    size_t equals = text.find('=');
    std::string module = equals == std::string::npos ? text : text.substr(equals + 1);
    std::string global = text.substr(0, equals == std::string::npos ? text.find('-') : equals);
    interrupt_once(rt_);
    return said(lagoon_require(rt_, module.c_str(), global.c_str(), &error_));
  }

  bool run_script() {
    const char* path = argv_[options_.script];
    bool from_stdin = std::strcmp(path, "-") == 0 && std::strcmp(argv_[options_.script - 1], "--") != 0;
    interrupt_once(rt_);
    return said(lagoon_run_script(rt_, from_stdin ? nullptr : path, &error_));
  }

  bool run_file(const char* path) {
    interrupt_once(rt_);
    return said(lagoon_run_file(rt_, path, nullptr, 0, nullptr, &error_));
  }

  bool run_string(const char* text, const std::string& chunk) {
    interrupt_once(rt_);
    lagoon_status status = lagoon_run_string(rt_, text, std::strlen(text), chunk.c_str(), nullptr, 0, nullptr, &error_);
    return said(status);
  }

  // Prints the error of a call that ended with this status, if it is one, as lua does.
  bool said(lagoon_status status) {
    set_handler(SIGINT, SIG_DFL);
    if (status == LAGOON_OK) return true;
    if (status == LAGOON_EINTERRUPTED) status_ = kInterruptedStatus;
    if (status == LAGOON_EEXIT) {
      status_ = lagoon_exit_status(rt_);
      lagoon_error_free(std::exchange(error_, nullptr));
      return false;
    }
    std::fflush(stdout);
    std::fprintf(stderr, "%s: %s\n", options_.progname, lagoon_error_message(error_));
    const char* traceback = lagoon_error_traceback(error_);
    if (*traceback != '\0') std::fprintf(stderr, "%s\n", traceback);
    lagoon_error_free(std::exchange(error_, nullptr));
    return false;
  }

  // Ends what goes on in the background, and returns the exit status.
  int close(bool good) {
    lagoon_status ended = lagoon_shutdown(rt_, kGrace);
    if (good) status_ = lagoon_exit_status(rt_);
    if (ended != LAGOON_OK) std::exit(status_);  // a goroutine sits in a long call: leave it there
    lagoon_runtime_free(rt_);
    return status_;
  }

  int argc_;
  char** argv_;
  const Options& options_;
  lagoon_runtime* rt_ = nullptr;
  lagoon_error* error_ = nullptr;  // of the last call, until said
  int status_ = EXIT_FAILURE;
};

int complain(const Options& options) {
  std::fprintf(stderr, "%s: ", options.progname);
  std::fprintf(stderr, options.complaint, options.bad_option);
  std::fputc('\n', stderr);
  std::fprintf(stderr, kUsage, options.progname);
  return EXIT_FAILURE;
}

// A standard descriptor that is closed would become the number of something else, which the script would
// then read or write.  The wrong way open, it fails as a closed one does.
void occupy_closed_descriptors() {
  for (int fd = 0; fd <= 2; ++fd) {
    if (fcntl(fd, F_GETFD) != -1 || errno != EBADF) continue;
    if (open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd) return;
  }
}

int main(int argc, char** argv) {
  occupy_closed_descriptors();
  Options options = read_options(argv);
  if (options.complaint != nullptr) return complain(options);
  if (options.ask == Options::Ask::Help) {
    std::printf(kUsage, options.progname);
    return EXIT_SUCCESS;
  }
  if (options.show_version || options.ask == Options::Ask::Version) {
    std::printf("%s\n", lagoon_version_text());
    std::fflush(stdout);
  }
  if (options.ask == Options::Ask::Version) return EXIT_SUCCESS;
  return Command(argc, argv, options).run();
}

}  // namespace

}  // namespace lagoon::cli

int main(int argc, char** argv) { return lagoon::cli::main(argc, argv); }
