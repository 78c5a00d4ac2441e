#include "app/dead.h"

#include <gmock/gmock.h>

#include "app/test_data.h"

namespace kip::test {
namespace {

std::string letter(const std::optional<std::string>& value) {
  DeadLetter d;
  d.value = value;
  d.key = "HS-1";
  d.headers = {{"ce_id", "e-1"}};
  d.refusal = {"missing", "item_id", "it is empty"};
  d.at = at("2026-11-23T02:42:00Z");
  d.channel = "http";
  return encode_dead(d);
}

class Dead : public testing::Test {
 protected:
  void SetUp() override {
    auto log = EmbeddedLog::open(*store_, 2);
    ASSERT_TRUE((*log)->append({}, {letter("first"), letter(std::nullopt), letter("\x1b[2J")}));
    Batch batch;
    batch.put(Table::kDead, keys_of_shard(1, 77), letter("sealed"));
    ASSERT_TRUE(store_->write(batch, Durability::kSynced));
  }
  static std::string keys_of_shard(std::uint64_t shard, std::uint64_t offset) {
    std::string key;
    const std::uint64_t number = kShardDead | shard << 40 | offset;
    for (int shift = 56; shift >= 0; shift -= 8) key += static_cast<char>(number >> shift & 0xff);
    return key;
  }
  std::unique_ptr<Store> store_ = open_mem_store();
};

TEST_F(Dead, AreListedInOrderWithTheirNumbers) {
  std::vector<std::string> numbers;
  const auto more = each_dead(
      *store_, 0, [&](std::uint64_t n, const DeadLetter&) { numbers.push_back(dead_number(n)); });
  EXPECT_EQ(*more, 0U);
  EXPECT_THAT(numbers, testing::ElementsAre("0", "1", "2", "1-77"));
}

TEST_F(Dead, AreCountedBeyondTheLimit) {
  int seen = 0;
  EXPECT_EQ(*each_dead(*store_, 3, [&](std::uint64_t, const DeadLetter&) { ++seen; }), 1U);
  EXPECT_EQ(seen, 3);
}

TEST_F(Dead, OfShardsAreSeenFromTheMarksOn) {
  const auto marks = mark_shard_dead(*store_, 2);
  ASSERT_TRUE(marks);
  Batch batch;
  for (const std::uint64_t offset : {3U, 5U}) {
    batch.put(Table::kDead, keys_of_shard(0, offset), letter("later"));
  }
  batch.put(Table::kDead, keys_of_shard(1, 78), letter("later"));
  ASSERT_TRUE(store_->write(batch, Durability::kSynced));
  const auto seen = [&](const ShardDeadMarks& from, std::uint64_t limit) {
    std::vector<std::string> numbers;
    EXPECT_TRUE(each_shard_dead(*store_, from, limit, [&](std::uint64_t n, const DeadLetter&) {
      numbers.push_back(dead_number(n));
    }));
    return numbers;
  };
  EXPECT_THAT(seen(*marks, 20), testing::ElementsAre("0-3", "0-5", "1-78"));
  EXPECT_THAT(seen(*marks, 2), testing::ElementsAre("0-3", "0-5"));
  EXPECT_THAT(seen(*mark_shard_dead(*store_, 2), 20), testing::IsEmpty());
}

TEST_F(Dead, AreFoundByTheirNumbers) {
  EXPECT_EQ(find_dead(*store_, "2")->value, "\x1b[2J");
  EXPECT_EQ(find_dead(*store_, "1-77")->value, "sealed");
  EXPECT_EQ(find_dead(*store_, "1")->value, std::nullopt);
  EXPECT_EQ(find_dead(*store_, "3").error().code, Errc::kNotFound);
  for (const char* wrong : {"", "x", "-1", "1-", "1-x", "1.0"}) {
    EXPECT_EQ(find_dead(*store_, wrong).error().code, Errc::kInvalid) << wrong;
  }
}

TEST_F(Dead, AreJsonWithTheBytesAsBase64) {
  EXPECT_EQ(dead_json(0, *find_dead(*store_, "0")),
            R"({"number":"0","at":"2026-11-23T02:42:00Z","channel":"http","code":"missing",)"
            R"("field":"item_id","reason":"it is empty","key":"SFMtMQ==",)"
            R"("headers":[{"name":"ce_id","value":"ZS0x"}],"value":"Zmlyc3Q="})");
  EXPECT_THAT(dead_json(1, *find_dead(*store_, "1")), testing::EndsWith(R"("}]})"));  // null
}

TEST_F(Dead, OfAShardShowTheEventThatTheDoorHadStamped) {
  DeadLetter letter;
  letter.channel = kShardChannel;
  letter.value =
      through_door(said("HS-1", "e1", "2026-11-02T01:00:00Z").SerializeAsString(), office()).bytes;
  EXPECT_THAT(dead_json(7, letter), testing::HasSubstr(R"("event":{"event":{"event_id":"e1",)"));
  letter.channel = "http";
  EXPECT_EQ(event_of_letter(letter), std::nullopt);
  EXPECT_THAT(dead_json(7, letter), testing::Not(testing::HasSubstr(R"("event":)")));
}

}  // namespace
}  // namespace kip::test
