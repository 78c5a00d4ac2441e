#pragma once
// Small data for the tests of the commands that look at it: events through the door into a store
// in memory, folded under the log's clock.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "app/setup.h"
#include "contract/publish.h"
#include "runtime/embedded_log.h"
#include "runtime/shard.h"

namespace kip::test {

inline Instant at(const std::string& text) { return *parse_rfc3339(text); }

inline void stamp(const std::string& text, google::protobuf::Timestamp& t) {
  t.set_seconds(ms_of(at(text)) / 1000);
}

inline std::shared_ptr<const Policy> office() {
  OfficeHours hours;
  hours.intervals = {{7 * 3'600'000 + 1'800'000, 11 * 3'600'000 + 1'800'000},
                     {13 * 3'600'000, 17 * 3'600'000}};
  return plain_policy(Calendar::office(hours, {}));
}

inline v1::WorkEvent said(const std::string& item, const std::string& id, const std::string& when) {
  v1::WorkEvent e;
  e.set_event_id(id);
  e.set_source("mot-cua");
  e.set_item_id(item);
  e.set_kind(v1::WORK_KIND_DOSSIER);
  stamp(when, *e.mutable_occurred_at());
  return e;
}

inline Accepted through_door(const std::string& bytes,
                             const std::shared_ptr<const Policy>& policy) {
  Arrival arrival;
  arrival.body = bytes;
  arrival.arrived_at_from_record = true;
  arrival.channel = "test";
  Verdict verdict = Door(door_options(policy)).check(arrival);
  EXPECT_TRUE(verdict.accepted) << verdict.refused->reason;
  return *verdict.accepted;
}

// Folds `events` (serialized WorkEvents, in log order) into `store`, and time runs on to `until`.
inline void feed(Store& store, const std::vector<std::string>& events, std::uint32_t shards,
                 Instant until, const std::shared_ptr<const Policy>& policy) {
  auto log = EmbeddedLog::open(store, shards);
  ASSERT_TRUE(log) << log.error().message;
  std::vector<Appended> records;
  for (const std::string& bytes : events) {
    Accepted accepted = through_door(bytes, policy);
    records.push_back({std::move(accepted.key), std::move(accepted.bytes)});
  }
  ASSERT_TRUE((*log)->append(records, {}));
  for (std::uint32_t id = 0; id < shards; ++id) {
    const auto seam = (*log)->seam(id);
    ShardOptions options;
    options.shard = id;
    options.clock = Clock::kLog;
    options.records_max = 100;  // several commits
    options.owns = [=](std::string_view item) { return shard_of(item, shards) == id; };
    Shard shard(*seam, store, policy, options);
    ASSERT_TRUE(shard.open());
    for (bool idle = false; !idle;) {
      auto progress = shard.step(until);
      ASSERT_TRUE(progress) << progress.error().message;
      idle = progress->idle;
    }
    for (bool idle = false; !idle;) {
      auto progress = shard.tick(until);
      ASSERT_TRUE(progress) << progress.error().message;
      idle = progress->idle;
    }
  }
}

inline std::unique_ptr<Store> copy_of(const Store& store) {
  auto out = open_mem_store();
  for (int i = 0; i < kTableCount; ++i) {
    Batch batch;
    const auto table = static_cast<Table>(i);
    EXPECT_TRUE(store.scan(table, "", "", [&](std::string_view key, std::string_view value) {
      batch.put(table, std::string(key), std::string(value));
      return true;
    }));
    EXPECT_TRUE(out->write(batch, Durability::kSynced));
  }
  return out;
}

}  // namespace kip::test
