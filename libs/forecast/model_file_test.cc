#include "forecast/model_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <set>

#include "base/hash.h"
#include "forecast/forecast.h"
#include "forecast/test_world.h"

namespace kip::forecast {
namespace {

using testing::HasSubstr;

// Two hundred procedures beside the two of the world, some of them finished never or very late.
std::vector<Example> wide_world() {
  auto examples = world(1200);
  for (std::size_t i = 0; i < examples.size() / 2; ++i) {
    Example& e = examples[i];
    const std::size_t item = i / kKnots;
    const double share = e.features.share;
    e.features = features("p_" + std::to_string(item % 200), "s" + std::to_string(item % 7), share,
                          number(e.features, Number::kIdleShare) * 12);
    e.ended = !e.late || item % 5 != 0;
    if (e.late) e.finish_share *= static_cast<double>(item % 11) + 1;
  }
  return examples;
}

const std::vector<Example>& examples() {
  static const std::vector<Example> kExamples = wide_world();
  return kExamples;
}

const Model& any_model() {
  static const Learned kLearned = learn(examples());
  return *kLearned.model;
}

const std::string& bytes() {
  static const std::string kBytes = encode_model(any_model());
  return kBytes;
}

std::uint64_t bits(double value) { return std::bit_cast<std::uint64_t>(value); }

TEST(ModelFile, TheDecodedModelGivesTheSameForecastsToTheBit) {
  const auto decoded = decode_model(bytes());
  ASSERT_TRUE(decoded) << decoded.error().message;
  for (const Example& e : examples()) {
    for (const double share : {e.features.share, 0.0, 0.456, 0.999}) {
      Features f = e.features;
      f.share = share;
      ASSERT_EQ(bits((*decoded)->chance(f)), bits(any_model().chance(f)));
      ASSERT_EQ(bits((*decoded)->table_chance(f)), bits(any_model().table_chance(f)));
    }
  }
  std::size_t said = 0;
  for (int i = 0; i < 3000; ++i) {
    const std::string procedure = i % 3 == 0 ? "slow" : "p_" + std::to_string(i % 211);
    const double share = (i % 157) / 100.0, idle = share * (i % 13);
    const Trace t = trace_at(procedure, "s" + std::to_string(i % 9), share, idle);
    const auto mine = forecast_of(any_model(), t, {}, day(share * 12));
    ASSERT_EQ(forecast_of(**decoded, t, {}, day(share * 12)), mine);
    said += mine.has_value();
  }
  EXPECT_GT(said, 800U);
}

TEST(ModelFile, TheSameModelGivesTheSameBytes) {
  EXPECT_EQ(encode_model(*learn(examples()).model), bytes());
  EXPECT_EQ(encode_model(**decode_model(bytes())), bytes());
}

TEST(ModelFile, IsSmall) {
  std::set<std::uint64_t> groups, finish_groups;
  for (const Example& e : examples()) {
    groups.insert(e.features.groups.begin(), e.features.groups.end());
    for (const Group g : kFinishGroups) {
      finish_groups.insert(e.features.groups[static_cast<std::size_t>(g)]);
    }
  }
  // Weights and cuts are 6 kB, a group's rates about 30 bytes, its finish times 17; in memory they
  // take 400 and 264.
  EXPECT_EQ(groups.size(), 1631U);
  EXPECT_EQ(finish_groups.size(), 408U);
  EXPECT_LT(bytes().size(), 63'000U);
}

TEST(ModelFile, AnyChangedByteIsAnError) {
  std::string changed = bytes();
  const std::size_t step = 1 + changed.size() / 4000;
  for (std::size_t i = 0; i < changed.size(); i += i < 4000 ? 1 : step) {
    for (const int flip : {1, 0x80, 0xff}) {
      changed[i] = static_cast<char>(changed[i] ^ flip);
      ASSERT_FALSE(decode_model(changed)) << i;
      changed[i] = static_cast<char>(changed[i] ^ flip);
    }
  }
  EXPECT_TRUE(decode_model(changed));
}

TEST(ModelFile, AnyMissingByteIsAnError) {
  const std::size_t step = 1 + bytes().size() / 2000;
  for (std::size_t i = 0; i < bytes().size(); i += i < 200 ? 1 : step) {
    std::string without = bytes();
    without.erase(i, 1);
    ASSERT_FALSE(decode_model(without)) << i;
    const auto cut = decode_model(std::string_view(bytes()).substr(0, i));
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().code, Errc::kCorrupt);
    EXPECT_THAT(cut.error().message, HasSubstr("cut short"));
  }
}

TEST(ModelFile, SaysWhatIsWrong) {
  const auto error = [](const std::string& text) {
    const auto decoded = decode_model(text);
    EXPECT_FALSE(decoded);
    return decoded ? Error{} : decoded.error();
  };
  EXPECT_EQ(error("item_id,status\n").code, Errc::kInvalid);
  EXPECT_THAT(error("item_id,status\n").message, HasSubstr("no forecast model"));
  std::string other = bytes();
  other[8] = 7;
  EXPECT_EQ(error(other).code, Errc::kInvalid);
  EXPECT_THAT(error(other).message, HasSubstr("of version 7, this program reads versions 1 and 2"));
  EXPECT_EQ(error("").code, Errc::kCorrupt);
  EXPECT_THAT(error(bytes() + "x").message, HasSubstr("1 bytes too many"));
  std::string damaged = bytes();
  damaged.back() = static_cast<char>(damaged.back() ^ 1);
  EXPECT_EQ(error(damaged).code, Errc::kCorrupt);
  EXPECT_THAT(error(damaged).message, HasSubstr("checksum"));
}

// As somebody would write it: with a checksum that fits.
std::string file_of(const std::string& body, char version = 2) {
  std::string file = bytes().substr(0, 8) + version + std::string(3, '\0');
  for (std::size_t i = 0; i < 4; ++i) file += static_cast<char>(body.size() >> (8 * i) & 0xff);
  const std::uint64_t checksum = fnv1a(body);
  for (std::size_t i = 0; i < 8; ++i) file += static_cast<char>(checksum >> (8 * i) & 0xff);
  return file + body;
}

TEST(ModelFile, TheFirstVersionIsReadAndWrittenAsItWas) {
  // It ended before the formula for strangers, of which nothing but the steps has no fixed length.
  constexpr std::size_t kFormula =
      8 * (1 + kRates + kNumbers * kBins + kBagSteps + 2 + kNumbers + kGroups);
  const std::string body = bytes().substr(24);
  std::optional<std::string> first;
  for (std::size_t steps = 1; steps < 400 && !first; ++steps) {
    const std::string file = file_of(body.substr(0, body.size() - kFormula - steps), 1);
    if (decode_model(file)) first = file;
  }
  ASSERT_TRUE(first);
  const auto model = decode_model(*first);
  EXPECT_EQ(encode_model(**model), *first);
  const auto of_unit = [](const std::string& unit) {
    Trace t = trace_at("slow", "s1", 0.5);
    t.unit = name_of(unit);
    return features_at(t, {}, day(6));
  };
  EXPECT_EQ((*model)->chance(of_unit("u")), any_model().chance(of_unit("u")));
  EXPECT_NE((*model)->chance(of_unit("v")), any_model().chance(of_unit("v")));
}

TEST(ModelFile, CountsThatPromiseMoreThanIsThereAreRefused) {
  const std::string body = bytes().substr(24);
  ASSERT_TRUE(decode_model(file_of(body)));
  EXPECT_FALSE(decode_model(file_of("")));
  EXPECT_FALSE(decode_model(file_of(body + std::string(1, '\0'))));
  EXPECT_FALSE(decode_model(file_of(std::string(1, '\xff') + body.substr(1))));  // 255 cuts
  for (std::size_t at = 0; at + 10 < body.size(); at += at < 4000 ? 1 : 97) {
    std::string huge = body;
    huge.replace(at, 9, "\xff\xff\xff\xff\xff\xff\xff\xff\x7f");
    const auto decoded = decode_model(file_of(huge));
    if (decoded) {  // a key or a count: a number as good as any
      EXPECT_TRUE(std::isfinite((*decoded)->chance(features("slow", "s", 0.5))));
    }
  }
}

}  // namespace
}  // namespace kip::forecast
