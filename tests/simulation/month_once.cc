// Each reason once, nothing that is over, nobody else.

#include <algorithm>
#include <map>
#include <set>

#include "simulation/month_check.h"

namespace kip::sim::month {
namespace {

bool answered_between(const Ledger& ledger, const std::string& alert, Instant from, Instant to) {
  const auto found = ledger.answers.find(alert);
  if (found == ledger.answers.end()) return false;
  return std::any_of(found->second.begin(), found->second.end(),
                     [&](const Given& given) { return given.at >= from && given.at <= to; });
}

// The same words again are another reason: a later reminder, a promise made and broken anew, a way
// up that an answer had stopped, another return from leave.
bool may_repeat(const Ledger& ledger, const std::string& alert, const Told& before,
                const Told& again) {
  if (again.why == Why::kReminder)
    return ledger.calendar().between(before.at, again.at) >= ledger.world.rules.remind_after;
  static const std::set<Why> kAnswered = {Why::kPromiseBroken, Why::kHoldOver, Why::kEscalated,
                                          Why::kHelpWanted, Why::kNotMine};
  return kAnswered.contains(again.why) && answered_between(ledger, alert, before.at, again.at);
}

void check_entry(const Ledger& ledger, const Message& message, const MessageEntry& entry,
                 std::vector<std::string>& wrong) {
  const auto found = ledger.month.alerts.find(entry.alert.alert_id);
  if (found != ledger.month.alerts.end() && found->second.open_at(message.at)) return;
  wrong.push_back("told though it was over: " + ledger.name(entry.alert.alert_id) + " at " +
                  format_local(message.at) + " to " + message.person);
}

}  // namespace

void check_once(const Ledger& ledger, std::vector<std::string>& wrong) {
  for (const auto& [id, tellings] : ledger.told) {
    for (std::size_t i = 0; i < tellings.size(); ++i) {
      const Told& again = tellings[i];
      for (std::size_t k = i; k-- > 0;) {
        const Told& before = tellings[k];
        if (before.person != again.person || before.revision != again.revision ||
            before.why != again.why)
          continue;
        if (!may_repeat(ledger, id, before, again))
          wrong.push_back("told twice: " + ledger.name(id) + " to " + again.person + ", " +
                          std::string(why_word(again.why)) + ", " + format_local(before.at) +
                          " and " + format_local(again.at));
        break;
      }
    }
  }
}

void check_dropped(const Ledger& ledger, std::vector<std::string>& wrong) {
  for (const Message& message : ledger.month.messages) {
    for (const auto* part : {&message.entries, &message.digest.open, &message.digest.below}) {
      for (const MessageEntry& entry : *part) check_entry(ledger, message, entry, wrong);
    }
  }
}

void check_worst(const Ledger& ledger, std::vector<std::string>& wrong, std::uint64_t& messages) {
  for (const Message& message : ledger.month.messages) {
    if (!ledger.measured(message.at)) continue;
    std::size_t lesser = 0;
    for (const auto* part : {&message.entries, &message.digest.below}) {
      for (const MessageEntry& entry : *part) {
        const bool again = part == &message.digest.below || entry.why == Why::kReminder;
        // The head has asked for that himself.
        if (entry.why == Why::kNotMine || entry.why == Why::kHelpWanted) continue;
        if (entry.alert.level == AlertLevel::kCritical || !again ||
            // Of one instant nobody says which came first.
            !ledger.overdue_at(entry.alert.subject, message.at - std::chrono::minutes{1}))
          continue;
        ++lesser;
        wrong.push_back("a warning of an overdue item: " + ledger.name(entry.alert.alert_id) +
                        (part == &message.entries ? ", reminder to " : ", list of ") +
                        message.person + " at " + format_local(message.at));
      }
    }
    if (lesser > 0 && lesser == message.entries.size()) ++messages;
  }
}

void check_quiet(const Ledger& ledger, std::vector<std::string>& wrong) {
  for (const Message& message : ledger.month.messages) {
    const auto minute = (message.at - day_start(local_day(message.at))) / std::chrono::minutes{1};
    const bool night = minute < 6 * 60 + 30 || minute >= 21 * 60;
    const bool office = ledger.calendar().between(message.at, message.at + Millis{1}).ms > 0;
    const bool critical = message.level == AlertLevel::kCritical;
    if (message.kind == MessageKind::kAlerts && (night || (!office && !critical)))
      wrong.push_back("in quiet hours: " + message.person + " at " + format_local(message.at) +
                      " of " + ledger.name(message.entries.front().alert.alert_id));
  }
}

void check_most(const Ledger& ledger, std::vector<std::string>& wrong) {
  for (const auto& [person, sent] : ledger.sent) {
    std::map<LocalDay, int> days;
    for (const Instant at : sent) {
      if (++days[local_day(at)] == 7)
        wrong.push_back("a seventh message: " + person + " at " + format_local(at));
    }
  }
}

void check_people(const Ledger& ledger, std::vector<std::string>& wrong) {
  const Instant left = day_start(ledger.plan.dates.leave_from);
  const Instant back = day_start(ledger.plan.dates.leave_until) + std::chrono::days{1};
  std::set<std::string> everybody{std::string(kChairman), std::string(kVice)};
  for (const UnitRow& unit : kUnits)
    everybody.insert({std::string(unit.head), std::string(unit.deputy)});
  for (const Message& message : ledger.month.messages) {
    std::string why;
    if (!everybody.contains(message.person)) why = "nobody of the directory";
    if (message.desk == kLeaders) {
      if (!is_leader(message.person)) why = "not a leader";
    } else {
      const UnitRow& unit = unit_row(message.desk);
      const bool away = unit.id == kLeaveUnit && message.at >= left && message.at < back;
      const bool to_counter =
          message.kind == MessageKind::kAlerts &&
          message.person == unit_row(ledger.world.rules.counter_unit).head &&
          std::all_of(message.entries.begin(), message.entries.end(), [](const MessageEntry& e) {
            return e.alert.allowed && *e.alert.allowed <= work_hours(8);
          });
      const std::string_view who = away ? unit.deputy : unit.head;
      if (message.person != who && !to_counter) why = "not " + std::string(who);
      if (away != (message.on_behalf_of == unit.head) && !to_counter) why = "on behalf of whom";
    }
    if (!why.empty())
      wrong.push_back("the wrong person: " + message.person + " at " + format_local(message.at) +
                      " for " + message.desk + ": " + why);
  }
}

}  // namespace kip::sim::month
