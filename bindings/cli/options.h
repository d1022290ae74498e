#pragma once
// The command line: lua's options, by lua's rules, and long ones of our own.

namespace lagoon::cli {

struct Options {
  enum class Ask { Run, Help, Version } ask = Ask::Run;
  bool interactive = false;         // -i
  bool show_version = false;        // -v, or -i
  bool executes = false;            // -e
  bool ignore_environment = false;  // -E
  unsigned procs = 0;               // --procs; 0: not given

  // Index of the script's name, 0 if there is none, -1 if there is not even a program name: what
  // lua calls `script`, the base of the table `arg`.
  int script = 0;
  const char* progname = "lagoon";

  // What is wrong, or null.
  const char* bad_option = nullptr;
  const char* complaint = nullptr;  // printf format with one %s, the option
};

// Reads argv as far as options go.  argv ends with a null pointer.
Options read_options(char* const* argv);

// One thing to be done before the script: -e, -l, -W, in the order given.
struct Action {
  char option = 0;             // 'e', 'l' or 'W'; 0: no more
  const char* text = nullptr;  // what follows -e or -l
};

// The action at argv[*i] or later, before argv[limit]; moves *i behind it.  After read_options
// found nothing wrong.
Action next_action(char* const* argv, int limit, int* i);

// The usage text, for --help and after a complaint; has one %s, the program's name.
extern const char* const kUsage;

}  // namespace lagoon::cli
