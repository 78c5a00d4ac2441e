#include "app/audit.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "app/bench_load.h"
#include "app/test_data.h"
#include "base/hash.h"
#include "contract/chunks.h"
#include "contract/state.h"
#include "store/keys.h"

namespace kip::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// The lives of many items, in the order of the time at which they happened.
std::vector<std::string> lives(std::uint64_t items) {
  const BenchLoad load = BenchLoad::lives(0, items, 7);
  std::vector<std::string> out;
  for (std::size_t i = 0; i < load.size(); ++i) out.emplace_back(load.at(i));
  const auto when = [](const std::string& bytes) {
    v1::WorkEvent e;
    EXPECT_TRUE(e.ParseFromString(bytes));
    return std::pair(e.occurred_at().seconds(), e.occurred_at().nanos());
  };
  std::stable_sort(out.begin(), out.end(),
                   [&](const auto& a, const auto& b) { return when(a) < when(b); });
  return out;
}

struct Audited {
  AuditFigures figures;
  std::string words;
};

Audited audited(const Store& store) {
  Audited out;
  AuditOptions options;
  options.policy = office();
  options.on_difference = [&](const std::string& words) { out.words += words + "\n"; };
  auto figures = audit(store, options);
  EXPECT_TRUE(figures) << figures.error().message;
  if (figures) out.figures = *figures;
  return out;
}

class Audit : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    whole = open_mem_store().release();
    feed(*whole, lives(300), 2, kBenchNow, office());
  }
  static void TearDownTestSuite() { delete whole; }

  std::unique_ptr<Store> store_ = copy_of(*whole);

  void put(Table table, const std::string& key, const std::string& value) {
    Batch batch;
    batch.put(table, key, value);
    ASSERT_TRUE(store_->write(batch, Durability::kSynced));
  }
  void erase(Table table, const std::string& key) {
    Batch batch;
    batch.erase(table, key);
    ASSERT_TRUE(store_->write(batch, Durability::kSynced));
  }
  std::string value(Table table, const std::string& key) const { return **store_->get(table, key); }
  // The first row that `wanted` takes.
  template <typename Wanted>
  std::string key_where(Table table, const Wanted& wanted) const {
    std::string found;
    EXPECT_TRUE(store_->scan(table, "", "", [&](std::string_view key, std::string_view bytes) {
      if (wanted(key, bytes)) found = key;
      return found.empty();
    }));
    EXPECT_FALSE(found.empty());
    return found;
  }
  std::string item_with_alerts() const {
    return key_where(Table::kItem, [](auto, auto bytes) {
      const auto item = decode_item(bytes);
      return !item->open.empty() && item->ever.size() > 1;
    });
  }
  template <typename Change>
  void change_item(const std::string& id, const Change& change) {
    auto item = *decode_item(value(Table::kItem, id));
    change(item);
    put(Table::kItem, id, encode_item(item));
  }
  // Nothing but what the test has done is wrong.
  void expect_found(const std::string& words) {
    const Audited found = audited(*store_);
    EXPECT_GT(found.figures.differences, 0U);
    EXPECT_THAT(found.words, HasSubstr(words));
  }

  static Store* whole;
};
Store* Audit::whole = nullptr;

TEST_F(Audit, FindsNothingInWholeData) {
  const Audited found = audited(*store_);
  EXPECT_EQ(found.figures.differences, 0U);
  EXPECT_THAT(found.words, IsEmpty());
  EXPECT_EQ(found.figures.items, 300U);
  EXPECT_EQ(found.figures.refolded, 300U);
  EXPECT_GT(found.figures.alerts, 300U);
  EXPECT_THAT(found.figures.skipped, IsEmpty());
}

TEST_F(Audit, CountsVoidItemsApart) {
  const auto store = open_mem_store();
  v1::WorkEvent first = said("HS-1", "e-1", "2026-11-02T01:00:00Z");
  first.set_status(v1::WORK_STATUS_ACCEPTED);
  v1::WorkEvent gone = said("HS-2", "e-1", "2026-11-02T01:00:00Z");
  gone.set_status(v1::WORK_STATUS_VOID);
  feed(*store, {first.SerializeAsString(), gone.SerializeAsString()}, 2, at("2026-11-02T02:00:00Z"),
       office());
  const Audited found = audited(*store);
  EXPECT_EQ(found.figures.items, 1U);
  EXPECT_EQ(found.figures.gone, 1U);
  EXPECT_EQ(found.figures.refolded, 2U);
  EXPECT_THAT(to_json(found.figures), HasSubstr(R"("items":1,"void":1,)"));
}

TEST_F(Audit, SaysThatAnotherConfigurationWasSkipped) {
  auto other = plain_policy(Calendar::always());
  other->digest = "other";
  AuditOptions options;
  options.policy = other;
  const auto figures = audit(*store_, options);
  EXPECT_EQ(figures->differences, 0U);
  EXPECT_EQ(figures->refolded, 0U);
  EXPECT_THAT(figures->skipped, HasSubstr("another configuration"));
  EXPECT_THAT(to_json(*figures), HasSubstr(R"("not_checked":["states","counters"])"));
}

TEST_F(Audit, SaysThatSettlingUnderThisConfigurationHasNotEnded) {
  put(Table::kMeta, "policy/1", office()->digest + "\nH19.00-000000001");
  const Audited found = audited(*store_);
  EXPECT_EQ(found.figures.differences, 0U);
  EXPECT_THAT(found.figures.skipped, HasSubstr("still being settled"));
  EXPECT_THAT(found.figures.not_checked, testing::ElementsAre("states", "counters"));
}

TEST_F(Audit, NeedsNoConfigurationForTotalsTimersAlertsAndHistories) {
  const AuditFigures with = audited(*store_).figures;
  const auto bare = [&] { return *audit(*store_, {}); };
  EXPECT_EQ(bare().skipped, "no configuration");
  EXPECT_EQ(bare().differences, 0U);
  EXPECT_EQ(bare().state_digest, with.state_digest);
  EXPECT_EQ(bare().totals_digest, with.totals_digest);
  EXPECT_EQ(bare().alerts_digest, with.alerts_digest);
  erase(Table::kTimer, key_where(Table::kTimer, [](auto, auto) { return true; }));
  EXPECT_EQ(bare().differences, 1U);
  erase(Table::kTotal,
        key_where(Table::kTotal, [](auto, auto bytes) { return keys::read_u64(bytes) > 1; }));
  EXPECT_EQ(bare().differences, 2U);
  put(Table::kHistory, key_where(Table::kHistory, [](auto, auto) { return true; }), "\xff");
  EXPECT_EQ(bare().differences, 3U);
}

TEST_F(Audit, IsNotFoundWhereThereIsNoData) {
  EXPECT_EQ(audit(*open_mem_store(), {}).error().code, Errc::kNotFound);
}

TEST_F(Audit, FindsChangedTotal) {
  const std::string key =
      key_where(Table::kTotal, [](auto, auto bytes) { return keys::read_u64(bytes) > 1; });
  put(Table::kTotal, key, keys::u64(keys::read_u64(value(Table::kTotal, key)) + 1));
  expect_found("đếm lại");
}

TEST_F(Audit, FindsDroppedTotal) {
  erase(Table::kTotal,
        key_where(Table::kTotal, [](auto, auto bytes) { return keys::read_u64(bytes) > 1; }));
  expect_found("ghi 0, đếm lại");
}

TEST_F(Audit, FindsDroppedTimer) {
  erase(Table::kTimer, key_where(Table::kTimer, [](auto, auto) { return true; }));
  expect_found("thiếu hẹn giờ");
}

TEST_F(Audit, FindsTimerTooMany) {
  put(Table::kTimer, keys::timer(0, kBenchNow, item_with_alerts()), "");
  expect_found("hẹn giờ thừa");
}

TEST_F(Audit, FindsTimerWithoutItem) {
  put(Table::kTimer, keys::timer(0, kBenchNow, "nobody"), "");
  expect_found("có hẹn giờ mà không có việc");
}

TEST_F(Audit, FindsAlteredItem) {
  change_item(item_with_alerts(),
              [](ItemState& item) { item.folded.facts.assignee_id = "someone else"; });
  expect_found("khác với kết quả dựng lại từ lịch sử");
}

TEST_F(Audit, FindsAlteredCounters) {
  change_item(item_with_alerts(), [](ItemState& item) { item.counted.pop_back(); });
  expect_found("các số đếm đã ghi khác với trạng thái");
  expect_found("đếm lại");
}

TEST_F(Audit, FindsItemThatCannotBeRead) {
  put(Table::kItem, item_with_alerts(), "\xff\xff");
  expect_found("không đọc được");
}

TEST_F(Audit, FindsDroppedHistory) {
  erase(Table::kHistory, key_where(Table::kHistory, [](auto, auto) { return true; }));
  expect_found("lịch sử có 0 sự kiện");
}

TEST_F(Audit, LooksAtWhatWaitsToBeFolded) {
  const std::string id = item_with_alerts();
  const std::uint32_t shard = shard_of(id, 2), bucket = Backlog::bucket_of(id);
  const auto block = [&](std::uint64_t offset) {
    std::string out;
    append_waiting(out, {offset, read_history(*store_, id)->front()});
    return out;
  };
  const std::string right = keys::backlog(shard, bucket, 3);
  put(Table::kBacklog, right, block(3));
  const Audited found = audited(*store_);
  EXPECT_EQ(found.figures.differences, 0U) << found.words;
  EXPECT_EQ(found.figures.waiting, 1U);
  EXPECT_THAT(found.figures.waiting_ids, testing::ElementsAre(id));
  const auto wrong = [&](const std::string& key, const std::string& bytes, const char* words) {
    put(Table::kBacklog, key, bytes);
    expect_found(words);
    erase(Table::kBacklog, key);
  };
  wrong(right, block(4), "khóa khác với sự kiện đầu");
  wrong(right, block(3) + block(3), "thứ tự sai");
  wrong(right, "\xff", "không đọc được");
  wrong(keys::backlog(shard, bucket + 1, 3), block(3), "nằm sai ngăn");
  wrong(keys::backlog(shard, bucket, 1U << 20), block(1U << 20), "chưa được đọc tới");
  wrong(keys::backlog(9, bucket, 3), block(3), "không thuộc phần nào");
  wrong("x", block(3), "khóa hỏng");
}

TEST_F(Audit, FindsDroppedRevision) {
  const std::string first =
      key_where(Table::kAlerts, [](auto key, auto) { return key.size() == 12; });
  v1::AlertEvent alert;
  ASSERT_TRUE(alert.ParseFromString(value(Table::kAlerts, first)));
  erase(Table::kAlerts, first);
  erase(Table::kAlerts, alerts_of_prefix(alert.subject_id()) + first);
  expect_found("trước nó thiếu 1 dòng");
  expect_found("cảnh báo " + alert.alert_id());
}

TEST_F(Audit, FindsRevisionOutsideTheIndex) {
  const std::string row = key_where(Table::kAlerts, [](auto key, auto) { return key.size() > 12; });
  erase(Table::kAlerts, row);
  expect_found("mục lục theo việc không có nó");
}

TEST_F(Audit, FindsRevisionWithTwoContents) {
  const std::string first =
      key_where(Table::kAlerts, [](auto key, auto) { return key.size() == 12; });
  v1::AlertEvent alert;
  ASSERT_TRUE(alert.ParseFromString(value(Table::kAlerts, first)));
  alert.set_reason("something else");
  const std::string last = *store_->last_key(Table::kAlerts, "", keys::u32(1)).value();
  const std::string next = keys::log(0, keys::log_offset(last) + 1);
  put(Table::kAlerts, next, alert.SerializeAsString());
  put(Table::kAlerts, alerts_of_prefix(alert.subject_id()) + next, "");
  expect_found("có hai nội dung");
}

TEST_F(Audit, FindsOpenAlertThatWasResolved) {
  change_item(item_with_alerts(), [](ItemState& item) { item.open.clear(); });
  expect_found("sổ còn mở, việc ghi đã đóng");
}

TEST_F(Audit, FindsForgottenAlerts) {
  change_item(item_with_alerts(), [](ItemState& item) { item.ever.clear(); });
  expect_found("việc không ghi nhận cảnh báo này");
}

TEST_F(Audit, FindsAlertsThatTheLogNeverHad) {
  const std::string quiet =
      key_where(Table::kItem, [](auto, auto bytes) { return decode_item(bytes)->ever.empty(); });
  change_item(quiet, [](ItemState& item) { item.ever["aaaa"] = {1, kBenchNow}; });
  expect_found("sổ cảnh báo không có dòng nào");
}

TEST_F(Audit, FindsPositionBeyondTheLog) {
  put(Table::kMeta, position_key(1), keys::u64(1'000'000));
  expect_found("vị trí 1000000 nằm ngoài");
}

TEST_F(Audit, FindsHoleInTheLog) {
  erase(Table::kLog, keys::log(0, 5));
  expect_found("thiếu 1 bản ghi ở giữa");
}

TEST_F(Audit, FindsItemThatNobodyWillSettle) {
  change_item(item_with_alerts(), [](ItemState& item) { item.dirty = true; });
  expect_found("chờ xét mà không có sự kiện chờ");
}

TEST_F(Audit, DigestsDoNotDependOnShards) {
  const auto three = open_mem_store();
  feed(*three, lives(300), 3, kBenchNow, office());
  const AuditFigures two = audited(*store_).figures;
  const AuditFigures other = audited(*three).figures;
  EXPECT_EQ(two.state_digest, other.state_digest);
  EXPECT_EQ(two.totals_digest, other.totals_digest);
  EXPECT_EQ(two.alerts_digest, other.alerts_digest);
}

TEST_F(Audit, DigestsDoNotDependOnTheOrderOfItems) {
  // Item by item: each one's own records stay in order, which is all that `log` rests on.
  std::vector<std::string> events = lives(300);
  const auto item_of = [](const std::string& bytes) {
    v1::WorkEvent e;
    EXPECT_TRUE(e.ParseFromString(bytes));
    return e.item_id();
  };
  std::stable_sort(events.begin(), events.end(),
                   [&](const auto& a, const auto& b) { return item_of(a) < item_of(b); });
  const auto other = open_mem_store();
  feed(*other, events, 1, kBenchNow, office());
  const AuditFigures a = audited(*store_).figures;
  const AuditFigures b = audited(*other).figures;
  EXPECT_EQ(a.state_digest, b.state_digest);
  EXPECT_EQ(a.totals_digest, b.totals_digest);
  EXPECT_EQ(a.alerts_digest, b.alerts_digest);
}

TEST_F(Audit, StateAndTotalsDoNotDependOnAnyOrder) {
  std::vector<std::string> events = lives(300);
  std::reverse(events.begin(), events.end());
  const auto other = open_mem_store();
  feed(*other, events, 2, kBenchNow, office());
  const Audited found = audited(*other);
  EXPECT_EQ(found.figures.differences, 0U) << found.words;
  EXPECT_EQ(audited(*store_).figures.state_digest, found.figures.state_digest);
  EXPECT_EQ(audited(*store_).figures.totals_digest, found.figures.totals_digest);
}

TEST_F(Audit, DigestsTellDifferentDataApart) {
  const auto other = open_mem_store();
  std::vector<std::string> events = lives(300);
  events.pop_back();
  events.pop_back();
  feed(*other, events, 2, kBenchNow, office());
  EXPECT_NE(audited(*store_).figures.state_digest, audited(*other).figures.state_digest);
}

}  // namespace
}  // namespace kip::test
