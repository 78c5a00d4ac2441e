#include "alerting/desk_parts.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace kip {
namespace {

int minute_of_day(Instant at) {
  return static_cast<int>(
      std::chrono::duration_cast<std::chrono::minutes>(at - day_start(local_day(at))).count());
}

bool urgent_first(const MessageEntry& a, const MessageEntry& b) {
  const auto key = [](const MessageEntry& e) {
    return std::make_tuple(-static_cast<int>(e.alert.level), e.alert.due_at.value_or(kFarFuture),
                           std::string_view(e.alert.subject), std::string_view(e.alert.rule),
                           std::string_view(e.alert.alert_id));
  };
  return key(a) < key(b);
}

}  // namespace

std::optional<Instant> data_until(const AlertFacts& facts, const Silences& silences) {
  if (facts.subject_kind != 'i') return std::nullopt;
  const auto found = silences.find(facts.source);
  return found == silences.end() ? std::nullopt : std::optional(found->second);
}

bool rests_on_old_data(const AlertFacts& facts, const Silences& silences) {
  const auto until = data_until(facts, silences);
  return until && facts.onset > *until && facts.rule == rule_name(RuleId::kOverdue);
}

MessageEntry entry_of(const DeskAlert& alert, Why why, const Silences& silences) {
  MessageEntry entry;
  entry.alert = alert.facts;
  entry.why = why;
  entry.from_unit = alert.from_unit;
  entry.told_at = alert.told_below;
  entry.promised_at = alert.answer ? alert.answer->promised_at : alert.broken;
  entry.data_until = data_until(alert.facts, silences);
  return entry;
}

void say(Message message, const Desk& desk, Instant now, DeskEffects& effects) {
  message.desk = desk.unit;
  message.at = now;
  name_message(message);
  effects.messages.push_back(std::move(message));
}

std::int64_t day_number(LocalDay day) { return day.time_since_epoch().count(); }

Instant at_minute(LocalDay day, int minute) {
  return day_start(day) + std::chrono::minutes{minute};
}

void sort_entries(std::vector<MessageEntry>& entries) {
  std::sort(entries.begin(), entries.end(), urgent_first);
  std::map<std::string, std::size_t> place;  // of each item's worst
  for (const MessageEntry& entry : entries) place.try_emplace(entry.alert.subject, place.size());
  std::stable_sort(entries.begin(), entries.end(),
                   [&](const MessageEntry& a, const MessageEntry& b) {
                     return place.at(a.alert.subject) < place.at(b.alert.subject);
                   });
}

Instant end_of_quiet(const Person& person, Instant at, bool critical, const Calendar& calendar,
                     const DeskRules& rules) {
  const int minute = minute_of_day(at);
  const LocalDay day = local_day(at), next = day + std::chrono::days{1};
  if (critical && rules.critical_breaks_quiet) {
    if (minute < rules.wake_minute) return at_minute(day, rules.wake_minute);
    return minute < rules.sleep_minute ? at : at_minute(next, rules.wake_minute);
  }
  if (person.quiet) {
    const auto [from, until] = *person.quiet;
    const bool quiet =
        from > until ? minute >= from || minute < until : minute >= from && minute < until;
    if (!quiet) return at;
    return at_minute(minute < until ? day : next, until);
  }
  // The instant before the first millisecond of office time.
  return calendar.add(at, WorkTime{1}) - Millis{1};
}

}  // namespace kip
