#include "base/hash.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kip {
namespace {

TEST(Hash, Sha256IsThatOfFips180) {
  EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Hash, HmacIsThatOfRfc4231) {
  EXPECT_EQ(hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex(hmac_sha256(std::string(131, '\xaa'),
                            "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Hash, Base32IsThatOfRfc4648InLowerCaseWithoutPadding) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""},
      {"f", "my"},
      {"fo", "mzxq"},
      {"foo", "mzxw6"},
      {"foob", "mzxw6yq"},
      {"fooba", "mzxw6ytb"},
      {"foobar", "mzxw6ytboi"},
  };
  for (const auto& [bytes, text] : cases) EXPECT_EQ(base32_lower(bytes), text) << bytes;
  EXPECT_EQ(base32_lower(std::string(20, '\xff')), std::string(32, '7'));
  EXPECT_EQ(base32_lower(std::string(20, '\0')), std::string(32, 'a'));
}

TEST(Hash, HexKeepsLeadingZerosAndHighBytes) {
  EXPECT_EQ(hex(std::string("\0\x0f\xf0\xff", 4)), "000ff0ff");
}

TEST(Hash, Murmur2IsThatOfTheJavaClient) {
  const std::vector<std::pair<std::string, std::int32_t>> cases = {
      {"21", -973932308},
      {"foobar", -790332482},
      {"a-little-bit-long-string", -985981536},
      {"a-little-bit-longer-string", -1486304829},
      {"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971},
      {"abc", 479470107},
      {"", 275646681},
      {"Hồ Nai", -228242886},  // bytes above 127
  };
  for (const auto& [key, expected] : cases) {
    EXPECT_EQ(static_cast<std::int32_t>(murmur2(key)), expected) << key;
  }
}

TEST(Hash, ShardIsThatOfJavasDefaultPartitioner) {
  EXPECT_EQ(shard_of("21", 12), 0U);
  EXPECT_EQ(shard_of("foobar", 12), 6U);
  EXPECT_EQ(shard_of("a-little-bit-longer-string", 12), 11U);
  EXPECT_EQ(shard_of("HS-1", 12), 4U);
  EXPECT_EQ(shard_of("Hồ Nai", 12), 2U);
}

TEST(Hash, ShardOfOneIsZeroAndEveryShardIsInReach) {
  std::vector<int> met(7);
  for (int i = 0; i < 1000; ++i) {
    const std::string key = "HS-" + std::to_string(i);
    EXPECT_EQ(shard_of(key, 1), 0U);
    ++met.at(shard_of(key, 7));
  }
  for (const int n : met) EXPECT_GT(n, 90);
}

TEST(Hash, Fnv1aIsThatOfItsAuthorsAndGoesOnFromASeed) {
  EXPECT_EQ(fnv1a(""), 0xcbf29ce484222325ULL);
  EXPECT_EQ(fnv1a("a"), 0xaf63dc4c8601ec8cULL);
  EXPECT_EQ(fnv1a("foobar"), 0x85944171f73967e8ULL);
  EXPECT_EQ(fnv1a("bar", fnv1a("foo")), fnv1a("foobar"));
}

TEST(Base64, IsAsInTheStandard) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xff\xfe\xfd"), "//79");
}

}  // namespace
}  // namespace kip
