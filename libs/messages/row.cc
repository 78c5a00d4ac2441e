#include "messages/row.h"

#include <algorithm>

#include "messages/sentence.h"
#include "messages/text.h"
#include "rules/rule.h"

namespace kip {
namespace {

constexpr std::size_t kTitleCharacters = 120;
constexpr std::size_t kCodeCharacters = 64;

RowState state_of(const AlertFacts& alert) {
  const auto rule = rule_named(alert.rule);
  if (!rule) return RowState::kNotice;
  if (*rule == RuleId::kOverdue) return RowState::kOverdue;
  return makes_at_risk(*rule) ? RowState::kAtRisk : RowState::kNotice;
}

// A cause before the mere fact that the due is near; what has no name here comes last.
int telling(const AlertFacts& alert) {
  const auto rule = rule_named(alert.rule);
  return rule ? facts_of(*rule).telling : 99;
}

std::string title_of(const AlertFacts& alert, const Words& w, const Wording& wording) {
  const std::string title = plain_text(alert.title);
  if (!title.empty()) return shortened(title, kTitleCharacters);
  const bool named = alert.kind == Kind::kDossier || alert.kind == Kind::kPetition;
  const auto known = wording.registry.catalogue_name(named ? alert.procedure_code : "");
  if (!known.empty()) return shortened(plain_text(known), kTitleCharacters);
  return w.kind(alert.kind, alert.subject_kind);
}

void tell_left(const AlertFacts& alert, const Words& w, const Wording& wording, ItemRow& row) {
  if (!alert.due_at) return;
  row.due_at = w.day_time(*alert.due_at);
  row.due_day = w.date(local_day(*alert.due_at));
  const Calendar& calendar = wording.calendars.of(alert.unit_id);
  const WorkTime left = calendar.between(w.now(), *alert.due_at);
  const WorkTime over = WorkTime{} - left;
  const WorkTime minute{60'000};
  if (row.state == RowState::kOverdue) {
    const bool just = over < minute;
    row.left = just ? w.say("vừa quá hạn", "just overdue")
                    : w.say("quá hạn " + w.work(over), w.work(over) + " overdue");
    row.beside = just ? w.say("vừa đến hạn", "just now") : w.work(over);
    row.left_short =
        just ? row.left : w.say("quá hạn " + w.work_short(over), w.work_short(over) + " overdue");
  } else if (left < minute) {
    row.left = row.left_short = row.beside = w.say("đã đến hạn", "due now");
  } else {
    row.left = row.beside = w.say("còn " + w.work(left), w.work(left) + " left");
    row.left_short = w.say("còn " + w.work_short(left), w.work_short(left) + " left");
  }
}

void add_once(std::vector<std::string>& list, const std::string& text) {
  if (!text.empty() && std::find(list.begin(), list.end(), text) == list.end()) {
    list.push_back(text);
  }
}

// All entries are of one item.
ItemRow row_of(std::vector<MessageEntry> entries, const Words& w, const Wording& wording) {
  ItemRow row;
  const auto worst = std::max_element(
      entries.begin(), entries.end(),
      [](const auto& a, const auto& b) { return state_of(a.alert) < state_of(b.alert); });
  const AlertFacts main = worst->alert;  // a copy: the entries are sorted below
  row.state = state_of(main);
  row.subject = main.subject;
  row.subject_kind = main.subject_kind;
  row.unit_id = main.unit_id;
  row.of_unit = unit_short(wording, main.unit_id, w);
  row.title = title_of(main, w, wording);
  row.kind = w.kind(main.kind, main.subject_kind);
  row.code = shortened(plain_text(main.subject), kCodeCharacters);
  tell_left(main, w, wording, row);

  std::stable_sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return weight_of(a.why) > weight_of(b.why);
  });
  row.why = entries.front().why;
  row.from_unit = entries.front().from_unit;
  std::vector<std::string> notes;
  for (const MessageEntry& entry : entries) {
    row.level = std::max(row.level, entry.alert.level);
    row.focus = row.focus || entry.alert.focus;
    // "Told for the first time" says nothing beside what was told before.
    if (entry.why != Why::kFirst || row.why == Why::kFirst) {
      add_once(notes, note_of(entry, w, wording));
    }
    if (entry.promised_at) row.promised_time = w.time(*entry.promised_at);
  }
  for (const std::string& note : notes) row.note += (row.note.empty() ? "" : " ") + note;

  std::stable_sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return telling(a.alert) < telling(b.alert);
  });
  const auto cause = std::find_if(entries.begin(), entries.end(), [&](const MessageEntry& e) {
    return state_of(e.alert) == row.state;
  });
  // That an overdue item was due soon before goes without saying; who holds a step of it is not
  // told that it is overdue, and reads it off the due.
  const bool passed = row.state == RowState::kOverdue || (main.due_at && *main.due_at < w.now());
  const auto goes_unsaid = [&](const MessageEntry& entry) {
    const auto rule = rule_named(entry.alert.rule);
    return passed && rule && past_once_overdue(*rule);
  };
  const bool nothing_else = std::all_of(entries.begin(), entries.end(), goes_unsaid);
  for (const MessageEntry& entry : entries) {
    add_once(row.rules, entry.alert.rule);
    if (!nothing_else && goes_unsaid(entry)) continue;
    add_once(row.reasons, alert_reason(entry.alert, w, wording));
  }
  for (const MessageEntry& entry : entries) {
    if (entry.data_until) add_once(row.reasons, old_data_note(*entry.data_until, w));
  }
  const auto chance = wording.chances.find(row.subject);
  if (chance != wording.chances.end()) add_once(row.reasons, plain_text(chance->second));
  row.todo = todo_of(row, cause->alert.rule, w, wording);
  return row;
}

}  // namespace

std::vector<ItemRow> rows_of(const std::vector<MessageEntry>& entries, const Words& words,
                             const Wording& wording) {
  using Key = std::pair<char, std::string>;
  std::vector<Key> order;
  std::map<Key, std::vector<MessageEntry>> by_key;
  for (const MessageEntry& entry : entries) {
    const Key key{entry.alert.subject_kind, entry.alert.subject};
    std::vector<MessageEntry>& same = by_key[key];
    if (same.empty()) order.push_back(key);
    same.push_back(entry);
  }
  std::vector<ItemRow> rows;
  rows.reserve(order.size());
  for (const Key& key : order) {
    rows.push_back(row_of(std::move(by_key[key]), words, wording));
  }
  return rows;
}

std::vector<ItemRow> rows_of(const std::vector<AlertFacts>& alerts, const Words& words,
                             const Wording& wording) {
  std::vector<MessageEntry> entries;
  entries.reserve(alerts.size());
  for (const AlertFacts& alert : alerts) entries.push_back({alert, Why::kResolved, "", {}, {}, {}});
  return rows_of(entries, words, wording);
}

std::size_t count_of(const std::vector<ItemRow>& rows, RowState state) {
  return static_cast<std::size_t>(std::count_if(
      rows.begin(), rows.end(), [&](const ItemRow& row) { return row.state == state; }));
}

std::string unit_name(const Wording& wording, std::string_view unit_id, const Words& words) {
  const Unit* unit = wording.registry.unit(unit_id);
  if (unit != nullptr) return plain_text(unit->name);
  if (unit_id.empty() || unit_id == kUnassigned) {
    return words.say("việc chưa rõ đơn vị", "items of no known unit");
  }
  return shortened(plain_text(unit_id), kCodeCharacters);
}

std::string unit_short(const Wording& wording, std::string_view unit_id, const Words& words) {
  const Unit* unit = wording.registry.unit(unit_id);
  if (unit != nullptr) return plain_text(unit->short_text());
  return unit_name(wording, unit_id, words);
}

std::string role_of(const Wording& wording, std::string_view person_id) {
  const Person* person = wording.directory.person(person_id);
  return person == nullptr ? "" : plain_text(person->role);
}

}  // namespace kip
