#include "notify/webhook.h"

#include "base/hash.h"
#include "base/sms.h"
#include "notify/files.h"
#include "notify/plain_letters.h"

namespace kip {
namespace {

class Webhook : public MessageChannel {
 public:
  Webhook(WebhookOptions options, NetworkReach reach, std::function<Instant()> now)
      : options_(std::move(options)), reach_(std::move(reach)), now_(std::move(now)) {
    if (options_.token) keeper_.emplace(*options_.token, now_);
  }

  SendOutcome send(const Delivery& delivery) override {
    if (const auto refused = unfit(delivery)) return *refused;
    const auto values = webhook_values(delivery, options_);
    if (!values) return permanent("bad_recipient", values.error().message);
    HttpRequest request;
    request.url = options_.url;
    request.place = options_.place;
    request.body = options_.body->render(*values);
    if (options_.form == BodyForm::kJson && !parse_json(request.body))
      return permanent("bad_body", "the template of the channel makes no JSON of this message");
    SendOutcome outcome = with_token(request, delivery.key);
    if (outcome.kind == SendOutcomeKind::kDelivered && options_.text_septets_max > 0)
      outcome.detail += ", SMS parts: " + values->at("parts");
    return outcome;
  }

 private:
  SendOutcome with_token(const HttpRequest& request, const std::string& key) {
    if (!keeper_) return attempt(request, key, {}, reach_);
    const auto end = std::chrono::steady_clock::now() + reach_.timeout;
    std::string refused;
    for (int round = 0;; ++round) {
      const auto token = keeper_->token(refused, left_until(end));
      if (const auto* outcome = std::get_if<SendOutcome>(&token)) return *outcome;
      HttpAnswer answer;
      NetworkReach reach = reach_;
      reach.timeout = left_until(end);
      const std::string& text = std::get<std::string>(token);
      const SendOutcome outcome = attempt(request, key, text, reach, &answer);
      if (!keeper_->refused_by(answer)) return outcome;
      // A token that was just made and is refused too: no message is at fault.
      if (round > 0)
        return transient("token_refused",
                         options_.place.host + " refuses the access token that it has just given");
      refused = text;
    }
  }

  SendOutcome attempt(HttpRequest request, const std::string& key, const std::string& token,
                      const NetworkReach& reach, HttpAnswer* got = nullptr) {
    auto headers = headers_of(options_.headers);
    if (!headers) return transient("secret", headers.error().message);
    request.headers = *std::move(headers);
    request.headers.emplace_back(options_.form == BodyForm::kJson
                                     ? "Content-Type: application/json"
                                     : "Content-Type: application/x-www-form-urlencoded");
    request.headers.push_back("Idempotency-Key: " + key);
    if (!token.empty())
      request.headers.push_back(options_.token_header + ": " + options_.token_prefix + token);
    if (!options_.secret_file.empty()) {
      const auto secret = read_secret(options_.secret_file);
      if (!secret) return transient("secret", "secret_file: " + secret.error().message);
      const auto time = std::to_string(ms_of(now_()) / 1000);
      request.headers.push_back("Kip-Timestamp: " + time);
      request.headers.push_back("Kip-Signature: " + signature(*secret, time, request.body));
    }
    const HttpAnswer answer = post(request, reach);
    if (got != nullptr) *got = answer;
    return judge(answer, options_.answer, options_.place.host);
  }

  WebhookOptions options_;
  NetworkReach reach_;
  std::function<Instant()> now_;
  std::optional<TokenKeeper> keeper_;
};

std::string formed(const std::string& recipient, RecipientForm form) {
  if (form == RecipientForm::kAsIs) return recipient;
  const std::string phone = phone_84(recipient);
  if (phone.empty() || form == RecipientForm::kPhone84) return phone;
  return "0" + phone.substr(2);
}

}  // namespace

std::string signature(std::string_view secret, std::string_view timestamp, std::string_view body) {
  std::string signed_text(timestamp);
  signed_text.append(".").append(body);
  return "v1=" + hex(hmac_sha256(secret, signed_text));
}

const std::vector<std::string>& webhook_names() {
  static const std::vector<std::string> kNames = {
      "key",        "channel", "recipient", "recipients", "subject", "subject_plain", "text",
      "text_plain", "html",    "language",  "at",         "parts",   "fields."};
  return kNames;
}

Result<TemplateValues> webhook_values(const Delivery& delivery, const WebhookOptions& options) {
  TemplateValues values;
  std::string all;
  for (const std::string& recipient : delivery.recipients) {
    const std::string one = formed(recipient, options.recipient);
    if (one.empty()) return invalid(mask_address(recipient) + " is no phone number of Vietnam");
    all += all.empty() ? one : "," + one;
  }
  if (options.recipient != RecipientForm::kAsIs && delivery.recipients.size() > 1)
    return invalid("a phone message goes to one number, not to " +
                   std::to_string(delivery.recipients.size()));
  std::string plain = without_marks(delivery.text);
  if (options.text_septets_max > 0) {
    const auto link = delivery.fields.find("link");
    plain = cut_at_word(plain, options.text_septets_max,
                        link == delivery.fields.end() ? "" : std::string_view(link->second));
  }
  values["key"] = delivery.key;
  values["channel"] = delivery.channel;
  values["recipient"] = formed(delivery.recipients.front(), options.recipient);
  values["recipients"] = all;
  values["subject"] = delivery.subject;
  values["subject_plain"] = without_marks(delivery.subject);
  values["text"] = delivery.text;
  values["text_plain"] = plain;
  values["html"] = delivery.html;
  values["language"] = delivery.language;
  values["at"] = format_rfc3339(delivery.at);
  values["parts"] = std::to_string(sms_size(plain).parts);
  for (const auto& [name, value] : delivery.fields) values["fields." + name] = value;
  return values;
}

std::unique_ptr<MessageChannel> make_webhook(WebhookOptions options, NetworkReach reach,
                                             std::function<Instant()> now) {
  return std::make_unique<Webhook>(std::move(options), std::move(reach), std::move(now));
}

}  // namespace kip
