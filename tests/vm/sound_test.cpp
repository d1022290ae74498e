#include "vm/lua/sound.h"

#include <gtest/gtest.h>

namespace lagoon::vm {
namespace {

TEST(Sound, OurLuaSurvivesAConcatThatMovesTheStack) { EXPECT_TRUE(lua_is_sound()); }

}  // namespace
}  // namespace lagoon::vm
