// What shards tell each other over restarts, backlogs and clocks, and where it is lost.

#include <gmock/gmock.h>

#include "runtime/shard_links.h"
#include "runtime/test_links.h"
#include "store/keys.h"

namespace kip {
namespace {

using std::chrono::hours;
using test::kMorning;
using test::kShards;
using test::Said;
using testing::ElementsAre;

class LinksOverTimeTest : public test::ThreeShards {};

TEST_F(LinksOverTimeTest, WhatWasToldStaysUntilTheLinksAreKnown) {
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

TEST_F(LinksOverTimeTest, CatchingUpTellsOnlyWhatIsTrueAtItsEnd) {
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

TEST_F(LinksOverTimeTest, AShardThatWasBehindWantsNewerLinks) {
  say(item("A", kMorning, 500, {"B"}));
  run(kMorning);
  const auto shard = shard_of("A", kShards);
  EXPECT_FALSE(shards_[shard]->wants_newer_links());
  say(item("A", kMorning + hours{1}, 500, {"B"}));
  step_all(kMorning + hours{9});  // the record is older than a shard may lag
  EXPECT_TRUE(shards_[shard]->wants_newer_links());
  EXPECT_FALSE(shards_[shard]->wants_newer_links());
}

TEST_F(LinksOverTimeTest, WhatALogLeftIsRegisteredByAnotherClockAndTheOtherWayRoundForgotten) {
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

TEST_F(LinksOverTimeTest, ARestartTellsNothingAnewAndForgetsNothing) {
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

TEST_F(LinksOverTimeTest, WhatIsLostOfTheRowsIsSaidAgain) {
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

TEST_F(LinksOverTimeTest, WhatOthersDoNotHoldIsSaidAgainOnce) {
  say(item("A", kMorning, 500, {"B"}));
  say(item("B", kMorning, 1));
  run(kMorning + hours{3});
  std::vector<std::string> kinds;
  for (std::uint32_t id = 0; id < kShards; ++id) {
    ShardLinks links(*store_, id);
    ASSERT_TRUE(links.open(false));
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

}  // namespace
}  // namespace kip
