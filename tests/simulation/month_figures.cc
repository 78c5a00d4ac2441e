// Messages by head and day, what was told early enough, what was told in vain.

#include <algorithm>
#include <cstdio>

#include "simulation/month_check.h"

namespace kip::sim::month {
namespace {

using std::chrono::days;

constexpr WorkTime kEarly = work_hours(8), kWait{10 * 60'000};

std::int64_t minute_of(Instant at) { return (at - day_start(local_day(at))).count() / 60'000; }

bool worked(const Calendar& calendar, Instant at) {
  return calendar.between(at, at + Millis{60'000}).ms > 0;
}

// What is over by then nobody reads as news.
Instant read_at(const Calendar& calendar, Instant at) {
  return worked(calendar, at) ? at : calendar.add(at, WorkTime{1});
}

void count_entry(const Ledger& ledger, const Message& message, const MessageEntry& entry,
                 Traffic& traffic, bool& dead) {
  ++traffic.entries;
  const Known& known = ledger.month.alerts.at(entry.alert.alert_id);
  if (known.resolved > message.at && known.resolved <= read_at(ledger.calendar(), message.at))
    ++traffic.cleared;
  if (entry.alert.rule != "overdue") return;
  const Life& life = ledger.life(entry.alert.subject);
  if (life.late()) return;
  dead = dead || life.withheld;
  ++(life.withheld ? traffic.false_dead : traffic.false_other);
}

// Why nobody was told in time of what ended late.
std::string reason_of(const Ledger& ledger, const Life& life, Instant raised, Instant last) {
  if (raised <= last && ledger.calendar().between(raised, life.due) < kEarly + kWait)
    return "raised just 8 h before: the last fifth of 40 h, and the group wait";
  if (raised <= last) return "raised in time, but held: distance between messages, day's most";
  if (life.moved_nearer) return "its due was moved nearer";
  if (life.allowed <= work_hours(10)) return "a term of 8 to 10 h: told before its last hours";
  if (life.allowed < work_hours(40)) return "a term under 40 h: its last fifth is under 8 h";
  if (life.waited) return "its clock stood still, and little was left at the restart";
  if (ledger.calendar().between(life.received, life.due) < life.allowed)
    return "its due was nearer";
  return "nothing showed it";
}

}  // namespace

Ledger::Ledger(const Plan& p, const World& w, const Month& m) : plan(p), world(w), month(m) {
  for (const Message& message : month.messages) {
    if (message.kind != MessageKind::kAlerts) continue;
    sent[message.person].push_back(message.at);
    for (const MessageEntry& e : message.entries)
      told[e.alert.alert_id].push_back(
          {message.at, message.desk, message.person, e.why, e.alert.revision});
  }
  for (const Given& given : month.answers) answers[given.alert_id].push_back(given);
  for (const auto& [id, known] : month.alerts) {
    if (known.first.rule == RuleId::kOverdue) overdue[known.first.item_id].push_back(&known);
  }
}

bool Ledger::handed_up(const std::string& item, Instant at) const {
  return std::any_of(month.answers.begin(), month.answers.end(), [&](const Given& given) {
    return given.at <= at && given.desk != kLeaders &&
           (given.what == Disposition::kNeedHelp || given.what == Disposition::kNotMine) &&
           month.alerts.at(given.alert_id).first.item_id == item;
  });
}

bool Ledger::overdue_at(const std::string& item, Instant at) const {
  const auto found = overdue.find(item);
  return found != overdue.end() &&
         std::any_of(found->second.begin(), found->second.end(), [&](const Known* known) {
           return known->open_at(at) && counts_from(*known) <= at;
         });
}

Instant Ledger::heard_by(const std::string& item, Instant at) const {
  const std::string& source = life(item).source;
  for (const Silence& silence : month.silences) {
    if (silence.source == source && silence.from <= at && at < silence.to) return silence.to;
  }
  return at;
}

Instant Ledger::counts_from(const Known& known) const {
  const std::string& source = life(known.first.item_id).source;
  const auto first = told.find(known.first.alert_id);
  for (const Silence& silence : month.silences) {
    if (silence.source != source || known.raised <= silence.until || known.raised >= silence.to)
      continue;
    const bool before = first != told.end() && first->second.front().at < silence.from;
    if (!before) return silence.to;
  }
  return known.raised;
}

std::string Ledger::name(const std::string& alert_id) const {
  const AlertChange& alert = month.alerts.at(alert_id).first;
  return alert.item_id + " " + std::string(rule_name(alert.rule));
}

void Ledger::tell(const std::string& alert_id) const {
  const Known& known = month.alerts.at(alert_id);
  std::printf("  %s raised %s, over %s\n", name(alert_id).c_str(),
              format_local(known.raised).c_str(), format_local(known.resolved).c_str());
  if (const auto found = month.journal.find(alert_id); found != month.journal.end()) {
    for (const Decision& d : found->second)
      std::printf("    %s %s %s\n", format_local(d.at).c_str(),
                  std::string(why_word(d.why)).c_str(), d.person.c_str());
  }
  if (const auto found = answers.find(alert_id); found != answers.end()) {
    for (const Given& given : found->second)
      std::printf("    %s answered by %s: %s\n", format_local(given.at).c_str(),
                  given.person.c_str(), std::string(disposition_word(given.what)).c_str());
  }
}

double median(std::vector<double> of) {
  if (of.empty()) return 0;
  std::sort(of.begin(), of.end());
  const std::size_t half = of.size() / 2;
  return of.size() % 2 == 1 ? of[half] : (of[half - 1] + of[half]) / 2;
}

Traffic traffic_of(const Ledger& ledger) {
  Traffic traffic;
  std::map<std::pair<std::string, LocalDay>, int> by_day;
  for (const Message& message : ledger.month.messages) {
    if (!ledger.measured(message.at)) continue;
    if (message.kind != MessageKind::kAlerts) {
      ++traffic.lists;
      continue;
    }
    ++traffic.messages;
    ++by_day[{message.person, local_day(message.at)}];
    const std::int64_t minute = minute_of(message.at);
    if (minute < 6 * 60 + 30 || minute >= 21 * 60) ++traffic.night;
    if (!worked(ledger.calendar(), message.at)) ++traffic.outside_office;
    bool dead = false;
    for (const MessageEntry& entry : message.entries)
      count_entry(ledger, message, entry, traffic, dead);
    if (dead) ++traffic.false_dead_messages;
  }
  for (const auto& [whose, count] : by_day)
    (is_leader(whose.first) ? traffic.leader_days : traffic.head_days).push_back(count);
  return traffic;
}

Early early_of(const Ledger& ledger) {
  std::map<std::string, Instant> message, list, raised;  // the first, by item
  const auto first = [](std::map<std::string, Instant>& of, const std::string& item, Instant at) {
    const auto [found, fresh] = of.emplace(item, at);
    if (!fresh) found->second = std::min(found->second, at);
  };
  for (const Message& m : ledger.month.messages) {
    if (is_leader(m.person)) continue;
    for (const MessageEntry& e : m.entries) first(message, e.alert.subject, m.at);
    for (const MessageEntry& e : m.digest.open) first(list, e.alert.subject, m.at);
  }
  for (const auto& [id, known] : ledger.month.alerts) {
    const bool speaks = makes_at_risk(known.first.rule) || known.first.rule == RuleId::kOverdue;
    if (speaks || known.first.focus) {
      first(raised, known.first.item_id,
            known.before.empty() ? known.raised : known.before.front().first);
    }
  }
  const auto of = [](const std::map<std::string, Instant>& map, const std::string& item) {
    const auto found = map.find(item);
    return found == map.end() ? kFarFuture : found->second;
  };
  Early early;
  for (const auto& [id, life] : ledger.plan.lives) {
    if (!ledger.measured(life.due)) continue;
    ++early.items;
    if (life.slow) ++early.slow;
    if (!life.late()) continue;
    ++early.late;
    if (life.role == Role::kStorm) ++early.storm_late;
    if (ledger.calendar().between(life.received, life.due) <= kEarly) continue;
    ++early.counted;
    const Instant last = ledger.calendar().back(life.due, kEarly);
    const bool by_message = of(message, id) <= last, by_list = of(list, id) <= last;
    if (by_message) ++early.by_message;
    if (by_list && !by_message) ++early.by_list;
    const bool told = by_message || by_list, is_short = life.allowed < work_hours(40);
    if (is_short) ++early.short_counted;
    if (is_short && told) ++early.short_told;
    if (!told) ++early.reasons[reason_of(ledger, life, of(raised, id), last)];
  }
  return early;
}

}  // namespace kip::sim::month
