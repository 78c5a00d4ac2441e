#include "app/messages_who.h"

#include <gmock/gmock.h>

#include "support/office.h"

namespace kip {
namespace {

using test::vn;

SentMessage told(const std::string& person, MessageKind kind, std::string_view at,
                 const std::vector<std::string>& alerts = {}) {
  SentMessage sent;
  sent.message.kind = kind;
  sent.message.person = person;
  sent.message.at = vn(at);
  for (const std::string& id : alerts) {
    MessageEntry entry;
    entry.alert.alert_id = id;
    (kind == MessageKind::kDigest ? sent.message.digest.open : sent.message.entries)
        .push_back(entry);
  }
  return sent;
}

TEST(MessagesWho, CountsByPersonWhatEachWasTold) {
  const std::vector<SentMessage> all = {
      told("tp", MessageKind::kDigest, "2026-11-02 07:30", {"a", "b", "c"}),
      told("cvp", MessageKind::kDigest, "2026-11-02 07:30"),
      told("tp", MessageKind::kAlerts, "2026-11-02 08:00", {"a", "b"}),
      told("tp", MessageKind::kAlerts, "2026-11-02 23:59", {"a"}),
      told("tp", MessageKind::kAlerts, "2026-11-03 00:00", {"d"}),
      told("tp", MessageKind::kTest, "2026-11-04 08:00"),
      told("ct", MessageKind::kTest, "2026-11-04 08:00")};
  const auto who = told_by_person(all, {});
  ASSERT_EQ(who.size(), 2U);  // a test is no telling
  EXPECT_EQ(who[0].person, "tp");
  EXPECT_EQ(who[0].messages, 3U);
  EXPECT_EQ(who[0].alerts, 3U);  // `a` came twice
  EXPECT_EQ(who[0].lists, 1U);
  EXPECT_EQ(who[0].most, 2U);
  EXPECT_EQ(who[0].first, vn("2026-11-02 07:30"));
  EXPECT_EQ(who[0].last, vn("2026-11-03 00:00"));
  EXPECT_EQ(who[0].newest.entries[0].alert.alert_id, "d");
  EXPECT_EQ(who[1].person, "cvp");
  EXPECT_EQ(who[1].messages + who[1].alerts + who[1].most, 0U);
  EXPECT_EQ(to_json(who[1], "Chánh Văn phòng", "Sáng"),
            R"({"person":"cvp","role":"Chánh Văn phòng","messages":0,"alerts":0,"lists":1,)"
            R"("most_a_day":0,"first":"2026-11-02T00:30:00Z","last":"2026-11-02T00:30:00Z",)"
            R"("subject":"Sáng"})");
}

TEST(MessagesWho, BeginsWithADayOfTheWard) {
  const std::vector<SentMessage> all = {
      told("tp", MessageKind::kAlerts, "2026-11-02 23:59", {"a"}),
      told("tp", MessageKind::kAlerts, "2026-11-03 00:00", {"b"})};
  const auto who = told_by_person(all, local_day(vn("2026-11-03 00:00")));
  ASSERT_EQ(who.size(), 1U);
  EXPECT_EQ(who[0].first, vn("2026-11-03 00:00"));
  EXPECT_EQ(who[0].alerts, 1U);
}

}  // namespace
}  // namespace kip
