#include "messages/slots.h"

#include <algorithm>

#include "messages/sentence.h"
#include "messages/text.h"

namespace kip {
namespace {

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
    text[0] = static_cast<char>(text[0] - ('a' - 'A'));
  }
  return text;
}

class Filler {
 public:
  Filler(const Message& message, const Words& words, const Wording& wording)
      : m_(message), w_(words), c_(wording) {}

  Slots alerts() {
    std::vector<ItemRow> rows = rows_of(m_.entries, w_, c_);
    // What the head of the message says of all is no news of each.
    for (const Why why : {Why::kFirst, Why::kHandedOver, Why::kShortTerm, Why::kLiveStart}) {
      if (all_are(rows, why)) forget(rows, why);
    }
    passed_up_ = !rows.empty() && std::all_of(rows.begin(), rows.end(), [&](const ItemRow& r) {
      return !r.from_unit.empty() && r.from_unit == rows.front().from_unit;
    });
    s_.unit_id = passed_up_ ? rows.front().from_unit : m_.desk;
    common();
    counts_of_rows(rows, rows);
    s_.set("headline", headline(rows));
    s_.set("because", because(rules_text(rows)));
    s_.set("intro", intro(rows));
    const Calendar& calendar = c_.calendars.of(s_.unit_id);
    s_.set("day_off", day_off_text(calendar, w_, c_, false));
    s_.set("day_off_short", day_off_text(calendar, w_, c_, true));
    s_.flag("several", rows.size() > 1);
    goes_up(rows);
    show("items", rows, rows.size() > kStormRows ? kStormShown : rows.size());
    return std::move(s_);
  }

  Slots digest() {
    std::vector<ItemRow> open = rows_of(m_.digest.open, w_, c_);
    std::vector<ItemRow> promised = rows_of(m_.digest.promised, w_, c_);
    std::vector<ItemRow> below = rows_of(m_.digest.below, w_, c_);
    std::vector<ItemRow> resolved = rows_of(m_.digest.resolved, w_, c_);
    for (std::vector<ItemRow>* rows : {&open, &promised, &below}) forget(*rows, Why::kFirst);
    forget(promised, Why::kMuted);
    for (ItemRow& row : resolved) row.reasons.clear();  // of what is over
    s_.unit_id = m_.desk;
    common();
    std::vector<ItemRow> all = open;
    all.insert(all.end(), below.begin(), below.end());
    counts_of_rows(all, open.empty() ? below : open);
    if (c_.counts) {
      s_.flag("counts", true);
      s_.set("overdue", w_.number(c_.counts->overdue));
      s_.set("at_risk", w_.number(c_.counts->at_risk));
      s_.flag("any_overdue", c_.counts->overdue > 0);
      s_.flag("any_at_risk", c_.counts->at_risk > 0);
      s_.set("paused", w_.number(c_.counts->paused));
      s_.set("on_track", w_.number(c_.counts->on_track));
      if (c_.counts->in_charge > 0) s_.set("in_charge", w_.number(c_.counts->in_charge));
    }
    const bool calm = open.empty() && promised.empty() && below.empty();
    const bool none_late = !c_.counts || (c_.counts->overdue == 0 && c_.counts->at_risk == 0);
    s_.flag("all_well", calm && none_late);
    s_.flag("quiet", calm && !none_late);
    if (!promised.empty()) s_.set("promised_count", w_.number(promised.size()));
    const LocalDay today = local_day(w_.now());
    s_.set("today", w_.weekday(today) + " " + w_.date(today));
    s_.set("week", week_text(c_.calendars.of(m_.desk), w_));
    s_.set("headline", morning(calm && none_late, all));
    s_.set("because", because(w_.say("Bản tin sáng gửi mỗi ngày làm việc",
                                     "The morning list comes on each working day")));
    show("open", open, kListShown);
    show("promised", promised, kListShown);
    show("below", below, kListShown);
    show("resolved", resolved, kListShown);
    return std::move(s_);
  }

  Slots test() {
    s_.unit_id = m_.desk;
    common();
    s_.set("headline", w_.say("Thư thử", "Test message"));
    s_.set("because", because(w_.say("Người vận hành gửi thử đường báo tin",
                                     "The operator tries how messages go")));
    return std::move(s_);
  }

 private:
  // Of a message that rests on an older word of a silent source, the time of that one.
  std::optional<Instant> data_as_of() const {
    std::optional<Instant> least = c_.data_as_of;
    for (const auto* part : {&m_.entries, &m_.digest.open, &m_.digest.below}) {
      for (const MessageEntry& e : *part) {
        if (e.data_until) least = std::min(least.value_or(*e.data_until), *e.data_until);
      }
    }
    return least;
  }

  void common() {
    s_.set("ward", capital(plain_text(c_.registry.ward.name)));
    s_.set("unit", unit_name(c_, s_.unit_id, w_));
    s_.set("unit_short", unit_short(c_, s_.unit_id, w_));
    const std::string role = role_of(c_, m_.person);
    s_.set("role", role.empty() ? unit_name(c_, m_.desk, w_) : role);
    s_.set("on_behalf_of", role_of(c_, m_.on_behalf_of));
    s_.set("sent_at", w_.full(m_.at));
    if (const auto as_of = data_as_of()) {
      const bool today = local_day(*as_of) == local_day(m_.at);
      s_.set("data_at", today ? w_.time(*as_of) : w_.day_time(*as_of));
      s_.set("data_age", w_.age(*as_of));
    }
    const std::string link = safe_link(c_.link);
    s_.set("link", link.empty() ? safe_link(c_.base_url) : link);
    s_.flag("answer", !link.empty());
    if (!link.empty() && c_.link_until) s_.set("link_until", w_.soon(*c_.link_until));
    s_.set("shadow", role_of(c_, c_.would_go_to));
  }

  void counts_of_rows(const std::vector<ItemRow>& rows, const std::vector<ItemRow>& first) {
    s_.set("count", w_.number(rows.size()));
    s_.set("overdue", w_.number(count_of(rows, RowState::kOverdue)));
    s_.set("at_risk", w_.number(count_of(rows, RowState::kAtRisk)));
    if (first.empty()) return;
    s_.set("most_urgent", first.front().code);
    s_.set("due", first.front().due_at);
    s_.set("remaining", first.front().left);
  }

  static void forget(std::vector<ItemRow>& rows, Why why) {
    for (ItemRow& row : rows) {
      if (row.why == why) row.note.clear();
    }
  }

  void show(const std::string& name, std::vector<ItemRow> rows, std::size_t shown) {
    const std::size_t all = rows.size();
    if (all > shown) rows.resize(shown);
    s_.hidden[name] = all - rows.size();
    const std::string more = name == "items" ? "more" : name + "_more";
    if (all > rows.size()) s_.set(more, w_.number(all - rows.size()));
    if (name != "items") s_.flag("has_" + name, !rows.empty());
    s_.rows[name] = std::move(rows);
  }

  bool all_are(const std::vector<ItemRow>& rows, Why why) const {
    return !rows.empty() &&
           std::all_of(rows.begin(), rows.end(), [&](const ItemRow& r) { return r.why == why; });
  }

  std::string headline(const std::vector<ItemRow>& rows) const {
    const std::string said = headline_of(rows, w_);
    if (!all_are(rows, Why::kLiveStart)) return said;
    const bool overdue = count_of(rows, RowState::kOverdue) == rows.size();
    return w_.say("Từ hôm nay Kịp báo tin: ", "From today Kịp sends messages: ") +
           (overdue ? w_.items(rows.size()) + w_.say(" đang quá hạn", " overdue") : said);
  }

  std::string intro(const std::vector<ItemRow>& rows) const {
    std::string text;
    if (all_are(rows, Why::kPromiseBroken)) {
      text = w_.say("Ngày hẹn đã qua mà việc chưa xong: cần kế hoạch và ngày hẹn mới.",
                    "The promised date has passed: a plan and a new date are needed.");
    } else if (all_are(rows, Why::kLiveStart)) {
      text = w_.say("Đây là thư đầu tiên; việc cũ chỉ báo một lần này.",
                    "This is the first message; what is old is told this once.");
    } else if (all_are(rows, Why::kHandedOver)) {
      text = w_.say("Từ nay các việc đang mở sau đây thuộc phần phụ trách của người nhận thư này.",
                    "From now on the reader of this message answers for these open items.");
    } else if (all_are(rows, Why::kShortTerm)) {
      text = w_.say("Các việc có thời hạn trong một ngày làm việc, chưa xong.",
                    "Items whose term is a working day at most, not finished.");
    }
    if (rows.size() > kStormRows) {
      const std::string shown = std::to_string(kStormShown);
      text += (text.empty() ? "" : " ") + w_.say("Dưới đây là " + shown + " việc gấp nhất.",
                                                 "The " + shown + " most urgent are below.");
    }
    return text;
  }

  // Only what is critical goes up by itself; a warning stands in the superior's morning list
  // (issue: escalation). What has come up already goes no further here.
  void goes_up(const std::vector<ItemRow>& rows) {
    std::string superior = role_of(c_, m_.goes_up_to);
    const bool up = m_.answer_by.has_value();
    if (superior.empty() && !rows.empty()) {
      const std::string field = m_.entries.front().alert.field;
      const Recipient above = c_.directory.superior(m_.desk, field, m_.at);
      if (above.person != nullptr) superior = plain_text(above.person->role);
    }
    if (up && superior.empty()) superior = w_.say("cấp trên", "the superior");
    s_.set("superior", superior);
    s_.flag("goes_up", up);
    if (up) {
      const Calendar& calendar = c_.calendars.of(m_.desk);
      s_.set("answer_by", w_.soon(*m_.answer_by));
      const WorkTime within = calendar.between(m_.at, *m_.answer_by);
      if (within.ms >= 60'000) s_.set("answer_within", w_.work(within));
    }
    const bool warnings = std::any_of(rows.begin(), rows.end(), [](const ItemRow& r) {
      return r.from_unit.empty() && r.level != AlertLevel::kCritical;
    });
    s_.flag("in_list", warnings && !superior.empty());
    s_.flag("mixed", up && warnings && !superior.empty());
  }

  std::string morning(bool all_well, const std::vector<ItemRow>& rows) const {
    if (all_well) {
      return w_.say("không có việc quá hạn hoặc nguy cơ trễ", "nothing overdue or at risk");
    }
    std::string text;
    const auto add = [&](const std::string& n, std::string_view vi, std::string_view en) {
      if (n != "0") text += (text.empty() ? "" : ", ") + n + w_.say(vi, en);
    };
    // The unit counts what is its own; here may stand what it only holds, or what is below.
    const std::size_t overdue = count_of(rows, RowState::kOverdue);
    const std::size_t at_risk = count_of(rows, RowState::kAtRisk);
    const UnitCounts own = c_.counts.value_or(UnitCounts{});
    add(w_.number(std::max<std::uint64_t>(own.overdue, overdue)), " quá hạn", " overdue");
    add(w_.number(std::max<std::uint64_t>(own.at_risk, at_risk)), " nguy cơ trễ", " at risk");
    const std::size_t rest = rows.size() - overdue - at_risk;
    add(w_.number(rest), " cần xem", " to look at");
    if (s_.texts.contains("promised_count")) {
      add(s_.texts.at("promised_count"), " hẹn xong hôm nay", " promised for today");
    }
    return text;
  }

  std::string rules_text(const std::vector<ItemRow>& rows) const {
    std::vector<std::string> names;
    for (const ItemRow& row : rows) {
      for (const std::string& rule : row.rules) {
        const std::string name = w_.rule(rule);
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
      }
    }
    const std::string listed = w_.listed(names);
    if (names.size() == 1) {
      return w_.say("Quy tắc " + listed + " đang đúng với việc của đơn vị",
                    "The rule " + listed + " holds for items of the unit");
    }
    return w_.say("Các quy tắc " + listed + " đang đúng với việc của đơn vị",
                  "The rules " + listed + " hold for items of the unit");
  }

  std::string because(const std::string& begin) const {
    const Recipient to = c_.directory.recipient(m_.desk, m_.at);
    const bool same = to.person != nullptr && to.person->id == m_.person;
    const std::string unit = unit_name(c_, s_.unit_id, w_);
    const std::string behalf = role_of(c_, m_.on_behalf_of);
    std::string text = begin + "; ";
    if (passed_up_) {
      text += w_.say("tôi là cấp trên của " + unit, "I am the superior of " + unit);
    } else if (same && to.reason == RecipientReason::kDutyOffice) {
      text += w_.say("trực ban nhận thay cho " + unit, "the duty office receives for " + unit);
    } else if (same && to.reason == RecipientReason::kDeputy) {
      text += w_.say("cấp phó nhận khi chưa có người đứng đầu " + unit,
                     "the deputy receives where there is no head: " + unit);
    } else if (!c_.would_go_to.empty() && c_.would_go_to != m_.person) {
      text += w_.say("tôi là người vận hành, nhận thay trong lúc chạy thử: " + unit,
                     "I am the operator, who receives while messages are only tried: " + unit);
    } else {
      text += w_.say("tôi nhận tin của " + unit, "I receive the messages of " + unit);
    }
    if (!behalf.empty()) text += w_.say(", nhận thay " + behalf, ", standing in for " + behalf);
    return text + ".";
  }

  const Message& m_;
  const Words& w_;
  const Wording& c_;
  Slots s_;
  bool passed_up_ = false;  // all of one unit below
};

}  // namespace

Slots slots_of(const Message& message, const Words& words, const Wording& wording) {
  Filler filler(message, words, wording);
  switch (message.kind) {
    case MessageKind::kAlerts:
      return filler.alerts();
    case MessageKind::kDigest:
      return filler.digest();
    case MessageKind::kTest:
      break;
  }
  return filler.test();
}

}  // namespace kip
