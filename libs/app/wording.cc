#include "app/wording.h"

namespace kip {

Result<Delivery> word_plainly(const Message& message, const Person& person, const NotifySetup&) {
  Delivery delivery;
  delivery.language = person.language == Language::kEnglish ? "en" : "vi";
  const auto& entries =
      message.kind == MessageKind::kDigest ? message.digest.open : message.entries;
  delivery.subject = "[Kịp] " + message.desk + ": " + std::to_string(entries.size());
  for (const MessageEntry& entry : entries)
    delivery.text += entry.alert.subject + ": " + entry.alert.reason + "\n";
  if (delivery.text.empty()) delivery.text = "0\n";
  return delivery;
}

}  // namespace kip
