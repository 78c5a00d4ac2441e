// Items that wait for others, over several shards of one store.

#include "runtime/links.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/hash.h"
#include "contract/dependency_state.h"
#include "store/keys.h"
#include "support/shard_bench.h"

namespace kip {
namespace {

using std::chrono::hours;
using test::Said;
using test::vn;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint32_t kShards = 3;
const Instant kMorning = vn("2026-11-02 08:00");

// Three shards, and what they tell each other.
class LinksTest : public testing::Test {
 protected:
  LinksTest() : store_(open_mem_store()), policy_(test::office_policy()) {
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
    said.due(at + hours{due_hours}).status(v1::WORK_STATUS_IN_PROGRESS);
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
TEST_F(LinksTest, WhatWasToldStaysUntilTheLinksAreKnown) {
  const std::string b = elsewhere("A");
  say(item("A", kMorning, 500, {b}));
  say(item(b, kMorning, 1));
  run(kMorning + hours{3});
  open();
  say(item(b, kMorning + hours{3}, 2));
  step_all(kMorning + hours{6});
  EXPECT_EQ(rows("s", "t"), 1U);
  run(kMorning + hours{6});
  EXPECT_THAT(told_, ElementsAre("A +"));
}

TEST_F(LinksTest, CatchingUpTellsOnlyWhatIsTrueAtItsEnd) {
  const std::string b = elsewhere("A");
  say(item("FIRST", kMorning, 5000, {b}));  // so that it is told how it is
  say(item(b, kMorning, 1));
  run(kMorning + hours{3});
  say(item("A", kMorning + hours{4}, 5000, {b}));
  say(status(b, kMorning + hours{5}, v1::WORK_STATUS_COMPLETED));
  const auto old = rows_.links();
  open();
  for (auto& shard : shards_) shard->set_links(old);
  run(kMorning + hours{30});
  EXPECT_THAT(told_, ElementsAre("FIRST +", "FIRST -"));
}

TEST_F(LinksTest, AShardThatWasBehindWantsNewerLinks) {
  say(item("A", kMorning, 500, {"B"}));
  run(kMorning);
  const auto shard = shard_of("A", kShards);
  EXPECT_FALSE(shards_[shard]->wants_newer_links());
  say(item("A", kMorning + hours{1}, 500, {"B"}));
  step_all(kMorning + hours{9});  // the record is older than a shard may lag
  EXPECT_TRUE(shards_[shard]->wants_newer_links());
  EXPECT_FALSE(shards_[shard]->wants_newer_links());
}

TEST_F(LinksTest, WhatALogLeftIsRegisteredByAnotherClockAndTheOtherWayRoundForgotten) {
  open(Clock::kLog);
  say(item("A", kMorning, 5000, {"B"}));
  say(item("B", kMorning, 1));
  step_all(kMorning);
  EXPECT_EQ(rows(), 0U);
  open();
  run(kMorning + hours{3});
  EXPECT_TRUE(blocked("A"));
  EXPECT_EQ(rows(), 3U);
  open(Clock::kLog);
  say(item("A", kMorning + hours{4}, 5000));
  say(item("B", kMorning + hours{4}, 1));
  step_all(kMorning + hours{4});
  EXPECT_EQ(rows(), 0U);
  EXPECT_FALSE(blocked("A"));
}

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

TEST_F(LinksTest, ARestartTellsNothingAnewAndForgetsNothing) {
  say(item("A", kMorning, 500, {"B"}));
  say(item("B", kMorning, 1));
  run(kMorning + hours{3});
  open();
  step_all(kMorning + hours{4});  // without the links of the others
  EXPECT_TRUE(blocked("A"));
  run(kMorning + hours{4});
  say(status("B", kMorning + hours{5}, v1::WORK_STATUS_COMPLETED));
  open();
  run(kMorning + hours{5});
  EXPECT_FALSE(blocked("A"));
  EXPECT_THAT(told_, ElementsAre("A +", "A -"));
}

TEST_F(LinksTest, WhatIsLostOfTheRowsIsSaidAgain) {
  say(item("A", kMorning, 500, {"B"}));
  say(item("B", kMorning, 1));
  run(kMorning + hours{3});
  Batch batch;
  batch.erase_range(Table::kLink, "s", "t");
  batch.erase_range(Table::kLink, "w", "x");
  // What others hold of them is gone; the shards' own memory is not.
  ASSERT_TRUE(store_->write(batch, Durability::kSynced));
  ASSERT_EQ(rows(), 1U);
  open();
  run(kMorning + hours{4});
  EXPECT_TRUE(blocked("A"));
  EXPECT_EQ(rows(), 3U);
}

// As where the topic was lost and the shards' own rows are there.
TEST_F(LinksTest, WhatOthersDoNotHoldIsSaidAgainOnce) {
  say(item("A", kMorning, 500, {"B"}));
  say(item("B", kMorning, 1));
  run(kMorning + hours{3});
  std::vector<std::string> kinds;
  for (std::uint32_t id = 0; id < kShards; ++id) {
    ShardLinks links(*store_, id);
    ASSERT_TRUE(links.open());
    links.set(std::make_shared<Links>());
    Batch batch;
    links.write(batch);
    for (const Write& write : batch.writes()) kinds.push_back(write.key.substr(0, 1));
    links.set(rows_.links());
    Batch second;
    links.write(second);
    EXPECT_TRUE(second.empty());
  }
  EXPECT_THAT(kinds, testing::UnorderedElementsAre("w", "s"));
}

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
