// The types of channels.yaml whose message is one HTTP request: webhook, sms, zalo_zns, zalo_oa.

#include <charconv>

#include "base/ascii.h"
#include "notify/read_parts.h"

namespace kip {
namespace {

constexpr const char* kZnsUrl = "https://business.openapi.zalo.me/message/template";
constexpr const char* kOaUrl = "https://openapi.zalo.me/v3.0/oa/message/cs";
constexpr std::int64_t kSmsSeptets = 306;  // two parts

// A message without a value here and there must still be JSON.
void judge_json(Reader& r, const std::string& key, const BodyTemplate& body) {
  for (const char* value : {"1", ""}) {
    TemplateValues values;
    for (const std::string& name : body.names()) values[name] = value;
    if (parse_json(body.render(values))) continue;
    r.wrong(key, *value != '\0'
                     ? "makes no JSON: is a quote or a comma missing?"
                     : "makes no JSON where a value is empty: put {{name}} in quotes, or between "
                       "{{#name}} and {{/name}}");
    return;
  }
}

std::optional<BodyTemplate> parsed_body(Reader& r, const std::string& key, const std::string& text,
                                        BodyForm form) {
  auto body = BodyTemplate::parse(text, form, webhook_names());
  if (!body) {
    r.wrong(key, body.error().message);
    return std::nullopt;
  }
  if (form == BodyForm::kJson) judge_json(r, key, *body);
  return *std::move(body);
}

AnswerRules read_answer(Reader& r) {
  AnswerRules rules;
  for (const auto& text : r.optional_list("success_status").value_or(std::vector<std::string>{})) {
    int status = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), status);
    if (ec != std::errc() || end != text.data() + text.size() || status < 200 || status > 499)
      r.wrong("success_status", "'" + text + "' is no status from 200 to 499");
    rules.success_status.push_back(status);
  }
  if (const auto text = r.optional_text("success_when")) {
    auto condition = JsonCondition::parse(*text);
    if (condition) {
      rules.success = *std::move(condition);
    } else {
      r.wrong("success_when", condition.error().message);
    }
  }
  rules.retry_when = read_conditions(r, "retry_when");
  return rules;
}

void read_token_use(Reader& r, ChannelFile& file, WebhookOptions& options, bool required) {
  const auto name = required ? r.text("token") : r.optional_text("token").value_or("");
  if (name.empty()) return;
  const auto found = file.tokens.find(name);
  if (found == file.tokens.end()) {
    std::vector<std::string> names;
    for (const auto& [one, unused] : file.tokens) names.push_back(one);
    r.wrong("token", "'" + name + "' is none of tokens" + nearest_hint(name, names));
    return;
  }
  options.token = found->second;
}

// What Zalo's two have in common.
WebhookOptions zalo(Reader& r, const NetworkReach& reach, ChannelFile& file, const char* url) {
  WebhookOptions options;
  options.url = r.optional_text("url").value_or(url);
  options.place = read_url(r, "url", options.url, reach, file);
  read_token_use(r, file, options, true);
  options.token_header = "access_token";
  options.answer = read_answer(r);
  if (!options.answer.success) options.answer.success = *JsonCondition::parse("$.error == 0");
  return options;
}

// A template whose own text is a JSON string: its quotes are escaped, its tags stay.
std::string quoted(const std::string& text) { return "\"" + json_escaped(text) + "\""; }

WebhookOptions read_free(Reader& r, const NetworkReach& reach, ChannelFile& file) {
  WebhookOptions options;
  options.url = r.text("url");
  options.place = read_url(r, "url", options.url, reach, file);
  options.form =
      r.has("form") && r.choice("form", {"json", "form"}) == 1 ? BodyForm::kForm : BodyForm::kJson;
  if (const std::string text = r.text("body"); r.has("body"))
    options.body = parsed_body(r, "body", text, options.form);
  options.headers = read_headers(r, file);
  options.secret_file = read_secret_file(r, "secret_file", file);
  options.answer = read_answer(r);
  read_token_use(r, file, options, false);
  options.token_header = read_line(r, "token_header", false);
  if (!options.token_header.empty()) judge_header_name(r, "token_header", options.token_header);
  options.token_prefix = read_line(r, "token_prefix", false);
  if (options.token && options.token_header.empty()) options.token_header = "Authorization";
  if (ascii_lower(options.token_header) == "authorization" && !r.has("token_prefix"))
    options.token_prefix = "Bearer ";
  if (!options.token && (r.has("token_header") || r.has("token_prefix")))
    r.wrong("token", "missing: token_header and token_prefix need it");
  return options;
}

}  // namespace

WebhookOptions read_webhook(Reader& r, const NetworkReach& reach, ChannelFile& file) {
  WebhookOptions options = read_free(r, reach, file);
  if (!r.has("secret_file"))
    r.wrong("secret_file", "missing: a webhook is signed; openssl rand -hex 32 makes a secret");
  static const std::vector<std::string> kForms = {"as_is", "phone_84", "phone_0"};
  if (r.has("recipient"))
    options.recipient = static_cast<RecipientForm>(r.choice("recipient", kForms));
  const auto characters = r.optional_integer("characters", 20, 10'000);
  options.text_septets_max = static_cast<std::size_t>(characters.value_or(0));
  return options;
}

WebhookOptions read_sms(Reader& r, const NetworkReach& reach, ChannelFile& file) {
  WebhookOptions options = read_free(r, reach, file);
  options.recipient = RecipientForm::kPhone84;
  if (r.has("phone") && r.choice("phone", {"84", "0"}) == 1)
    options.recipient = RecipientForm::kPhone0;
  const auto characters = r.optional_integer("characters", 20, 1530);
  options.text_septets_max = static_cast<std::size_t>(characters.value_or(kSmsSeptets));
  return options;
}

WebhookOptions read_zalo_zns(Reader& r, const NetworkReach& reach, ChannelFile& file) {
  WebhookOptions options = zalo(r, reach, file, kZnsUrl);
  options.recipient = RecipientForm::kPhone84;
  std::string data;
  bool whole = true;
  std::map<std::string, int> met;
  for (Reader& field : r.sections("template_data")) {
    const std::string name = read_line(field, "name", true);
    if (++met[name] > 1) field.wrong("name", "'" + name + "' stands twice");
    const std::string value = field.text("value");
    // Alone first, so that a mistake has its own line.
    parsed_body(field, "value", quoted(value), BodyForm::kJson);
    data += (data.empty() ? "" : ",") + quoted(name) + ":" + quoted(value);
    field.done();
    whole = whole && field.sound();
  }
  const std::string id = read_line(r, "template_id", true);
  // The same tracking_id at every attempt: what timed out may have arrived.
  if (whole && r.sound())
    options.body = parsed_body(r, "template_data",
                               R"({"phone":"{{recipient}}","template_id":)" + quoted(id) +
                                   ",\"template_data\":{" + data + R"( },"tracking_id":"{{key}}"})",
                               BodyForm::kJson);
  return options;
}

WebhookOptions read_zalo_oa(Reader& r, const NetworkReach& reach, ChannelFile& file) {
  WebhookOptions options = zalo(r, reach, file, kOaUrl);
  const std::string text = r.optional_text("text").value_or("{{text}}");
  parsed_body(r, "text", quoted(text), BodyForm::kJson);
  if (r.sound())
    options.body = parsed_body(
        r, "text",
        R"({"recipient":{"user_id":"{{recipient}}"},"message":{"text":)" + quoted(text) + "} }",
        BodyForm::kJson);
  return options;
}

}  // namespace kip
