#pragma once
// The Vietnamese words of a trace: what an event says, what an alert revision says. Used by
// trace.cc; pure.

#include <functional>
#include <string>
#include <vector>

#include "contract/publish.h"
#include "rules/item.h"
#include "workitem/event.h"

namespace kip {

std::string_view kind_words(Kind kind);
std::string_view status_words(WorkStatus status);
std::string_view state_words(ItemWord word);  // as on every screen: "Nguy cơ trễ"
std::string dependency_words(DependencyState state);
// What the event says, one phrase a field, made printable; its kind only where it is not `known`.
std::vector<std::string> sayings(const Event& event, Kind known);
std::string change_words(const v1::AlertEvent& alert);  // "mở", "đóng (việc đã kết thúc)"
// "threshold_working_minutes 480", one phrase a figure.
std::vector<std::string> evidence_words(const v1::AlertEvent& alert);

// Of a limit inside the term: "đang chạy, hạn T2 23/11/2026, 08:00"; `time` writes an instant.
std::string sub_clock_words(const v1::SubClock& clock,
                            const std::function<std::string(Instant)>& time);

}  // namespace kip
