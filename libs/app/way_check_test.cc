#include "app/way_check.h"

#include <gmock/gmock.h>

#include <fstream>
#include <future>

#include "app/people.h"
#include "app/test_service.h"
#include "support/files.h"
#include "support/office.h"

namespace kip::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const Instant kMorning = vn("2026-11-23 09:40");
const Instant kOnCourse = vn("2026-12-08 09:40");  // a deputy stands in
const std::string kDesk = "kinh-te-ha-tang-do-thi";

ChannelOptions outbox(const std::string& name, const std::string& type) {
  return {
      .name = name, .type = type, .reach = {}, .retry = {}, .what = OutboxOptions{.folder = name}};
}

class WayCheckTest : public testing::Test {
 protected:
  WayCheckTest() {
    setup_.channels.channels = {outbox("box", "outbox"), outbox("mail", "smtp"),
                                outbox("oa", "zalo_oa"), outbox("texts", "sms")};
  }
  Result<WayCheck> make(const std::string& unit, const std::string& channel = "") const {
    return WayCheck::make(
        *shipped_policy(), setup_,
        {.unit = unit, .channel = channel, .data = data_, .language = language_, .at = at_});
  }
  std::string refusal(const std::string& unit, const std::string& channel = "") const {
    const auto check = make(unit, channel);
    EXPECT_FALSE(check);
    return check ? "" : check.error().message;
  }

  TempDir dir_;
  NotifySetup setup_;
  std::string data_ = dir_.path();
  std::optional<Language> language_;
  Instant at_ = kMorning;
};

TEST_F(WayCheckTest, GoesByEachWayOfWhoReceivesNow) {
  const auto check = make(kDesk);
  ASSERT_TRUE(check);
  std::vector<std::string> ways;
  for (const auto& way : check->ways()) ways.push_back(way.channel->name + " " + way.address);
  EXPECT_THAT(ways, ElementsAre("oa 1000000000000000030", "mail tp-kinh-te@honai.example",
                                "box tp-kinh-te@honai.example"));
  at_ = kOnCourse;
  EXPECT_EQ(make(kDesk)->reader().id, "ptp-kinh-te");
  EXPECT_EQ(make(kDesk)->message().on_behalf_of, "tp-kinh-te");
  EXPECT_EQ(reason_words(desk_line(*shipped_policy(), kDesk, at_)), "thay tp-kinh-te");
  EXPECT_EQ(make(std::string(kUnassigned))->reader().id, "cvp");
}

TEST_F(WayCheckTest, SaysThatItIsATestInTheFormOfEachWay) {
  const auto check = make(kDesk);
  ASSERT_TRUE(check);
  const auto zalo = check->word(check->ways()[0]), mail = check->word(check->ways()[1]);
  ASSERT_TRUE(zalo && mail);
  EXPECT_THAT(zalo->text, HasSubstr("Thư thử"));
  EXPECT_LE(zalo->text.size(), 400U);
  EXPECT_EQ(mail->subject, "[Kịp] Thư thử: KT-HT-ĐT");
  EXPECT_THAT(mail->text, HasSubstr("Không cần làm gì"));
  EXPECT_THAT(mail->text, Not(HasSubstr("số liệu đến")));  // it has looked at none
  EXPECT_EQ(mail->key, check->message().id);
  EXPECT_EQ(zalo->key, mail->key);
  language_ = Language::kEnglish;
  const auto english = make(kDesk);
  EXPECT_THAT(english->word(english->ways()[1])->subject, HasSubstr("Test message"));
}

TEST_F(WayCheckTest, InShadowItGoesToTheOperatorWithTheNameOfWhoWouldGetIt) {
  setup_.rules.shadow = true;
  setup_.rules.operator_person = "pcvp";
  const auto check = make(kDesk);
  ASSERT_TRUE(check);
  EXPECT_EQ(check->recipient().id, "tp-kinh-te");
  EXPECT_EQ(check->reader().id, "pcvp");
  const auto mail = check->word(check->ways()[0]);
  ASSERT_TRUE(mail);
  EXPECT_THAT(mail->recipients, ElementsAre("pcvp@honai.example"));
  EXPECT_THAT(mail->text, HasSubstr("lẽ ra gửi Trưởng phòng Kinh tế"));
}

TEST_F(WayCheckTest, NamesTheNearestOfWhatIsNotThere) {
  EXPECT_EQ(refusal("kinh-te"), "there is no unit 'kinh-te'; nearest: " + kDesk);
  EXPECT_EQ(refusal(kDesk, "mial"), "there is no channel 'mial'; nearest: mail");
  data_.clear();
  EXPECT_THAT(refusal(kDesk), HasSubstr("--data"));
  EXPECT_TRUE(make(kDesk, "mail").error().message.find("'mail'") != std::string::npos);
  setup_.channels.channels.clear();
  EXPECT_THAT(refusal(kDesk), HasSubstr("no channel"));
}

TEST_F(WayCheckTest, WhoHasNoAddressThereIsNotSentTo) {
  const auto check = make("van-hoa-xa-hoi", "texts");
  ASSERT_TRUE(check);
  EXPECT_EQ(check->ways()[0].address, "");
  EXPECT_EQ(check->send(check->ways()[0], {}).code, "no_recipient");
}

TEST_F(WayCheckTest, AnOutboxLiesInTheData) {
  const auto check = make(kDesk, "box");
  ASSERT_TRUE(check);
  EXPECT_EQ(check->send(check->ways()[0], {}).kind, SendOutcomeKind::kDelivered);
  EXPECT_TRUE(std::ifstream(dir_ / "box/" + check->message().id + ".eml").good());
}

// Answers once somebody has been told that it lets us wait.
class Slow : public MessageChannel {
 public:
  explicit Slow(std::promise<void>& told) : told_(told.get_future()) {}
  SendOutcome send(const Delivery&) override {
    const bool told = told_.wait_for(std::chrono::seconds{60}) == std::future_status::ready;
    return told ? delivered("250", "") : transient("timeout", "nobody was told");
  }

 private:
  std::future<void> told_;
};

TEST_F(WayCheckTest, SaysHowLongASlowGatewayLetsItWait) {
  std::promise<void> told;
  Slow slow(told);
  std::vector<std::chrono::milliseconds> waited;
  const SendOutcome outcome = send_watched(slow, {}, [&](std::chrono::milliseconds passed) {
    if (waited.empty()) told.set_value();
    waited.push_back(passed);
  });
  EXPECT_EQ(outcome.code, "250");
  EXPECT_GE(waited.at(0).count(), 100);
}

}  // namespace
}  // namespace kip::test
