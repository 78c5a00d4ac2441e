#include "app/answer_view.h"

#include <algorithm>

#include "app/urgent.h"
#include "contract/desk_state.h"
#include "contract/state.h"
#include "runtime/desks.h"
#include "store/keys.h"

namespace kip {
namespace {

constexpr std::chrono::hours kLateMorning{11};

LocalDay next_working_day(const Calendar& calendar, Instant now) {
  LocalDay day = local_day(now);
  do {
    day += std::chrono::days{1};
  } while (!calendar.is_working_day(day));
  return day;
}

class Viewing {
 public:
  Viewing(const Store& store, const Policy& policy, AnswerView& view)
      : store_(store), policy_(policy), view_(view) {}

  Status run() {
    // First: what is taken in between is found at the desk, too; the other way round it is lost.
    auto waiting = waiting_answers(store_);
    if (!waiting) return waiting.error();
    for (auto& [unit, news] : *waiting) {
      if (unit == view_.message.desk) waiting_.push_back(std::move(news));
    }
    const Message& m = view_.message;
    for (const auto* part : {&m.entries, &m.digest.open, &m.digest.below}) {
      for (const MessageEntry& entry : *part) {
        if (Status added = add(entry); !added) return added;
        if (part == &m.digest.below) item_of(entry).only_listed = true;
      }
    }
    for (AnswerItem& item : view_.items) {
      if (Status seen = look_up(item); !seen) return seen;
    }
    return {};
  }

 private:
  AnswerItem& item_of(const MessageEntry& entry) {
    for (AnswerItem& item : view_.items) {
      if (item.facts.subject == entry.alert.subject &&
          item.facts.subject_kind == entry.alert.subject_kind)
        return item;
    }
    AnswerItem& item = view_.items.emplace_back();
    item.key = entry.alert.alert_id;
    item.facts = entry.alert;
    item.why = entry.why;
    item.from_unit = entry.from_unit;
    return item;
  }

  Status add(const MessageEntry& entry) {
    AnswerItem& item = item_of(entry);
    const std::string& id = entry.alert.alert_id;
    if (entry.why == Why::kPromiseBroken) item.promise_broken = true;
    auto bytes = store_.get(Table::kDesk, keys::pair(view_.message.desk, id));
    if (!bytes) return bytes.error();
    std::optional<Answer> standing;
    if (*bytes) {
      auto alert = decode_desk_alert(**bytes);
      if (!alert) return alert.error();
      if (item.open.empty() || alert->facts.level > item.facts.level) item.facts = alert->facts;
      item.open.push_back(id);
      item.promise_broken = item.promise_broken || alert->broken.has_value();
      standing = alert->answer;
    }
    if (Status read = read_answers(item, id); !read) return read;
    for (const AnswerNews& news : waiting_) {
      const auto& ids = news.alert_ids;
      if (std::find(ids.begin(), ids.end(), id) == ids.end()) continue;
      note(item, news.answer);
      standing = news.answer;
    }
    if (*bytes && standing) item.standing = standing;
    return {};
  }

  static void note(AnswerItem& item, const Answer& answer) {
    const bool there = std::any_of(item.answers.begin(), item.answers.end(),
                                   [&](const Answer& a) { return a.id == answer.id; });
    if (!there) item.answers.push_back(answer);
  }

  Status read_answers(AnswerItem& item, const std::string& id) {
    Status read;
    const Status scanned =
        store_.scan(Table::kJournal, keys::pair(id, ""), keys::pair_end(id),
                    [&](std::string_view, std::string_view value) {
                      auto line = decode_journal(id, value);
                      if (!line) read = line.error();
                      if (line && line->answer && line->unit == view_.message.desk)
                        note(item, *line->answer);
                      return read.ok();
                    });
    return read ? scanned : read;
  }

  // How the item stands now; of what is no item, or gone: what the alert says.
  Status look_up(AnswerItem& item) {
    // Titles of dossiers and petitions may hold names: theirs is the catalogue's, or none.
    const bool personal = item.facts.kind == Kind::kDossier || item.facts.kind == Kind::kPetition;
    item.name = personal ? "" : item.facts.title;
    item.due = item.facts.due_at;
    item.word = item.facts.level == AlertLevel::kCritical ? ItemWord::kOverdue : ItemWord::kAtRisk;
    const Calendar& calendar = policy_.calendars.of(item.facts.unit_id);
    Instant until = view_.now;
    if (item.facts.subject_kind == 'i') {
      auto bytes = store_.get(Table::kItem, item.facts.subject);
      if (!bytes) return bytes.error();
      if (*bytes) {
        auto state = decode_item(**bytes);
        if (!state) return state.error();
        const Folded& f = state->folded;
        item.name = shown_name(f, policy_);
        item.word = word_of(*state);
        item.due = f.effective_due;
        item.stopped = f.stop.has_value();
        if (f.stop) until = std::min(until, f.stop->begin);
        for (const OpenAlert& open : state->open) {
          if (open.alert_id == item.facts.alert_id)
            item.facts.reason = reason_now(open, Seen(*state, policy_, view_.now));
        }
      }
    }
    if (item.due) item.left = calendar.between(until, *item.due);
    return {};
  }

  const Store& store_;
  const Policy& policy_;
  AnswerView& view_;
  std::vector<AnswerNews> waiting_;
};

}  // namespace

std::size_t AnswerView::waiting() const {
  return static_cast<std::size_t>(std::count_if(
      items.begin(), items.end(), [](const AnswerItem& item) { return item.is_waiting(); }));
}

const AnswerItem* AnswerView::item(std::string_view key) const {
  const auto found = std::find_if(items.begin(), items.end(),
                                  [&](const AnswerItem& item) { return item.key == key; });
  return found == items.end() ? nullptr : &*found;
}

Result<AnswerView> answer_view(const Store& store, const Policy& policy, Message message,
                               Instant until, Instant now) {
  AnswerView view;
  view.message = std::move(message);
  view.until = until;
  view.now = now;
  if (Status seen = Viewing(store, policy, view).run(); !seen) return seen.error();
  return view;
}

Instant in_time(const AnswerItem& item, const Policy& policy, Instant now) {
  if (item.due && *item.due > now) return *item.due;
  return next_close(policy.calendars.of(item.facts.unit_id), now);
}

Instant next_close(const Calendar& calendar, Instant now) {
  return calendar.day_close(next_working_day(calendar, now));
}

std::optional<Instant> close_today(const Calendar& calendar, Instant now) {
  const LocalDay today = local_day(now);
  if (!calendar.is_working_day(today) || calendar.day_close(today) <= now) return std::nullopt;
  return calendar.day_close(today);
}

Instant next_late_morning(const Calendar& calendar, Instant now) {
  return day_start(next_working_day(calendar, now)) + kLateMorning;
}

}  // namespace kip
