// What messages look like, whole: tests/golden/messages. KIP_UPDATE_GOLDEN=1 writes them anew; look
// at the difference, and at the pictures (tests/golden/draw.py), before it is committed.

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "messages/sentence.h"
#include "messages/test_messages.h"

namespace kip {
namespace {

using test::alert;
using test::because;
using test::dossier;
using test::vn;

struct Case {
  std::string name;
  Message message;
  Wording wording = test::wording();
  bool english = false;  // too
};

Case one_overdue() {
  Case c{"one-overdue", test::to_head()};
  c.message.entries = {
      because(dossier("H19.99-261028-0017", RuleId::kOverdue, "2026-11-20 11:00"))};
  c.message.level = AlertLevel::kCritical;
  c.message.answer_by = vn("2026-11-23 15:10");
  c.message.goes_up_to = "pct-kinh-te";
  c.english = true;
  return c;
}

// design/ui/email.html
Case three_at_risk() {
  Case c{"three-at-risk", test::to_head()};
  AlertFacts lamp = alert("PA-26-0931", RuleId::kDueSoon, Kind::kPetition);
  lamp.title = "Đèn chiếu sáng hỏng, đường vào chợ, khu phố 2";
  lamp.due_at = vn("2026-11-26 11:30");
  AlertFacts step = alert("PA-26-0931", RuleId::kStepOverdue, Kind::kPetition);
  step.title = lamp.title;
  step.due_at = lamp.due_at;
  step.reason = "Bước “Phân công” quá hạn của bước, T2 23/11/2026, 08:00.";
  AlertFacts roof = alert("DA-11", RuleId::kBehindPlan, Kind::kProject);
  roof.title = "Sửa chữa mái trường mầm non, khu phố 8";
  roof.reason = "Mới xong 42 % khối lượng khi đã dùng 65 % thời gian.";
  roof.due_at = vn("2026-12-02 17:00");
  roof.focus = true;
  c.message.entries = {because(dossier("H19.99-261105-0041", RuleId::kDueSoon, "2026-11-25 14:20")),
                       because(lamp), because(step), because(roof)};
  c.wording.chances["H19.99-261105-0041"] =
      "Khả năng trễ 84 %: 42 trong 50 hồ sơ cùng thủ tục, ở cùng bước, cần thêm hơn 11 giờ.";
  c.english = true;
  return c;
}

Case storm() {
  Case c{"storm", test::to_head()};
  c.message.level = AlertLevel::kCritical;
  for (int i = 0; i < 60; ++i) {
    const std::string id = "H19.99-2610" + std::to_string(10 + i) + "-0001";
    c.message.entries.push_back(because(i < 48
                                            ? dossier(id, RuleId::kOverdue, "2026-11-23 08:30")
                                            : dossier(id, RuleId::kDueSoon, "2026-11-23 16:00")));
  }
  c.message.answer_by = vn("2026-11-23 15:10");
  c.message.goes_up_to = "pct-kinh-te";
  c.english = true;
  return c;
}

// Several alerts of one item are one row; another item comes with them.
Case worse_now() {
  Case c{"worse-now", test::to_head()};
  AlertFacts late = alert("NV-219", RuleId::kOverdue, Kind::kTask);
  late.title = "Báo cáo rà soát lấn chiếm vỉa hè";
  late.due_at = vn("2026-11-20 17:00");
  AlertFacts quiet = late;
  quiet.rule = rule_name(RuleId::kStalled);
  quiet.level = AlertLevel::kWarning;
  quiet.reason = "Không có cập nhật nào từ T4 18/11/2026, 09:00, đã 3 ngày làm việc.";
  AlertFacts near = quiet;
  near.rule = rule_name(RuleId::kDueSoon);
  c.message.entries = {
      because(late, Why::kLevelRose), because(quiet, Why::kReminder), because(near, Why::kReminder),
      because(dossier("H19.99-261105-0042", RuleId::kDueSoon, "2026-11-25 14:20"))};
  c.message.level = AlertLevel::kCritical;
  c.message.answer_by = vn("2026-11-25 08:20");
  c.message.goes_up_to = "pct-kinh-te";
  return c;
}

Case promise_broken() {
  Case c{"promise-broken", test::to_head()};
  AlertFacts flood = alert("PA-26-0913", RuleId::kOverdue, Kind::kPetition);
  flood.title = "Ngập nước sau mưa, hẻm 12, khu phố 5";
  flood.due_at = vn("2026-11-20 09:40");
  c.message.entries = {because(flood, Why::kPromiseBroken)};
  c.message.entries[0].promised_at = vn("2026-11-20 17:00");
  c.message.level = AlertLevel::kCritical;
  c.message.answer_by = vn("2026-11-23 15:10");
  c.message.goes_up_to = "pct-kinh-te";
  c.english = true;
  return c;
}

Case hold_over() {
  Case c{"hold-over", test::to_head()};
  c.message.entries = {
      because(dossier("H19.99-261028-0017", RuleId::kOverdue, "2026-11-20 11:00"), Why::kHoldOver)};
  c.message.person = "cvp";  // the operator, while messages are only tried
  c.wording.would_go_to = "tp-kinh-te";
  return c;
}

// The deputy stands in for the head, and gets what is open.
Case stand_in() {
  Case c{"stand-in", test::to_head()};
  c.message.at = vn("2026-12-07 07:35");
  c.message.person = "ptp-kinh-te";
  c.message.on_behalf_of = "tp-kinh-te";
  c.wording.link_until = vn("2026-12-09 17:00");
  c.wording.data_as_of = vn("2026-12-07 07:34");
  c.message.entries = {because(dossier("H19.99-261105-0041", RuleId::kOverdue, "2026-12-04 14:20"),
                               Why::kHandedOver),
                       because(dossier("H19.99-261120-0003", RuleId::kDueSoon, "2026-12-08 10:00"),
                               Why::kHandedOver)};
  c.message.level = AlertLevel::kCritical;
  c.message.answer_by = vn("2026-12-07 11:35");
  c.message.goes_up_to = "pct-kinh-te";
  return c;
}

Case escalated() {
  Case c{"escalated", test::to_head()};
  c.message.desk = "lanh-dao-ubnd";
  c.message.person = "pct-kinh-te";
  c.message.at = vn("2026-11-23 15:12");
  c.message.entries = {because(dossier("H19.99-261028-0017", RuleId::kOverdue, "2026-11-20 11:00"),
                               Why::kEscalated)};
  c.message.entries[0].from_unit = test::kDesk;
  c.message.entries[0].told_at = vn("2026-11-23 09:40");
  c.message.level = AlertLevel::kCritical;
  c.wording.data_as_of = vn("2026-11-23 15:10");
  c.english = true;
  return c;
}

Case from_below() {
  Case c{"from-below", test::to_head()};
  c.message.desk = "lanh-dao-ubnd";
  c.message.person = "pct-kinh-te";
  AlertFacts road = alert("DA-14", RuleId::kBehindPlan, Kind::kProject);
  road.title = "Nâng cấp hẻm 40, khu phố 3";
  road.due_at = vn("2026-12-15 17:00");
  road.reason = "Mới xong 20 % khối lượng khi đã dùng 51 % thời gian.";
  c.message.entries = {
      because(dossier("H19.99-261028-0017", RuleId::kOverdue, "2026-11-20 11:00"), Why::kNotMine),
      because(road, Why::kHelpWanted)};
  c.message.entries[0].from_unit = c.message.entries[1].from_unit = test::kDesk;
  return c;
}

Case short_terms() {
  Case c{"short-terms", test::to_head()};
  c.message.desk = "tt-phuc-vu-hcc";
  c.message.person = "gd-hcc";
  c.message.at = vn("2026-11-23 16:05");
  c.wording.data_as_of = vn("2026-11-23 16:04");
  for (const char* id : {"H19.99-261123-0102", "H19.99-261123-0107", "H19.99-261123-0111"}) {
    MessageEntry e = because(dossier(id, RuleId::kDueSoon, "2026-11-23 17:00"), Why::kShortTerm);
    e.alert.procedure_code = "1.001193";
    e.alert.unit_id = "van-phong";
    e.alert.allowed = work_hours(8);
    c.message.entries.push_back(e);
  }
  return c;
}

Case live_start() {
  Case c{"live-start", test::to_head()};
  for (int i = 0; i < 3; ++i) {
    c.message.entries.push_back(because(dossier("H19.99-2609" + std::to_string(10 + i) + "-0001",
                                                RuleId::kOverdue, "2026-10-30 17:00"),
                                        Why::kLiveStart));
  }
  return c;
}

Case morning(const std::string& name) {
  Case c{name, test::to_head(MessageKind::kDigest)};
  c.message.at = vn("2026-11-23 07:30");
  c.wording.data_as_of = vn("2026-11-23 07:28");
  c.wording.link.clear();
  c.wording.link_until.reset();
  c.english = true;
  return c;
}

Case all_well() {
  Case c = morning("digest-well");
  c.wording.counts = {{0, 0, 3, 71}};
  return c;
}

// A leader's: of the units that he is in charge of, where all that is late has been answered.
Case of_leader() {
  Case c = morning("digest-leader");
  c.wording.counts = {{5, 6, 14, 71, 9}};
  return c;
}

// design/ui/digest.html
Case digest() {
  Case c = morning("digest");
  c.wording.counts = {{5, 6, 14, 71}};
  AlertFacts flood = alert("PA-26-0913", RuleId::kOverdue, Kind::kPetition);
  flood.title = "Ngập nước sau mưa, hẻm 12, khu phố 5";
  flood.due_at = vn("2026-11-19 17:00");
  AlertFacts report = alert("NV-219", RuleId::kOverdue, Kind::kTask);
  report.title = "Báo cáo rà soát lấn chiếm vỉa hè";
  report.due_at = vn("2026-11-20 17:00");
  DigestFacts& d = c.message.digest;
  d.open = {
      because(flood, Why::kPromiseBroken), because(report),
      because(dossier("H19.99-261105-0041", RuleId::kDueSoon, "2026-11-25 14:20"), Why::kReminder)};
  d.open[0].promised_at = vn("2026-11-20 17:00");
  const std::pair<const char*, const char*> promised[] = {{"H19.99-261117-0019", "15:00"},
                                                          {"H19.99-261023-0008", "16:00"},
                                                          {"H19.99-261015-0026", "17:00"}};
  for (const auto& [id, hour] : promised) {
    d.promised.push_back(because(dossier(id, RuleId::kDueSoon, "2026-11-25 17:00"), Why::kMuted));
    d.promised.back().promised_at = vn("2026-11-23 " + std::string(hour));
  }
  AlertFacts below = alert("DA-14", RuleId::kBehindPlan, Kind::kProject);
  below.title = "Nâng cấp hẻm 40, khu phố 3";
  below.unit_id = "hoi-dong-hoa-giai";
  below.due_at = vn("2026-12-15 17:00");
  below.reason = "Mới xong 20 % khối lượng khi đã dùng 51 % thời gian.";
  d.below = {because(below, Why::kDigestOnly)};
  d.resolved = {dossier("H19.99-261101-0005", RuleId::kDueSoon, "2026-11-20 17:00")};
  return c;
}

Case test_message() { return {"test", test::to_head(MessageKind::kTest)}; }

std::vector<Case> cases() {
  return {one_overdue(), three_at_risk(), storm(),     worse_now(),  promise_broken(),
          hold_over(),   stand_in(),      escalated(), from_below(), short_terms(),
          live_start(),  all_well(),      of_leader(), digest(),     test_message()};
}

std::string golden(const std::string& name) {
  return std::string(KIP_SOURCE_DIR) + "/tests/golden/messages/" + name;
}

std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

void hold_against(const std::string& name, const std::string& text) {
  if (std::getenv("KIP_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(golden(name), std::ios::binary) << text;
    return;
  }
  EXPECT_EQ(file_text(golden(name)), text) << name;
}

void hold(const Case& c, const std::string& language) {
  const Worded said = word_message(c.message, c.wording);
  std::string all = "Subject: " + said.subject + "\n\n" + said.text;
  all += "\n== zalo\n" + said.fields.at("zalo") + "\n\n== sms\n" + said.fields.at("sms") + "\n";
  hold_against(c.name + "." + language + ".txt", all);
  hold_against(c.name + "." + language + ".html", said.html);
  EXPECT_EQ(html_problem(said.html), "") << c.name;
}

TEST(Golden, MessagesAreWordedAsTheyWere) {
  for (Case c : cases()) {
    hold(c, "vi");
    if (!c.english) continue;
    c.wording.language = Language::kEnglish;
    hold(c, "en");
  }
}

TEST(Golden, NoneIsLeftThatNobodyMakes) {
  std::set<std::string> made;
  for (const Case& c : cases()) {
    for (const char* form : {".txt", ".html"}) {
      made.insert(c.name + ".vi" + form);
      if (c.english) made.insert(c.name + ".en" + form);
    }
  }
  std::set<std::string> there;
  for (const auto& file : std::filesystem::directory_iterator(golden(""))) {
    there.insert(file.path().filename());
  }
  EXPECT_EQ(there, made);
}

// design/ui/README.md, "Words": what must not be written.
TEST(Golden, NoBannedWordStandsInAny) {
  static const std::vector<std::string> kBanned = {"leo thang", "đơn hàng", "ticket", "deadline",
                                                   "vi phạm",   "sẽ trễ",   "treo",   "đỏ",
                                                   "sản phẩm",  "escalat",  "{{",     "}}"};
  for (const auto& file : std::filesystem::directory_iterator(golden(""))) {
    std::string text = file_text(file.path());
    for (const std::string& word : kBanned) {
      EXPECT_THAT(text, testing::Not(testing::HasSubstr(word))) << file.path();
    }
    // "trễ" only as a risk, a chance or a forecast.
    for (const std::string& allowed : std::vector<std::string>{
             "nguy cơ trễ", "Nguy cơ trễ", "khả năng trễ", "Khả năng trễ", "dự báo trễ"}) {
      for (std::size_t at = text.find(allowed); at != std::string::npos; at = text.find(allowed)) {
        text.erase(at, allowed.size());
      }
    }
    EXPECT_THAT(text, testing::Not(testing::HasSubstr("trễ"))) << file.path();
    // A figure and its % do not part.
    for (const char digit : std::string("0123456789")) {
      EXPECT_THAT(text, testing::Not(testing::HasSubstr(std::string(1, digit) + " %")));
    }
  }
}

}  // namespace
}  // namespace kip
