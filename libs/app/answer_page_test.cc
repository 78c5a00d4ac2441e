// The link of a message, from the page to the log of answers.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <future>
#include <set>

#include "app/test_answers.h"
#include "app/wording.h"

namespace kip {
namespace {

using test::AnswerTest;
using test::shipped_policy;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* kAll = "item=all&act=mine&when=due&seen=0";
Instant at(const char* text) { return *parse_rfc3339(text); }

class AnswerPage : public AnswerTest {
 protected:
  std::string form(const std::string& item, const std::string& rest) const {
    return "item=" + key(item) + "&seen=0&" + rest;
  }
  Answer only() {
    const auto all = written();
    EXPECT_THAT(all, SizeIs(1));
    return all.empty() ? Answer() : all.front().answer;
  }
};

TEST_F(AnswerPage, ShowsTheItemsOfTheMessageAndChangesNothing) {
  ASSERT_THAT(message_.entries, Not(IsEmpty()));
  const auto page = get(path());
  EXPECT_EQ(page.status, 200);
  for (const char* words :
       {"3 việc cần trả lời", "Nhiệm vụ NV-1", "NV-2", "NV-3", "Trưởng phòng Kinh tế",
        "Quá hạn 2 giờ 12", "Nguy cơ trễ, còn 3 giờ 48", "Mở trang này chưa phải là trả lời",
        "T2 30/11, 09:42", "Cả 3 việc: phòng tôi xử lý, xong đúng hạn",
        "1 việc đã quá hạn: hẹn xong T4 25/11, 17:00"})
    EXPECT_THAT(page.body, HasSubstr(words));
  EXPECT_THAT(page.body, Not(HasSubstr("<script")));
  EXPECT_EQ(page.header("referrer-policy"), "no-referrer");
  EXPECT_THAT(page.header("x-robots-tag"), HasSubstr("noindex"));
  EXPECT_EQ(page.header("cache-control"), "no-store");
  EXPECT_THAT(page.header("content-security-policy"), HasSubstr("default-src 'none'"));
  EXPECT_EQ(page.header("set-cookie"), "");
  EXPECT_EQ(web::ask(*server_, "HEAD", path()).status, 200);
  EXPECT_EQ(get(path() + "?zarsrc=30&" + kAll).status, 200);  // apps add to a link
  EXPECT_THAT(written(), IsEmpty());
}

// What an operator tapped would be recorded as the head's.
TEST_F(AnswerPage, InShadowAMessageHasNoLinkToAnswerBy) {
  const auto word = words_with_link(dir_.path(), setup_->rules);
  ASSERT_TRUE(word);
  NotifySetup setup = *setup_;
  const Person& reader = *shipped_policy()->directory.person(test::kHead);
  EXPECT_THAT((*word)(message_, reader, *shipped_policy(), setup).text, HasSubstr("/x/"));
  setup.rules.shadow = true;
  EXPECT_THAT((*word)(message_, reader, *shipped_policy(), setup).text, Not(HasSubstr("/x/")));
}

TEST_F(AnswerPage, OneTapAnswersAllThatIsOpen) {
  const auto page = post(kAll);
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("Đã xác nhận lúc 09:42"));
  std::map<std::string, Answer> by_item;
  std::set<std::string> covered, told;
  for (const AnswerNews& news : written()) {
    by_item[news.alert_ids.front()] = news.answer;
    covered.insert(news.alert_ids.begin(), news.alert_ids.end());
  }
  for (const MessageEntry& entry : message_.entries) told.insert(entry.alert.alert_id);
  EXPECT_EQ(covered, told);
  ASSERT_THAT(by_item, SizeIs(3));
  for (const auto& [id, answer] : by_item) {
    EXPECT_EQ(answer.what, Disposition::kMine);
    EXPECT_EQ(answer.person, test::kHead);
    EXPECT_EQ(answer.channel, "link");
    EXPECT_EQ(answer.at, engine_->now());
  }
  EXPECT_EQ(by_item[key("NV-1")].promised_at, at(test::kSoonDue));
  EXPECT_EQ(by_item[key("NV-2")].promised_at, at("2026-11-23T09:00:00Z"));
  EXPECT_EQ(by_item[key("NV-3")].promised_at,
            at("2026-11-25T10:00:00Z"));  // late already; tomorrow is off
}

TEST_F(AnswerPage, TheSameFormTwiceIsOneAnswer) {
  const auto first = post(kAll);
  const auto again = post(kAll);
  EXPECT_EQ(first.body, again.body);
  EXPECT_THAT(written(), SizeIs(3));
  take();
  EXPECT_EQ(post(kAll).body, first.body);  // the desk has taken it meanwhile
  EXPECT_THAT(written(), SizeIs(3));
  const auto page = get(path());
  EXPECT_THAT(page.body, HasSubstr("Không còn việc nào cần trả lời"));
  EXPECT_THAT(page.body, HasSubstr("Đã trả lời lúc T2 23/11, 09:42"));
}

TEST_F(AnswerPage, TapsAtOnceAreOneAnswer) {
  std::vector<std::future<web::Answer>> taps;
  for (int i = 0; i < 6; ++i)
    taps.push_back(std::async(std::launch::async, [this] { return post(kAll); }));
  std::set<std::string> pages;
  for (auto& tap : taps) pages.insert(tap.get().body);
  EXPECT_THAT(pages, SizeIs(1));
  EXPECT_THAT(written(), SizeIs(3));
}

TEST_F(AnswerPage, OfAMorningListOneTapAnswersWhatIsOnesOwn) {
  Message list = message_;
  list.kind = MessageKind::kDigest;
  list.entries.clear();
  for (const MessageEntry& entry : message_.entries)
    (entry.alert.subject == "NV-1" ? list.digest.below : list.digest.open).push_back(entry);
  name_message(list);
  ASSERT_TRUE(test::put(store(), Table::kMessage, list.id, encode_message(list)));
  const std::string target = "/x/" + links_->token_of(list.id);
  EXPECT_THAT(get(target).body, HasSubstr("2 việc cần trả lời"));
  EXPECT_EQ(post(target, kAll).status, 200);
  EXPECT_THAT(written(), SizeIs(2));
  EXPECT_EQ(post(target, form("NV-1", "act=done")).status, 200);  // but may be answered
  EXPECT_THAT(written(), SizeIs(3));
}

TEST_F(AnswerPage, AChangedAnswerIsAnotherOne) {
  post(form("NV-1", "act=mine&when=due"));
  const auto page = get(path());
  EXPECT_THAT(page.body, HasSubstr("name=\"seen\" value=\"1\""));
  EXPECT_THAT(page.body, HasSubstr("2 việc cần trả lời"));
  post("item=" + key("NV-1") + "&seen=1&act=wrong");
  ASSERT_THAT(written(), SizeIs(2));
  EXPECT_EQ(written().back().answer.what, Disposition::kWrongData);
  post("item=all&act=mine&when=due&seen=2");  // leaves alone what is answered
  EXPECT_THAT(written(), SizeIs(4));
}

TEST_F(AnswerPage, EachDispositionIsAnAnswerOfItsOwn) {
  struct Case {
    const char *form, *whose, *promised;
    Disposition what;
  };
  const Case cases[] = {
      {"act=mine&when=2026-11-24T11%3A00&plan=C%E1%BB%AD+th%C3%AAm+ng%C6%B0%E1%BB%9Di", "",
       "2026-11-24T04:00:00Z", Disposition::kMine},
      {"act=mine&when=own&own=2026-11-25T08%3A30", "", "2026-11-25T01:30:00Z", Disposition::kMine},
      {"act=deputy&when=due&deputy=ptp-kinh-te", "ptp-kinh-te", test::kSoonDue, Disposition::kMine},
      {"act=help&when=due&helper=van-phong&deputy=ptp-kinh-te", "van-phong", test::kSoonDue,
       Disposition::kNeedHelp},
      {"act=help&when=due&helper=pct-kinh-te", "pct-kinh-te", test::kSoonDue,
       Disposition::kNeedHelp},
      {"act=not_mine&whose=van-phong&when=own&own=", "van-phong", "", Disposition::kNotMine},
      {"act=done", "", "", Disposition::kDoneAtSource},
      {"act=wrong&plan=Sai+h%E1%BA%A1n", "", "", Disposition::kWrongData}};
  std::size_t count = 0;
  for (const Case& c : cases) {
    const auto page = post("item=" + key("NV-1") + "&seen=" + std::to_string(count) + "&" + c.form);
    EXPECT_EQ(page.status, 200) << c.form << page.body;
    ASSERT_THAT(written(), SizeIs(++count));
    const Answer answer = written().back().answer;
    EXPECT_EQ(answer.what, c.what) << c.form;
    EXPECT_EQ(answer.whose, c.whose) << c.form;
    EXPECT_EQ(answer.promised_at ? format_rfc3339(*answer.promised_at) : "", c.promised) << c.form;
  }
  EXPECT_EQ(written().front().answer.plan, "Cử thêm người");
}

TEST_F(AnswerPage, AWrongFieldIsNamedAndWhatWasTypedStays) {
  const auto page =
      post(form("NV-1", "act=mine&when=own&own=2026-11-20T08%3A30&plan=G%E1%BB%8Di+0912345678"));
  EXPECT_EQ(page.status, 422);
  EXPECT_THAT(page.body, HasSubstr("Ngày khác: Giờ hẹn đã qua"));
  EXPECT_THAT(page.body, HasSubstr("Kế hoạch: Có dãy số"));
  EXPECT_THAT(page.body, HasSubstr(">Gọi 0912345678</textarea>"));
  EXPECT_THAT(page.body, HasSubstr("value=\"2026-11-20T08:30\""));
  EXPECT_THAT(page.body, HasSubstr("<details open>"));
  EXPECT_THAT(page.body, HasSubstr("href=\"#wrong\""));
  for (const char* wrong :
       {"", "act=mine", "act=mine&when=due&item=", "act=other", "item=other&act=mine&when=due",
        "item=all&act=wrong", "item=all&act=mine&when=due&more=1", "item=all&item=all&act=mine",
        "item=all&act", "item=all&act=%ff", "item=all&act=mine&seen=x"})
    EXPECT_EQ(post(wrong).status, 422) << wrong;
  EXPECT_EQ(post(form("NV-1", "act=deputy&deputy=pcvp")).status, 422);
  EXPECT_EQ(post(form("NV-1", "act=help&helper=nobody")).status, 422);
  EXPECT_EQ(web::ask(*server_, "POST", path(), "Content-Type: text/plain\r\n", kAll).status, 415);
  EXPECT_EQ(post(std::string(20'000, 'a')).status, 413);
  EXPECT_THAT(written(), IsEmpty());
}

TEST_F(AnswerPage, ABrokenPromiseAsksForAPlan) {
  const std::string row = keys::pair(test::kOffice, key("NV-2"));
  DeskAlert alert = *decode_desk_alert(test::value_of(store(), Table::kDesk, row));
  alert.broken = engine_->now();
  ASSERT_TRUE(test::put(store(), Table::kDesk, row, encode_desk_alert(alert)));
  EXPECT_THAT(get(path()).body, HasSubstr("bắt buộc vì lần hẹn trước đã lỡ"));
  EXPECT_EQ(post(kAll).status, 422);
  EXPECT_EQ(post(form("NV-2", "act=mine&when=due")).status, 422);
  EXPECT_EQ(post(form("NV-1", "act=mine&when=due")).status, 200);
  EXPECT_EQ(post(form("NV-2", "act=done")).status, 200);
  EXPECT_EQ(post(std::string("plan=Xong+chi%E1%BB%81u+nay&") + kAll).status, 200);
}

TEST_F(AnswerPage, WhatIsOverNeedsNoAnswerAndGetsNone) {
  Batch batch;
  for (const MessageEntry& entry : message_.entries) {
    if (entry.alert.subject == "NV-1")
      batch.erase(Table::kDesk, keys::pair(test::kOffice, entry.alert.alert_id));
  }
  ASSERT_TRUE(store().write(batch, Durability::kSynced));
  EXPECT_THAT(get(path()).body, HasSubstr("Đã xong, không cần trả lời"));
  const auto page = post(form("NV-1", "act=mine&when=due"));
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("hết cảnh báo trước khi trả lời"));
  EXPECT_THAT(written(), IsEmpty());
  post(kAll);
  EXPECT_THAT(written(), SizeIs(2));
}

TEST_F(AnswerPage, ATokenAlteredAnywhereOpensNothing) {
  const std::string token = links_->token_of(message_.id);
  EXPECT_EQ(token.size(), 47U);
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string altered = token;
    altered[i] = altered[i] == 'a' ? 'b' : 'a';
    EXPECT_EQ(get("/x/" + altered).status, 403) << i;
    EXPECT_EQ(post("/x/" + altered, kAll).status, 403) << i;
  }
  for (const std::string& other :
       {token + "a", token.substr(1), token.substr(0, 26), message_.id + "-", std::string("x")})
    EXPECT_EQ(post("/x/" + other, kAll).status, 403) << other;
  // Another message's signature does not fit, and another key's neither.
  Message second = message_;
  second.person = "cvp";
  name_message(second);
  EXPECT_EQ(get("/x/" + message_.id + links_->token_of(second.id).substr(26)).status, 403);
  EXPECT_EQ(get("/x/" + AnswerLinks(std::string(32, 'k')).token_of(message_.id)).status, 403);
  const auto gone = post("/x/" + links_->token_of(second.id), kAll);  // signed, not kept
  EXPECT_EQ(gone.status, 410);
  EXPECT_THAT(gone.body, HasSubstr("Tin này không còn"));
  EXPECT_THAT(written(), IsEmpty());
}

TEST_F(AnswerPage, OpensForAsManyDaysAsTheRulesSay) {
  Message old = message_;
  old.at = engine_->now() - std::chrono::days{7};
  name_message(old);
  ASSERT_TRUE(test::put(store(), Table::kMessage, old.id, encode_message(old)));
  const auto page = post("/x/" + links_->token_of(old.id), kAll);
  EXPECT_EQ(page.status, 410);
  EXPECT_THAT(page.body, HasSubstr("Liên kết đã hết hạn"));
  EXPECT_THAT(written(), IsEmpty());
  const Instant until = link_end(old, 7);
  EXPECT_TRUE(links_->open_token(store(), links_->token_of(old.id), 7, until - Millis{1})->message);
  EXPECT_TRUE(links_->open_token(store(), links_->token_of(old.id), 8, until)->message);
}

TEST_F(AnswerPage, TheKeyIsMadeOnceAndForUsAlone) {
  struct stat info {};
  ASSERT_EQ(stat((dir_ / "answer.key").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  const auto again = AnswerLinks::open(dir_.path(), setup_->rules);
  EXPECT_EQ(again->token_of("a"), links_->token_of("a"));
  EXPECT_EQ(again->link_of(message_, setup_->rules), "https://kip.example" + path());
  EXPECT_EQ(again->link_of(message_, DeskRules()), "");
  const test::TempDir other;
  EXPECT_NE(AnswerLinks::open(other.path(), setup_->rules)->token_of("a"), links_->token_of("a"));
  ASSERT_EQ(chmod((dir_ / "answer.key").c_str(), 0644), 0);
  EXPECT_FALSE(AnswerLinks::open(dir_.path(), setup_->rules));
  DeskRules named;
  named.answer_key_file = dir_ / "missing";
  EXPECT_FALSE(AnswerLinks::open(dir_.path(), named));
}

TEST_F(AnswerPage, IsNotFoundWhereMessagesAreNotDecided) {
  const auto server = web::start(make_routes(*engine_, {}));
  for (const char* method : {"GET", "POST"}) {
    const auto answer = web::ask(*server, method, path());
    EXPECT_EQ(answer.status, 404);
    EXPECT_THAT(answer.body, HasSubstr("decides no messages"));
  }
  server->stop();
}

TEST_F(AnswerPage, NoTokenIsCounted) {
  get(path());
  const auto metrics = get("/metrics").body;
  EXPECT_THAT(metrics, HasSubstr("/x/{token}"));
  EXPECT_THAT(metrics, Not(HasSubstr(message_.id)));
}

// Where another process has the desks people get a page, systems a problem; both may come again.
TEST_F(AnswerPage, OfAnotherProcessIsNotHere) {
  const auto standby = web::start(make_routes(
      *engine_, {.version = "9", .notifier = [] { return std::shared_ptr<Notifier>(); }}));
  for (const char* method : {"GET", "POST"}) {
    const auto answer = web::ask(*standby, method, path());
    EXPECT_EQ(answer.status, 503);
    EXPECT_THAT(answer.header("content-type"), HasSubstr("text/html"));
    EXPECT_EQ(answer.header("retry-after"), "2");
    EXPECT_THAT(answer.body, HasSubstr("Hãy thử lại sau ít giây"));
  }
  const auto ack =
      web::ask(*standby, "POST", "/v1/alerts/a/ack", "Content-Type: application/json\r\n", "{}");
  EXPECT_EQ(ack.status, 503);
  EXPECT_THAT(ack.header("content-type"), HasSubstr("application/problem+json"));
  EXPECT_EQ(web::ask(*standby, "GET", "/v1/help").status, 503);
  standby->stop();
}

}  // namespace
}  // namespace kip
