#include "app/notify_setup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kip {
namespace {

using testing::ElementsAre;

ChannelOptions channel(const std::string& type, RecipientForm form = RecipientForm::kAsIs) {
  ChannelOptions out;
  out.name = out.type = type;
  if (type == "alertmanager") out.what = AlertmanagerOptions{};
  if (type == "smtp") out.what = SmtpOptions{};
  if (type == "webhook" || type == "sms") {
    WebhookOptions hook;
    hook.recipient = form;
    out.what = std::move(hook);
  }
  return out;
}

Person person() {
  Person out;
  out.id = "tp";
  out.email = "tp@honai.example";
  out.phone = "84912345678";
  out.channels = {Way::kEmail, Way::kSms};
  return out;
}

std::vector<std::string> chosen(std::vector<ChannelOptions> channels, const Person* of) {
  ChannelsConfig config;
  config.channels = std::move(channels);
  return channels_for(config, of);
}

TEST(ChannelsFor, HisOwnWaysThenWebhookAlertmanagerAndOutbox) {
  const Person tp = person();
  EXPECT_THAT(chosen({channel("outbox"), channel("alertmanager"), channel("webhook"),
                      channel("sms", RecipientForm::kPhone84), channel("smtp")},
                     &tp),
              ElementsAre("smtp", "sms", "webhook", "alertmanager", "outbox"));
  EXPECT_THAT(chosen({channel("outbox"), channel("alertmanager"), channel("smtp")}, nullptr),
              ElementsAre("alertmanager", "outbox"));
}

TEST(ChannelsFor, AnAlertmanagerAloneOrBesideWhatDoesNotReachHimIsEnough) {
  Person tp = person();
  EXPECT_THAT(chosen({channel("alertmanager")}, &tp), ElementsAre("alertmanager"));
  EXPECT_EQ(address_on(channel("alertmanager"), tp), "tp");
  tp.email.clear();
  EXPECT_THAT(chosen({channel("smtp"), channel("alertmanager")}, &tp), ElementsAre("alertmanager"));
}

TEST(ChannelsFor, AWebhookThatCallsNumbersIsGivenTheNumber) {
  Person tp = person();
  for (const RecipientForm form : {RecipientForm::kPhone84, RecipientForm::kPhone0}) {
    EXPECT_EQ(address_on(channel("webhook", form), tp), "84912345678");
  }
  EXPECT_EQ(address_on(channel("webhook"), tp), "tp");
  // Without one it does not reach him.
  tp.phone.clear();
  const ChannelOptions numbers = channel("webhook", RecipientForm::kPhone84);
  EXPECT_EQ(address_on(numbers, tp), "");
  EXPECT_THAT(chosen({numbers, channel("outbox")}, &tp), ElementsAre("outbox"));
  EXPECT_THAT(chosen({numbers, channel("outbox")}, nullptr), ElementsAre("webhook", "outbox"));
}

}  // namespace
}  // namespace kip
