// State formats: what is refused, what is brought up, and the one real migration.

#include "runtime/format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/proto_values.h"
#include "runtime/embedded_log.h"
#include "store/fault_store.h"
#include "store/keys.h"
#include "store/testing.h"
#include "support/items.h"

namespace kip {
namespace {

using test::keys_of;
using test::put;
using test::rows_of;
using test::value_of;
using test::vn;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

void set_format(Store& store, std::uint64_t format) {
  ASSERT_TRUE(put(store, Table::kMeta, "format", keys::u64(format)));
}

TEST(Format, OfANewStoreIsThisPrograms) {
  const auto store = open_mem_store();
  EXPECT_TRUE(check_readable(*store));
  ASSERT_TRUE(bring_up(*store));
  EXPECT_EQ(*stored_format(*store), kStateFormat);
}

TEST(Format, ThatIsNewerIsRefusedWithWordsAndTheStoreStaysAsItWas) {
  const auto store = open_mem_store();
  set_format(*store, kStateFormat + 1);
  const auto before = test::all_rows(*store);
  const std::string want = "state format " + std::to_string(kStateFormat + 1);
  for (const Status& refused : {bring_up(*store), check_readable(*store), refuse_newer(*store),
                                Status(EmbeddedLog::open(*store, 1).error())}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::kInvalid);
    EXPECT_THAT(refused.error().message, HasSubstr(want));
    EXPECT_THAT(refused.error().message, HasSubstr("use a newer kip"));
  }
  EXPECT_EQ(test::all_rows(*store), before);
}

TEST(Format, ThatNoReaderKnowsAnyMoreIsToBeBroughtUpFirst) {
  const Status old = check_readable(kReadableFormat - 1, "the backup");
  ASSERT_FALSE(old);
  EXPECT_THAT(old.error().message, HasSubstr("the backup is of state format"));
  EXPECT_THAT(old.error().message, HasSubstr("kip up"));
}

TEST(Format, TheTableOfMigrationsLeadsToThisProgramsWithoutAGap) {
  std::uint64_t format = 1;
  for (const Migration& migration : migrations()) EXPECT_EQ(migration.from, format++);
  EXPECT_EQ(format, kStateFormat);
}

// From 1 to 2 in two slices, from 2 to 3 in one.
std::vector<Migration> three_formats() {
  const auto halves = [](const Store&, const std::string& at) -> Result<MigrationSlice> {
    MigrationSlice slice;
    slice.batch.put(Table::kItem, at.empty() ? "first" : "second", "2");
    if (at.empty()) slice.next = "second";
    return slice;
  };
  const auto both = [](const Store& store, const std::string&) -> Result<MigrationSlice> {
    MigrationSlice slice;
    for (const auto& [key, value] : rows_of(store, Table::kItem))
      slice.batch.put(Table::kItem, key, value + ">3");
    return slice;
  };
  return {{.from = 1, .slice = halves}, {.from = 2, .slice = both}};
}

TEST(Format, ThatIsOlderIsBroughtUpStepByStepEachNumberWithItsLastRows) {
  const auto store = open_mem_store();
  set_format(*store, 1);
  std::vector<std::string> seen;
  const auto write = [&](const Batch& batch) {
    Status done = store->write(batch, Durability::kSynced);
    seen.push_back(std::to_string(**stored_format(*store)) + ":" +
                   std::to_string(keys_of(*store, Table::kItem).size()));
    return done;
  };
  ASSERT_TRUE(bring_up(*store, write, three_formats()));
  EXPECT_THAT(seen, ElementsAre("1:1", "2:2", "3:2"));
  EXPECT_EQ(value_of(*store, Table::kItem, "first"), "2>3");
  ASSERT_TRUE(bring_up(*store, write, three_formats()));
  EXPECT_EQ(seen.size(), 3U);  // nothing is left to do
}

TEST(Format, CutShortGoesOnWhereItsNumberStands) {
  const auto store = open_mem_store();
  set_format(*store, 1);
  int writes = 0;
  const auto fails_later = [&](const Batch& batch) {
    if (++writes == 2) return Status(unavailable("disk full"));
    return store->write(batch, Durability::kSynced);
  };
  EXPECT_FALSE(bring_up(*store, fails_later, three_formats()));
  EXPECT_EQ(*stored_format(*store), 1U);
  ASSERT_TRUE(bring_up(*store, fails_later, three_formats()));
  EXPECT_EQ(*stored_format(*store), 3U);
  EXPECT_EQ(value_of(*store, Table::kItem, "second"), "2>3");
}

TEST(Format, FromWhichNothingLeadsIsRefused) {
  const auto store = open_mem_store();
  set_format(*store, 0);
  const Status refused = bring_up(*store);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kInvalid);
}

std::string indicator(const std::string& id, Instant as_of) {
  v1::StampedEvent stamped;
  auto& e = *stamped.mutable_indicator();
  e.set_event_id(id);
  e.set_source("src");
  e.set_indicator_id("disbursement-rate");
  e.set_value(61);
  set_timestamp(as_of, *e.mutable_as_of());
  set_timestamp(as_of, *stamped.mutable_ingested_at());
  return stamped.SerializeAsString();
}

TEST(Format, FromOneToTwoKeepsTheReadingsThatTheLogStillHoldsBelowThePosition) {
  const auto store = open_mem_store();
  set_format(*store, 1);
  const Instant monday = vn("2026-11-02 08:00");
  const std::string passed = indicator("i1", monday);
  ASSERT_TRUE(put(*store, Table::kLog, keys::log(0, 7), passed));
  ASSERT_TRUE(put(*store, Table::kLog, keys::log(0, 8), passed));  // a repeat
  v1::StampedEvent work;
  work.mutable_event()->set_item_id("HS-1");
  ASSERT_TRUE(put(*store, Table::kLog, keys::log(0, 9), work.SerializeAsString()));
  ASSERT_TRUE(put(*store, Table::kMeta, position_key(0), keys::u64(10)));
  ASSERT_TRUE(put(*store, Table::kLog, keys::log(0, 10), indicator("i2", monday)));
  ASSERT_TRUE(put(*store, Table::kLog, keys::log(1, 0), indicator("i3", monday)));
  ASSERT_TRUE(bring_up(*store));
  const auto readings = rows_of(*store, Table::kReading);
  ASSERT_EQ(readings.size(), 1U);
  EXPECT_EQ(readings.begin()->second, passed);
  EXPECT_EQ(*stored_format(*store), kStateFormat);
}

// Format 3 wrote what waited behind the item's history.
TEST(Format, FromThreeToFourIsRefusedWhileSomethingWaits) {
  const std::string chunk =
      "\x0a\x01"
      "e"
      "\x12\x01\x28";                       // an event, of offset 40
  const std::string item = "\xe8\x03\x29";  // history_next: 41
  const auto store = open_mem_store();
  set_format(*store, 3);
  ASSERT_TRUE(put(*store, Table::kHistory, keys::history("A", 40), chunk));
  const Status refused = bring_up(*store);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kInvalid);
  EXPECT_THAT(refused.error().message, HasSubstr("left while it was catching up"));
  EXPECT_EQ(*stored_format(*store), 3U);
  ASSERT_TRUE(put(*store, Table::kItem, "A", item));  // it has folded it
  ASSERT_TRUE(bring_up(*store));
  EXPECT_EQ(*stored_format(*store), kStateFormat);
}

}  // namespace
}  // namespace kip
