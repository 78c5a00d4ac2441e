#include "app/setup.h"

#include <gmock/gmock.h>

namespace kip::test {
namespace {

TEST(Setup, SaysThatTheConfigurationIsNotThere) {
  CommonOptions options;
  options.config = "/nonexistent";
  EXPECT_EQ(load_policy(options).error().code, Errc::kNotFound);
  EXPECT_THAT(config_there(options).error().message, testing::HasSubstr("/nonexistent"));
  options.config = KIP_SOURCE_DIR "/libs";  // there, and none
  EXPECT_TRUE(config_there(options));
  EXPECT_EQ(load_policy(options).error().code, Errc::kInvalid);
  options.config = KIP_SOURCE_DIR "/deploy/config";
  EXPECT_TRUE(load_policy(options));
}

TEST(Setup, SaysNothingOfShortWorkWhereNoTerminalIs) {
  testing::internal::CaptureStderr();
  ProgressBar bar("đo");
  for (std::uint64_t done = 0; done <= 10'000; ++done) bar.show(done, 10'000);
  bar.finish();
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace kip::test
