#include "messages/wording.h"

#include <gmock/gmock.h>

#include <random>

#include "base/sms.h"
#include "base/utf8.h"
#include "messages/samples.h"
#include "messages/test_messages.h"
#include "messages/text.h"
#include "subjects/source.h"

namespace kip {
namespace {

using test::alert;
using test::because;
using test::dossier;
using test::vn;
using testing::HasSubstr;
using testing::Not;

Worded say(const Message& message) { return word_message(message, test::wording()); }

Message with(std::vector<MessageEntry> entries) {
  Message m = test::to_head();
  m.entries = std::move(entries);
  return m;
}

TEST(WordMessage, EveryReasonToTellHasItsSentence) {
  const std::vector<std::pair<Why, std::string>> table = {
      {Why::kLevelRose, "Đã báo trước đây, nay nặng hơn."},
      {Why::kUpdated, "Đã báo; hạn, người xử lý hoặc bước vừa thay đổi."},
      {Why::kReminder, "Nhắc lại: đã báo, chưa có xác nhận."},
      {Why::kPromiseBroken, "Lỡ hẹn T6 20/11, 17:00."},
      {Why::kHoldOver, "sau 8 giờ làm việc số liệu vẫn như cũ."},
      {Why::kHandedOver, "Từ nay các việc đang mở sau đây thuộc phần phụ trách"},
      {Why::kEscalated, "Văn phòng HĐND và UBND đã được báo T2 23/11, 08:00, chưa xác nhận."},
      {Why::kNotMine, "Văn phòng HĐND và UBND cho biết việc này không thuộc thẩm quyền."},
      {Why::kHelpWanted, "Văn phòng HĐND và UBND đề nghị gỡ vướng mắc."},
      {Why::kShortTerm, "Các việc có thời hạn trong một ngày làm việc, chưa xong."},
      {Why::kLiveStart, "Từ hôm nay Kịp báo tin: 1 việc đang quá hạn"},
  };
  for (const auto& [why, sentence] : table) {
    MessageEntry e = because(dossier("X", RuleId::kOverdue, "2026-11-20 11:00"), why);
    e.from_unit = "van-phong";
    e.told_at = vn("2026-11-23 08:00");
    e.promised_at = vn("2026-11-20 17:00");
    const Worded said = say(with({e}));
    EXPECT_THAT(said.text, HasSubstr(sentence)) << why_word(why);
    EXPECT_THAT(said.html, HasSubstr(html_escaped(sentence))) << why_word(why);
  }
}

TEST(WordMessage, WhatRestsOnOldDataSaysSo) {
  MessageEntry e = because(dossier("X", RuleId::kOverdue, "2026-11-20 11:00"));
  e.data_until = vn("2026-11-20 10:00");
  const std::string words = "Theo số liệu đến T6 20/11, 10:00: hệ thống nguồn đang im lặng.";
  EXPECT_THAT(say(with({e})).text, HasSubstr(words));
  Message list = test::to_head(MessageKind::kDigest);
  list.digest.open = {e};
  EXPECT_THAT(say(list).text, HasSubstr(words));
  EXPECT_THAT(say(list).text, HasSubstr("số liệu đến T6 20/11, 10:00"));  // of the whole
}

TEST(WordMessage, ASilentSourceIsNamedAndWhomToAsk) {
  AlertFacts source = alert("urn:x", RuleId::kOverdue, Kind::kNone);
  source.rule = kSourceSilent;
  source.subject_kind = 's';
  source.level = AlertLevel::kWarning;
  source.title = "Hệ thống một cửa";
  source.reason = "Hệ thống một cửa im lặng.";
  const Worded said = say(with({because(source)}));
  for (const char* words : {"Hệ thống một cửa", "urn:x", "Liên hệ bên vận hành hệ thống này."})
    EXPECT_THAT(said.text, HasSubstr(words));
}

TEST(WordMessage, OnlyWhatIsCriticalGoesUp) {
  Message m = with({because(dossier("X", RuleId::kDueSoon, "2026-11-25 11:00"))});
  const Worded warning = say(m);
  EXPECT_THAT(warning.text, Not(HasSubstr("Nếu chưa xác nhận")));
  EXPECT_THAT(warning.text, HasSubstr("được nêu trong bản tin sáng của Phó Chủ tịch UBND"));
  EXPECT_EQ(warning.fields.at("answer_by"), "");
  m.entries[0] = because(dossier("X", RuleId::kOverdue, "2026-11-20 11:00"));
  m.answer_by = vn("2026-11-23 15:10");
  m.goes_up_to = "ct-ubnd";
  const Worded critical = say(m);
  EXPECT_THAT(critical.text,
              HasSubstr("trước 15:10 hôm nay (4 giờ làm việc), Kịp báo Chủ tịch UBND."));
  EXPECT_THAT(critical.text, Not(HasSubstr("bản tin sáng")));
  EXPECT_EQ(critical.fields.at("answer_by"), "15:10 hôm nay");
  EXPECT_EQ(critical.fields.at("superior"), "Chủ tịch UBND");
}

TEST(WordMessage, AlertsOfOneItemAreOneRowWithTheWorstState) {
  AlertFacts late = dossier("X", RuleId::kOverdue, "2026-11-20 11:00");
  AlertFacts step = late;
  step.rule = rule_name(RuleId::kStepOverdue);
  step.reason = "Bước “Thẩm định” quá hạn của bước.";
  const Worded said = say(with({because(step), because(late)}));
  EXPECT_EQ(said.fields.at("count"), "1");
  EXPECT_EQ(said.fields.at("overdue"), "1");
  EXPECT_THAT(said.text, HasSubstr("Bước “Thẩm định” quá hạn của bước. Đến hạn mà chưa xong."));
}

TEST(WordMessage, WhatWasForecastOfAnOverdueItemGoesWithoutSaying) {
  const AlertFacts late = dossier("X", RuleId::kOverdue, "2026-11-20 11:00");
  AlertFacts likely = dossier("X", RuleId::kLikelyLate, "2026-11-20 11:00");
  likely.reason = "42 trong 50 việc như thế này đã trễ.";
  EXPECT_THAT(say(with({because(likely)})).text, HasSubstr("42 trong 50"));
  EXPECT_THAT(say(with({because(likely), because(late)})).text, Not(HasSubstr("42 trong 50")));
  AlertFacts quiet = dossier("X", RuleId::kStalled, "2026-11-20 11:00");  // all the holder is told
  quiet.reason = "Không có cập nhật nào.";
  const Worded held = say(with({because(likely), because(quiet)}));
  EXPECT_THAT(held.text, HasSubstr(quiet.reason));
  EXPECT_THAT(held.text, Not(HasSubstr("42 trong 50")));
}

TEST(WordMessage, TitlesOfDossiersAndPetitionsComeFromTheCatalogue) {
  AlertFacts petition = alert("PA-1", RuleId::kDueSoon, Kind::kPetition);
  petition.procedure_code = "moi-truong";
  AlertFacts task = alert("NV-1", RuleId::kUnclear, Kind::kTask);
  task.procedure_code = "moi-truong";  // of tasks none has a name there
  const Worded said = say(with({because(petition), because(task)}));
  EXPECT_THAT(said.text, HasSubstr("   Vệ sinh môi trường, rác thải, nước thải\n"));
  EXPECT_THAT(said.text, HasSubstr("   Nhiệm vụ\n"));
}

TEST(WordMessage, WhatOthersWroteIsHarmless) {
  AlertFacts bad = alert("X<b>\n1", RuleId::kDueSoon, Kind::kTask);
  bad.title = "<script>alert('a')</script>\r\nBcc: x@y {{link}} \u202egnp.exe";
  bad.reason = "{{{html}}} <img src=x>";
  bad.unit_id = "đơn vị <i>lạ</i>";
  AlertFacts tall = alert("Y", RuleId::kDueSoon, Kind::kTask);
  tall.title = std::string(1024, 'W');
  Message m = with({because(bad), because(tall)});
  Wording wording = test::wording();
  wording.link = "javascript:alert(1)";
  wording.base_url = "https://kip.example/\"><script>";
  const Worded said = word_message(m, wording);
  EXPECT_THAT(said.html, Not(HasSubstr("<script")));
  EXPECT_THAT(said.html, Not(HasSubstr("<img")));
  EXPECT_THAT(said.html, Not(HasSubstr("javascript")));
  EXPECT_THAT(said.html, HasSubstr("&lt;script&gt;alert(&#39;a&#39;)&lt;/script&gt; Bcc"));
  EXPECT_THAT(said.html, HasSubstr("{{link}}"));
  EXPECT_EQ(html_problem(said.html), "");
  EXPECT_EQ(said.subject.find_first_of("\r\n"), std::string::npos);
  EXPECT_THAT(said.text, Not(HasSubstr("\u202e")));
  EXPECT_THAT(said.text, HasSubstr(std::string(119, 'W') + "…\n"));
  EXPECT_EQ(said.fields.at("link"), "");
  EXPECT_THAT(said.html, Not(HasSubstr("<a ")));
}

TEST(WordMessage, OneLinkForOneMessage) {
  Message m = with({});
  for (int i = 0; i < 7; ++i) {
    m.entries.push_back(
        because(dossier("X" + std::to_string(i), RuleId::kDueSoon, "2026-11-25 11:00")));
  }
  const Worded said = say(m);
  const std::string link = "https://kip.honai.example/x/7Q2M";
  for (const std::string& text : {said.text, said.html, said.fields.at("zalo")}) {
    EXPECT_EQ(text.find("https://"), text.find(link));
    EXPECT_EQ(text.find("https://"), text.rfind("https://"));
  }
}

TEST(WordMessage, WhoIsUnknownIsAddressedByTheUnit) {
  Message m = with({because(dossier("X", RuleId::kDueSoon, "2026-11-25 11:00"))});
  m.person = "gone";
  m.desk = std::string(kUnassigned);
  EXPECT_THAT(say(m).text, HasSubstr("Kính gửi việc chưa rõ đơn vị"));
}

TEST(WordMessage, TheReadersLanguageCounts) {
  DirectoryContent content = test::ward().directory.content();
  for (Person& person : content.people) {
    if (person.id == "tp-kinh-te") person.language = Language::kEnglish;
  }
  const Directory directory(content, test::ward().registry);
  const Templates shipped;
  const Wording wording{test::ward().registry, directory, test::ward().calendars, shipped};
  Message m = with({because(dossier("X", RuleId::kDueSoon, "2026-11-25 14:20"))});
  EXPECT_THAT(word_message(m, wording).subject, HasSubstr("1 item at risk"));
  m.person = "ptp-kinh-te";
  EXPECT_THAT(word_message(m, wording).subject, HasSubstr("1 việc có nguy cơ trễ"));
}

// A step that the unit holds is of another unit's item, which it does not count.
// The operator gets those of all: each form says whose it is.
TEST(WordMessage, WhileItIsOnlyTriedEachFormNamesWhoWouldGetIt) {
  for (const Language language : {Language::kVietnamese, Language::kEnglish}) {
    for (const MessageKind kind :
         {MessageKind::kAlerts, MessageKind::kDigest, MessageKind::kTest}) {
      Message message = test::to_head(kind);
      if (kind == MessageKind::kAlerts)
        message.entries = {because(dossier("HS-1", RuleId::kOverdue, "2026-11-20 17:00"))};
      Wording wording = test::wording();
      wording.language = language;
      const std::string role = "Trưởng phòng Kinh tế, Hạ tầng và Đô thị";
      const std::string mark = language == Language::kEnglish ? ", trial for " : ", thử cho ";
      EXPECT_THAT(word_message(message, wording).subject, Not(HasSubstr(mark)));
      wording.would_go_to = message.person;
      const Worded said = word_message(message, wording);
      EXPECT_THAT(said.subject, HasSubstr("[Kịp" + mark + role + "] "));
      EXPECT_THAT(said.text, HasSubstr(" " + role + "."));
      EXPECT_THAT(said.html, HasSubstr(" " + role + "."));
      EXPECT_THAT(said.fields.at("zalo"), HasSubstr("[Kịp" + mark + role + "] "));
      EXPECT_THAT(said.fields.at("sms"), HasSubstr("Truong phong Kinh te, Ha tang va Do thi] "));
    }
  }
}

TEST(WordMessage, AMorningListOfAnothersItemHasAHeadline) {
  Message m = test::to_head(MessageKind::kDigest);
  m.digest.open = {test::because(test::dossier("HS-1", RuleId::kStepOverdue, "2026-11-18 08:00"))};
  Wording wording = test::wording();
  wording.counts = UnitCounts{};
  EXPECT_THAT(word_message(m, wording).subject, HasSubstr(": 1 nguy cơ trễ"));
}

// Whatever comes, what goes out is within its limits and well formed.
TEST(WordMessage, ShortFormsKeepTheirLimits) {
  std::mt19937 random(5);
  static const std::vector<std::string> kPieces = {"ữ",  "x",         " ", "<",    "[", "{{",
                                                   "\n", "đèn đường", "€", "\xff", "“", "khu phố"};
  const auto text = [&](std::size_t pieces) {
    std::string out;
    for (std::size_t i = random() % pieces; i > 0; --i) out += kPieces[random() % kPieces.size()];
    return out;
  };
  std::size_t longest_zalo = 0, longest_sms = 0;
  for (int round = 0; round < 300; ++round) {
    Message m = with({});
    m.kind = static_cast<MessageKind>(random() % 3);
    if (random() % 4 == 0) m.desk = text(80);
    for (std::size_t i = random() % 15; i > 0; --i) {
      MessageEntry e =
          because(dossier(text(90), static_cast<RuleId>(random() % kRuleCount), "2026-11-25 14:20"),
                  static_cast<Why>(random() % kWhyCount));
      e.alert.title = text(120);
      e.alert.reason = text(100);
      if (random() % 5 == 0) e.alert.due_at.reset();
      m.entries.push_back(e);
      m.digest.open.push_back(e);
      m.digest.promised.push_back(e);
    }
    if (random() % 2 == 0) m.answer_by = vn("2026-11-25 08:20");
    Wording wording = test::wording();
    wording.language = static_cast<Language>(random() % 2);
    wording.link = "https://kip.example/x/" + std::string(random() % 300, 'T');
    const Worded said = word_message(m, wording);
    const std::string& zalo = said.fields.at("zalo");
    const std::string& sms = said.fields.at("sms");
    EXPECT_LE(characters(zalo), kZaloMax);
    EXPECT_LE(sms_size(sms).units, kSms2Max);
    EXPECT_LE(sms_size(sms).parts, 2U);
    EXPECT_TRUE(sms_size(sms).plain);
    EXPECT_EQ(sms, without_accents(sms));
    EXPECT_FALSE(zalo.empty());
    EXPECT_FALSE(sms.empty());
    EXPECT_LE(characters(said.subject), 160U);
    // A link is there whole or not at all.
    for (const std::string& brief : {zalo, sms}) {
      const bool linked = brief.find("https://") != std::string::npos;
      EXPECT_TRUE(!linked || brief.find(wording.link) != std::string::npos) << brief;
    }
    for (const std::string& any : {said.subject, said.text, said.html, zalo}) {
      EXPECT_TRUE(utf8_valid(any));
    }
    EXPECT_EQ(html_problem(said.html), "");
    longest_zalo = std::max(longest_zalo, characters(zalo));
    longest_sms = std::max(longest_sms, sms_size(sms).units);
  }
  // They come near the limits: the cutting was seen.
  EXPECT_GT(longest_zalo, kZaloMax - 60);
  EXPECT_GT(longest_sms, kSms2Max - 60);
}

TEST(WordMessage, CutFormsSayHowManyAreLeftOut) {
  Message m = with({});
  for (int i = 0; i < 60; ++i) {
    m.entries.push_back(because(dossier("H19.99-261105-" + std::to_string(1000 + i),
                                        RuleId::kOverdue, "2026-11-20 11:00")));
  }
  const std::string zalo = say(m).fields.at("zalo");
  std::size_t named = 0;
  while (zalo.find("\n" + std::to_string(named + 1) + ") ") != std::string::npos) ++named;
  EXPECT_GT(named, 0U);
  EXPECT_THAT(zalo, HasSubstr("và " + std::to_string(60 - named) + " việc nữa"));
  EXPECT_THAT(say(m).text, HasSubstr("và 55 việc nữa"));
}

TEST(WordMessage, TheSameMessageHasTheSameWords) {
  for (const Message& m :
       sample_messages(test::ward().registry, test::ward().directory, vn("2026-11-23 09:40"))) {
    const Worded one = say(m), two = say(m);
    EXPECT_EQ(one.subject + one.text + one.html, two.subject + two.text + two.html);
    EXPECT_EQ(one.fields, two.fields);
  }
}

}  // namespace
}  // namespace kip
