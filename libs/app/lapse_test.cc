#include "app/lapse.h"

#include <gtest/gtest.h>

namespace kip {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const Lapse::Wall kWall{};
const Instant kNow = instant_of(1'760'000'000'000);

TEST(Lapse, WhoLooksOftenIsNotAway) {
  Lapse lapse(1, kWall, kNow);
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(lapse.passed(kWall + seconds{i}, kNow + seconds{i}));
}

TEST(Lapse, AStoppedProcessIsAway) {
  Lapse lapse(1, kWall, kNow);
  EXPECT_TRUE(lapse.passed(kWall + minutes{120}, kNow + minutes{120}));
  EXPECT_FALSE(lapse.passed(kWall + minutes{121}, kNow + minutes{121}));
}

TEST(Lapse, SoIsAMachineThatSleepsOrWhoseClockIsSet) {
  Lapse lapse(1, kWall, kNow);
  EXPECT_TRUE(lapse.passed(kWall + milliseconds{500}, kNow + minutes{120}));
  EXPECT_FALSE(lapse.passed(kWall + seconds{1}, kNow));  // set back: nothing was missed
}

TEST(Lapse, AFastClockIsFast) {
  Lapse lapse(600, kWall, kNow);
  EXPECT_FALSE(lapse.passed(kWall + seconds{1}, kNow + minutes{10}));
  EXPECT_TRUE(lapse.passed(kWall + seconds{2}, kNow + minutes{10} + seconds{600 * 62}));
}

}  // namespace
}  // namespace kip
