#include "app/lapse.h"

#include <gtest/gtest.h>

namespace kip {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const Lapse::Wall kWall{};
const Instant kLapsing = instant_of(1'760'000'000'000);

TEST(Lapse, WhoLooksOftenIsNotAway) {
  Lapse lapse(1, kWall, kLapsing);
  for (int i = 0; i < 10; ++i)
    EXPECT_FALSE(lapse.passed(kWall + seconds{i}, kLapsing + seconds{i}));
}

TEST(Lapse, AStoppedProcessIsAway) {
  Lapse lapse(1, kWall, kLapsing);
  EXPECT_TRUE(lapse.passed(kWall + minutes{120}, kLapsing + minutes{120}));
  EXPECT_FALSE(lapse.passed(kWall + minutes{121}, kLapsing + minutes{121}));
}

TEST(Lapse, SoIsAMachineThatSleepsOrWhoseClockIsSet) {
  Lapse lapse(1, kWall, kLapsing);
  EXPECT_TRUE(lapse.passed(kWall + milliseconds{500}, kLapsing + minutes{120}));
  EXPECT_FALSE(lapse.passed(kWall + seconds{1}, kLapsing));  // set back: nothing was missed
}

TEST(Lapse, AFastClockIsFast) {
  Lapse lapse(600, kWall, kLapsing);
  EXPECT_FALSE(lapse.passed(kWall + seconds{1}, kLapsing + minutes{10}));
  EXPECT_TRUE(lapse.passed(kWall + seconds{2}, kLapsing + minutes{10} + seconds{600 * 62}));
}

}  // namespace
}  // namespace kip
