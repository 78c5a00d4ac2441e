// What a shard puts off while it catches up, and what becomes of it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runtime/test_put_off.h"
#include "store/keys.h"

namespace kip {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;
using test::Bench;
using test::disorder;
using test::kLate;
using test::kMonday;
using test::office_policy;
using test::put_off_all;
using test::Said;
using test::sealing_policy;
using test::vn;
using test::waiting;
using testing::IsEmpty;
using testing::SizeIs;

TEST(PutOff, ABacklogLeavesWhatTheSameEventsLeaveOneByOne) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    Bench late(Clock::kGiven), live(Clock::kGiven);
    live.open();
    for (const Said& said : disorder(seed)) {
      late.append(said);
      Said now = said;
      set_timestamp(kLate, *now.stamped.mutable_ingested_at());  // not late for it
      live.append(now);
      live.run(kLate);
    }
    late.options().records_max = 40;
    late.open();
    put_off_all(late, kLate);
    EXPECT_THAT(test::keys_of(late.store(), Table::kItem), IsEmpty());
    EXPECT_THAT(waiting(late), SizeIs(7));
    late.run(kLate);
    EXPECT_THAT(waiting(late), IsEmpty());
    EXPECT_EQ(late.repeats, live.repeats);
    EXPECT_EQ(late.accepted, live.accepted);
    for (const std::string& id : test::keys_of(live.store(), Table::kItem)) {
      const ItemState a = late.item(id), b = live.item(id);
      EXPECT_TRUE(a.folded == b.folded) << id << ", seed " << seed;
      EXPECT_EQ(a.next_look, b.next_look) << id;
      EXPECT_EQ(a.history_events, b.history_events) << id;
      EXPECT_EQ(read_history(late.store(), id)->size(), a.history_events) << id;
    }
    EXPECT_EQ(test::keys_of(late.store(), Table::kTimer),
              test::keys_of(live.store(), Table::kTimer));
  }
}

// There is no older data whose items were never asked what they wait for.
TEST(PutOff, WhatANewShardHasSettledIsNotSettledAgain) {
  Bench bench(Clock::kGiven);
  for (const char* id : {"A", "B", "C"}) bench.append(Said(id, kMonday).due(kLate + days{300}));
  bench.options().timers_max = 1;
  bench.open();
  put_off_all(bench, kLate);
  bench.run(kLate);
  EXPECT_EQ(bench.item("C").folded.events, 1U);
  EXPECT_EQ(bench.timers, 3U);  // each was settled once
}

TEST(PutOff, IsFoundAgainAfterAKill) {
  Bench bench(Clock::kGiven);
  bench.append(Said("A", kMonday).status(v1::WORK_STATUS_ACCEPTED).due(kMonday + hours{30}));
  bench.append(Said("A", kMonday + hours{1}).status(v1::WORK_STATUS_IN_PROGRESS));
  bench.open();
  put_off_all(bench, kLate);
  EXPECT_THAT(bench.told, IsEmpty());
  bench.open();  // nothing is left to read
  EXPECT_FALSE(bench.shard().catching_up());
  EXPECT_EQ(bench.shard().next_timer(), kFarPast);
  bench.run(kLate);
  EXPECT_THAT(bench.words(), testing::Contains("overdue 1 0"));
  EXPECT_EQ(bench.item("A").folded.events, 2U);
}

TEST(PutOff, RecordsThatAllComeLateAreSettledAllTheSame) {
  Bench bench(Clock::kGiven);
  bench.open();
  for (int i = 0; i < 20; ++i) {
    const Instant now = kMonday + seconds{100 * i};
    bench.append(Said("HS-" + std::to_string(i), now - seconds{11}).due(kMonday - hours{30}));
    ASSERT_TRUE(bench.shard().step(now));  // there is a record in each
  }
  EXPECT_GE(bench.told.size(), 9U);
}

TEST(PutOff, ItIsBehindUntilAllIsSettled) {
  Bench bench(Clock::kGiven);
  for (const char* id : {"A", "B"}) bench.append(Said(id, kMonday).due(kMonday + hours{30}));
  bench.options().timers_max = 1;
  bench.open();
  put_off_all(bench, kLate);
  while (!waiting(bench).empty()) {
    EXPECT_TRUE(bench.shard().behind());
    ASSERT_TRUE(bench.shard().step(kLate));
  }
  bench.run(kLate);
  EXPECT_FALSE(bench.shard().behind());
}

TEST(PutOff, LargeNewsOfOneItemGoesInSeveralBlocksAndChunks) {
  Bench bench(Clock::kGiven);
  for (int i = 0; i < 7; ++i) bench.append(Said("A", kMonday + seconds{i}).title(140'000));
  for (int i = 0; i < 2'500; ++i) bench.append(Said("B", kMonday + seconds{i}));
  bench.open();
  put_off_all(bench, kLate);
  const auto largest = [&](Table table) {
    std::size_t bytes = 0;
    for (const auto& [key, value] : test::rows_of(bench.store(), table))
      bytes = std::max(bytes, value.size());
    return bytes;
  };
  EXPECT_LT(largest(Table::kBacklog), 500'000U);
  EXPECT_EQ(test::keys_of(bench.store(), Table::kBacklog).size(), 4U + 1U);
  bench.run(kLate);
  EXPECT_LT(largest(Table::kHistory), 150'000U);
  EXPECT_EQ(read_history(bench.store(), "B")->size(), 2'500U);
  EXPECT_EQ(bench.item("A").folded.events, 7U);
  EXPECT_EQ(bench.item("B").folded.events, 2'500U);
}

TEST(PutOff, IsFoldedUnderThePolicyThatCameMeanwhile) {
  Bench bench(Clock::kGiven);
  for (int i = 0; i < 8'000; ++i) {  // the same 4,000, told twice
    Said said("A", kMonday + seconds{i % 4'000});
    said.status(i % 2 == 0 ? v1::WORK_STATUS_WAITING : v1::WORK_STATUS_IN_PROGRESS);
    bench.append(said.due(kMonday + hours{300}));
  }
  bench.open();
  put_off_all(bench, kLate);
  ASSERT_TRUE(bench.shard().step(kLate));
  ASSERT_TRUE(bench.item("A").dirty);
  auto other = office_policy();
  other->digest = "other";
  other->fold.clock_stops.fill(0);
  bench.shard().set_policy(other);
  bench.run(kLate);
  EXPECT_TRUE(bench.item("A").folded.stops.empty());
  EXPECT_FALSE(bench.item("A").dirty);
}

TEST(PutOff, WhatFailsTheShardIsNamed) {
  Bench bench(Clock::kGiven);
  bench.open();
  bench.append(Said("A", kMonday));
  bench.append(Said("B", kMonday));
  bench.run(kMonday);
  const std::string chunk = keys::history("A", 0);
  ASSERT_TRUE(test::put(bench.store(), Table::kHistory, chunk, "\xff"));
  bench.append(Said("B", kMonday + hours{1}));
  bench.append(Said("A", kMonday - hours{1}));  // below the frontier: the history is read
  bench.open();
  put_off_all(bench, kLate);
  ASSERT_FALSE(bench.shard().step(kLate));
  EXPECT_EQ(bench.shard().failed_at(), 3U);
  bench.options().poison = 3;
  bench.open().run(kLate);
  ASSERT_THAT(bench.dead(), SizeIs(1));
  EXPECT_EQ(bench.dead()[0].refusal.code, "poison");
  EXPECT_EQ(bench.item("B").folded.events, 2U);
}

TEST(PutOff, WhatComesMeanwhileIsReadWhenAllIsSettled) {
  Bench bench(Clock::kGiven);
  for (const char* id : {"A", "B", "C"}) bench.append(Said(id, kMonday).due(kMonday + hours{30}));
  bench.options().timers_max = 1;
  bench.open();
  put_off_all(bench, kLate);
  bench.append(Said("C", kLate).status(v1::WORK_STATUS_COMPLETED));
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(waiting(bench), SizeIs(3 - i));
    ASSERT_TRUE(bench.shard().step(kLate));
    EXPECT_EQ(bench.shard().position(), 3U);
  }
  bench.run(kLate);
  EXPECT_EQ(bench.item("C").folded.events, 2U);
  EXPECT_EQ(bench.item("C").folded.status, WorkStatus::kCompleted);
}

TEST(PutOff, ALiveEventFollowsWhatWaits) {  // catching up was broken off
  Bench bench(Clock::kGiven);
  for (int i = 0; i < 3; ++i) bench.append(Said("A", kMonday + seconds{i}));
  bench.options().records_max = 1;
  bench.open();
  ASSERT_TRUE(bench.shard().step(kLate));
  EXPECT_THAT(waiting(bench), SizeIs(1));
  const Instant later = kLate + std::chrono::minutes{11};
  ASSERT_TRUE(bench.shard().step(later)->overdue_catch_up);
  ASSERT_TRUE(bench.shard().step(later));
  EXPECT_EQ(bench.item("A").folded.events, 2U);
  EXPECT_EQ(read_history(bench.store(), "A")->size(), 2U);
  EXPECT_THAT(waiting(bench), IsEmpty());
}

TEST(PutOff, WhatIsNotKeptIsADeadLetterEach) {
  Bench bench(Clock::kGiven);
  for (const char* id : {"A", "B"}) {
    bench.append(Said(id, kMonday).title(600'000));
    bench.append(Said(id, kMonday + seconds{1}).title(600'000));
    bench.append(Said(id, kMonday + seconds{2}));
    bench.append(Said(id, kMonday).title(600'000));  // told twice
  }
  bench.open();
  put_off_all(bench, kLate);
  EXPECT_THAT(bench.dead(), IsEmpty());
  bench.run(kLate);
  ASSERT_THAT(bench.dead(), SizeIs(2));
  EXPECT_EQ(bench.dead()[0].key, "A");
  EXPECT_EQ(bench.dead()[1].key, "B");
  EXPECT_EQ(bench.dead()[1].refusal.code, "history_bytes");
  EXPECT_EQ(bench.dead()[1].value, Bench::bytes_of(Said("B", kMonday + seconds{1}).title(600'000)));
  EXPECT_EQ(read_history(bench.store(), "B")->size(), 2U);
  EXPECT_EQ(bench.repeats, 2U);
}

TEST(PutOff, WhatCannotBeReadIsADeadLetter) {
  Bench bench(Clock::kGiven);
  bench.append(Said("A", kMonday));
  Said broken("A", kMonday + seconds{1});
  std::string bytes = Bench::bytes_of(broken.title(3));
  bytes.replace(bytes.find("xxx"), 3, "\xff\xfe!");  // no text
  bench.append("A", bytes);
  bench.open();
  bench.run(kLate);
  ASSERT_THAT(bench.dead(), SizeIs(1));
  EXPECT_EQ(bench.dead()[0].refusal.code, "poison");
  EXPECT_EQ(bench.dead()[0].value, bytes);
  EXPECT_EQ(bench.item("A").folded.events, 1U);
}

TEST(PutOff, MoreThanACommitTakesIsTakenBySeveral) {
  Bench bench(Clock::kGiven);
  for (int i = 0; i < 12'000; ++i) bench.append(Said("A", kMonday + seconds{i % 9'000}));
  bench.append(Said("B", kMonday).due(kMonday + hours{30}));
  bench.options().records_max = 1'000;
  bench.options().held_max = 10'000'000;
  bench.open();
  put_off_all(bench, kLate);
  EXPECT_THAT(waiting(bench), IsEmpty());
  ASSERT_TRUE(bench.shard().step(kLate));
  EXPECT_THAT(waiting(bench), testing::Contains("A"));
  EXPECT_TRUE(bench.item("A").dirty);
  EXPECT_EQ(bench.item("A").folded.events, 5'000U);
  bench.open();                    // it goes on where it was
  bench.append(Said("A", kLate));  // behind what still waits
  bench.run(kLate);
  EXPECT_FALSE(bench.item("A").dirty);
  EXPECT_EQ(bench.item("A").history_events, 5'000U);
  EXPECT_EQ(bench.repeats, 3'000U);
  EXPECT_THAT(bench.dead(), SizeIs(4'001));
  EXPECT_THAT(waiting(bench), IsEmpty());
}

TEST(PutOff, OfASealedItemItIsADeadLetter) {
  Bench bench(Clock::kGiven, sealing_policy());
  bench.open();
  bench.append(Said("A", kMonday).status(v1::WORK_STATUS_COMPLETED));
  bench.run(kMonday);
  bench.run(kMonday + days{401});
  ASSERT_TRUE(bench.item("A").sealed);
  bench.append(Said("A", kMonday + days{402}).status(v1::WORK_STATUS_IN_PROGRESS));
  bench.run(kMonday + days{403});
  ASSERT_THAT(bench.dead(), SizeIs(1));
  EXPECT_EQ(bench.dead()[0].refusal.code, "sealed");
  EXPECT_THAT(test::keys_of(bench.store(), Table::kHistory), IsEmpty());
  EXPECT_THAT(waiting(bench), IsEmpty());
}

}  // namespace
}  // namespace kip
