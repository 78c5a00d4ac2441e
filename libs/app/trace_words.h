#pragma once
// The Vietnamese words of a trace: what an event says, what an alert revision says. Used by
// trace.cc; pure.

#include <string>
#include <vector>

#include "contract/publish.h"
#include "rules/item.h"
#include "workitem/event.h"

namespace kip {

std::string_view rule_words(RuleId rule);      // "quá hạn"
std::string_view status_words(WorkStatus status);
std::string_view state_words(ItemWord word);   // as on every screen: "Nguy cơ trễ"
// What the event says, one phrase a field, made printable.
std::vector<std::string> sayings(const Event& event);
std::string change_words(const v1::AlertEvent& alert);    // "mở", "đóng (việc đã kết thúc)"
std::string evidence_words(const v1::AlertEvent& alert);  // "threshold_working_minutes 480; ..."

}  // namespace kip
