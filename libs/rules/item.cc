#include "rules/item.h"

#include <algorithm>
#include <array>

namespace kip {
namespace {

std::string_view text_or(const std::optional<std::string>& text, std::string_view fallback) {
  return text && !text->empty() ? std::string_view(*text) : fallback;
}

}  // namespace

std::string_view item_word(ItemWord word) {
  static constexpr std::array<std::string_view, 5> kWords = {"", "on_track", "at_risk", "overdue",
                                                             "paused"};
  return kWords.at(static_cast<std::size_t>(word));
}

Seen::Seen(const Folded& folded, const Policy& p, Instant at)
    : f(folded),
      policy(p),
      calendar(p.calendars.of(folded.facts.unit_id.value_or(""))),
      now(at),
      x(folded.stop ? std::min(at, folded.stop->begin) : at),
      unit(p.registry.unit_or_unassigned(folded.facts.unit_id)),
      holder(unit),
      assignee(text_or(folded.facts.assignee_id, "")),
      holder_assignee(assignee),
      start(start_of(folded)),
      term(allowed(folded, calendar)) {
  if (step_holds()) {
    if (f.step->unit_id && p.registry.unit_known(*f.step->unit_id)) holder = *f.step->unit_id;
    holder_assignee = text_or(f.step->assignee_id, assignee);
  }
  if (f.kind == Kind::kDossier && f.statutory && start) {
    statutory = p.registry.statutory_time(*f.statutory, *start, calendar);
  }
}

Seen::Seen(const ItemState& item, const Policy& p, Instant at) : Seen(item.folded, p, at) {
  if (item.forecast) forecast = &*item.forecast;
  dependencies = &item.dependencies;
}

bool Seen::step_holds() const { return f.step && !f.step->completed_at; }

Traits Seen::traits() const {
  return {.kind = f.kind,
          .unit = unit,
          .field = text_or(f.facts.field, ""),
          .procedure = text_or(f.facts.procedure_code, ""),
          .focus = f.facts.focus.value_or(false)};
}

std::string_view Seen::title() const {
  if (f.facts.title && !f.facts.title->empty()) return *f.facts.title;
  return policy.registry.catalogue_name(text_or(f.facts.procedure_code, ""));
}

ItemWord word_of(const ItemState& item) {
  if (!exists(item.folded) || !is_open(item.folded.status)) return ItemWord::kNone;
  const auto any = [&](auto&& wanted) {
    return std::any_of(item.open.begin(), item.open.end(),
                       [&](const OpenAlert& a) { return wanted(a.rule); });
  };
  if (any([](RuleId rule) { return rule == RuleId::kOverdue; })) return ItemWord::kOverdue;
  if (item.folded.stop) return ItemWord::kPaused;
  return any(makes_at_risk) ? ItemWord::kAtRisk : ItemWord::kOnTrack;
}

std::vector<std::string> faults_of(const ItemState& item, const Policy& policy, Instant now) {
  std::vector<std::string> faults = item.folded.faults;
  const Calendar& calendar = policy.calendars.of(item.folded.facts.unit_id.value_or(""));
  if (unknown_fault_from(item.dependencies, calendar) <= now) {
    faults.emplace_back(kUnknownFault);
    std::sort(faults.begin(), faults.end());
  }
  return faults;
}

}  // namespace kip
