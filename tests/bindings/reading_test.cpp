// One call of f:read: what each format takes, and what is left to the next.
#include "bindings/reading.h"

#include <cstdio>
#include <string>

#include "tests/support/vm/script.h"

namespace lagoon::bindings {
namespace {

class ReadingTest : public testing::Test {
 protected:
  ~ReadingTest() override {
    if (file_ != nullptr) file_->release();
  }

  // The file from now on: a regular one with that content.
  void open(const std::string& content) {
    std::FILE* stream = std::tmpfile();
    std::fwrite(content.data(), 1, content.size(), stream);
    std::rewind(stream);
    open(stream);
  }
  void open(std::FILE* stream) {
    if (file_ != nullptr) file_->release();
    file_ = new File(stream, File::Kind::Owned);
  }

  // The results of a read with those formats (Lua expressions), as tostring shows them.
  std::string read(const std::string& formats) {
    lua_State* L = state_->lua();
    File& file = *file_;
    const std::string chunk = "return " + formats;
    const int status = vm::protect(L, [&](lua_State* l) {
      luaL_loadbuffer(l, chunk.data(), chunk.size(), "=formats");
      lua_call(l, 0, LUA_MULTRET);
      Reading::check(l);
      Reading reading(l, 1);
      EXPECT_EQ(reading.work(l, file, nullptr), sched::Result::Done);
      const int count = reading.push(l);
      for (int i = -count; i < 0; ++i) {
        luaL_tolstring(l, i, nullptr);
        lua_replace(l, i - 1);
      }
      return count;
    });
    std::string all = status == LUA_OK ? "" : "error: ";
    for (int i = 1; i <= lua_gettop(L); ++i) {
      size_t size;
      const char* text = lua_tolstring(L, i, &size);
      all += (i > 1 ? "," : "") + std::string(text, size);
    }
    lua_settop(L, 0);
    return all;
  }

  std::unique_ptr<vm::State> state_ = vm::open_state();
  File* file_ = nullptr;
};

TEST_F(ReadingTest, EachFormatTakesItsPart) {
  open("12 0x1p4 tail\nkept\nfive chars, the rest\nof it");
  EXPECT_EQ(read("'n', 'n', 'l', 'L', 4, 'a'"), "12,16.0, tail,kept\n,five, chars, the rest\nof it");
}

TEST_F(ReadingTest, WithoutAFormatItIsALine) {
  open("one\ntwo");
  EXPECT_EQ(read(""), "one");
  EXPECT_EQ(read("'*l'"), "two");
  EXPECT_EQ(read(""), "nil");
}

TEST_F(ReadingTest, BehindAFormatThatFailedNothingIsRead) {
  open("word 7");
  EXPECT_EQ(read("'n', 'l', 'a'"), "nil");
  EXPECT_EQ(read("'a'"), "word 7");
}

TEST_F(ReadingTest, AtTheEndAllIsEmptyAndTheOthersFail) {
  open("");
  EXPECT_EQ(read("'a'"), "");
  for (const char* format : {"'l'", "'L'", "'n'", "0", "1"}) EXPECT_EQ(read(format), "nil") << format;
}

TEST_F(ReadingTest, ZeroProbesForMore) {
  open("x");
  EXPECT_EQ(read("0"), "");
  EXPECT_EQ(read("1, 0"), "x,nil");
}

TEST_F(ReadingTest, AnEndMayMove) {
  open("a");
  EXPECT_EQ(read("'a', 'l'"), "a,nil");
  std::fputs("b", file_->stream());
  std::fseek(file_->stream(), -1, SEEK_CUR);
  EXPECT_EQ(read("'l'"), "b");
}

TEST_F(ReadingTest, LargePartsAndLongLinesComeWhole) {
  std::string content;
  for (int i = 0; content.size() < 300'000; ++i) content += std::to_string(i) + ";";
  open(content + "\n" + content);
  const std::string got = read("70000, 'l', 'L'");
  EXPECT_EQ(got, content.substr(0, 70'000) + "," + content.substr(70'000) + "," + content);
  open(content);
  EXPECT_EQ(read("1000000"), content);
  open(content);
  EXPECT_EQ(read("1, 'a'"), content.substr(0, 1) + "," + content.substr(1));
}

TEST_F(ReadingTest, BytesOfAnyValueAreKept) {
  const std::string content("\0\xff\r\n\0", 5);
  open(content);
  EXPECT_EQ(read("'L', 'a'"), content.substr(0, 4) + "," + content.substr(4));
}

TEST_F(ReadingTest, AFailureOfTheSystemIsTold) {
  open(std::fopen("/dev/null", "w"));
  EXPECT_EQ(read("'l'"), "nil,Bad file descriptor,9");
}

TEST_F(ReadingTest, AnInvalidFormatRaisesWhenItIsReached) {
  open("one\ntwo");
  EXPECT_EQ(read("'x'"), "error: bad argument #1 to '?' (invalid format)");
  EXPECT_EQ(read("'l', {}"), "error: bad argument #2 to '?' (string expected, got table)");
  EXPECT_EQ(read("'l'"), "two");
}

TEST_F(ReadingTest, WhatDoesNotFitIntoTheMemoryIsGivenBack) {
  vm::StateConfig config;
  config.memory_limit = state_->heap().used() + 1'000'000;
  state_ = vm::open_state(config);
  open(std::string(2'000'000, 'x'));
  const size_t before = state_->heap().used();
  EXPECT_EQ(read("'a'"), "error: not enough memory");
  lua_gc(state_->lua(), LUA_GCCOLLECT, 0);
  EXPECT_LT(state_->heap().used(), before + 10'000);
}

TEST_F(ReadingTest, ALineThatIsReadAheadNeedsNoTurn) {
  open("one\ntwo\nthree");
  lua_State* L = state_->lua();
  EXPECT_FALSE(Reading::push_line_at_once(L, *file_));  // nothing is there yet
  EXPECT_EQ(read("'l'"), "one");
  ASSERT_TRUE(Reading::push_line_at_once(L, *file_));
  EXPECT_STREQ(lua_tostring(L, -1), "two");
  EXPECT_FALSE(Reading::push_line_at_once(L, *file_));  // whether "three" is all, the file tells
  lua_settop(L, 0);
  EXPECT_EQ(read("'l'"), "three");
}

}  // namespace
}  // namespace lagoon::bindings
