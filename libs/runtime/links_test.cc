// Items that wait for others, over several shards of one store.

#include <gmock/gmock.h>

#include <random>

#include "runtime/test_links.h"
#include "store/keys.h"

namespace kip {
namespace {

using std::chrono::hours;
using test::kMorning;
using test::kShards;
using test::Said;
using test::vn;
using testing::ElementsAre;
using testing::IsEmpty;

class LinksTest : public test::ThreeShards {};

TEST_F(LinksTest, AnItemIsBlockedWhileWhatItWaitsForIsLate) {
  say(item("A", kMorning, 500, {"B", "C"}));
  say(item("B", kMorning, 2));
  say(item("C", kMorning, 3));
  run(kMorning + hours{1});
  EXPECT_FALSE(blocked("A"));
  run(kMorning + hours{4});
  EXPECT_TRUE(blocked("A"));
  const auto a = stored("A");
  ASSERT_EQ(a->dependencies.size(), 2U);
  EXPECT_EQ(a->dependencies[0].state, DependencyState::kOverdue);
  EXPECT_EQ(a->dependencies[0].unit_id, "U-B");
  EXPECT_EQ(a->dependencies[0].since, kMorning + hours{2});
  say(status("B", kMorning + hours{5}, v1::WORK_STATUS_COMPLETED));
  run(kMorning + hours{5});
  EXPECT_TRUE(blocked("A"));
  say(status("C", kMorning + hours{6}, v1::WORK_STATUS_COMPLETED));
  run(kMorning + hours{6});
  EXPECT_FALSE(blocked("A"));
  EXPECT_THAT(told_, ElementsAre("A +", "A -"));
}

TEST_F(LinksTest, WhatWasLateLongBeforeIsKnownToWhoAsksLater) {
  say(item("B", kMorning, 1));
  run(kMorning + hours{30});
  say(item("A", kMorning + hours{30}, 500, {"B"}));
  run(kMorning + hours{31});
  EXPECT_TRUE(blocked("A"));
}

TEST_F(LinksTest, ItIsNotBlockedSinceBeforeItWaited) {
  say(item("B", kMorning, 1));
  run(kMorning + hours{30});
  say(item("A", kMorning + hours{30}, 500, {"B"}));
  run(kMorning + hours{31});
  const auto item = stored("A");
  const auto open = std::find_if(item->open.begin(), item->open.end(),
                                 [](const OpenAlert& a) { return a.rule == RuleId::kBlocked; });
  ASSERT_NE(open, item->open.end());
  EXPECT_EQ(open->onset, kMorning + hours{31});
}

// Its own shard works before it has been handed the links, as after a takeover on Kafka.

TEST_F(LinksTest, BeingBlockedIsToldToNobodySoCirclesEnd) {
  say(item("A", kMorning, 500, {"B"}));
  say(item("B", kMorning, 500, {"C"}));
  say(item("C", kMorning, 1, {"A"}));
  run(kMorning + hours{5});
  EXPECT_TRUE(blocked("B"));
  EXPECT_FALSE(blocked("A"));
  EXPECT_FALSE(blocked("C"));
}

TEST_F(LinksTest, UnknownForEightWorkingHoursIsAFaultUntilItComes) {
  say(item("A", kMorning, 500, {"NOWHERE"}));
  run(kMorning);
  const auto faults = [&](Instant now) { return faults_of(*stored("A"), *policy_, now); };
  EXPECT_EQ(stored("A")->next_look, vn("2026-11-03 08:00"));
  EXPECT_THAT(faults(vn("2026-11-03 07:59")), IsEmpty());
  run(vn("2026-11-03 08:00"));
  EXPECT_THAT(faults(vn("2026-11-03 08:00")), ElementsAre("dependency_unknown"));
  say(item("NOWHERE", vn("2026-11-03 09:00"), 500));
  run(vn("2026-11-03 09:00"));
  EXPECT_THAT(faults(vn("2026-11-04 09:00")), IsEmpty());
}

TEST_F(LinksTest, NothingStaysOfWhatNobodyWaitsForAnyMore) {
  say(item("A", kMorning, 500, {"B", "A", "B", ""}));
  say(item("B", kMorning, 1));
  run(kMorning + hours{3});
  EXPECT_TRUE(blocked("A"));
  EXPECT_EQ(rows(), 3U);  // A waits for B; B is watched; how B is
  Said none("A", kMorning + hours{4});
  none.stamped.mutable_event()->mutable_depends_on();
  say(none);
  run(kMorning + hours{4});
  EXPECT_FALSE(blocked("A"));
  EXPECT_EQ(rows(), 0U);
  EXPECT_THAT(told_, ElementsAre("A +", "A -"));
}

TEST_F(LinksTest, AVoidedOneIsUnknown) {
  say(item("A", kMorning, 500, {"B"}));
  say(item("B", kMorning, 1));
  run(kMorning + hours{3});
  EXPECT_TRUE(blocked("A"));
  say(status("B", kMorning + hours{4}, v1::WORK_STATUS_VOID));
  run(kMorning + hours{4});
  EXPECT_FALSE(blocked("A"));
  EXPECT_EQ(stored("A")->dependencies[0].state, DependencyState::kUnknown);
  EXPECT_EQ(stored("A")->dependencies[0].since, kMorning + hours{4});
}

// As where the topic was lost and the shards' own rows are there.

TEST_F(LinksTest, WhatIsNoRowIsPassedOver) {
  LinkRows rows;
  EXPECT_FALSE(rows.take("x", "1"));
  EXPECT_FALSE(rows.take("nothing", "1"));
  EXPECT_FALSE(rows.take(keys::link('s', 1, "A"), "not a link"));
  EXPECT_TRUE(rows.take(keys::link('s', 1, "A"), std::nullopt));
  EXPECT_TRUE(rows.take(keys::link('w', 1, "A"), "1"));
  EXPECT_TRUE(rows.links()->watched.contains("A"));
  EXPECT_TRUE(rows.links()->told.empty());
  const auto before = rows.links();
  EXPECT_TRUE(rows.take(keys::link('w', 1, "A"), "1"));
  EXPECT_EQ(rows.links(), before);
}

// Whatever happens in whatever order: in the end an open item is blocked exactly if one that it

// waits for is there, open, and overdue or likely late.

TEST_F(LinksTest, InTheEndItIsAsARecountSays) {
  std::mt19937 random(7);
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const auto name = [&] { return "N" + std::to_string(below(40)); };
  Instant now = kMorning;
  for (int round = 0; round < 300; ++round) {
    now = now + std::chrono::minutes{7 * (1 + below(30))};
    const std::string id = name();
    if (below(3) == 0) {
      constexpr std::array kEnds = {v1::WORK_STATUS_COMPLETED, v1::WORK_STATUS_WITHDRAWN,
                                    v1::WORK_STATUS_VOID, v1::WORK_STATUS_IN_PROGRESS};
      say(status(id, now, kEnds.at(static_cast<std::size_t>(below(4)))));
    } else {
      std::vector<std::string> others;
      for (int n = below(4); n > 0; --n) others.push_back(name());
      say(item(id, now, 1 + below(200), others));
    }
    if (below(4) == 0) open();
    if (below(2) == 0) {
      step_all(now);
    } else {
      run(now);
    }
  }
  run(now);
  int blocked_count = 0;
  for (int i = 0; i < 40; ++i) {
    const std::string id = "N" + std::to_string(i);
    const auto it = stored(id);
    if (!it) continue;
    const bool waits = exists(it->folded) && is_open(it->folded.status);
    bool want = false;
    for (const std::string& other :
         it->folded.facts.depends_on.value_or(std::vector<std::string>{})) {
      const auto one = stored(other);
      want = want ||
             (waits && other != id && one && exists(one->folded) && is_open(one->folded.status) &&
              (has(*one, RuleId::kOverdue) || has(*one, RuleId::kLikelyLate)));
    }
    EXPECT_EQ(has(*it, RuleId::kBlocked), want) << id;
    blocked_count += want ? 1 : 0;
  }
  EXPECT_GT(blocked_count, 3);
  // And of each item + and - in turn.
  std::map<std::string, char> last;
  for (const std::string& line : told_) {
    char& before = last.try_emplace(line.substr(0, line.find(' ')), '-').first->second;
    EXPECT_NE(before, line.back()) << line;
    before = line.back();
  }
  EXPECT_GT(told_.size(), 20U);
}

}  // namespace
}  // namespace kip
