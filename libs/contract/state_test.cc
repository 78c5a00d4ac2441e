// The stored form of an item: what is said of it is read as it was written, and damage is seen.

#include "contract/state.h"

#include <gtest/gtest.h>

#include "kip/v1/state.pb.h"
#include "support/items.h"

namespace kip::test {
namespace {

using forecast::Group;
using forecast::Number;

ItemState with_forecast() {
  ItemState item;
  item.item_id = "NV-1";
  item.folded = task("NV-1").received("2026-11-02 08:00").due("2026-11-06 17:00").fold();
  forecast::Forecast& said = item.forecast.emplace();
  said.at = vn("2026-11-04 09:00");
  said.chance = 1.0 / 3;  // to the last bit: what holds at a limit does so after a restart
  said.cases = 321;
  said.earliest = vn("2026-11-03 09:00");
  said.expected = vn("2026-11-05 09:00");
  said.latest = vn("2026-11-30 09:00");
  said.facts = {forecast::Fact{.number = Number::kShare, .group = {}, .value = 0.1},
                forecast::Fact{.number = {}, .group = Group::kAll, .value = 2.5},
                forecast::Fact{.number = Number::kHourReceived, .group = {}, .value = -1}};
  said.facts_count = 3;
  return item;
}

TEST(StoredItem, KeepsItsForecast) {
  const ItemState item = with_forecast();
  const auto read = decode_item(encode_item(item));
  ASSERT_TRUE(read);
  ASSERT_TRUE(read->forecast);
  EXPECT_EQ(*read->forecast, *item.forecast);
  ItemState fewer = item;
  fewer.forecast->facts[2] = {};
  fewer.forecast->facts_count = 2;
  EXPECT_EQ(decode_item(encode_item(fewer))->forecast, fewer.forecast);
}

TEST(StoredItem, WithoutAForecastHasNone) {
  ItemState item = with_forecast();
  item.forecast.reset();
  EXPECT_FALSE(decode_item(encode_item(item))->forecast);
}

TEST(StoredItem, SpendsAHundredBytesOnAForecastAtMost) {
  ItemState item = with_forecast();
  const std::size_t with = encode_item(item).size();
  item.forecast.reset();
  EXPECT_LE(with - encode_item(item).size(), 100U);
}

// It depends on when it was asked: two runs need not share it.
TEST(StoredItem, IsComparedWithoutItsForecast) {
  ItemState item = with_forecast();
  const std::string before = comparable_item(item);
  item.forecast.reset();
  EXPECT_EQ(comparable_item(item), before);
}

TEST(StoredItem, WithAForecastThatIsNoneIsDamaged) {
  const auto damaged = [](auto&& damage) {
    v1::StoredItem stored;
    EXPECT_TRUE(stored.ParseFromString(encode_item(with_forecast())));
    damage(*stored.mutable_forecast());
    return !decode_item(stored.SerializeAsString());
  };
  EXPECT_FALSE(damaged([](v1::StoredForecast&) {}));
  EXPECT_TRUE(damaged([](v1::StoredForecast& s) { s.set_chance(1.01); }));
  EXPECT_TRUE(damaged([](v1::StoredForecast& s) { s.add_facts()->set_number(1); }));
  EXPECT_TRUE(damaged([](v1::StoredForecast& s) {
    s.mutable_facts(0)->set_number(static_cast<std::uint32_t>(forecast::kNumbers));
  }));
  EXPECT_TRUE(damaged([](v1::StoredForecast& s) {
    s.mutable_facts(1)->set_group(static_cast<std::uint32_t>(forecast::kGroups));
  }));
}

}  // namespace
}  // namespace kip::test
