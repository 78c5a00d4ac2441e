#include "app/trace.h"

#include <algorithm>
#include <set>

#include "app/printable.h"
#include "app/trace_words.h"
#include "app/urgent.h"
#include "contract/door.h"
#include "contract/publish.h"
#include "contract/state.h"
#include "rules/reason.h"
#include "runtime/backlog.h"
#include "runtime/embedded_log.h"
#include "runtime/items.h"
#include "store/keys.h"

namespace kip {
namespace {

Instant instant(const google::protobuf::Timestamp& t) {
  return instant_of(t.seconds() * 1000 + t.nanos() / 1'000'000);
}

std::size_t common_prefix(std::string_view a, std::string_view b) {
  const auto [end, other] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return static_cast<std::size_t>(end - a.begin());
}

// The neighbour in the order of ids that shares the longest beginning; empty: none shares any.
Result<std::string> nearest_id(const Store& store, const std::string& id) {
  auto before = store.last_key(Table::kItem, "", id);
  if (!before) return before.error();
  std::string best = before->value_or("");
  const Status scanned =
      store.scan(Table::kItem, id, "", [&](std::string_view key, std::string_view) {
        if (common_prefix(key, id) >= common_prefix(best, id)) best = key;
        return false;
      });
  if (!scanned) return scanned.error();
  return common_prefix(best, id) == 0 ? std::string() : best;
}

Result<std::vector<TracedEvent>> events_of(const Store& store, const Policy& policy,
                                           const std::string& item_id,
                                           std::vector<std::string> waiting) {
  auto stored = read_history(store, item_id);
  if (!stored) return stored.error();
  std::move(waiting.begin(), waiting.end(), std::back_inserter(*stored));
  std::vector<TracedEvent> out;
  std::vector<Event> all;
  for (std::string& bytes : *stored) {
    auto event = decode_stamped(bytes);
    if (!event) return event.error();
    all.push_back(*event);
    out.push_back({std::move(*event), std::move(bytes), false});
  }
  fold(all, policy.fold);  // sorts it, as kept_events() needs it
  std::set<OrderKey> kept;
  for (const Event* event : kept_events(all)) kept.insert(order_key(*event));
  for (TracedEvent& traced : out) traced.kept = kept.contains(order_key(traced.event));
  return out;
}

Result<std::vector<std::string>> alerts_of(const Store& store, const std::string& item_id) {
  const std::string prefix = alerts_of_prefix(item_id);
  std::vector<std::string> out;
  std::optional<Error> failed;
  const Status scanned =
      store.scan(Table::kAlerts, prefix, "", [&](std::string_view key, std::string_view) {
        if (!key.starts_with(prefix)) return false;
        auto alert = store.get(Table::kAlerts, key.substr(prefix.size()));
        if (!alert) failed = alert.error();
        if (alert && *alert) out.push_back(std::move(**alert));
        return !failed;
      });
  if (failed) return *failed;
  if (!scanned) return scanned.error();
  return out;
}

// The greatest time that any shard has committed: the clock of the data.
Instant time_of(const Store& store) {
  Instant time = kFarPast;
  const Status scanned =
      store.scan(Table::kMeta, "time/", "time0", [&](std::string_view, std::string_view value) {
        if (value.size() != 8) return true;
        const auto ms = static_cast<std::int64_t>(keys::read_u64(value));
        time = std::max(time, instant_of(ms));
        return true;
      });
  return scanned ? time : kFarPast;
}

std::vector<TracedRule> rules_of(const ItemState& item, const Policy& policy, Instant now) {
  const Seen seen(item, policy, now);
  std::vector<TracedRule> out;
  for (std::size_t r = 0; r < kRuleCount; ++r) {
    const auto rule = static_cast<RuleId>(r);
    const RuleEntry* entry = policy.rules.pick(rule, seen.traits());
    if (!entry) continue;
    const bool open = std::any_of(item.open.begin(), item.open.end(),
                                  [&](const OpenAlert& a) { return a.rule == rule; });
    out.push_back({rule, open, evaluate(*entry, seen, open)});
  }
  return out;
}

constexpr std::size_t kIndent = 23;    // of the text after the time
constexpr std::size_t kColumns = 100;  // where a list of phrases is broken

// Characters, not bytes.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

// The phrases with "; " between them, on as many lines as they need.
std::string flowing(const std::vector<std::string>& phrases) {
  std::string out;
  std::size_t column = kIndent + 2;
  for (const std::string& phrase : phrases) {
    const std::size_t wide = width(phrase);
    if (!out.empty() && column + 2 + wide > kColumns) {
      out += ";\n";
      column = kIndent + 2;
    } else if (!out.empty()) {
      out += "; ";
      column += 2;
    }
    out += phrase;
    column += wide;
  }
  return out;
}

// The lines of the story, in time order.
struct Line {
  Instant at{};
  std::string text;
};

std::string event_text(const TracedEvent& traced, Kind known) {
  const Event& e = traced.event;
  std::string out = "sự kiện   " + printable(e.source, 60) + " " + printable(e.event_id, 60);
  if (!traced.kept) out += "  [đã bị hủy]";
  if (e.occurred_at != e.ingested_at) out += "  xảy ra " + format_vn(e.occurred_at);
  out += "\n" + flowing(sayings(e, known));
  std::string faults;
  for (const std::string& fault : e.faults)
    faults += (faults.empty() ? "" : ", ") + printable(fault);
  if (!faults.empty()) out += "\nlỗi: " + faults;
  return out;
}

std::string alert_text(const v1::AlertEvent& a) {
  const auto rule = rule_named(a.rule_id());
  std::string out = "→ " + (rule ? std::string(rule_label(*rule)) : printable(a.rule_id())) + ": " +
                    change_words(a) + "  [" + printable(a.rule_id()) + " lần " +
                    std::to_string(a.revision()) + ", " + printable(a.unit_id(), 60) + "]";
  out += "\n" + printable(a.reason());
  if (a.change() == v1::ALERT_CHANGE_RAISED) out += " Từ " + format_vn(instant(a.onset())) + ".";
  const auto evidence = evidence_words(a);
  if (!evidence.empty()) out += "\n" + flowing(evidence);
  return out;
}

// Whom the alerts of the story were told to, each once.
Result<std::vector<Notification>> told_of(const Store& store,
                                          const std::vector<std::string>& alerts) {
  std::vector<std::string> ids;
  for (const std::string& bytes : alerts) {
    v1::AlertEvent alert;
    if (!alert.ParseFromString(bytes)) continue;
    if (std::find(ids.begin(), ids.end(), alert.alert_id()) == ids.end())
      ids.push_back(alert.alert_id());
  }
  return notifications_of(store, ids);
}

// "T2 23/11/2026, 09:42  first line", the following lines below the text.
std::string laid_out(const Line& line) {
  std::string out = format_vn(line.at);
  out.resize(kIndent, ' ');
  for (const char c : line.text) {
    out += c;
    if (c == '\n') out += std::string(kIndent + 2, ' ');
  }
  return out + "\n";
}

std::string story_text(const Trace& story, const Policy& policy) {
  std::vector<Line> lines;
  for (const TracedEvent& event : story.events) {
    lines.push_back({event.event.ingested_at, event_text(event, story.item.folded.kind)});
  }
  for (const std::string& bytes : story.alerts) {
    v1::AlertEvent alert;
    if (alert.ParseFromString(bytes))
      lines.push_back({instant(alert.detected_at()), alert_text(alert)});
  }
  for (const Notification& told : story.notifications) {
    lines.push_back({told.line.decision.at, "✉ " + notification_words(told, policy, story.now) +
                                                "  [" + printable(told.line.unit, 60) + "]"});
  }
  std::stable_sort(lines.begin(), lines.end(),
                   [](const Line& a, const Line& b) { return a.at < b.at; });
  std::string out = "\nDiễn biến\n";
  if (story.item.sealed) out += "(việc đã khép lại, lịch sử không còn giữ)\n";
  for (const Line& line : lines) out += laid_out(line);
  return out;
}

std::string due_text(const ItemState& item, const Seen& seen) {
  const Folded& f = item.folded;
  if (!f.effective_due) return "không có hạn";
  std::string out = format_vn(*f.effective_due);
  if (seen.policy.calendars.provisional(*f.effective_due)) out += " (tạm tính)";
  const auto end = end_of(f);
  if (end) {
    out += *end <= *f.effective_due ? ", xong đúng hạn " : ", xong trễ ";
    out += format_vn(*end);
  } else {
    const WorkTime left = seen.calendar.between(seen.x, *f.effective_due);
    const std::string amount =
        work_text(left.ms < 0 ? WorkTime{-left.ms} : left, Language::kVietnamese);
    out += (left.ms < 0 ? ", đã quá " : ", còn ") + amount;
  }
  if (f.original_due && *f.original_due != *f.effective_due) {
    out += "; hạn đầu " + format_vn(*f.original_due);
  }
  return out;
}

std::string head_text(const Trace& story, const Policy& policy) {
  const Seen seen(story.item.folded, policy, story.now);
  const Folded& f = story.item.folded;
  std::string out = printable(story.item.item_id, 200);
  if (f.kind != Kind::kNone) out += "  " + std::string(kind_words(f.kind));
  if (const auto title = seen.title(); !title.empty()) out += "  " + printable(title, 200);
  const ItemWord word = word_of(story.item);
  out += "\n  Tình trạng  " + std::string(status_words(f.status));
  if (word != ItemWord::kNone) out += "; " + std::string(state_words(word));
  if (!exists(f)) out += " (việc không còn tồn tại)";
  if (story.item.dirty) out += " (đang đuổi theo dữ liệu, chưa xét quy tắc)";
  out += "\n  Hạn         " + due_text(story.item, seen);
  out += is_open(f.status) ? "\n  Đang giữ    " : "\n  Đã giữ      ";
  out += printable(seen.holder, 60);
  if (!seen.holder_assignee.empty()) out += ", " + printable(seen.holder_assignee, 60);
  if (seen.holder != seen.unit) out += "; chịu trách nhiệm: " + printable(seen.unit, 60);
  if (f.stop) out += "\n  Đồng hồ     đứng yên từ " + format_vn(f.stop->begin);
  if (const auto all = faults_of(story.item, policy, story.now); !all.empty()) {
    std::string faults;
    for (const std::string& fault : all) faults += (faults.empty() ? "" : ", ") + printable(fault);
    out += "\n  Lỗi         " + faults;
  }
  for (const Dependency& one : story.item.dependencies) {
    out += "\n  Phải chờ    " + printable(one.item_id, 200) + " " + dependency_words(one.state);
    if (!one.unit_id.empty()) out += ", " + printable(one.unit_id, 60);
  }
  const v1::ItemView view = item_view(story.item, policy, story.now);
  for (const v1::SubClock& clock : view.sub_clocks()) {
    out += "\n  Hạn khâu    " + clock.label() + ": " + sub_clock_words(clock, format_vn);
  }
  return out + "\n";
}

std::string now_text(const Trace& story, const Policy& policy) {
  const Seen seen(story.item, policy, story.now);
  const bool late = word_of(story.item) == ItemWord::kOverdue;
  std::string open, silent;
  std::vector<Line> coming;
  for (const TracedRule& rule : story.rules) {
    const std::string name =
        std::string(rule_label(rule.rule)) + " [" + std::string(rule_name(rule.rule)) + "]";
    const auto alert = std::find_if(story.item.open.begin(), story.item.open.end(),
                                    [&](const OpenAlert& a) { return a.rule == rule.rule; });
    if (alert != story.item.open.end() && late && past_once_overdue(rule.rule)) {
      open += "  còn mở      " + name + " từ " + format_vn(alert->onset) + ": nay đã quá hạn\n";
    } else if (alert != story.item.open.end()) {
      open += "  đang báo    " + name + " từ " + format_vn(alert->onset) + ": " +
              printable(reason_now(*alert, seen)) + "\n";
    } else if (rule.finding.holds) {
      open += "  sắp báo     " + name + ", ngay khi được xét\n";
    } else if (rule.finding.next_look != kFarFuture) {
      coming.push_back({rule.finding.next_look, name});
    } else {
      silent += (silent.empty() ? "" : ", ") + std::string(rule_label(rule.rule));
    }
  }
  std::stable_sort(coming.begin(), coming.end(),
                   [](const Line& a, const Line& b) { return a.at < b.at; });
  std::string out = "\nBây giờ là " + format_vn(story.now) + " theo đồng hồ của dữ liệu\n" + open;
  for (const Line& line : coming) {
    out += "  sẽ báo      " + format_vn(line.at) + "  " + line.text + ", nếu không có gì mới\n";
  }
  if (!silent.empty()) out += "  không báo   " + silent + "\n";
  const Instant look = story.item.next_look;
  return out + "  xét lại     " + (look == kFarFuture ? "khi có sự kiện mới" : format_vn(look)) +
         "\n";
}

}  // namespace

Result<Trace> trace(const Store& store, const Policy& policy, const std::string& item_id,
                    std::optional<Instant> now) {
  auto stored = store.get(Table::kItem, item_id);
  if (!stored) return stored.error();
  auto item = *stored ? decode_item(**stored) : Result<ItemState>(ItemState{});
  if (!item) return item.error();
  auto waiting = waiting_of(store, item_id);
  if (!waiting) return waiting.error();
  const bool waits = !waiting->empty();
  if (!*stored && !waits) {
    auto near = nearest_id(store, item_id);
    if (!near) return near.error();
    return not_found("no item '" + printable(item_id, 200) + "'" +
                     (near->empty() ? "" : "; nearest: " + printable(*near, 200)));
  }
  auto events = events_of(store, policy, item_id, std::move(*waiting));
  if (!events) return events.error();
  auto alerts = alerts_of(store, item_id);
  if (!alerts) return alerts.error();
  Trace story;
  story.now = now.value_or(std::max(time_of(store), item->clock));
  story.item = std::move(*item);
  story.item.item_id = item_id;
  if (waits && !story.item.sealed) {  // as it will be folded, not yet settled
    std::vector<Event> all;
    for (const TracedEvent& traced : *events) all.push_back(traced.event);
    story.item.folded = fold(all, policy.fold);
    story.item.dirty = true;
  }
  story.events = std::move(*events);
  story.alerts = std::move(*alerts);
  auto told = told_of(store, story.alerts);
  if (!told) return told.error();
  story.notifications = std::move(*told);
  story.rules = rules_of(story.item, policy, story.now);
  return story;
}

std::string trace_text(const Trace& story, const Policy& policy) {
  return head_text(story, policy) + story_text(story, policy) + now_text(story, policy);
}

Result<std::string> trace_json(const Trace& story, const Policy& policy) {
  const auto time = [](Instant at) { return "\"" + format_rfc3339(at) + "\""; };
  std::string out = R"({"item":)" + view_json(story.item, policy, story.now) + R"(,"now":)" +
                    time(story.now) + R"(,"events":[)";
  for (const TracedEvent& event : story.events) {
    auto json = stamped_json(event.bytes);
    if (!json) return json.error();
    if (out.back() != '[') out += ",";
    out +=
        std::string(R"({"kept":)") + (event.kept ? "true" : "false") + R"(,"event":)" + *json + "}";
  }
  out += R"(],"alerts":[)";
  for (const std::string& bytes : story.alerts) {
    auto json = alert_json(bytes);
    if (!json) return json.error();
    if (out.back() != '[') out += ",";
    out += *json;
  }
  out += R"(],"notifications":)" + notifications_json(story.notifications);
  if (story.item.next_look != kFarFuture) out += R"(,"next_look":)" + time(story.item.next_look);
  out += std::string(R"(,"waits_to_be_settled":)") + (story.item.dirty ? "true" : "false") +
         R"(,"rules":[)";
  for (const TracedRule& rule : story.rules) {
    if (out.back() != '[') out += ",";
    out += R"({"rule":")" + std::string(rule_name(rule.rule)) + R"(","open":)" +
           (rule.open ? "true" : "false") + R"(,"holds":)" +
           (rule.finding.holds ? "true" : "false");
    if (rule.finding.holds) out += R"(,"onset":)" + time(rule.finding.onset);
    if (rule.finding.next_look != kFarFuture) {
      out += R"(,"next_look":)" + time(rule.finding.next_look);
    }
    if (!rule.finding.detail.empty()) out += R"(,"detail":")" + rule.finding.detail + "\"";
    out += "}";
  }
  return out + "]}";
}

}  // namespace kip
