#include "stream/fences.h"

#include <gtest/gtest.h>

namespace kip {
namespace {

using std::chrono::seconds;

TEST(Fences, WaitsLongerEachTimeAndThenGivesUp) {
  Fences fences;
  Fences::Time now{};
  for (const int pause : {1, 2, 4, 8}) {
    EXPECT_EQ(fences.one_more(now), seconds(pause));
    now += seconds(pause + 3);
  }
  EXPECT_EQ(fences.one_more(now), std::nullopt);
  EXPECT_EQ(fences.one_more(now + seconds(1)), std::nullopt);
}

TEST(Fences, ForgetsThemAfterTwoCalmMinutes) {
  Fences fences;
  Fences::Time now{};
  for (int i = 0; i < 4; ++i) fences.one_more(now);
  EXPECT_EQ(fences.one_more(now += seconds(121)), seconds(1));
  EXPECT_EQ(fences.one_more(now += seconds(120)), seconds(2));
}

}  // namespace
}  // namespace kip
