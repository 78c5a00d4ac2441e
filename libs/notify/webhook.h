#pragma once
// A message as an HTTP request: POST, its body by a template, signed. Zalo ZNS, Zalo OA and SMS
// gateways are this with other options (read_webhook.cc).
//
// Headers: Idempotency-Key: KEY; with a secret also Kip-Timestamp: SECONDS and
// Kip-Signature: v1=hex(HMAC-SHA256(secret, SECONDS "." BODY)). The time is that of the attempt, so
// that a receiver can refuse what is old; the key is that of the message.
//
// A timeout and a 5xx say nothing about whether it arrived: passing, and again with the same key.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "notify/body_template.h"
#include "notify/http.h"
#include "notify/token.h"

namespace kip {

enum class RecipientForm {
  kAsIs,
  kPhone84,  // 84912345678
  kPhone0,   // 0912345678
};

struct WebhookOptions {
  std::string url;
  Place place;
  std::optional<BodyTemplate> body;
  BodyForm form = BodyForm::kJson;
  std::string secret_file;  // empty: not signed
  std::vector<HeaderOption> headers;
  AnswerRules answer;
  RecipientForm recipient = RecipientForm::kAsIs;
  std::size_t text_septets_max = 0;  // of {{text_plain}}; 0: not cut
  std::optional<TokenOptions> token;
  std::string token_header, token_prefix;
};

std::unique_ptr<MessageChannel> make_webhook(WebhookOptions options, NetworkReach reach,
                                             std::function<Instant()> now);

// What templates of bodies may name, and what it is for a delivery. An error: the recipient has not
// the form that the gateway wants.
const std::vector<std::string>& webhook_names();
Result<TemplateValues> webhook_values(const Delivery& delivery, const WebhookOptions& options);

std::string signature(std::string_view secret, std::string_view timestamp, std::string_view body);

}  // namespace kip
