#include "app/delivery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "app/test_deliveries.h"
#include "store/keys.h"
#include "store/testing.h"
#include "support/office.h"

namespace kip {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

const Instant kNow = test::vn("2026-11-02 08:00");

// Answers as it was told, and keeps what it got.
class Scripted : public MessageChannel {
 public:
  SendOutcome send(const Delivery& delivery) override {
    keys.push_back(delivery.key);
    if (answers.empty()) return delivered("250", "");
    SendOutcome outcome = answers.front();
    answers.pop_front();
    return outcome;
  }
  std::deque<SendOutcome> answers;
  std::vector<std::string> keys;
};

class DeliveryTest : public testing::Test {
 protected:
  void decide(const std::string& id, const std::string& channel) {
    test::decide(*store_, id, channel, kNow);
  }
  DeliveryLine line(const std::string& channel) {
    return {.channel = channel,
            .send = &channel_,
            .retry = {},
            .word = [this](const Message& m) -> Result<Delivery> {
              if (!reachable_) return not_found("has no address");
              Delivery d;
              d.key = m.id;
              return d;
            },
            .channels = [this](const Message&) { return ways_; }};
  }
  DeliveryStep next(const std::string& channel, Instant now) {
    auto step = deliver_next(*store_, line(channel), [now] { return now; });
    EXPECT_TRUE(step);
    return *step;
  }
  // "email dead", "sms pending"
  std::vector<std::string> states(const std::string& id) const {
    std::vector<std::string> out;
    const auto records = deliveries_of(*store_, id);
    EXPECT_TRUE(records);
    for (const DeliveryRecord& r : *records)
      out.push_back(r.channel + " " + std::string(state_word(r.state)));
    return out;
  }
  std::vector<std::string> outbox() const { return test::keys_of(*store_, Table::kOutbox); }

  std::unique_ptr<Store> store_ = open_mem_store();
  Scripted channel_;
  std::vector<std::string> ways_ = {"email", "sms"};
  bool reachable_ = true;
};

TEST_F(DeliveryTest, WhatIsDeliveredIsDone) {
  decide("m", "email");
  EXPECT_TRUE(next("email", kNow).sent);
  EXPECT_THAT(channel_.keys, ElementsAre("m"));
  EXPECT_THAT(states("m"), ElementsAre("email delivered"));
  EXPECT_THAT(outbox(), IsEmpty());
  const DeliveryStep idle = next("email", kNow);
  EXPECT_FALSE(idle.sent);
  EXPECT_EQ(idle.next, kFarFuture);
}

TEST_F(DeliveryTest, APassingFailureIsTriedAgainWithTheSameKey) {
  decide("m", "email");
  channel_.answers = {transient("451", ""), transient("451", "")};
  const Instant again = next("email", kNow).record.next;
  EXPECT_GT(again, kNow);
  EXPECT_FALSE(next("email", again - Millis{1}).sent);
  EXPECT_EQ(next("email", again - Millis{1}).next, again);
  EXPECT_TRUE(next("email", again).sent);
  EXPECT_TRUE(next("email", again + hours{1}).sent);
  EXPECT_THAT(channel_.keys, ElementsAre("m", "m", "m"));
  EXPECT_THAT(states("m"), ElementsAre("email delivered"));
}

TEST_F(DeliveryTest, WhatIsRefusedForGoodGoesByTheNextWay) {
  decide("m", "email");
  channel_.answers = {permanent("550", "")};
  EXPECT_EQ(next("email", kNow).handed_to, "sms");
  EXPECT_THAT(states("m"), ElementsAre("email dead", "sms pending"));
  channel_.answers = {permanent("http_400", "")};
  EXPECT_EQ(next("sms", kNow).handed_to, std::nullopt);
  EXPECT_THAT(states("m"), ElementsAre("email dead", "sms dead"));
  EXPECT_THAT(outbox(), IsEmpty());
}

TEST_F(DeliveryTest, WhoCannotBeReachedIsNotSentTo) {
  decide("m", "email");
  reachable_ = false;
  EXPECT_EQ(next("email", kNow).record.code, "no_recipient");
  EXPECT_THAT(channel_.keys, IsEmpty());
  EXPECT_THAT(states("m"), ElementsAre("email dead", "sms pending"));
}

TEST_F(DeliveryTest, ADeadOneIsSentAgainFromTheBeginning) {
  decide("m", "email");
  ways_ = {"email"};
  channel_.answers = {permanent("550", "")};
  next("email", kNow);
  ASSERT_TRUE(send_again(*store_, "m", "email", kNow + hours{1}));
  EXPECT_FALSE(send_again(*store_, "m", "email", kNow + hours{1}));  // it waits
  EXPECT_FALSE(send_again(*store_, "m", "sms", kNow));
  EXPECT_EQ(next("email", kNow + hours{1}).record.attempts, 1U);
  EXPECT_THAT(states("m"), ElementsAre("email delivered"));
}

TEST_F(DeliveryTest, WhatWaitsOnAChannelThatIsGoneGoesByAnother) {
  decide("a", "mail-old");
  decide("b", "email");
  decide("c", "mail-old");
  ways_ = {"email"};
  const auto ways = [this](const Message&) { return ways_; };
  ASSERT_TRUE(leave_channels(*store_, {"email", "sms"}, ways, kNow + seconds{5}));
  EXPECT_THAT(states("a"), ElementsAre("email pending", "mail-old dead"));
  EXPECT_THAT(states("b"), ElementsAre("email pending"));
  EXPECT_THAT(outbox(), ElementsAre(keys::outbox("email", kNow, "b"),
                                    keys::outbox("email", kNow + seconds{5}, "a"),
                                    keys::outbox("email", kNow + seconds{5}, "c")));
  ASSERT_TRUE(leave_channels(*store_, {}, ways, kNow + seconds{9}));
  EXPECT_THAT(outbox(), IsEmpty());  // nobody serves it: dead, and to be seen
  EXPECT_THAT(states("b"), ElementsAre("email dead"));
}

}  // namespace
}  // namespace kip
