// The form of a mail; that Python's parser reads it is held by tests/integration/notify_mail.py.

#include "notify/mime.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <sstream>
#include <vector>

#include "base/hash.h"
#include "base/mail_address.h"

namespace kip {
namespace {

const MailSender kSender = {
    .from = "kip@honai.example", .name = "Kịp", .reply_to = {}, .id_domain = {}};

Delivery mail() {
  Delivery d;
  d.key = "k7xq2m";
  d.recipients = {"nam@honai.example"};
  d.subject = "[Kịp] P. KT-HT-ĐT: 3 việc nguy cơ trễ, 1 việc trễ hạn; mai 24/11 nghỉ lễ cả ngày";
  d.text = "Kính gửi đồng chí,\n.\nHạn: 25/11\n";
  d.html = "<p>Kính gửi</p>";
  d.language = "vi";
  d.at = instant_of(1'795'000'000'000);
  return d;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::size_t at = 0;
  for (std::size_t end = 0; (end = text.find("\r\n", at)) != std::string::npos; at = end + 2) {
    out.push_back(text.substr(at, end - at));
  }
  EXPECT_EQ(at, text.size()) << "does not end with a line end";
  return out;
}

TEST(Base64, IsThatOfRfc4648) {
  const std::pair<const char*, const char*> cases[] = {{"", ""},
                                                       {"f", "Zg=="},
                                                       {"fo", "Zm8="},
                                                       {"foo", "Zm9v"},
                                                       {"foob", "Zm9vYg=="},
                                                       {"fooba", "Zm9vYmE="},
                                                       {"foobar", "Zm9vYmFy"},
                                                       {"\xff\xfe", "//4="}};
  for (const auto& [bytes, letters] : cases) EXPECT_EQ(base64(bytes), letters);
}

TEST(HeaderText, AsciiStaysAsItIs) {
  EXPECT_EQ(header_text("3 late items", 9), "3 late items");
  EXPECT_EQ(header_text("", 9), "");
  EXPECT_EQ(header_text("=?x", 9), "=?UTF-8?B?PT94?=");  // else a parser would decode it
  EXPECT_EQ(header_text(" a", 9), "=?UTF-8?B?IGE=?=");
}

TEST(HeaderText, FoldsAtWholeCharactersWithinTheLine) {
  for (std::size_t used : {0U, 4U, 9U, 60U, 70U}) {
    for (std::size_t pad = 0; pad < 50; ++pad) {
      std::string text(pad, 'a');
      for (int i = 0; i < 40; ++i) text += i % 3 == 0 ? "ế" : i % 3 == 1 ? "đ" : "😀";
      std::istringstream lines(std::string(used, 'N') + header_text(text, used));
      std::size_t number = 0;
      for (std::string line; std::getline(lines, line); ++number) {
        if (line.ends_with('\r')) line.pop_back();
        ASSERT_TRUE(number == 0 || line.starts_with(" =?UTF-8?B?")) << line;
        ASSERT_TRUE((number == 0 && used >= 50) || line.size() <= 76) << line;
        ASSERT_TRUE(line.ends_with("?=")) << line;
      }
      ASSERT_GT(number, 1U);
    }
  }
}

TEST(MailDate, IsInTheTimeOfVietnam) {
  EXPECT_EQ(mail_date(*parse_rfc3339("2026-11-24T07:05:09.9Z")), "Tue, 24 Nov 2026 14:05:09 +0700");
  EXPECT_EQ(mail_date(*parse_rfc3339("2026-12-31T18:00:00Z")), "Fri, 01 Jan 2027 01:00:00 +0700");
}

TEST(MessageId, ComesFromTheKeyAlone) {
  EXPECT_EQ(message_id("a1-b2", "honai.example"), "<a1-b2@honai.example>");
  const auto odd = message_id("a:1,<b>", "honai.example");
  EXPECT_EQ(odd, message_id("a:1,<b>", "honai.example"));
  EXPECT_NE(odd, message_id("a:1,<c>", "honai.example"));
  EXPECT_TRUE(mail_address_valid(odd.substr(1, odd.size() - 2))) << odd;
}

TEST(Mail, IsTheSameBytesEachTimeAndShortLinesOfAscii) {
  const auto first = mail_of(mail(), kSender), second = mail_of(mail(), kSender);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(*first, *second);
  for (const std::string& line : lines_of(*first)) {
    EXPECT_LE(line.size(), 76U) << line;
    for (const char c : line) EXPECT_TRUE(c >= 0x20 && c < 0x7f) << line;
    EXPECT_FALSE(line.starts_with('.')) << line;
  }
}

TEST(Mail, HasTheHeadersThatItNeeds) {
  const auto text = mail_of(mail(), kSender);
  ASSERT_TRUE(text);
  for (const char* line :
       {"From: =?UTF-8?B?S+G7i3A=?= <kip@honai.example>\r\n", "To: nam@honai.example\r\n",
        "Message-ID: <k7xq2m@honai.example>\r\n", "Auto-Submitted: auto-generated\r\n",
        "Content-Language: vi\r\n", "MIME-Version: 1.0\r\n",
        "Content-Type: multipart/alternative;\r\n boundary=\"=_kip_"}) {
    EXPECT_NE(text->find(line), std::string::npos) << line << *text;
  }
}

TEST(Mail, WithoutHtmlIsOnePart) {
  Delivery d = mail();
  d.html.clear();
  const auto text = mail_of(d, kSender);
  ASSERT_TRUE(text);
  EXPECT_EQ(text->find("multipart"), std::string::npos);
  EXPECT_NE(text->find("Content-Type: text/plain; charset=utf-8\r\n"), std::string::npos);
  EXPECT_NE(text->find(base64("Kính gửi đồng chí,\r\n.\r\nHạn: 25/11\r\n").substr(0, 40)),
            std::string::npos);
}

TEST(Mail, QuotesNamesAndListsRecipients) {
  Delivery d = mail();
  d.recipients = {"nam@honai.example", "lan@honai.example"};
  const auto text =
      mail_of(d, {"kip@honai.example", "Kip \"ward\"", "duty@honai.example", "id.example"});
  ASSERT_TRUE(text);
  EXPECT_NE(text->find("From: \"Kip \\\"ward\\\"\" <kip@honai.example>\r\n"), std::string::npos);
  EXPECT_NE(text->find("To: nam@honai.example,\r\n lan@honai.example\r\n"), std::string::npos);
  EXPECT_NE(text->find("Reply-To: duty@honai.example\r\n"), std::string::npos);
  EXPECT_NE(text->find("Message-ID: <k7xq2m@id.example>\r\n"), std::string::npos);
}

// Whatever a subject, a name or a text holds, the headers stay those that we write.
TEST(Mail, NothingThatIsFitAddsAHeader) {
  std::mt19937 chance(26);
  const std::vector<std::string> pieces = {"a",  "ế", " ",    "\"", "\\",         "<",  ">",
                                           "@",  ",", "=?",   "?=", "\r\nBcc: x", "\n", "\r",
                                           "\t", "😀", "\x7f", ":",  ";",          "--", "."};
  const auto text = [&](std::size_t size) {
    std::string out;
    for (std::size_t i = 0; i < size; ++i) out += pieces[chance() % pieces.size()];
    return out;
  };
  int fit = 0;
  for (int i = 0; i < 20000; ++i) {
    Delivery d = mail();
    d.subject = text(chance() % 60);
    d.text = text(chance() % 200);
    if (chance() % 2 == 0) d.recipients = {text(4) + "@honai.example"};
    const auto built = unfit(d) ? Result<std::string>(invalid("unfit")) : mail_of(d, kSender);
    if (!built) continue;
    ++fit;
    std::set<std::string> names;
    for (const std::string& line : lines_of(built->substr(0, built->find("\r\n\r\n") + 2))) {
      const bool begins = !line.starts_with(' ');
      ASSERT_TRUE(!begins || names.insert(line.substr(0, line.find(':'))).second) << line;
    }
    ASSERT_EQ(names, (std::set<std::string>{"Date", "From", "To", "Subject", "Message-ID",
                                            "Auto-Submitted", "X-Auto-Response-Suppress",
                                            "Content-Language", "MIME-Version", "Content-Type"}));
  }
  EXPECT_GT(fit, 500);
}

TEST(Mail, RefusesAddressesThatAreNone) {
  Delivery d = mail();
  d.recipients = {"nam@honai.example", "lan@honai.example>\r\nBcc: x@y.example"};
  const auto refused = mail_of(d, kSender);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "l*** is no address that mail can go to");
  EXPECT_FALSE(mail_of(mail(), {.from = "nobody", .name = {}, .reply_to = {}, .id_domain = {}}));
}

}  // namespace
}  // namespace kip
