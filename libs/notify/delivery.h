#pragma once
// One message on its way to one recipient over one channel, and what became of the attempt.
//
//   std::unique_ptr<MessageChannel> channel = make_channel(*config.find("email"), environment);
//   SendOutcome outcome = channel->send(delivery);          // blocks; see MessageChannel
//   NextAttempt next = next_attempt({key, 1, first_at}, now, outcome, limits);   // schedule.h
//
// A delivery is the same at every attempt, key and all, so that a receiver can tell a repeat. A
// channel belongs to one thread at a time. Neither code nor detail of an outcome ever holds a
// secret, a token, a full address or what the other side wrote.

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace kip {

inline constexpr std::size_t kDeliveryKeyMax = 64;
inline constexpr std::size_t kDeliveryTextMax = 1 << 20;  // bytes of text, and of html

struct Delivery {
  std::string key;      // idempotency key: 1 to 64 printable ASCII characters without a blank
  std::string channel;  // its name in channels.yaml
  std::vector<std::string> recipients;  // mail addresses, or one phone number or user id
  std::string subject;
  std::string text;                           // UTF-8, lines end with \n
  std::string html;                           // empty: the mail is plain
  std::string language;                       // "vi", "en"
  std::map<std::string, std::string> fields;  // for templates: unit, count, link, most_urgent, ...
  Instant at;                                 // when the message was made: the Date of a mail
};

enum class SendOutcomeKind {
  kDelivered,
  kPermanent,  // the same again would be refused again
  kTransient,  // try later; it may have arrived all the same, so with the same key
};

struct SendOutcome {
  SendOutcomeKind kind = SendOutcomeKind::kTransient;
  std::string code;    // of a short list, for metrics and the journal: "250", "http_429", "timeout"
  std::string detail;  // a sentence for a person
  std::optional<std::chrono::seconds> retry_after = {};  // what the other side asked for
};

inline SendOutcome delivered(std::string code, std::string detail) {
  return {SendOutcomeKind::kDelivered, std::move(code), std::move(detail)};
}
inline SendOutcome permanent(std::string code, std::string detail) {
  return {SendOutcomeKind::kPermanent, std::move(code), std::move(detail)};
}
inline SendOutcome transient(std::string code, std::string detail) {
  return {SendOutcomeKind::kTransient, std::move(code), std::move(detail)};
}

class MessageChannel {
 public:
  virtual ~MessageChannel() = default;
  // Never throws. It ends within the channel's timeout and two seconds, whatever the other side
  // does.
  virtual SendOutcome send(const Delivery& delivery) = 0;
};

// What no channel takes: a key that is none, nobody to send to, control characters in what becomes
// a header, bytes that are no UTF-8, a text beyond the limit. Always permanent.
std::optional<SendOutcome> unfit(const Delivery& delivery);

bool key_valid(std::string_view key);
// "n***@honai.example", "8***": enough to know it when one knows it.
std::string mask_address(std::string_view address);

}  // namespace kip
