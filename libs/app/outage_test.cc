// A gateway that is down for a day, in virtual time. What deploy/config/channels.yaml and
// notify/schedule.h promise: nothing is lost or told twice, each message is tried until its day is
// over, no more often than the waits allow, not all at once when the gateway is back; and no other
// channel notices.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "app/delivery.h"
#include "app/test_deliveries.h"
#include "store/testing.h"
#include "support/office.h"

namespace kip {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int kMessages = 40;
constexpr seconds kPatience{30};  // what a gateway that says nothing costs
const Instant kBegin = test::vn("2026-11-02 08:00");
const Instant kEnd = kBegin + hours{24};

// Answers as `fails` says at the time; what it gives up waiting for costs time.
class Gateway : public MessageChannel {
 public:
  using Fails = std::function<std::optional<SendOutcome>(Instant)>;
  explicit Gateway(Fails fails) : fails_(std::move(fails)) {}

  SendOutcome send(const Delivery& delivery) override {
    attempts[delivery.key].push_back(now);
    const auto failure = fails_(now);
    if (!failure) {
      arrived[delivery.key].push_back(now);
      return delivered("250", "");
    }
    if (failure->code == "timeout") now += kPatience;
    return *failure;
  }

  Instant now = kBegin;                                           // of the thread of this channel
  std::map<std::string, std::vector<Instant>> attempts, arrived;  // by key

 private:
  Fails fails_;
};

class OutageTest : public testing::Test {
 protected:
  void decide(const std::string& id, const std::string& channel, Instant at) {
    test::decide(*store_, id, channel, at);
    at_[id] = at;
  }
  // A few in each hour of the day, each second and third at the same instant as the first.
  void decide_all(const std::string& channel) {
    for (int i = 0; i < kMessages; ++i)
      decide(channel + "-" + std::to_string(i), channel, kBegin + i / 3 * minutes{100});
  }
  // Until nothing waits; what became of it in the end, by message.
  std::map<std::string, DeliveryRecord> run(const std::string& channel, Gateway& gateway) {
    const DeliveryLine line = {.channel = channel,
                               .send = &gateway,
                               .retry = {},
                               .word = [](const Message& m) -> Result<Delivery> {
                                 Delivery d;
                                 d.key = m.id;
                                 return d;
                               },
                               .channels = [&](const Message&) { return std::vector{channel}; }};
    std::map<std::string, DeliveryRecord> last;
    for (;;) {
      auto step = deliver_next(*store_, line, [&] { return gateway.now; });
      EXPECT_TRUE(step);
      if (step->sent) last[step->record.message] = step->record;
      if (!step->sent && step->next == kFarFuture) return last;
      gateway.now = std::max(gateway.now, step->next);
    }
  }
  void expect_all_once(const Gateway& gateway, const std::map<std::string, DeliveryRecord>& last) {
    EXPECT_EQ(last.size(), static_cast<std::size_t>(kMessages));
    for (const auto& [id, record] : last) {
      EXPECT_EQ(record.state, DeliveryRecord::State::kDelivered) << id << " " << record.code;
      const auto there = gateway.arrived.find(id);
      ASSERT_NE(there, gateway.arrived.end()) << id;
      EXPECT_EQ(there->second.size(), 1U) << id;
      EXPECT_EQ(record.attempts, gateway.attempts.at(id).size()) << id;
    }
    EXPECT_EQ(gateway.attempts.size(), gateway.arrived.size());  // no other key was ever used
  }

  std::unique_ptr<Store> store_ = open_mem_store();
  std::map<std::string, Instant> at_;
};

std::optional<SendOutcome> silent_for_a_day(Instant now) {
  return now < kEnd ? std::optional(transient("timeout", "")) : std::nullopt;
}

TEST_F(OutageTest, NothingIsLostOrToldTwiceInADayOfSilence) {
  decide_all("email");
  Gateway gateway(silent_for_a_day);
  expect_all_once(gateway, run("email", gateway));
  for (const auto& [id, arrived] : gateway.arrived) {
    EXPECT_GE(arrived[0], kEnd) << id;
    EXPECT_LE(arrived[0], kEnd + hours{1} + minutes{1}) << id;  // the longest wait
  }
}

TEST_F(OutageTest, AMessageIsNotTriedMoreOftenThanTheWaitsAllow) {
  decide_all("email");
  Gateway gateway(silent_for_a_day);
  run("email", gateway);
  std::size_t all = 0;
  for (const auto& [id, tried] : gateway.attempts) {
    all += tried.size();
    EXPECT_LE(tried.size(), static_cast<std::size_t>(RetryLimits{}.attempts)) << id;
    // The last one may come sooner: it is at the end of the message's day.
    for (std::size_t i = 0; i + 2 < tried.size(); ++i) {
      const Millis widest =
          std::min<Millis>(seconds{30} * (1 << std::min<std::size_t>(i, 12)), hours{1});
      EXPECT_GE(tried[i + 1] - tried[i], widest / 2) << id << " " << i;
    }
  }
  // 40 messages that wait half a day on average, an attempt in 45 minutes and the short waits
  // first.
  EXPECT_LT(all, 40U * 30U);
  RecordProperty("attempts", static_cast<int>(all));
}

TEST_F(OutageTest, TheyDoNotComeAllAtOnceWhenItIsBack) {
  decide_all("email");
  Gateway gateway(silent_for_a_day);
  run("email", gateway);
  std::map<std::int64_t, int> by_minute;
  std::set<std::int64_t> seconds_of;
  for (const auto& [id, arrived] : gateway.arrived) {
    const auto after = arrived[0] - kEnd;
    ++by_minute[after / minutes{1}];
    seconds_of.insert(after / seconds{1});
  }
  int most = 0;
  for (const auto& [minute, count] : by_minute) most = std::max(most, count);
  EXPECT_LE(most, 4);
  RecordProperty("most_in_a_minute", most);
  EXPECT_GE(seconds_of.size(), 38U);
}

TEST_F(OutageTest, NoOtherChannelNotices) {
  decide_all("email");
  decide_all("sms");
  Gateway silent(silent_for_a_day), well([](Instant) { return std::nullopt; });
  const auto sent = run("sms", well);
  expect_all_once(well, sent);
  for (const auto& [id, arrived] : well.arrived) EXPECT_EQ(arrived[0], at_.at(id)) << id;
  expect_all_once(silent, run("email", silent));
}

TEST_F(OutageTest, AGatewayThatAsksToComeBackSoonDoesNotUseUpTheAttempts) {
  decide_all("email");
  SendOutcome busy = transient("http_429", "");
  busy.retry_after = seconds{60};
  Gateway gateway([&](Instant now) { return now < kEnd ? std::optional(busy) : std::nullopt; });
  expect_all_once(gateway, run("email", gateway));
}

TEST_F(OutageTest, TheDayOfAMessageBeginsWithItsFirstAttempt) {
  decide("m", "email", kBegin);
  int hiccups = 2;
  Gateway gateway([&](Instant) {
    return --hiccups >= 0 ? std::optional(transient("connect", "")) : std::nullopt;
  });
  gateway.now = kBegin + hours{25};  // we were down ourselves
  const auto last = run("email", gateway);
  EXPECT_EQ(last.at("m").state, DeliveryRecord::State::kDelivered);
  EXPECT_EQ(last.at("m").attempts, 3U);
}

}  // namespace
}  // namespace kip
