#include "notify/body_template.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace kip {
namespace {

const std::vector<std::string> kNames = {"key", "text", "link", "fields."};

std::string rendered(const std::string& text, const TemplateValues& values,
                     BodyForm form = BodyForm::kJson) {
  const auto parsed = BodyTemplate::parse(text, form, kNames);
  EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().message);
  return parsed ? parsed->render(values) : "";
}

std::string refusal(const std::string& text) {
  const auto parsed = BodyTemplate::parse(text, BodyForm::kJson, kNames);
  return parsed ? "" : parsed.error().message;
}

TEST(BodyTemplate, EscapesForJsonAndNeverForHtml) {
  const std::string nasty = "\"},{\"a\":\"\\ \n\t\x01 <b> & 'ế' {{key}}";
  const std::string body = rendered(R"({"text":"{{text}}","n":"{{fields.n}}"})",
                                    {{"text", nasty}, {"fields.n", "3 & 4"}});
  const auto value = boost::json::parse(body).as_object();
  EXPECT_EQ(value.at("text").as_string(), nasty);
  EXPECT_EQ(value.at("n").as_string(), "3 & 4");
  EXPECT_EQ(value.size(), 2U);
}

TEST(BodyTemplate, EscapesForAForm) {
  EXPECT_EQ(rendered("a={{text}}&b=1", {{"text", "x&b=2 ế+~"}}, BodyForm::kForm),
            "a=x%26b%3D2%20%E1%BA%BF%2B~&b=1");
}

TEST(BodyTemplate, SectionsShowWhereThereIsAValue) {
  const std::string text = R"({{#link}}"{{link}}"{{/link}}{{^link}}null{{/link}}{{! why }})";
  EXPECT_EQ(rendered(text, {{"link", "https://a"}}), "\"https://a\"");
  EXPECT_EQ(rendered(text, {{"link", ""}}), "null");
  EXPECT_EQ(rendered(text, {}), "null");
  EXPECT_EQ(rendered("[{{text}}]", {{"text", ""}}), "[]");
  EXPECT_EQ(rendered("{{#fields.unit}}{{fields.unit}}{{/fields.unit}}", {{"fields.unit", "a.b"}}),
            "a.b");
}

TEST(BodyTemplate, RefusesWhatWouldNotBeEscaped) {
  EXPECT_NE(refusal(R"({"a":"{{{text}}}"})").find("unescaped"), std::string::npos);
  EXPECT_NE(refusal("{{&text}}").find("unescaped"), std::string::npos);
  EXPECT_NE(refusal("{{=<% %>=}}<%& text %>").find("delimiters"), std::string::npos);
  EXPECT_NE(refusal("{{>text}}").find("parts"), std::string::npos);
}

TEST(BodyTemplate, RefusesNamesThatAreNoValueAndTagsThatDoNotMatch) {
  EXPECT_EQ(refusal("{{txt}}"), "{{txt}} is no value; nearest: text");
  EXPECT_EQ(refusal("{{fields.}}"), "{{fields.}} is no value; nearest: fields.");
  EXPECT_EQ(refusal("{{text"), "a {{ has no }}");
  EXPECT_NE(refusal("{{#text}}x"), "");
  EXPECT_NE(refusal("x{{/text}}"), "");
  EXPECT_EQ(refusal("{{}}"), "{{}} names nothing");
  EXPECT_EQ(refusal("{{ text }} {{# link }}{{/ link }}"), "");
}

}  // namespace
}  // namespace kip
