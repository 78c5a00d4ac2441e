#include "app/plain_json.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace kip::test {
namespace {

namespace js = boost::json;

TEST(PlainJson, WritesNumbersWithoutExponents) {
  const js::array numbers = {1.0, 0.0, -0.0, 0.2, 2.5, -7.0, 1e9, 200'000 / 1e6, 1e-6, 12, -3};
  EXPECT_EQ(plain_json(numbers), "[1,0,0,0.2,2.5,-7,1000000000,0.2,0.000001,12,-3]");
}

TEST(PlainJson, WritesTheRestAsTheLibraryDoes) {
  const js::value value = {{"a", {{"empty", js::array{}}, {"none", nullptr}}},
                           {"text \"\n", "Kịp \"\n"},
                           {"list", {true, js::object{}, js::array{1, 2}}}};
  EXPECT_EQ(plain_json(value), js::serialize(value));
}

}  // namespace
}  // namespace kip::test
