// Any order of the same records, with any repeats, cut into commits anyhow, leaves at T the same
// state, the same totals, and the same rules holding with the same onsets. On histories drawn by
// chance (tests/support/draw.h), through the shard itself.

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "contract/decode.h"
#include "contract/proto_values.h"
#include "contract/state.h"
#include "runtime/embedded_log.h"
#include "runtime/shard.h"
#include "store/testing.h"
#include "support/desk.h"
#include "support/draw.h"

namespace kip {
namespace {

using test::Draw;
using test::vn;

std::string stamped(const Event& from) {
  v1::StampedEvent out;
  v1::WorkEvent& to = *out.mutable_event();
  to.set_event_id(from.event_id);
  to.set_source(from.source);
  to.set_item_id(from.item_id);
  to.set_kind(to_proto(from.kind));
  set_timestamp(from.occurred_at, *to.mutable_occurred_at());
  if (from.sequence != 0) to.set_sequence(from.sequence);
  for (const std::string& name : from.clear) to.add_clear(name);
  for (const std::string& id : from.voids) to.add_voids(id);
  if (from.status) to.set_status(to_proto(*from.status));
  if (from.step) say(*from.step, *to.mutable_step());
  if (from.waiting_for) to.set_waiting_for(to_proto(*from.waiting_for));
  if (from.due_at) set_timestamp(*from.due_at, *to.mutable_due_at());
  say(from.facts, to);
  for (const std::string& fault : from.faults) out.add_faults(fault);
  set_timestamp(from.occurred_at, *out.mutable_ingested_at());
  return out.SerializeAsString();
}

struct Holding {
  RuleId rule{};
  std::string unit;
  Instant onset{};
  auto operator<=>(const Holding&) const = default;
};

// What a shard says at the end.
struct AtTheEnd {
  std::map<std::string, Folded> folded;  // by item
  std::map<std::string, std::vector<Holding>> holding;
  std::map<std::string, std::vector<std::string>> counted;
  std::map<std::string, std::int64_t> totals;  // those that are not 0
  bool operator==(const AtTheEnd&) const = default;
};

AtTheEnd settled_at(Instant t, const std::vector<Event>& events, std::size_t records_max) {
  AtTheEnd out;
  const auto store = open_mem_store();
  auto log = EmbeddedLog::open(*store, 1);
  EXPECT_TRUE(log);
  std::vector<Appended> records;
  for (const Event& event : events) records.push_back({event.item_id, stamped(event)});
  EXPECT_TRUE((*log)->append(records, {}));
  const auto seam = (*log)->seam(0);
  ShardOptions options;
  options.records_max = records_max;
  Shard shard(*seam, *store, test::office_policy(), options);
  EXPECT_TRUE(shard.open());
  for (bool idle = false; !idle;) {
    const auto progress = shard.step(t);
    if (!progress) {
      ADD_FAILURE() << progress.error().message;
      return out;
    }
    idle = progress->idle;
  }
  for (const auto& [id, bytes] : test::rows_of(*store, Table::kItem)) {
    auto item = decode_item(bytes);
    EXPECT_TRUE(item);
    out.folded[id] = item->folded;
    out.counted[id] = item->counted;
    for (const OpenAlert& alert : item->open)
      out.holding[id].push_back({alert.rule, alert.unit_id, alert.onset});
  }
  for (const auto& [name, count] : shard.totals()) {
    if (count != 0) out.totals[name] = count;
  }
  return out;
}

class Permutation : public ::testing::TestWithParam<unsigned> {};

TEST_P(Permutation, OfTheRecordsLeavesTheSameStateTotalsAndRulesWithTheirOnsets) {
  Draw draw(GetParam());
  std::set<RuleId> rules;
  std::size_t totals = 0;
  for (int n = 0; n < 12; ++n) {
    std::vector<Event> events;
    for (const char* item : {"A", "B", "C"}) {
      const auto history = draw.history(item);
      events.insert(events.end(), history.begin(), history.end());
    }
    const Instant t = vn("2026-11-07 08:00") + std::chrono::hours{draw.up_to(400)};
    const AtTheEnd expected = settled_at(t, events, 5'000);
    for (const auto& [id, holding] : expected.holding) {
      for (const Holding& h : holding) rules.insert(h.rule);
    }
    totals += expected.totals.size();
    for (int p = 0; p < 10; ++p) {
      draw.shuffle(events);
      const AtTheEnd got = settled_at(t, events, 1 + draw.up_to(20));
      ASSERT_EQ(got.folded, expected.folded) << "history " << n << ", permutation " << p;
      ASSERT_EQ(got.holding, expected.holding) << "history " << n << ", permutation " << p;
      ASSERT_EQ(got.counted, expected.counted) << "history " << n << ", permutation " << p;
      ASSERT_EQ(got.totals, expected.totals) << "history " << n << ", permutation " << p;
    }
  }
  EXPECT_GT(rules.size(), 3U);  // else it shows little
  EXPECT_GT(totals, 20U);
}

INSTANTIATE_TEST_SUITE_P(Drawn, Permutation, ::testing::Range(1U, 7U));

}  // namespace
}  // namespace kip
