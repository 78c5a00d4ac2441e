#pragma once
// What desks take and keep, as bytes and back: alerts of kip.alerts.v1, answers of kip.acks.v1
// (proto/kip/v1/alert.proto), the stored forms of desks, messages and deliveries
// (proto/kip/v1/desk.proto). Pure; any thread. Errors: kCorrupt where bytes are not what was
// written; of answers, which others send, kInvalid with the field.

#include <cstdint>
#include <string>
#include <string_view>

#include "alerting/desk.h"
#include "base/result.h"
#include "contract/codes.h"

namespace kip {

Result<AlertNews> decode_news(std::string_view alert_event);

std::string encode_answer(const AnswerNews& news);  // an AckEvent
Result<AnswerNews> decode_answer(std::string_view ack_event);
// An AckEvent in JSON as a person's system sends it: only its form is checked, and what it does not
// say is empty (`at`: 1970). Refused: names the field, or "body".
MaybeRefusal read_answer(std::string_view json, AnswerNews& into);

std::string encode_desk_alert(const DeskAlert& alert);
Result<DeskAlert> decode_desk_alert(std::string_view bytes);
// Without its alerts and its unit: they are rows and keys of their own.
std::string encode_desk(const Desk& desk);
Status decode_desk(std::string_view bytes, Desk& into);

std::string encode_message(const Message& message);
Result<Message> decode_message(std::string_view bytes);

// A line of the journal: a decision, or an answer.
struct JournalLine {
  std::string unit;  // the desk
  Decision decision;
  std::optional<Answer> answer;
  friend bool operator==(const JournalLine&, const JournalLine&) = default;
};
std::string encode_journal(const JournalLine& line);  // its alert is the key
Result<JournalLine> decode_journal(std::string_view alert_id, std::string_view bytes);

// What became of a message on one way.
struct DeliveryRecord {
  enum class State : std::uint8_t { kNone = 0, kPending = 1, kDelivered = 2, kDead = 3 };
  std::string message, channel;
  State state{};
  std::uint32_t attempts = 0;
  std::string code, detail;  // of the last attempt
  Instant first{}, last{}, next{};
  friend bool operator==(const DeliveryRecord&, const DeliveryRecord&) = default;
};
std::string_view state_word(DeliveryRecord::State state);  // pending, delivered, dead
std::string encode_delivery(const DeliveryRecord& delivery);
Result<DeliveryRecord> decode_delivery(std::string_view bytes);

}  // namespace kip
