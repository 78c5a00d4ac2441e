#pragma once
// Three shards of one store, whose items wait for each other, and what the shards tell each other.

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/hash.h"
#include "runtime/links.h"
#include "support/shard_bench.h"

namespace kip::test {

inline constexpr std::uint32_t kShards = 3;
inline const Instant kMorning = vn("2026-11-02 08:00");

class ThreeShards : public testing::Test {
 protected:
  ThreeShards() : store_(open_mem_store()), policy_(office_policy()) {
    auto log = EmbeddedLog::open(*store_, kShards);
    EXPECT_TRUE(log);
    log_ = std::move(*log);
    open();
  }
  // As after a restart.
  void open(Clock clock = Clock::kGiven) {
    shards_.clear();
    rows_ = {};
    for (std::uint32_t id = 0; id < kShards; ++id) {
      ShardOptions options;
      options.shard = id;
      options.clock = clock;
      options.owns = [id](std::string_view item) { return shard_of(item, kShards) == id; };
      options.on_alert = [this](const AlertChange& change) {
        if (change.rule != RuleId::kBlocked) return;
        if (change.change == AlertChangeKind::kRaised) told_.push_back(change.item_id + " +");
        if (change.change == AlertChangeKind::kResolved) told_.push_back(change.item_id + " -");
      };
      seams_.push_back(log_->seam(id));
      shards_.push_back(std::make_unique<Shard>(*seams_.back(), *store_, policy_, options));
      ASSERT_TRUE(shards_.back()->open());
    }
  }
  void say(const Said& said) {
    ASSERT_TRUE(
        log_->append({{said.stamped.event().item_id(), said.stamped.SerializeAsString()}}, {}));
  }
  // Due in so many hours, and waits for those.
  static Said item(const std::string& id, Instant at, int due_hours,
                   const std::vector<std::string>& waits_for = {}) {
    Said said(id, at);
    said.due(at + std::chrono::hours{due_hours}).status(v1::WORK_STATUS_IN_PROGRESS);
    said.stamped.mutable_event()->set_kind(v1::WORK_KIND_TASK);
    said.stamped.mutable_event()->set_unit_id("U-" + id);
    for (const std::string& other : waits_for)
      said.stamped.mutable_event()->mutable_depends_on()->add_ids(other);
    return said;
  }
  static Said status(const std::string& id, Instant at, v1::WorkStatus status) {
    Said said(id, at);
    said.status(status);
    return said;
  }
  void step_all(Instant now) {
    for (auto& shard : shards_) {
      for (bool idle = false; !idle;) {
        auto progress = shard->step(now);
        ASSERT_TRUE(progress) << progress.error().message;
        idle = progress->idle;
      }
    }
  }
  // Until nobody has anything new to say.
  void run(Instant now) {
    step_all(now);
    rows_.renew();
    for (;;) {
      ASSERT_TRUE(rows_.take_all(*store_));
      const auto handed = rows_.links();
      for (auto& shard : shards_) shard->set_links(handed);
      step_all(now);
      ASSERT_TRUE(rows_.take_all(*store_));
      if (rows_.links() == handed) return;
    }
  }
  std::optional<ItemState> stored(const std::string& id) const {
    auto bytes = store_->get(Table::kItem, id);
    EXPECT_TRUE(bytes);
    if (!*bytes) return std::nullopt;
    auto item = decode_item(**bytes);
    EXPECT_TRUE(item);
    return *item;
  }
  static bool has(const ItemState& item, RuleId rule) {
    return std::any_of(item.open.begin(), item.open.end(),
                       [&](const OpenAlert& a) { return a.rule == rule; });
  }
  bool blocked(const std::string& id) const {
    const auto item = stored(id);
    return item && has(*item, RuleId::kBlocked);
  }
  // The one whose name is in another shard than that of `id`.
  static std::string elsewhere(const std::string& id) {
    for (int i = 0;; ++i) {
      std::string other = "X" + std::to_string(i);
      if (shard_of(other, kShards) != shard_of(id, kShards)) return other;
    }
  }
  std::size_t rows(const std::string& from = "", const std::string& until = "") const {
    std::size_t count = 0;
    EXPECT_TRUE(store_->scan(Table::kLink, from, until, [&](std::string_view, std::string_view) {
      ++count;
      return true;
    }));
    return count;
  }

  std::unique_ptr<Store> store_;
  std::shared_ptr<const Policy> policy_;
  std::unique_ptr<EmbeddedLog> log_;
  std::vector<std::unique_ptr<Seam>> seams_;
  std::vector<std::unique_ptr<Shard>> shards_;
  LinkRows rows_;
  std::vector<std::string> told_;
};

}  // namespace kip::test
