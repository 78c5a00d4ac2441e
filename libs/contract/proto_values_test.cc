#include "contract/proto_values.h"

#include <gtest/gtest.h>

namespace kip {
namespace {

google::protobuf::Timestamp stamp(std::int64_t seconds, int nanos) {
  google::protobuf::Timestamp time;
  time.set_seconds(seconds);
  time.set_nanos(nanos);
  return time;
}

TEST(ProtoValues, CutsToMillisecondsDownwardsAlsoBefore1970) {
  EXPECT_EQ(ms_of(instant_of(stamp(1, 1'999'999))), 1001);
  EXPECT_EQ(ms_of(instant_of(stamp(-1, 999'999'999))), -1);
  EXPECT_EQ(ms_of(instant_of(stamp(-1, 0))), -1000);
}

TEST(ProtoValues, WritesWholeMillisecondsAndReadsThemBack) {
  for (const std::int64_t ms : {0LL, 1LL, 999LL, -1LL, -1500LL, 1'762'045'200'123LL}) {
    const auto time = timestamp_of(instant_of(ms));
    EXPECT_GE(time.nanos(), 0);
    EXPECT_EQ(ms_of(instant_of(time)), ms);
  }
}

TEST(ProtoValues, NumbersThatNoInstantHoldsBecomeFarOnes) {
  EXPECT_GT(instant_of(stamp(INT64_MAX, 0)), *parse_rfc3339("9999-12-31T23:59:59Z"));
  EXPECT_LT(instant_of(stamp(INT64_MIN, 0)), *parse_rfc3339("0001-01-01T00:00:00Z"));
}

TEST(ProtoValues, ParsesFractionsDownToNanoseconds) {
  google::protobuf::Timestamp time;
  ASSERT_TRUE(parse_timestamp("2026-11-02T08:00:00.5+07:00", time));
  EXPECT_EQ(time.nanos(), 500'000'000);
  ASSERT_TRUE(parse_timestamp("2026-11-02T08:00:00.000000001999Z", time));
  EXPECT_EQ(time.nanos(), 1);
  ASSERT_TRUE(parse_timestamp("1969-12-31T23:59:59.25Z", time));
  EXPECT_EQ(time.seconds(), -1);
  EXPECT_EQ(time.nanos(), 250'000'000);
  EXPECT_FALSE(parse_timestamp("2026-11-02 08:00", time));
}

}  // namespace
}  // namespace kip
