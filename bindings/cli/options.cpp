#include "bindings/cli/options.h"

#include <cstdlib>
#include <cstring>

namespace lagoon::cli {

const char* const kUsage =
    "usage: %s [options] [script [args]]\n"
    "Available options are:\n"
    "  -e stat    execute string 'stat'\n"
    "  -i         enter interactive mode after executing 'script'\n"
    "  -l mod     require library 'mod' into global 'mod'\n"
    "  -l g=mod   require library 'mod' into global 'g'\n"
    "  -v         show version information\n"
    "  -E         ignore environment variables\n"
    "  -W         turn warnings on\n"
    "  --         stop handling options\n"
    "  -          stop handling options and execute stdin\n"
    "  --procs N  run at most N goroutines at the same time\n"
    "  --help     show this text\n"
    "  --version  show version information and exit\n";

namespace {

constexpr const char* kUnrecognized = "unrecognized option '%s'";
constexpr const char* kNeedsArgument = "'%s' needs argument";
constexpr const char* kNeedsProcs = "'%s' needs a number from 1 to 1024";
constexpr char kProcs[] = "--procs";

bool is_procs(const char* arg) {
  size_t size = sizeof kProcs - 1;
  return std::strncmp(arg, kProcs, size) == 0 && (arg[size] == '\0' || arg[size] == '=');
}

// The number given with --procs at argv[*i]; moves *i to the option's last word.  0: none.
unsigned read_procs(char* const* argv, int* i) {
  const char* text = argv[*i] + sizeof kProcs - 1;
  if (*text == '=') {
    ++text;
  } else {
    text = argv[*i + 1];
    if (text == nullptr) return 0;
    ++*i;
  }
  if (*text < '0' || *text > '9') return 0;
  char* end;
  unsigned long value = std::strtoul(text, &end, 10);
  return *end == '\0' && value <= 1024 ? static_cast<unsigned>(value) : 0;
}

// A word that begins with "--" and goes on.  False: it is wrong, and said so.
bool read_long(char* const* argv, int* i, Options* out) {
  const char* word = argv[*i];
  if (std::strcmp(word, "--help") == 0) {
    out->ask = Options::Ask::Help;
  } else if (std::strcmp(word, "--version") == 0) {
    if (out->ask == Options::Ask::Run) out->ask = Options::Ask::Version;
  } else if (is_procs(word)) {
    out->procs = read_procs(argv, i);
    if (out->procs == 0) out->complaint = kNeedsProcs;
  } else {
    out->complaint = kUnrecognized;
  }
  if (out->complaint != nullptr) out->bad_option = word;
  return out->complaint == nullptr;
}

// An option of one letter.  False: it is wrong, and said so.
bool read_short(char* const* argv, int* i, Options* out) {
  const char* word = argv[*i];
  bool glued = word[2] != '\0';
  switch (word[1]) {
    case 'E': out->ignore_environment = true; break;
    case 'W': break;
    case 'i': out->interactive = true; [[fallthrough]];
    case 'v': out->show_version = true; break;
    case 'e': out->executes = true; [[fallthrough]];
    case 'l':
      if (glued) return true;
      ++*i;
      if (argv[*i] != nullptr && argv[*i][0] != '-') return true;
      out->complaint = kNeedsArgument;
      out->bad_option = word;
      return false;
    default: glued = true;  // no such option
  }
  if (!glued) return true;
  out->complaint = kUnrecognized;
  out->bad_option = word;
  return false;
}

}  // namespace

Options read_options(char* const* argv) {
  Options out;
  if (argv[0] == nullptr) {
    out.script = -1;
    return out;
  }
  if (argv[0][0] != '\0') out.progname = argv[0];
  for (int i = 1; argv[i] != nullptr; ++i) {
    const char* word = argv[i];
    out.script = i;
    if (word[0] != '-' || word[1] == '\0') return out;  // the script, or stdin as the script
    if (word[1] != '-') {
      if (!read_short(argv, &i, &out)) return out;
    } else if (word[2] != '\0') {
      if (!read_long(argv, &i, &out)) return out;
    } else {  // "--"
      out.script = argv[i + 1] != nullptr ? i + 1 : 0;
      return out;
    }
  }
  out.script = 0;
  return out;
}

Action next_action(char* const* argv, int limit, int* i) {
  while (*i < limit) {
    const char* word = argv[(*i)++];
    if (word[1] == 'W') return {'W', nullptr};
    if (word[1] == 'e' || word[1] == 'l') {
      return {word[1], word[2] != '\0' ? word + 2 : argv[(*i)++]};
    }
    if (std::strcmp(word, kProcs) == 0) ++*i;
  }
  return {};
}

}  // namespace lagoon::cli
