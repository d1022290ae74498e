#pragma once
// Screen: keeps what goroutines print from breaking the line that is being typed.
//
// While a line is edited, descriptors 1 and 2, as far as they are the terminal, lead into a pipe. A
// thread of ours reads it and hands each piece to the editor's thread, which alone writes to the
// terminal then: it takes the line off, writes the piece, and puts the line back.  The rest of the
// time both descriptors are the terminal itself, so scripts and their children find it as usual.
// Working on descriptors catches every writer: print, io.write, C modules, child processes,
// reports.

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>

namespace lagoon::cli {

class Screen {
 public:
  // REQUIRES: stdout is a terminal.  One for each process; never destroyed, because its thread
  // lives as long as the process.
  static Screen* open();
  Screen(const Screen&) = delete;

  // The terminal, whatever stdout is at the moment.
  int terminal() const noexcept { return terminal_; }
  // Readable when take() has something, or after wake().
  int wake_fd() const noexcept { return wake_pipe_[0]; }
  void wake() noexcept;  // async-signal-safe
  void drain_wakes() noexcept;

  // From now on output goes to take(), or to the terminal.  The editor's thread.
  void divert();
  void restore();

  // Held from take() until what was taken is on the terminal.
  std::mutex& showing() noexcept { return showing_; }
  // Output that is to be shown, or "".  The editor's thread.
  std::string take();
  // Writes to the terminal.
  void write(const char* data, size_t size) noexcept;

  // Lets output that is still on its way reach the terminal; at exit.
  void abandon() noexcept;

 private:
  Screen() = default;
  void pump();
  void pass_on(const char* data, size_t size);

  int terminal_ = -1;
  bool errors_too_ = false;  // stderr is a terminal
  int output_pipe_[2] = {-1, -1};
  int wake_pipe_[2] = {-1, -1};

  std::mutex showing_;
  std::mutex carrying_;  // held between reading the pipe and passing on what was read
  std::mutex lock_;
  std::condition_variable taken_;
  std::string pending_;   // guarded by lock_
  bool editing_ = false;  // guarded by lock_
};

}  // namespace lagoon::cli
