#include "web/text.h"

#include <gtest/gtest.h>

#include <array>

#include "web/server.h"
#include "web/target.h"

namespace kip::web {
namespace {

TEST(Text, DecodesPercentsAndRefusesBrokenOnes) {
  EXPECT_EQ(percent_decode("H%E1%BB%93%20s%c6%a1+", false), "Hồ sơ+");
  EXPECT_EQ(percent_decode("a+b%2B", true), "a b+");
  for (const char* bad : {"%", "%4", "%zz", "a%", "%E1%BB", "%FF"}) {
    EXPECT_FALSE(percent_decode(bad, false)) << bad;
  }
}

TEST(Text, PicksTheMediaTypeThatAClientLikesBest) {
  constexpr std::array<std::string_view, 3> kOffered = {"text/html", "text/plain",
                                                        "application/json"};
  const auto picked = [&](std::string_view accept) -> std::string_view {
    const auto at = preferred(accept, kOffered);
    return at ? kOffered.at(*at) : "none";
  };
  EXPECT_EQ(picked(""), "text/html");
  EXPECT_EQ(picked("*/*"), "text/html");
  EXPECT_EQ(picked("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), "text/html");
  EXPECT_EQ(picked("application/json"), "application/json");
  EXPECT_EQ(picked("Text/Plain; charset=utf-8"), "text/plain");
  EXPECT_EQ(picked("text/*;q=0.5, application/json;q=0.6"), "application/json");
  EXPECT_EQ(picked("text/html;q=0, text/*"), "text/plain");
  EXPECT_EQ(picked("*/*;q=0.1, text/plain ; q=0.200"), "text/plain");
  EXPECT_EQ(picked("image/png"), "none");
  EXPECT_EQ(picked("*/*;q=0"), "none");
  EXPECT_EQ(picked("nonsense, text/plain;q=2"), "text/html");  // as without a header
}

TEST(Text, WritesJsonStrings) {
  EXPECT_EQ(json_string("Hồ \"sơ\"\\\n\r\t\x01\x1f/"),
            "\"Hồ \\\"sơ\\\"\\\\\\n\\r\\t\\u0001\\u001f/\"");
  EXPECT_EQ(json_string(std::string_view("a\0b", 3)), "\"a\\u0000b\"");
  EXPECT_EQ(json_string("a\xFF\xE1\xBBz"), "\"a\uFFFD\uFFFD\uFFFDz\"");
  EXPECT_EQ(json_string(""), "\"\"");
}

TEST(Text, EscapesHtmlForTextAndAttributes) {
  EXPECT_EQ(html_escape("<a href=\"x\" b='y'>&ồ"),
            "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;ồ");
}

TEST(Problem, IsRfc9457) {
  const Response r =
      problem(422, "Wrong \"field\"", "line\n2", {{"/due_at", "no date"}, {"id", ""}});
  EXPECT_EQ(r.status, 422);
  EXPECT_EQ(r.content_type, "application/problem+json");
  EXPECT_EQ(r.body, R"({"type":"/problems/wrong-field","title":"Wrong \"field\"","status":422,)"
                    R"("detail":"line\n2","errors":[{"pointer":"/due_at","detail":"no date"},)"
                    R"({"pointer":"id","detail":""}]})");
}

TEST(Problem, TypeIsBlankForTheNameOfTheStatusAndForOtherThanAscii) {
  const auto is_blank = [](const Response& r) {
    return r.body.starts_with(R"({"type":"about:blank")");
  };
  EXPECT_TRUE(is_blank(problem(404, "Not Found", "")));
  EXPECT_TRUE(is_blank(problem(404, "Không có", "")));
  EXPECT_TRUE(is_blank(problem(404, "", "")));
  EXPECT_FALSE(is_blank(problem(404, "Sealed item", "")));
}

TEST(Target, KeepsAnEncodedSlashInsideItsSegment) {
  const auto target = parse_target("/v1/items/h%2F1%20a+b?status=open&q=a+b%26c&&flag&x==");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->segments, (std::vector<std::string>{"v1", "items", "h/1 a+b"}));
  EXPECT_EQ(target->path, "/v1/items/h/1 a+b");
  EXPECT_EQ(target->query, (Fields{{"status", "open"}, {"q", "a b&c"}, {"flag", ""}, {"x", "="}}));
}

TEST(Target, ReadsRawUtf8AndTheAbsoluteForm) {
  EXPECT_EQ(parse_target("/Hồ")->path, "/Hồ");
  EXPECT_EQ(parse_target("http://kip:80/a?b=c")->path, "/a");
  EXPECT_EQ(parse_target("HTTPS://kip")->path, "/");
  EXPECT_EQ(parse_target("/")->segments, std::vector<std::string>{""});
}

TEST(Target, RefusesWhatItCannotRead) {
  for (const char* bad : {"", "*", "a", "?x", "http://kip?x=1", "/%", "/%zz", "/%FF", "/a%0Ab",
                          "/%00", "/a?b=%", "/a?%FF=1", "/a#b"}) {
    EXPECT_FALSE(parse_target(bad)) << bad;
  }
}

}  // namespace
}  // namespace kip::web
