#include "messages/templates.h"

#include <gmock/gmock.h>

#include "messages/builtin.h"
#include "messages/placeholders.h"
#include "messages/render.h"
#include "messages/tags.h"
#include "messages/test_messages.h"

namespace kip {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> mistakes(const std::string& name, const std::string& text) {
  Problems problems;
  (void)Templates::read({{name, text}}, problems);
  std::vector<std::string> out;
  for (const Problem& p : problems) out.push_back(to_string(p));
  return out;
}

Problems samples(const std::map<std::string, std::string>& texts) {
  Problems problems;
  const Templates templates = Templates::read(texts, problems);
  check_samples(templates, test::ward().registry, test::ward().directory, test::ward().calendars,
                test::vn("2026-11-23 09:40"), problems);
  return problems;
}

TEST(Templates, AllAreShippedAndNoneIsTooMany) {
  std::set<std::string> shipped;
  for (const auto& [name, text] : shipped_templates()) shipped.insert(name);
  const std::vector<std::string> names = template_names();
  EXPECT_EQ(shipped, std::set<std::string>(names.begin(), names.end()));
}

TEST(Templates, ThoseThatAreShippedAreRight) {
  std::map<std::string, std::string> texts;
  for (const auto& [name, text] : shipped_templates()) texts[name] = text;
  for (const Problem& p : samples(texts)) ADD_FAILURE() << to_string(p);
  for (const Problem& p : samples({})) ADD_FAILURE() << to_string(p);
}

struct Broken {
  std::string name, text, said;
};

TEST(Templates, BrokenOnesAreNamedByFileLineAndReason) {
  const std::string subject = "vi/alerts.subject.mustache";
  const std::string text = "vi/alerts.text.mustache";
  const std::string html = "en/digest.html.mustache";
  const std::string letter = "vi/apology.text.mustache";
  const std::string file = "messages/";
  const std::vector<Broken> table = {
      {subject, "{{uint}}: {{headline}}",
       file + subject + ":1: uint: unknown placeholder; nearest: unit"},
      {text, "a\n{{#items}}\n{{titel}}{{/items}}",
       file + text + ":3: titel: unknown placeholder; nearest: title"},
      {text, "{{title}}", file + text + ":1: title: stands only inside a list of items"},
      {text, "{{#items}}{{title}}", file + text + ":1: items: the section is not closed"},
      {text, "x{{/items}}", file + text + ":1: items: closes a section that is not open"},
      {text, "{{#link}}\n{{#more}}{{/link}}{{/more}}",
       file + text + ":2: link: closes another section than the open one, 'more' of line 2"},
      {text, "{{headline", file + text + ":1: headline: a tag is not closed with }} on its line"},
      {text, "{{> foot}}", file + text + ":1: foot: other files cannot be taken in with {{> }}"},
      {text, "{{=<% %>=}}", file + text + ":1: <% %>=: the delimiters stay {{ and }}"},
      {text, "{{answer}}", file + text + ":1: answer: is no text: write {{#answer}}…{{/answer}}"},
      {text, "{{.}}", file + text + ":1: .: {{.}} stands only inside a list of texts"},
      {text, "{{unit.name}}", "unit.name: unknown placeholder; nearest: unit"},
      {html, "<p>{{{headline}}}</p>",
       file + html + ":1: headline: unescaped in HTML: write {{headline}}"},
      {html, "<p>{{& headline}}</p>",
       file + html + ":1: headline: unescaped in HTML: write {{headline}}"},
      {html, "<p>{{answer_by}}</p>", "answer_by: unknown placeholder"},
      {subject, "[Kịp]\n{{headline}}", file + subject + ":2: a subject is one line"},
      {subject, " \n ", file + subject + ":1: is empty"},
      {text, std::string(kTemplateBytesMax + 1, 'x'), file + text + ":1: more than 64 KiB"},
      {letter, "{{old_due}}\n{{new_duee}}",
       file + letter + ":2: new_duee: unknown placeholder; nearest: new_due"},
      {letter, "{{headline}}", file + letter + ":1: headline: unknown placeholder"},
      {"en/apology.text.mustache", "x", "messages/en/apology.text.mustache: is no template of Kịp"},
      {"vi/alert.text.mustache", "x",
       "messages/vi/alert.text.mustache: is no template of Kịp; nearest: vi/alerts.text.mustache"},
  };
  for (const Broken& broken : table) {
    EXPECT_THAT(mistakes(broken.name, broken.text), testing::Contains(HasSubstr(broken.said)))
        << broken.text.substr(0, 60) << testing::PrintToString(mistakes(broken.name, broken.text));
  }
}

TEST(Templates, RightOnesHaveNoProblem) {
  for (const char* text : {
           "{{headline}}\n{{! a note }}\n{{#items}}{{number}} {{unit}} "
           "{{#reasons}}{{.}}{{/reasons}}"
           "{{^due_at}}-{{/due_at}}{{/items}}",
           "{{{headline}}} {{& unit}} { } }} 100 %",
       }) {
    EXPECT_THAT(mistakes("vi/alerts.text.mustache", text), IsEmpty()) << text;
  }
  EXPECT_THAT(mistakes("vi/alerts.subject.mustache", "\n{{headline}}\n\n"), IsEmpty());
}

TEST(Templates, AWrongOneLeavesTheShippedOne) {
  Problems problems;
  const std::string name = template_name(Language::kVietnamese, MessageKind::kTest, Form::kText);
  const Templates templates = Templates::read({{name, "{{nothing}}"}}, problems);
  EXPECT_EQ(templates.text(Language::kVietnamese, MessageKind::kTest, Form::kText),
            shipped_templates().at(name));
  EXPECT_EQ(problems.size(), 1U);
}

TEST(Templates, WhatTheSamplesFindWrongIsSaidOnce) {
  const std::string html = "vi/alerts.html.mustache", zalo = "en/digest.zalo.mustache";
  const Problems found = samples({{html, "<p>{{headline}}<b></p>"},
                                  {zalo, "{{#shadow}}x{{/shadow}}"},
                                  {"vi/apology.html.mustache", "<p>{{code}}"},
                                  {"vi/apology.text.mustache", "{{#late}}x{{/late}}"}});
  std::vector<std::string> said;
  for (const Problem& p : found) said.push_back(to_string(p));
  EXPECT_THAT(said, testing::UnorderedElementsAre(
                        "messages/vi/apology.text.mustache:1: comes out empty for a letter that "
                        "it must word",
                        "messages/vi/apology.html.mustache:1: <p> is not closed",
                        "messages/vi/alerts.html.mustache:1: </p> closes <b>",
                        "messages/en/digest.zalo.mustache:1: comes out empty for a message that "
                        "it must word"));
}

TEST(Templates, HtmlMustCloseWhatItOpens) {
  EXPECT_EQ(html_problem("<!doctype html><p a=\"x>y\">a<br>b</p><!-- <i> -->"), "");
  EXPECT_EQ(html_problem("<p>"), "<p> is not closed");
  EXPECT_EQ(html_problem("a</p>"), "</p> closes nothing");
  EXPECT_EQ(html_problem("<b><i></b></i>"), "</b> closes <i>");
  EXPECT_EQ(html_problem("1 < 2"), "a < that begins no tag: write &lt;");
  EXPECT_EQ(html_problem("<p class=\"x"), "<p has no >");
}

// The rule of mustache for lines that hold only tags, also where a section is not shown.
TEST(Templates, ALineOfTagsLeavesNoLine) {
  EXPECT_EQ(prepared("a\n{{#x}}\n b {{c}}\n  {{/x}}{{! note }}\nd"),
            std::string("a") + kLineBreak + "{{#x}} b {{c}}" + kLineBreak + "{{/x}}{{! note }}d");
  EXPECT_EQ(prepared("{{a}}\n"), std::string("{{a}}") + kLineBreak);
  EXPECT_EQ(prepared("{{#x}} y\r\n"), std::string("{{#x}} y") + kLineBreak);
}

// Every placeholder that the check lets through is filled from a table, and nothing else is.
TEST(Templates, WhatIsFilledInIsWhatTheCheckKnows) {
  for (const Language language : {Language::kVietnamese, Language::kEnglish}) {
    for (std::size_t k = 0; k < kMessageKindCount; ++k) {
      const auto kind = static_cast<MessageKind>(k);
      std::set<std::string> known;
      for (const Placeholder& p : placeholders(kind)) {
        EXPECT_TRUE(known.emplace(p.name).second) << p.name;
      }
      Message message = test::to_head(kind);
      message.on_behalf_of = message.person;
      message.answer_by = message.at;
      const Slots slots = slots_of(message, Words(language, message.at), test::wording());
      for (const auto& [name, text] : slots.texts) EXPECT_TRUE(known.contains(name)) << name;
      for (const auto& name : slots.flags) EXPECT_TRUE(known.contains(name)) << name;
      for (const auto& [name, rows] : slots.rows) EXPECT_TRUE(known.contains(name)) << name;
    }
  }
}

}  // namespace
}  // namespace kip
