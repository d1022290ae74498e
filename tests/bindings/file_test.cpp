// Files as shared objects: what kind they are, and what closing one means to whoever else has it.
#include "bindings/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "sched/g.h"

namespace lagoon::bindings {
namespace {

// A reference of the test's.
class FileOf {
 public:
  explicit FileOf(std::FILE* stream, File::Kind kind = File::Kind::Owned) : file_(new File(stream, kind)) {}
  ~FileOf() {
    if (file_ != nullptr) file_->release();
  }
  FileOf(const FileOf&) = delete;
  File* operator->() const noexcept { return file_; }
  void drop() noexcept { std::exchange(file_, nullptr)->release(); }

 private:
  File* file_;
};

bool is_open(int fd) { return fcntl(fd, F_GETFD) != -1; }

// What a pipe holds now.
std::string drain(int fd) {
  char text[256];
  const ssize_t n = read(fd, text, sizeof text);
  return std::string(text, n > 0 ? static_cast<size_t>(n) : 0);
}

class Pipe {
 public:
  Pipe() { EXPECT_EQ(pipe2(ends_, O_CLOEXEC | O_NONBLOCK), 0); }
  ~Pipe() { close(ends_[0]); }
  int out() const noexcept { return ends_[0]; }
  std::FILE* in() const noexcept { return fdopen(ends_[1], "w"); }  // the caller's

 private:
  int ends_[2];
};

TEST(File, ThePollerIsAskedForPipesOnly) {
  Pipe pipe;
  EXPECT_TRUE(FileOf(pipe.in())->pollable());
  EXPECT_FALSE(FileOf(std::tmpfile())->pollable());
  EXPECT_FALSE(FileOf(std::fopen("/dev/null", "r"))->pollable());
}

TEST(File, TheLastReferenceClosesIt) {
  FileOf file(std::tmpfile());
  const int fd = fileno(file->stream());
  EXPECT_TRUE(is_open(fd));
  file.drop();
  EXPECT_FALSE(is_open(fd));
}

TEST(File, AStandardOneIsNeverClosed) {
  std::FILE* stream = std::tmpfile();
  FileOf(stream, File::Kind::Standard).drop();
  EXPECT_TRUE(is_open(fileno(stream)));
  std::fclose(stream);
}

TEST(File, CloseFlushesAndTellsWhatWentWrong) {
  Pipe pipe;
  FileOf good(pipe.in());
  std::fputs("kept", good->stream());
  EXPECT_EQ(good->close(), 0);
  EXPECT_TRUE(good->closed());
  EXPECT_EQ(drain(pipe.out()), "kept");

  FileOf full(std::fopen("/dev/full", "w"));
  std::fputs("lost", full->stream());
  EXPECT_EQ(full->close(), ENOSPC);
}

// A C module in another state may still look at its FILE.
TEST(File, ClosedWhileOthersHaveItItIsEmptyAndKeepsItsNumber) {
  Pipe pipe;
  FileOf file(pipe.in());
  luaL_Stream here{}, there{};
  file->dress(here);
  file->dress(there);
  EXPECT_EQ(here.f, file->stream());
  const int fd = fileno(file->stream());
  std::fputs("kept", file->stream());
  EXPECT_EQ(file->close(), 0);
  EXPECT_EQ(drain(pipe.out()), "kept");
  EXPECT_TRUE(is_open(fd));
  std::fputs("nowhere", there.f);
  EXPECT_EQ(std::fflush(there.f), 0);
  EXPECT_EQ(drain(pipe.out()), "");

  luaL_Stream late{};
  file->dress(late);
  EXPECT_EQ(late.f, nullptr);
  EXPECT_EQ(late.closef, nullptr);
  file.drop();
  EXPECT_FALSE(is_open(fd));
}

TEST(File, FlushAllLeavesThoseInUseAlone) {
  Pipe idle_pipe, busy_pipe;
  FileOf idle(idle_pipe.in()), busy(busy_pipe.in());
  std::fputs("a", idle->stream());
  std::fputs("b", busy->stream());
  sched::G user;
  ASSERT_TRUE(busy->turn.try_lock(user));
  flush_all_files();
  EXPECT_EQ(drain(idle_pipe.out()), "a");
  EXPECT_EQ(drain(busy_pipe.out()), "");
  busy->turn.unlock();
  flush_all_files();
  EXPECT_EQ(drain(busy_pipe.out()), "b");
}

TEST(File, IsAloneAsLongAsNobodyElseHasIt) {
  FileOf file(std::tmpfile());
  EXPECT_TRUE(file->alone());
  EXPECT_TRUE(file->free_for_all());
  file->retain();
  EXPECT_FALSE(file->alone());
  EXPECT_TRUE(file->alone(2));
  file->release();
  sched::G user;
  ASSERT_TRUE(file->turn.try_lock(user));
  EXPECT_FALSE(file->free_for_all());
  file->turn.unlock();
  EXPECT_FALSE(FileOf(std::tmpfile(), File::Kind::Standard)->alone());
}

}  // namespace
}  // namespace lagoon::bindings
