#include "base/time.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kip {
namespace {

TEST(Time, ReadsEveryFormOfRfc3339) {
  const std::vector<std::pair<std::string, std::int64_t>> cases = {
      {"1970-01-01T00:00:00Z", 0},
      {"2026-11-23T02:42:00Z", 1795401720000},
      {"2026-11-23T09:42:00+07:00", 1795401720000},
      {"2026-11-22T21:12:00-05:30", 1795401720000},
      {"2026-11-23T02:42:00+00:00", 1795401720000},
      {"2026-11-23T02:42:00-00:00", 1795401720000},
      {"2026-11-23t02:42:00z", 1795401720000},
      {"2026-11-23 02:42:00Z", 1795401720000},
      {"2026-11-23T02:42:00.5Z", 1795401720500},
      {"2026-11-23T02:42:00.05Z", 1795401720050},
      {"2026-11-23T02:42:00.123Z", 1795401720123},
      {"2026-11-23T02:42:00.123+07:00", 1795376520123},
      {"2026-11-24T01:41:00+23:59", 1795398120000},
      {"1969-12-31T23:59:59.999Z", -1},
      {"2024-02-29T00:00:00Z", 1709164800000},
      {"2000-02-29T00:00:00Z", 951782400000},
      {"0001-01-01T00:00:00Z", -62135596800000},
      {"9999-12-31T23:59:59.999Z", 253402300799999},
  };
  for (const auto& [text, ms] : cases) {
    const auto read = parse_rfc3339(text);
    ASSERT_TRUE(read.ok()) << text;
    EXPECT_EQ(ms_of(*read), ms) << text;
  }
}

TEST(Time, CutsAFractionBeyondMillisecondsAlsoBefore1970) {
  EXPECT_EQ(ms_of(*parse_rfc3339("2026-11-23T02:42:00.1239Z")), 1795401720123);
  EXPECT_EQ(ms_of(*parse_rfc3339("2026-11-23T02:42:00.123999999999Z")), 1795401720123);
  EXPECT_EQ(ms_of(*parse_rfc3339("1969-12-31T23:59:59.9999Z")), -1);
}

TEST(Time, ALeapSecondIsTheNextMinute) {
  EXPECT_EQ(*parse_rfc3339("2016-12-31T23:59:60Z"), *parse_rfc3339("2017-01-01T00:00:00Z"));
}

TEST(Time, RefusesWhatIsNoRfc3339TimeAndNamesIt) {
  const std::vector<std::string> cases = {
      "",
      "2026-11-23",
      "2026-11-23T02:42Z",
      "2026-11-23T02:42:00",
      "2026-11-23T02:42:00+07",
      "2026-11-23T02:42:00+0700",
      "2026-11-23T02:42:00+24:00",
      "2026-11-23T02:42:00+07:60",
      "2026-11-23T02:42:00.Z",
      "2026-11-23T02:42:00,5Z",
      "2026-11-23T02:42:00Zx",
      "2026-11-23T02:42:00 Z",
      " 2026-11-23T02:42:00Z",
      "2026-11-23T24:00:00Z",
      "2026-11-23T23:60:00Z",
      "2026-11-23T23:59:61Z",
      "2026-02-29T00:00:00Z",
      "2100-02-29T00:00:00Z",
      "2026-04-31T00:00:00Z",
      "2026-13-01T00:00:00Z",
      "2026-00-01T00:00:00Z",
      "2026-01-00T00:00:00Z",
      "0000-01-01T00:00:00Z",
      "26-11-23T02:42:00Z",
      "2026-1-23T02:42:00Z",
      "20261123T024200Z",
      "-026-11-23T02:42:00Z",
      "2026-11-23T02:-2:00Z",
      "2026-11-23X02:42:00Z",
      "23/11/2026 02:42:00",
  };
  for (const std::string& text : cases) {
    const auto read = parse_rfc3339(text);
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_EQ(read.error().code, Errc::kInvalid);
    EXPECT_NE(read.error().message.find("'" + text + "'"), std::string::npos) << text;
  }
}

TEST(Time, FormatsInUtcWithMillisecondsOnlyWhereThereAreSome) {
  EXPECT_EQ(format_rfc3339(instant_of(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(format_rfc3339(instant_of(1795401720000)), "2026-11-23T02:42:00Z");
  EXPECT_EQ(format_rfc3339(instant_of(1795401720050)), "2026-11-23T02:42:00.050Z");
  EXPECT_EQ(format_rfc3339(instant_of(-1)), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(format_rfc3339(instant_of(-62135596800000)), "0001-01-01T00:00:00Z");
}

TEST(Time, WhatIsFormattedIsReadBackAsTheSameInstant) {
  std::int64_t ms = -62135596800000;
  for (int i = 0; i < 2000; ++i, ms += 157'771'234'567) {
    EXPECT_EQ(ms_of(*parse_rfc3339(format_rfc3339(instant_of(ms)))), ms);
  }
}

TEST(Time, IsWrittenForPeopleInVietnamTime) {
  EXPECT_EQ(format_vn(*parse_rfc3339("2026-11-23T02:42:59Z")), "T2 23/11/2026, 09:42");
  EXPECT_EQ(format_vn(*parse_rfc3339("2026-11-22T16:59:59Z")), "CN 22/11/2026, 23:59");
  EXPECT_EQ(format_vn(*parse_rfc3339("2026-11-22T17:00:00Z")), "T2 23/11/2026, 00:00");
  EXPECT_EQ(format_vn(*parse_rfc3339("2026-11-28T02:00:00Z")), "T7 28/11/2026, 09:00");
  EXPECT_EQ(format_local(*parse_rfc3339("2026-11-22T17:00:00Z")), "2026-11-23 00:00");
  EXPECT_EQ(format_local(*parse_rfc3339("2026-01-02T02:05:59Z")), "2026-01-02 09:05");
}

TEST(Time, WorkTimeIsCountedInHoursAndMinutesAndADayIsEightHours) {
  EXPECT_EQ(kWorkingDay, work_hours(8));
  EXPECT_EQ(work_minutes(work_hours(1) + WorkTime{59'999}), 60);
  EXPECT_EQ((work_hours(1) - work_hours(3)).ms, -7'200'000);
  EXPECT_LT(work_hours(-1), WorkTime{});
}

}  // namespace
}  // namespace kip
