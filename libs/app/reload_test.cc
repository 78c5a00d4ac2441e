// A configuration that takes the place of the one that runs.

#include <gmock/gmock.h>

#include <map>
#include <string>

#include "app/test_service.h"
#include "support/files.h"

namespace kip::test {
namespace {

std::shared_ptr<const Policy> policy_with(const std::string& from, const std::string& to) {
  std::map<std::string, std::string> texts;
  for (const std::string& file : policy_files()) texts[file] = shipped(file);
  texts["kip.yaml"] = replaced(texts["kip.yaml"], from, to);
  Problems problems;
  auto policy = read_policy(texts, {}, problems);
  EXPECT_TRUE(policy && policy->digest != shipped_policy()->digest);
  return policy;
}

TEST(Reload, ARightConfigurationTakesThePlaceOfTheOld) {
  Service service;
  const auto english = policy_with("language: vi", "language: en");
  EXPECT_TRUE(service.engine().reload(english));
  EXPECT_EQ(service.engine().policy(), english);
}

TEST(Reload, AnotherWardIsRefusedAndTheOldConfigurationStays) {
  Service service;
  const Status taken = service.engine().reload(policy_with("id: ho-nai", "id: bien-hoa"));
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, Errc::kInvalid);
  EXPECT_EQ(taken.error().message,
            "kip.yaml: ward.id: 'bien-hoa' is another ward than 'ho-nai', whose data this is; the "
            "id never changes once there is data");
  EXPECT_EQ(service.engine().policy(), shipped_policy());
}

TEST(Reload, AnotherWardIsRefusedAtAStartToo) {
  const TempDir dir;
  ASSERT_TRUE(Engine::open(standing_clock(dir.path()), shipped_policy()));
  const auto other =
      Engine::open(standing_clock(dir.path()), policy_with("id: ho-nai", "id: bien-hoa"));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, Errc::kInvalid);
  EXPECT_TRUE(Engine::open(standing_clock(dir.path()), shipped_policy()));
}

}  // namespace
}  // namespace kip::test
