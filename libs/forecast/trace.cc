#include "forecast/trace.h"

#include <algorithm>
#include <limits>

#include "base/hash.h"

namespace kip::forecast {
namespace {

template <typename Count>
void count_up(Count& count) {
  if (count < std::numeric_limits<Count>::max()) ++count;
}

bool clears(const Event& event, std::string_view name) {
  return std::find(event.clear.begin(), event.clear.end(), name) != event.clear.end();
}

void see_names(Trace& trace, const Event& event) {
  const Facts& facts = event.facts;
  if (facts.procedure_code && !facts.procedure_code->empty()) {
    trace.procedure = name_of(*facts.procedure_code);
    trace.procedure_family = name_of(family_of(*facts.procedure_code));
  }
  const auto step_text = [&](const std::optional<std::string> Step::*field) {
    const bool there = event.step && (*event.step).*field && !((*event.step).*field)->empty();
    return there ? std::string_view(*((*event.step).*field)) : std::string_view();
  };
  Name unit = name_of(step_text(&Step::unit_id));
  if (unit == 0 && facts.unit_id) unit = name_of(*facts.unit_id);
  if (unit != 0) trace.unit = unit;
  Name owner = name_of(step_text(&Step::assignee_id));
  if (owner == 0 && facts.assignee_id) owner = name_of(*facts.assignee_id);
  if (owner == 0) return;
  if (trace.owner != 0 && owner != trace.owner) count_up(trace.handovers);
  trace.owner = owner;
  if (trace.first_owner == 0) trace.first_owner = owner;
}

void see_step(Trace& trace, const Event& event) {
  if (!event.step || event.step->code.empty()) return;
  trace.step = name_of(event.step->code);
  trace.step_family = name_of(family_of(event.step->code));
  const std::uint16_t bits = step_bits(trace.step);
  if (has_step(trace, bits)) {
    count_up(trace.returns);
  } else if (trace.steps_count < Trace::kSteps) {
    trace.steps[trace.steps_count++] = bits;
  }
}

void see_dates(Trace& trace, const Event& event) {
  if (event.facts.received_at) {
    trace.received = *event.facts.received_at;
    trace.received_known = true;
  } else if (!trace.received_known && !trace.accepted) {
    const bool accepts = event.status == WorkStatus::kAccepted;
    if (accepts || trace.events == 0) trace.received = event.occurred_at;
    trace.accepted = accepts;
  }
  if (clears(event, "due_at")) trace.due_known = false;
  if (event.due_at) {
    trace.due = *event.due_at;
    trace.due_known = true;
  }
}

void see_status(Trace& trace, const Event& event) {
  if (!event.status && !clears(event, "status")) return;
  const WorkStatus status = event.status.value_or(WorkStatus::kNone);
  const bool waiting = status == WorkStatus::kWaiting || status == WorkStatus::kSuspended;
  if (waiting && !trace.waiting) count_up(trace.waits);
  trace.waiting = waiting;
  if (status == WorkStatus::kDeclined) count_up(trace.returns);
  const bool was_ended = trace.ended && !trace.void_item;
  const bool ends = is_ended(status) ? !was_ended : !is_open(status) && !trace.ended;
  if (ends) trace.ended_at = event.occurred_at;
  if (was_ended && is_open(status)) trace.completed_known = false;
  trace.ended = !is_open(status);
  trace.void_item = status == WorkStatus::kVoid;
}

// After the status: leaving an ended one forgets what was said before, not what is said with it.
void see_completed(Trace& trace, const Event& event) {
  if (!event.facts.completed_at) return;
  trace.completed_at = *event.facts.completed_at;
  trace.completed_known = true;
}

}  // namespace

Name name_of(std::string_view text) {
  if (text.empty()) return 0;
  const std::uint64_t hash = fnv1a(text);
  const auto name = static_cast<Name>(hash ^ (hash >> 32));
  return name == 0 ? 1 : name;
}

std::string_view family_of(std::string_view code) {
  const std::size_t at = code.find_last_of("_.,");
  return at == std::string_view::npos || at == 0 ? code : code.substr(0, at);
}

std::uint16_t step_bits(Name step) { return static_cast<std::uint16_t>(step ^ (step >> 16)); }

bool has_step(const Trace& trace, std::uint16_t bits) {
  const auto* end = trace.steps.begin() + trace.steps_count;
  return std::find(trace.steps.begin(), end, bits) != end;
}

Instant end_of(const Trace& trace) {
  return trace.completed_known ? trace.completed_at : trace.ended_at;
}

void see(Trace& trace, const Event& event, const Measure& measure) {
  see_dates(trace, event);
  see_names(trace, event);
  see_step(trace, event);
  if (clears(event, "completed_at")) trace.completed_known = false;
  see_status(trace, event);
  see_completed(trace, event);
  if (trace.events == 0) {
    trace.first = trace.last = event.occurred_at;
  } else {
    const std::int64_t gap = measure.between(trace.last, event.occurred_at);
    if (trace.events == 1) trace.gap_first_ms = gap;
    trace.gap_max_ms = std::max(trace.gap_max_ms, gap);
  }
  trace.first = std::min(trace.first, event.occurred_at);
  trace.last = std::max(trace.last, event.occurred_at);
  count_up(trace.events);
}

Measure measure_of(const FoldRules& rules) { return Measure(rules.calendars->common()); }

void take_term(Trace& trace, const Folded& folded) {
  trace.received = start_of(folded).value_or(trace.received);
  trace.due_known = folded.effective_due.has_value();
  trace.due = folded.effective_due.value_or(trace.due);
  trace.stands = folded.stop.has_value();
}

Trace trace_of(std::vector<Event> history, const FoldRules& rules) {
  const Folded folded = fold(history, rules);
  Trace trace;
  for (const Event* event : kept_events(history)) see(trace, *event, measure_of(rules));
  take_term(trace, folded);
  return trace;
}

}  // namespace kip::forecast
