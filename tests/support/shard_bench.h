#pragma once
// One shard over a store in memory, and what sources say to it.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "contract/proto_values.h"
#include "contract/state.h"
#include "runtime/embedded_log.h"
#include "runtime/shard.h"
#include "store/testing.h"
#include "support/desk.h"

namespace kip::test {

// What a source says of one item, as the door would have stamped it.
struct Said {
  explicit Said(const std::string& item, Instant at) {
    auto& event = *stamped.mutable_event();
    event.set_item_id(item);
    event.set_event_id("e" + std::to_string(ms_of(at)));
    event.set_source("src");
    event.set_kind(v1::WORK_KIND_DOSSIER);
    set_timestamp(at, *event.mutable_occurred_at());
    set_timestamp(at, *stamped.mutable_ingested_at());
  }
  Said& due(Instant at) {
    set_timestamp(at, *stamped.mutable_event()->mutable_due_at());
    return *this;
  }
  Said& status(v1::WorkStatus status) {
    stamped.mutable_event()->set_status(status);
    return *this;
  }
  Said& title(std::size_t bytes) {
    stamped.mutable_event()->set_title(std::string(bytes, 'x'));
    return *this;
  }
  v1::StampedEvent stamped;
};

// One shard, its log and its store.
class Bench {
 public:
  explicit Bench(Clock clock, std::shared_ptr<const Policy> policy = office_policy(),
                 std::uint64_t keep_records = EmbeddedLog::kKeepRecords)
      : store_(open_mem_store()), policy_(std::move(policy)) {
    options_.clock = clock;
    options_.on_alert = [this](const AlertChange& change) { told.push_back(change); };
    auto log = EmbeddedLog::open(*store_, 1, keep_records);
    EXPECT_TRUE(log);
    log_ = std::move(*log);
  }
  Bench& open() {
    seam_ = log_->seam(0);
    shard_ = std::make_unique<Shard>(*seam_, *store_, policy_, options_);
    EXPECT_TRUE(shard_->open());
    return *this;
  }
  void append(const Said& said) { append(said.stamped.event().item_id(), bytes_of(said)); }
  void append(const std::string& key, const std::string& stamped) {
    ASSERT_TRUE(log_->append({{key, stamped}}, {}));
  }
  // Steps until there is nothing left to do.
  void run(Instant now) {
    for (;;) {
      auto progress = shard_->step(now);
      ASSERT_TRUE(progress) << progress.error().message;
      refused += progress->refused;
      timers += progress->timers;
      for (const auto& [source, count] : progress->sources) {
        accepted += count.accepted;
        repeats += count.duplicate;
      }
      if (progress->idle) return;
    }
  }
  void tick(Instant until) {
    for (;;) {
      auto progress = shard_->tick(until);
      ASSERT_TRUE(progress);
      if (progress->idle) return;
    }
  }
  ItemState item(const std::string& id) const {
    auto bytes = store_->get(Table::kItem, id);
    EXPECT_TRUE(bytes && *bytes) << id;
    auto state = decode_item(**bytes);
    EXPECT_TRUE(state);
    return *state;
  }
  std::vector<DeadLetter> dead() const {
    std::vector<DeadLetter> out;
    EXPECT_TRUE(store_->scan(Table::kDead, "", "", [&](std::string_view, std::string_view value) {
      out.push_back(*decode_dead(value));
      return true;
    }));
    return out;
  }
  // "rule change cause" of what was told.
  std::vector<std::string> words() const {
    std::vector<std::string> out;
    for (const AlertChange& c : told) {
      out.push_back(std::string(rule_name(c.rule)) + " " +
                    std::to_string(static_cast<int>(c.change)) + " " +
                    std::to_string(static_cast<int>(c.cause)));
    }
    return out;
  }
  static std::string bytes_of(const Said& said) { return said.stamped.SerializeAsString(); }
  Shard& shard() { return *shard_; }
  ShardOptions& options() { return options_; }

  std::vector<AlertChange> told;
  std::uint64_t refused = 0, accepted = 0, repeats = 0, timers = 0;
  const Store& store() const { return *store_; }
  Store& store() { return *store_; }

 private:
  std::unique_ptr<Store> store_;
  std::shared_ptr<const Policy> policy_;
  ShardOptions options_;
  std::unique_ptr<EmbeddedLog> log_;
  std::unique_ptr<Seam> seam_;
  std::unique_ptr<Shard> shard_;
};

}  // namespace kip::test
