#include "vm/random.h"

#include "tests/support/vm/script.h"

namespace lagoon::vm {
namespace {

// What the unpatched lua5.4 prints for these.
TEST(Random, AgreesWithStockForAnExplicitSeed) {
  auto s = open_state();
  EXPECT_EQ(run(*s, "return math.randomseed(42)"), "42, 0");
  EXPECT_EQ(run(*s, R"(
    math.randomseed(42)
    local t = {}
    for i = 1, 5 do t[i] = math.random(100) end
    t[#t + 1] = math.random(0)
    t[#t + 1] = string.format("%.17g", math.random())
    t[#t + 1] = math.random(math.mininteger, math.maxinteger)
    t[#t + 1] = math.random(-5, 1000000007)
    math.randomseed(123456789, -1)
    t[#t + 1] = math.random(7, 7)
    t[#t + 1] = math.random(8)
    t[#t + 1] = math.random(1 << 40)
    return table.concat(t, " "))"),
            "50 76 86 54 64 -665975457013052154 0.71097689661550945 -4158689442498620264 901818621 "
            "7 1 751329919222");
}

TEST(Random, RaisesAsStockDoes) {
  auto s = open_state();
  EXPECT_EQ(run(*s, "math.random(2, 1)"), "error: test:1: bad argument #1 to 'random' (interval is empty)");
  EXPECT_EQ(run(*s, "math.random(1, 2, 3)"), "error: test:1: wrong number of arguments");
}

TEST(Random, SeedsItselfDifferentlyInEachState) {
  auto a = open_state();
  auto b = open_state();
  EXPECT_NE(run(*a, "return math.random(0)"), run(*b, "return math.random(0)"));
  EXPECT_NE(run(*a, "return math.randomseed()"), run(*a, "return math.randomseed()"));
}

TEST(Random, DrawsFromTheStreamOfWhoeverRuns) {
  auto s = open_state();
  Random one = seeded(1, 0);
  Random two = seeded(1, 0);
  s->random = &one;
  const std::string first = run(*s, "return math.random(0)");
  const std::string second = run(*s, "return math.random(0)");
  s->random = &two;
  EXPECT_EQ(run(*s, "return math.random(0)"), first);
  s->random = &one;
  run(*s, "math.randomseed(9)");
  s->random = &two;
  EXPECT_EQ(run(*s, "return math.random(0)"), second);
}

TEST(Random, ChildrenAreReproducibleAndUnlikeTheirParent) {
  Random parent = seeded(5, 0);
  Random again = seeded(5, 0);
  Random first = split(parent);
  Random second = split(parent);
  EXPECT_EQ(next(first), [&] {
    Random r = split(again);
    return next(r);
  }());
  EXPECT_NE(next(first), next(second));
  EXPECT_NE(next(first), next(parent));
}

TEST(Random, AChildsStreamIsTheOneThatTwoNumbersOfItsParentSeed) {
  Random parent = seeded(5, 0);
  Random again = parent;
  Random child = split(parent);
  Random grandchild = split(child);
  const uint64_t n1 = next(again), n2 = next(again);
  Random expected = seeded(n1, n2);
  const uint64_t m1 = next(expected), m2 = next(expected);
  Random below = seeded(m1, m2);
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(next(child), next(expected));
    EXPECT_EQ(next(grandchild), next(below));
  }
}

}  // namespace
}  // namespace lagoon::vm
