#include "simulation/month_planted.h"

#include <algorithm>
#include <functional>

namespace kip::sim::month {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

using Wrong = std::vector<std::string>;
using Check = std::function<void(const Ledger&, Wrong&)>;
using Spoil = std::function<void(Month&)>;

bool has(const std::vector<MessageEntry>& entries, std::string_view item, std::string_view rule,
         Why why) {
  return std::any_of(entries.begin(), entries.end(), [&](const MessageEntry& e) {
    return (item.empty() || e.alert.subject == item) && e.alert.rule == rule && e.why == why;
  });
}

// The first message with such an entry, to be spoilt.
Message& message_with(Month& month, std::string_view item, std::string_view rule, Why why) {
  const auto found =
      std::find_if(month.messages.begin(), month.messages.end(),
                   [&](const Message& m) { return has(m.entries, item, rule, why); });
  KIP_CHECK(found != month.messages.end());
  return *found;
}

void ladders(const Ledger& ledger, Wrong& wrong) { check_ladders(ledger, wrong); }
void worst(const Ledger& ledger, Wrong& wrong) {
  std::uint64_t messages = 0;
  check_worst(ledger, wrong, messages);
}

void tell_again(Month& month) {
  Message again = message_with(month, "", "due_soon", Why::kFirst);
  again.at += hours{1};
  month.messages.push_back(again);
}
void end_before_telling(Month& month) {
  const Message& told = message_with(month, "LADDER-3", "due_soon", Why::kFirst);
  for (const MessageEntry& e : told.entries)
    month.alerts.at(e.alert.alert_id).resolved = told.at - minutes{1};
}
void seven_a_day(Month& month) {
  const Message one = message_with(month, "LADDER-4", "overdue", Why::kFirst);
  for (int i = 0; i < 7; ++i) month.messages.push_back(one);
}
void remind_of_less(Month& month) {
  MessageEntry less;
  for (const MessageEntry& e : message_with(month, "LADDER-1", "due_soon", Why::kFirst).entries) {
    if (e.alert.subject == "LADDER-1") less = e;
  }
  less.why = Why::kReminder;
  message_with(month, "LADDER-1", "overdue", Why::kEscalated).entries.push_back(less);
}
Message& escalation(Month& month) {
  return message_with(month, "LADDER-1", "overdue", Why::kEscalated);
}
void forget_escalation(Month& month) {
  std::erase_if(month.messages, [](const Message& m) {
    return m.person == kChairman && has(m.entries, "LADDER-1", "overdue", Why::kEscalated);
  });
}
void empty_lists_above(Month& month) {
  for (Message& m : month.messages) {
    if (is_leader(m.person)) m.digest.below.clear();
  }
}
// Its head has answered before it went up.
void answer_in_time(Month& month) {
  const Message& told = message_with(month, "LADDER-1", "overdue", Why::kFirst);
  for (const MessageEntry& e : told.entries) {
    month.answers.push_back(
        {told.at + hours{1}, told.desk, told.person, e.alert.alert_id, Disposition::kMine});
  }
}
void raise_to_leader(Month& month) {
  Message up = message_with(month, "LADDER-3", "due_soon", Why::kFirst);
  up.at += hours{24};
  up.desk = kLeaders;
  up.person = kChairman;
  month.messages.push_back(up);
}

}  // namespace

std::vector<std::string> planted_unfound(const Plan& plan, const World& world, const Month& month) {
  struct Planted {
    const char* name;
    Check check;
    Spoil spoil;
  };
  const std::vector<Planted> planted = {
      {"told again", check_once, tell_again},
      {"told after its end", check_dropped, end_before_telling},
      {"a stranger", check_people,
       [](Month& m) { message_with(m, "LADDER-4", "overdue", Why::kFirst).person = "stranger"; }},
      {"the head on leave", check_people,
       [](Month& m) {
         message_with(m, "LADDER-2", "overdue", Why::kFirst).person = unit_row(kLeaveUnit).head;
       }},
      {"a warning in the night", check_quiet,
       [](Month& m) {
         Message& told = message_with(m, "LADDER-3", "due_soon", Why::kFirst);
         told.at = day_start(local_day(told.at)) + hours{22};
       }},
      {"seven a day", check_most, seven_a_day},
      {"a warning of what is overdue", worst, remind_of_less},
      {"up three minutes late", ladders, [](Month& m) { escalation(m).at += minutes{3}; }},
      {"up a quarter of an hour early", ladders, [](Month& m) { escalation(m).at -= minutes{15}; }},
      {"never up to the chairman", ladders, forget_escalation},
      {"up though it was answered", ladders, answer_in_time},
      {"a warning that goes up", ladders, raise_to_leader},
      {"no warning in the list above", ladders, empty_lists_above},
  };
  std::vector<std::string> unfound;
  for (const Planted& one : planted) {
    Wrong before, after;
    one.check(Ledger(plan, world, month), before);
    Month spoilt = month;
    one.spoil(spoilt);
    std::stable_sort(spoilt.messages.begin(), spoilt.messages.end(),
                     [](const Message& a, const Message& b) { return a.at < b.at; });
    one.check(Ledger(plan, world, spoilt), after);
    if (after.size() <= before.size()) unfound.emplace_back(one.name);
  }
  return unfound;
}

}  // namespace kip::sim::month
