#include "contract/item_forecast.h"

#include <algorithm>
#include <array>

namespace kip {
namespace {

using forecast::Name;
using forecast::Trace;

enum Flag : std::uint32_t {
  kReceivedKnown = 1,
  kAccepted = 2,
  kWaiting = 4,
};

std::array<Name*, 7> names_of(Trace& t) {
  return {&t.procedure, &t.procedure_family, &t.step, &t.step_family, &t.unit,
          &t.owner,     &t.first_owner};
}

void put_trace(const Trace& trace, v1::StoredTrace& out) {
  KIP_CHECK(trace.open());
  const auto since_received = [&](Instant at) { return (at - trace.received).count(); };
  out.set_received_ms(ms_of(trace.received));
  if (trace.due_known) out.set_due_ms(since_received(trace.due));
  out.set_first_ms(since_received(trace.first));
  out.set_last_ms(since_received(trace.last));
  if (trace.completed_known) out.set_completed_ms(since_received(trace.completed_at));
  out.set_gap_max_ms(trace.gap_max_ms);
  out.set_gap_first_ms(trace.gap_first_ms);
  Trace copy = trace;
  for (const Name* name : names_of(copy)) out.add_names(*name);
  out.set_events(trace.events);
  out.set_returns(trace.returns);
  out.set_handovers(trace.handovers);
  out.set_waits(trace.waits);
  out.set_flags((trace.received_known ? kReceivedKnown : 0U) | (trace.accepted ? kAccepted : 0U) |
                (trace.waiting ? kWaiting : 0U));
  std::string& steps = *out.mutable_steps();
  for (std::size_t i = 0; i < trace.steps_count; ++i) {
    steps.push_back(static_cast<char>(trace.steps[i] & 0xffU));
    steps.push_back(static_cast<char>(trace.steps[i] >> 8));
  }
}

std::optional<Trace> take_trace(const v1::StoredTrace& in) {
  Trace t;
  const auto names = names_of(t);
  const std::string& steps = in.steps();
  if (in.names_size() != static_cast<int>(names.size()) || steps.size() % 2 != 0 ||
      steps.size() / 2 > Trace::kSteps || in.events() == 0) {
    return std::nullopt;
  }
  t.received = instant_of(in.received_ms());
  const auto after_received = [&](std::int64_t ms) { return t.received + Millis{ms}; };
  t.due_known = in.has_due_ms();
  if (t.due_known) t.due = after_received(in.due_ms());
  t.first = after_received(in.first_ms());
  t.last = after_received(in.last_ms());
  t.completed_known = in.has_completed_ms();
  if (t.completed_known) t.completed_at = after_received(in.completed_ms());
  t.gap_max_ms = in.gap_max_ms();
  t.gap_first_ms = in.gap_first_ms();
  for (std::size_t i = 0; i < names.size(); ++i) *names[i] = in.names(static_cast<int>(i));
  t.events = static_cast<std::uint16_t>(in.events());
  t.returns = static_cast<std::uint16_t>(in.returns());
  t.handovers = static_cast<std::uint8_t>(in.handovers());
  t.waits = static_cast<std::uint8_t>(in.waits());
  t.received_known = (in.flags() & kReceivedKnown) != 0;
  t.accepted = (in.flags() & kAccepted) != 0;
  t.waiting = (in.flags() & kWaiting) != 0;
  t.steps_count = static_cast<std::uint8_t>(steps.size() / 2);
  for (std::size_t i = 0; i < t.steps_count; ++i) {
    t.steps[i] = static_cast<std::uint16_t>(static_cast<unsigned char>(steps[2 * i]) |
                                            static_cast<unsigned char>(steps[2 * i + 1]) << 8);
  }
  return t;
}

void put_said(const forecast::Forecast& said, v1::StoredForecast& s) {
  s.set_at_ms(ms_of(said.at));
  s.set_chance(said.chance);
  s.set_cases(said.cases);
  s.set_earliest_ms(ms_of(said.earliest));
  s.set_expected_ms(ms_of(said.expected));
  s.set_latest_ms(ms_of(said.latest));
  for (std::size_t i = 0; i < std::min<std::size_t>(said.facts_count, said.facts.size()); ++i) {
    const forecast::Fact& fact = said.facts[i];
    v1::StoredFact& to = *s.add_facts();
    if (fact.number) to.set_number(static_cast<std::uint32_t>(*fact.number));
    if (fact.group) to.set_group(static_cast<std::uint32_t>(*fact.group));
    to.set_value(fact.value);
  }
}

// False: damaged.
bool take_said(const v1::StoredForecast& s, forecast::Forecast& said) {
  said.at = instant_of(s.at_ms());
  said.chance = s.chance();
  said.cases = s.cases();
  said.earliest = instant_of(s.earliest_ms());
  said.expected = instant_of(s.expected_ms());
  said.latest = instant_of(s.latest_ms());
  if (!(said.chance >= 0 && said.chance <= 1)) return false;
  if (static_cast<std::size_t>(s.facts_size()) > said.facts.size()) return false;
  for (const v1::StoredFact& from : s.facts()) {
    forecast::Fact& fact = said.facts[said.facts_count++];
    if (from.number() >= forecast::kNumbers || from.group() >= forecast::kGroups) return false;
    if (from.has_number()) fact.number = static_cast<forecast::Number>(from.number());
    if (from.has_group()) fact.group = static_cast<forecast::Group>(from.group());
    fact.value = from.value();
  }
  return true;
}

}  // namespace

void put_forecast(const ItemState& item, v1::StoredItem& s) {
  if (item.forecast) put_said(*item.forecast, *s.mutable_forecast());
  if (item.trace) put_trace(*item.trace, *s.mutable_trace());
  if (item.said_half) s.set_said_half(*item.said_half);
  if (!item.warned) return;
  v1::StoredWarned& warned = *s.mutable_warned();
  warned.set_at_ms(ms_of(item.warned->at));
  warned.set_unit_id(item.warned->unit_id);
  if (item.warned->chance) warned.set_chance(*item.warned->chance);
}

bool take_forecast(const v1::StoredItem& s, ItemState& item) {
  if (s.has_forecast() && !take_said(s.forecast(), item.forecast.emplace())) return false;
  if (s.has_trace()) {
    item.trace = take_trace(s.trace());
    if (!item.trace) return false;
  }
  if (s.has_said_half()) item.said_half = s.said_half();
  if (s.has_warned()) {
    const v1::StoredWarned& w = s.warned();
    item.warned = Warned{.at = instant_of(w.at_ms()), .unit_id = w.unit_id(), .chance = {}};
    if (w.has_chance()) item.warned->chance = w.chance();
  }
  return true;
}

}  // namespace kip
