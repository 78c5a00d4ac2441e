#include "stream/restore.h"

#include <gtest/gtest.h>

namespace kip {
namespace {

using std::chrono::hours;

TEST(StoreAge, FitsWhereTheTopicTellsAllThatItHasMissed) {
  EXPECT_EQ(age_of(100, 100, 200, hours{0}), StoreAge::kFits);
  EXPECT_EQ(age_of(150, 100, 200, hours{11}), StoreAge::kFits);
}

TEST(StoreAge, ThatHasMissedNothingMayBeAsOldAsItLikes) {
  EXPECT_EQ(age_of(200, 100, 200, hours{9'000}), StoreAge::kFits);
}

TEST(StoreAge, IsTooOldBeforeTheTopicsStartOrOnceErasedRowsAreForgotten) {
  EXPECT_EQ(age_of(99, 100, 200, hours{0}), StoreAge::kTooOld);
  EXPECT_EQ(age_of(150, 100, 200, hours{12}), StoreAge::kTooOld);
}

TEST(StoreAge, IsAheadOfATopicThatEndsBefore) {
  EXPECT_EQ(age_of(201, 100, 200, hours{0}), StoreAge::kAhead);
}

}  // namespace
}  // namespace kip
