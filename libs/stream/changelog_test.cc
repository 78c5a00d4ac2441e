// What a shard commits, told by the changelog, makes the same store.

#include "stream/changelog.h"

#include <gtest/gtest.h>

#include <memory>

#include "base/hash.h"
#include "contract/proto_values.h"
#include "contract/state.h"
#include "runtime/embedded_log.h"
#include "runtime/shard.h"
#include "store/keys.h"
#include "store/testing.h"
#include "support/desk.h"

namespace kip {
namespace {

using test::rows_of;
using test::vn;

TakeRecord into(std::vector<ChangelogRecord>& records) {
  return [&](std::string_view key, std::optional<std::string_view> value) {
    records.push_back(
        {std::string(key), value ? std::optional(std::string(*value)) : std::nullopt});
    return Status();
  };
}

TEST(Changelog, NamesTheTableAndTellsARangeRowByRow) {
  const auto store = open_mem_store();
  Batch before;
  before.put(Table::kHistory, keys::history("A", 0), "old");
  before.put(Table::kHistory, keys::history("A", 1), "old");
  ASSERT_TRUE(store->write(before, Durability::kSynced));
  Batch batch;
  batch.put(Table::kItem, "A", "state");
  batch.erase_range(Table::kHistory, keys::history("A", 0), keys::history_end("A"));
  batch.put(Table::kHistory, keys::history("A", 0), "new");
  batch.put(Table::kReading, "said", "reading");
  batch.put(Table::kTimer, "derived", "");
  batch.put(Table::kTotal, "derived", "");
  batch.put(Table::kDead, "elsewhere", "");
  batch.erase(Table::kMeta, "gone");
  std::vector<ChangelogRecord> records;
  ASSERT_TRUE(to_changelog(batch, *store, into(records)));
  const std::vector<ChangelogRecord> want = {{"iA", "state"},
                                             {"h" + keys::history("A", 0), std::nullopt},
                                             {"h" + keys::history("A", 1), std::nullopt},
                                             {"h" + keys::history("A", 0), "new"},
                                             {"rsaid", "reading"},
                                             {"mgone", std::nullopt}};
  EXPECT_EQ(records, want);
  const auto said = from_changelog({{"rsaid", "reading"}}, *store, 0);
  ASSERT_TRUE(said);
  ASSERT_TRUE(store->write(*said, Durability::kSynced));
  EXPECT_EQ(test::value_of(*store, Table::kReading, "said"), "reading");
}

TEST(Changelog, EndsWithWhatTakesIt) {
  const auto store = open_mem_store();
  Batch batch;
  batch.put(Table::kItem, "A", "state");
  batch.put(Table::kItem, "B", "state");
  int taken = 0;
  const Status told = to_changelog(batch, *store, [&](std::string_view, auto) -> Status {
    ++taken;
    return unavailable("full");
  });
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().message, "full");
  EXPECT_EQ(taken, 1);
}

TEST(Changelog, OfAnUnknownKindIsCorrupt) {
  const auto store = open_mem_store();
  for (const char* key : {"", "x", "t1"}) {
    const auto batch = from_changelog({{key, "value"}}, *store, 0);
    ASSERT_FALSE(batch) << key;
    EXPECT_EQ(batch.error().code, Errc::kCorrupt);
  }
  EXPECT_FALSE(from_changelog({{"iA", "no item"}}, *store, 0));
}

// Commits into one store and keeps what the changelog would tell of it.
class Telling : public Seam {
 public:
  Telling(std::unique_ptr<Seam> seam, const Store& store) : seam_(std::move(seam)), store_(store) {}
  Result<std::vector<Record>> read(std::uint64_t from, std::size_t most) override {
    return seam_->read(from, most);
  }
  Result<std::uint64_t> end() override { return seam_->end(); }
  Result<std::uint64_t> position() override { return seam_->position(); }
  Status commit(Txn txn) override {
    EXPECT_TRUE(to_changelog(txn.state, store_, into(records)));
    return seam_->commit(std::move(txn));
  }
  std::vector<ChangelogRecord> records;

 private:
  std::unique_ptr<Seam> seam_;
  const Store& store_;
};

std::string event(int item, int n, Instant at, v1::WorkStatus status) {
  v1::StampedEvent stamped;
  auto& e = *stamped.mutable_event();
  e.set_item_id("HS-" + std::to_string(item));
  e.set_event_id("e" + std::to_string(n));
  e.set_source("src");
  e.set_kind(v1::WORK_KIND_DOSSIER);
  e.set_status(status);
  set_timestamp(at, *e.mutable_occurred_at());
  set_timestamp(at + std::chrono::hours{20}, *e.mutable_due_at());
  set_timestamp(at, *stamped.mutable_ingested_at());
  return stamped.SerializeAsString();
}

std::map<std::string, std::uint64_t> totals_of(const Store& store) {
  std::map<std::string, std::uint64_t> out;
  for (const auto& [key, value] : rows_of(store, Table::kTotal)) {
    if (keys::read_u64(value) != 0) out[key] = keys::read_u64(value);
  }
  return out;
}

void expect_same_store(const std::vector<ChangelogRecord>& records, const Store& store) {
  for (const std::size_t slice : {1U, 13U, 100'000U}) {
    const auto other = open_mem_store();
    for (std::size_t at = 0; at < records.size(); at += slice) {
      const auto end = std::min(at + slice, records.size());
      const auto batch = from_changelog({records.begin() + static_cast<std::ptrdiff_t>(at),
                                         records.begin() + static_cast<std::ptrdiff_t>(end)},
                                        *other, 0);
      ASSERT_TRUE(batch) << batch.error().message;
      ASSERT_TRUE(other->write(*batch, Durability::kSynced));
    }
    for (const Table table : {Table::kItem, Table::kHistory, Table::kTimer, Table::kBacklog})
      EXPECT_EQ(rows_of(*other, table), rows_of(store, table)) << table_name(table);
    EXPECT_EQ(totals_of(*other), totals_of(store));
  }
}

TEST(Changelog, AppliedInSlicesOfAnySizeMakesTheSameStore) {
  const auto store = open_mem_store();
  auto log = EmbeddedLog::open(*store, 1);
  ASSERT_TRUE(log);
  Telling seam((*log)->seam(0), *store);
  ShardOptions options;
  options.clock = Clock::kLog;
  options.records_max = 7;
  Shard shard(seam, *store, test::office_policy(), options);
  ASSERT_TRUE(shard.open());
  const Instant begin = vn("2026-11-02 08:00");
  for (int n = 0; n < 400; ++n) {  // more than the chunks after which a history is merged
    const auto status = n % 3 == 0 ? v1::WORK_STATUS_WAITING : v1::WORK_STATUS_IN_PROGRESS;
    const std::string bytes = event(n % 5, n, begin + std::chrono::hours{n},
                                    n < 380 ? status : v1::WORK_STATUS_COMPLETED);
    ASSERT_TRUE((*log)->append({{"HS-" + std::to_string(n % 5), bytes}}, {}));
    for (auto done = shard.step(begin); !done->idle; done = shard.step(begin)) {
    }
  }
  for (auto done = shard.tick(begin + std::chrono::days{30}); !done->idle;
       done = shard.tick(begin + std::chrono::days{30})) {
  }
  expect_same_store(seam.records, *store);
  EXPECT_FALSE(totals_of(*store).empty());
}

// While it catches up, and after it.
TEST(Changelog, CarriesWhatIsPutOffWhileCatchingUp) {
  const auto store = open_mem_store();
  auto log = EmbeddedLog::open(*store, 1);
  ASSERT_TRUE(log);
  Telling seam((*log)->seam(0), *store);
  ShardOptions options;
  options.records_max = 7;
  options.timers_max = 2;
  const Instant begin = vn("2026-11-02 08:00"), now = begin + std::chrono::days{40};
  for (int round = 0; round < 2; ++round) {  // the second finds items, settled
    for (int n = 0; n < 60; ++n) {
      const std::string bytes =
          event(n % 5, 60 * round + n, begin + std::chrono::hours{60 * round + n},
                v1::WORK_STATUS_IN_PROGRESS);
      ASSERT_TRUE((*log)->append({{"HS-" + std::to_string(n % 5), bytes}}, {}));
    }
    Shard shard(seam, *store, test::office_policy(), options);
    ASSERT_TRUE(shard.open());
    while (shard.catching_up()) {
      ASSERT_TRUE(shard.step(now));
      expect_same_store(seam.records, *store);
    }
    EXPECT_TRUE(shard.behind());
    ASSERT_TRUE(shard.step(now));  // settles some of them
    EXPECT_TRUE(shard.behind());
    expect_same_store(seam.records, *store);
    for (auto done = shard.step(now); !done->idle; done = shard.step(now)) {
    }
    expect_same_store(seam.records, *store);
  }
}

}  // namespace
}  // namespace kip
