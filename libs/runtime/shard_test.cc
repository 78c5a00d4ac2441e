// The shard over a store in memory: catching up, limits of an item, sealing, time that comes in
// pieces. (Crashes, reloads and disorder: tests/simulation.)

#include "runtime/shard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "store/keys.h"
#include "support/shard_bench.h"

namespace kip {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;
using test::Bench;
using test::kMonday;
using test::office_policy;
using test::Said;
using test::vn;

void add_late_and_completed(Bench& bench, int items) {
  for (int i = 0; i < items; ++i) {
    const std::string id = "HS-" + std::to_string(i);
    bench.append(Said(id, kMonday).status(v1::WORK_STATUS_ACCEPTED).due(vn("2026-11-03 10:00")));
  }
  for (int i = 0; i < items; ++i) {
    const std::string id = "HS-" + std::to_string(i);
    bench.append(Said(id, vn("2026-11-04 08:00")).status(v1::WORK_STATUS_IN_PROGRESS));
    bench.append(Said(id, vn("2026-11-05 08:00")).status(v1::WORK_STATUS_COMPLETED));
  }
}

TEST(CatchingUp, ABacklogOfItemsThatWereLateAndAreDoneRaisesNothing) {
  Bench bench(Clock::kGiven);
  add_late_and_completed(bench, 300);
  bench.append(Said("OPEN", kMonday).status(v1::WORK_STATUS_ACCEPTED).due(vn("2026-11-03 10:00")));
  bench.options().records_max = 50;
  bench.open();
  EXPECT_TRUE(bench.shard().catching_up());
  bench.run(vn("2026-11-05 09:00"));
  EXPECT_FALSE(bench.shard().catching_up());
  ASSERT_FALSE(bench.told.empty());
  for (const AlertChange& change : bench.told) EXPECT_EQ(change.item_id, "OPEN");
  std::int64_t late = 0;
  for (const auto& [name, count] : bench.shard().totals()) {
    if (name.starts_with("completed|") && name.ends_with("|late|2026-11")) late += count;
  }
  EXPECT_EQ(late, 300);
}

TEST(CatchingUp, TheSameRecordsOneByOneAreToldAsTheyCome) {
  Bench bench(Clock::kGiven);
  bench.open();
  bench.append(Said("A", kMonday).status(v1::WORK_STATUS_ACCEPTED).due(vn("2026-11-03 10:00")));
  bench.run(kMonday);
  bench.run(vn("2026-11-03 10:01"));
  EXPECT_EQ(bench.words(), (std::vector<std::string>{"due_soon 1 0", "overdue 1 0"}));
}

TEST(CatchingUp, ThatTakesLongerThanItMaySettlesAnywayAndSaysSo) {
  Bench bench(Clock::kGiven);
  for (int i = 0; i < 4; ++i) {
    bench.append(Said("A", kMonday + seconds{i}).due(vn("2026-11-03 10:00")));
  }
  bench.options().records_max = 1;
  bench.open();
  const Instant now = vn("2026-11-05 09:00");
  ASSERT_FALSE(bench.shard().step(now)->overdue_catch_up);
  EXPECT_TRUE(bench.told.empty());
  const Instant later = now + std::chrono::minutes{11};
  EXPECT_TRUE(bench.shard().step(later)->overdue_catch_up);
  ASSERT_TRUE(bench.shard().step(later));
  EXPECT_FALSE(bench.told.empty());
  EXPECT_EQ(bench.shard().position(), 2U);
}

TEST(Time, NeverRunsBack) {
  Bench bench(Clock::kGiven);
  bench.open();
  bench.append(Said("A", kMonday).due(vn("2026-11-03 10:00")));
  bench.run(vn("2026-11-04 08:00"));
  bench.run(vn("2026-11-02 08:00"));
  EXPECT_EQ(bench.shard().time(), vn("2026-11-04 08:00"));
  bench.open();  // and over a restart
  EXPECT_EQ(bench.shard().time(), vn("2026-11-04 08:00"));
}

// The item has a timer after the policy change's instant; ticks before the change differ.
std::vector<AlertChange> told_of_a_policy_change(const std::vector<Instant>& ticks) {
  Bench bench(Clock::kLog);
  bench.open();
  bench.append(Said("A", kMonday).status(v1::WORK_STATUS_ACCEPTED).due(vn("2026-11-03 10:00")));
  bench.run(kMonday);
  for (const Instant at : ticks) bench.tick(at);
  auto other = office_policy();
  other->rules = RuleSet();
  other->digest = "other";
  bench.shard().set_policy(other);
  bench.run(kMonday);
  bench.tick(vn("2026-11-03 16:00"));
  return bench.told;
}

TEST(PolicyChange, UnderLogIsToldAtTheItemsOwnTimeWhateverTheTicksBefore) {
  const Instant overdue = vn("2026-11-03 10:00") + Millis{1};
  const auto once = told_of_a_policy_change({overdue + hours{3}});
  const auto often = told_of_a_policy_change({overdue, overdue + hours{1}, overdue + hours{3}});
  ASSERT_EQ(once.size(), 4U);  // two raised, two resolved
  ASSERT_EQ(often.size(), once.size());
  for (std::size_t i = 0; i < once.size(); ++i) {
    EXPECT_EQ(once[i].alert_id, often[i].alert_id);
    EXPECT_EQ(once[i].changed_at, often[i].changed_at);
    EXPECT_EQ(once[i].detected_at, often[i].detected_at);
  }
  EXPECT_EQ(once.back().cause, AlertCause::kRuleChanged);
  EXPECT_EQ(once.back().changed_at, overdue);
}

std::string indicator(const std::string& id, Instant as_of, double value) {
  v1::StampedEvent stamped;
  auto& event = *stamped.mutable_indicator();
  event.set_event_id(id);
  event.set_source("src");
  event.set_indicator_id("disbursement-rate");
  event.set_value(value);
  set_timestamp(as_of, *event.mutable_as_of());
  set_timestamp(as_of, *stamped.mutable_ingested_at());
  return stamped.SerializeAsString();
}

TEST(Readings, OutliveTheInputLogAndEachIsKeptOnce) {
  Bench bench(Clock::kGiven, office_policy(), 10);
  const std::string first = indicator("i1", kMonday, 61);
  const std::string correction = indicator("i2", kMonday, 62);  // of the same instant
  v1::StampedEvent report;
  report.mutable_report()->set_source("src");
  report.mutable_report()->set_heartbeat(true);
  set_timestamp(kMonday, *report.mutable_report()->mutable_as_of());
  bench.append("disbursement-rate", first);
  bench.append("disbursement-rate", first);
  bench.append("disbursement-rate", correction);
  bench.append("src", report.SerializeAsString());
  for (int i = 0; i < 100; ++i) bench.append(Said("A", kMonday + seconds{i}));
  bench.append("disbursement-rate", first);  // again, in a later commit
  bench.options().records_max = 5;
  bench.open();
  bench.run(kMonday);
  const auto kept = test::keys_of(bench.store(), Table::kLog);
  ASSERT_LT(kept.size(), 50U);
  EXPECT_GT(keys::log_offset(kept.front()), 3U);  // the log has forgotten them
  std::vector<std::string> of_rate;
  for (auto& [key, value] : test::rows_of(bench.store(), Table::kReading,
                                          keys::reading('i', "disbursement-rate", kFarPast, ""),
                                          keys::reading_end('i', "disbursement-rate")))
    of_rate.push_back(value);
  EXPECT_THAT(of_rate, testing::UnorderedElementsAre(first, correction));
  EXPECT_EQ(test::keys_of(bench.store(), Table::kReading).size(), 3U);
  EXPECT_EQ(bench.accepted, 103U);
  EXPECT_EQ(bench.repeats, 2U);
}

TEST(ItemLimits, TheEventAfterTheFiveThousandthIsADeadLetterAndTheOthersStand) {
  Bench bench(Clock::kLog);
  bench.open();
  for (int i = 0; i < 5'001; ++i) bench.append(Said("A", kMonday + seconds{i}));
  bench.append(Said("B", kMonday));
  bench.run(kMonday);
  EXPECT_EQ(bench.item("A").history_events, 5'000U);
  EXPECT_EQ(bench.item("B").history_events, 1U);
  const auto dead = bench.dead();
  ASSERT_EQ(dead.size(), 1U);
  EXPECT_EQ(dead[0].refusal.code, "history_events");
  EXPECT_EQ(dead[0].refusal.field, "item_id");
  EXPECT_EQ(dead[0].value, Bench::bytes_of(Said("A", kMonday + seconds{5'000})));
  EXPECT_EQ(bench.refused, 1U);
}

TEST(ItemLimits, AHistoryOverOneMebibyteIsADeadLetter) {
  Bench bench(Clock::kLog);
  bench.open();
  bench.append(Said("A", kMonday).title(600'000));
  bench.append(Said("A", kMonday + seconds{1}).title(600'000));
  bench.append(Said("A", kMonday + seconds{2}));
  bench.run(kMonday);
  EXPECT_EQ(bench.item("A").history_events, 2U);
  ASSERT_EQ(bench.dead().size(), 1U);
  EXPECT_EQ(bench.dead()[0].refusal.code, "history_bytes");
}

TEST(Poison, ARecordThatStopsTheShardIsADeadLetterOnceItIsNamed) {
  Bench bench(Clock::kGiven);
  bench.append(Said("HS-1", vn("2026-11-02 08:00")));
  bench.append("HS-2", "\xff no event");
  bench.append(Said("HS-3", vn("2026-11-02 08:00")));
  bench.open();
  const auto failed = bench.shard().step(vn("2026-11-02 08:00"));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Errc::kCorrupt);
  EXPECT_EQ(bench.shard().failed_at(), 1U);

  bench.options().poison = 1;
  bench.open().run(vn("2026-11-02 08:00"));
  ASSERT_EQ(bench.dead().size(), 1U);
  EXPECT_EQ(bench.dead().front().refusal.code, "poison");
  EXPECT_EQ(bench.dead().front().value, "\xff no event");
  EXPECT_EQ(bench.shard().failed_at(), std::nullopt);
  EXPECT_EQ(bench.shard().position(), 3U);
  EXPECT_EQ(bench.item("HS-1").history_events, 1U);
  EXPECT_EQ(bench.item("HS-3").history_events, 1U);
}

TEST(Sealing, AnEndedItemIsSealedAfterItsTimeAndLaterEventsAreDeadLetters) {
  auto policy = office_policy();
  policy->registry.ward.history_days = 400;
  Bench bench(Clock::kLog, policy);
  bench.open();
  bench.append(Said("A", kMonday).status(v1::WORK_STATUS_ACCEPTED));
  bench.append(Said("A", kMonday + hours{1}).status(v1::WORK_STATUS_COMPLETED));
  bench.run(kMonday);
  const Instant seal = kMonday + hours{1} + days{400};
  bench.tick(seal - Millis{1});
  EXPECT_FALSE(bench.item("A").sealed);
  bench.tick(seal);
  EXPECT_TRUE(bench.item("A").sealed);
  bench.append(Said("A", seal).status(v1::WORK_STATUS_IN_PROGRESS));
  bench.run(seal);
  ASSERT_EQ(bench.dead().size(), 1U);
  EXPECT_EQ(bench.dead()[0].refusal.code, "sealed");
  EXPECT_EQ(bench.item("A").folded.status, WorkStatus::kCompleted);
}

}  // namespace
}  // namespace kip
