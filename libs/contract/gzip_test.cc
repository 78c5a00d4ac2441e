#include "contract/gzip.h"

#include <gtest/gtest.h>
#include <zlib.h>

namespace kip {
namespace {

std::string packed(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST(Gzip, UnpacksOneMemberAndSeveral) {
  const std::string large(3'000'000, 'x');
  EXPECT_EQ(*gunzip(packed("")), "");
  EXPECT_EQ(*gunzip(packed("a") + packed(large) + packed("b")), "a" + large + "b");
  EXPECT_EQ(*gunzip(packed("a") + std::string(512, '\0')), "a");
}

TEST(Gzip, BrokenDataAreInvalid) {
  const std::string whole = packed("some text that is long enough");
  EXPECT_FALSE(gunzip(whole.substr(0, whole.size() - 4)));
  EXPECT_FALSE(gunzip(whole.substr(0, 12)));
  EXPECT_FALSE(gunzip(whole + "rest"));
  std::string broken = whole;
  broken[whole.size() - 6] = static_cast<char>(broken[whole.size() - 6] ^ 0x55);
  EXPECT_FALSE(gunzip(broken));
}

TEST(Gzip, AFileThatIsNotThereIsNotFoundAndNamed) {
  const auto got = read_whole("/no/such/file");
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Errc::kNotFound);
  EXPECT_EQ(got.error().message, "/no/such/file: no such file");
}

}  // namespace
}  // namespace kip
