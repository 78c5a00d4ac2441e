#include "workitem/event.h"

#include <array>

namespace kip {

std::string_view kind_word(Kind kind) {
  static constexpr std::array<std::string_view, kKindCount> kWords = {"none", "task", "dossier",
                                                                      "petition", "project"};
  return kWords.at(static_cast<std::size_t>(kind));
}

std::string_view status_word(WorkStatus status) {
  static constexpr std::array<std::string_view, kStatusCount> kWords = {
      "none",     "registered", "accepted",  "in_progress", "waiting",     "suspended", "completed",
      "returned", "rejected",   "withdrawn", "submitted",   "transferred", "declined",  "void"};
  return kWords.at(static_cast<std::size_t>(status));
}

OrderKey order_key(const Event& event) {
  return {event.occurred_at, event.sequence, event.source, event.event_id, event.content};
}

}  // namespace kip
