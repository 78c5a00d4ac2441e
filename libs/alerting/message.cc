#include "alerting/message.h"

#include <array>

#include "base/hash.h"

namespace kip {
namespace {

constexpr std::size_t kNameBytes = 16;  // 26 characters of base32

void add(std::string& text, std::string_view part) {
  text += std::to_string(part.size());
  text += ':';
  text += part;
}

void add(std::string& text, const std::vector<MessageEntry>& entries) {
  for (const MessageEntry& entry : entries) {
    add(text, entry.alert.alert_id);
    add(text, std::to_string(entry.alert.revision));
    add(text, why_word(entry.why));
  }
  text += ';';
}

}  // namespace

std::string_view why_word(Why why) {
  static constexpr std::array<std::string_view, kWhyCount> kWords = {
      "first",       "level_rose",  "updated",  "reminder",    "promise_broken", "hold_over",
      "handed_over", "escalated",   "not_mine", "help_wanted", "short_term",     "live_start",
      "waiting",     "held",        "capped",   "digest_only", "muted",          "flapping",
      "stale_data",  "before_live", "dropped",  "resolved",    "nobody"};
  return kWords.at(static_cast<std::size_t>(why));
}

void name_message(Message& message) {
  std::string text;
  add(text, std::to_string(static_cast<int>(message.kind)));
  add(text, message.desk);
  add(text, message.person);
  add(text, std::to_string(ms_of(message.at)));
  add(text, message.entries);
  add(text, message.digest.open);
  add(text, message.digest.below);
  message.id = base32_lower(bytes_of(sha256(text)).substr(0, kNameBytes));
}

}  // namespace kip
