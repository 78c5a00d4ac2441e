#include "store/fault_store.h"

#include <gtest/gtest.h>

#include "store/testing.h"

namespace kip {
namespace {

using test::put;
using test::value_of;

TEST(FaultStore, AFaultBeforeWritesNothingAndARetryGoesThrough) {
  FaultStore store;
  store.fail_next_write(WriteFault::kBefore);
  const Status refused = put(store, Table::kItem, "a", "1");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::kUnavailable);
  EXPECT_EQ(value_of(store, Table::kItem, "a"), "(none)");
  EXPECT_TRUE(put(store, Table::kItem, "a", "1"));
  EXPECT_EQ(value_of(store, Table::kItem, "a"), "1");
}

TEST(FaultStore, AFaultAfterWritesAndThenRefusesUntilReopened) {
  FaultStore store;
  store.fail_next_write(WriteFault::kAfter);
  const Status unknown = put(store, Table::kItem, "a", "1");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, Errc::kCorrupt);
  EXPECT_EQ(value_of(store, Table::kItem, "a"), "1");
  EXPECT_FALSE(put(store, Table::kItem, "b", "2"));
  EXPECT_EQ(value_of(store, Table::kItem, "b"), "(none)");
  store.reopen();
  EXPECT_TRUE(put(store, Table::kItem, "b", "2"));
}

TEST(FaultStore, CountsTheBatchesThatWereApplied) {
  FaultStore store;
  EXPECT_TRUE(put(store, Table::kItem, "a", "123"));
  store.fail_next_write(WriteFault::kBefore);
  EXPECT_FALSE(put(store, Table::kItem, "a", "123"));
  store.fail_next_write(WriteFault::kAfter);
  EXPECT_FALSE(put(store, Table::kItem, "b", "1"));
  EXPECT_EQ(store.writes(), 2U);
  EXPECT_EQ(store.bytes(), 6U);
}

}  // namespace
}  // namespace kip
