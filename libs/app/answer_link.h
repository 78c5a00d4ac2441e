#pragma once
// The link by which a message is answered: one token for one message and its one recipient; it
// covers exactly the message's alerts.
//
//   auto links = AnswerLinks::open(data_folder, rules);
//   std::string url = links->link_of(message, rules);  // https://kip.example/x/TOKEN; goes out
//   auto opened = links->open_token(store, token, rules.link_days, now);
//   if (opened && opened->message) show(*opened->message);
//
// A token is the message's id and an HMAC of it: the id is itself a hash over desk, person, time
// and alerts, so nothing of these can be another. When it ends follows from the stored message and
// needs no place in the token. 47 characters: a short text has room for it. Whoever has the token
// may answer, so it goes to the recipient alone and into no log.
// Immutable once opened: any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "alerting/desk_rules.h"
#include "alerting/message.h"
#include "base/result.h"
#include "store/store.h"

namespace kip {

inline constexpr std::string_view kAnswerKeyFile = "answer.key";

enum class LinkFault : std::uint8_t {
  kNone,
  kBad,      // not made by this key: altered, cut, or of another installation
  kExpired,  // the message is older than `link_days`
  kUnknown,  // signed, and its message is not kept any more
};

struct OpenedLink {
  std::optional<Message> message;  // none: `fault` says why not
  LinkFault fault = LinkFault::kNone;
  Instant until{};  // where there is a message, or was one
};

class AnswerLinks {
 public:
  // The key: the one line of `rules.answer_key_file`, else of DATA/answer.key, which is made of 32
  // random bytes, mode 0600, where it is not there. Several processes may open it at once.
  static Result<AnswerLinks> open(const std::string& data, const DeskRules& rules);
  explicit AnswerLinks(std::string key) : key_(std::move(key)) {}

  std::string token_of(std::string_view message_id) const;
  // Empty where no `public_url` is given.
  std::string link_of(const Message& message, const DeskRules& rules) const;
  // An error: the store could not be read. A token that is not ours does not reach the store.
  Result<OpenedLink> open_token(const Store& store, std::string_view token, int link_days,
                                Instant now) const;

 private:
  std::string key_;
};

Instant link_end(const Message& message, int link_days);

}  // namespace kip
