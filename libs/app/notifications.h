#pragma once
// The journal of an alert: who was told what, when, over which channel with which result, and what
// was answered; in words (Vietnamese) and as JSON. For the API, the item's page and `kip trace`.
//
//   auto told = notifications_of(store, {"alert-1", "alert-2"});
//   for (const Notification& line : *told) say(line.at, notification_words(line, policy, now));
//
// Reads one state of the store; any thread. What people wrote is made printable.

#include <optional>
#include <string>
#include <vector>

#include "contract/desk_state.h"
#include "rules/policy.h"
#include "store/store.h"

namespace kip {

struct Notification {
  std::string alert_id;
  JournalLine line;                        // a decision, or an answer
  std::vector<DeliveryRecord> deliveries;  // of the message, where one was sent
};

// Of all these alerts, oldest first.
Result<std::vector<Notification>> notifications_of(const Store& store,
                                                   const std::vector<std::string>& alert_ids);
// Whether this answer to the alert is known, also where its desk has not taken it yet.
Result<bool> answered(const Store& store, const std::string& alert_id, const std::string& ack_id);
// {"at", "alert_id", "revision", "unit", "why", "person_id", "message_id", "deliveries":
// [{"channel", "state", "attempts", "at", "code", "detail"}], "answer": {...}}; what is not there
// is absent.
std::string notification_json(const Notification& told);
std::string notifications_json(const std::vector<Notification>& all);
// As an AckEvent in JSON without its alerts, but with the disposition as a plain word.
std::string answer_json(const Answer& answer);

// "báo Trưởng phòng …: báo lần đầu; email: đã chuyển", "đã trả lời: phòng xử lý, hẹn xong …".
std::string notification_words(const Notification& told, const Policy& policy, Instant now);
std::string answer_words(const Answer& answer, const Policy& policy, Instant now);
std::string_view disposition_words(Disposition what);
std::string_view why_words(Why why);
// The role of a person or the name of a unit; what the directory does not know stays as it is.
std::string directory_name(const Policy& policy, const std::string& id);

}  // namespace kip
