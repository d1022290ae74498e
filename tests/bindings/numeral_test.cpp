// What f:read("n") takes for a number.
#include "bindings/numeral.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

namespace lagoon::bindings {
namespace {

// "taken|left" of a text.
std::string split(const std::string& text, char point = '.') {
  Numeral numeral(point);
  size_t n = 0;
  while (numeral.take(n < text.size() ? static_cast<unsigned char>(text[n]) : EOF)) ++n;
  return std::string(numeral.text()) + "|" + text.substr(n);
}

TEST(Numeral, TakesIntegersAndFloats) {
  EXPECT_EQ(split("17"), "17|");
  EXPECT_EQ(split("-17 x"), "-17| x");
  EXPECT_EQ(split("+3.25e-7;"), "+3.25e-7|;");
  EXPECT_EQ(split(".5"), ".5|");
  EXPECT_EQ(split("5."), "5.|");
}

TEST(Numeral, TakesHexadecimalOnes) {
  EXPECT_EQ(split("0xFfg"), "0xFf|g");
  EXPECT_EQ(split("-0X.8p+3p"), "-0X.8p+3|p");
  EXPECT_EQ(split("0x1e5"), "0x1e5|");
}

TEST(Numeral, SkipsSpaceBefore) { EXPECT_EQ(split(" \n\t 4"), "4|"); }

TEST(Numeral, TakesTheLongestPrefixThatCouldBeOne) {
  EXPECT_EQ(split("0x"), "0x|");
  EXPECT_EQ(split("1e+x"), "1e+|x");
  EXPECT_EQ(split("--1"), "-|-1");
  EXPECT_EQ(split("1.2.3"), "1.2|.3");
  EXPECT_EQ(split("0x1p-f"), "0x1p-|f");
}

TEST(Numeral, TakesNoExponentWithoutDigits) {
  EXPECT_EQ(split("e5"), "|e5");
  EXPECT_EQ(split(".e5"), ".|e5");
  EXPECT_EQ(split("0xp5"), "0x|p5");
}

TEST(Numeral, KnowsThePointOfTheLocaleAndThatOfLua) {
  EXPECT_EQ(split("1,5", ','), "1,5|");
  EXPECT_EQ(split("1.5", ','), "1.5|");
  EXPECT_EQ(split("1,5"), "1|,5");
}

TEST(Numeral, IsNoneIfItIsLongerThan200) {
  EXPECT_EQ(split(std::string(200, '7')), std::string(200, '7') + "|");
  EXPECT_EQ(split(std::string(201, '7')), "|7");
}

TEST(Numeral, EndsAtTheEndOfTheFileAndStaysSo) {
  Numeral numeral('.');
  EXPECT_TRUE(numeral.take('1'));
  EXPECT_FALSE(numeral.take(EOF));
  EXPECT_FALSE(numeral.take('2'));
  EXPECT_STREQ(numeral.text(), "1");
}

}  // namespace
}  // namespace lagoon::bindings
