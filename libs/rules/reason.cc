#include "rules/reason.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "rules/fact_words.h"

namespace kip {
namespace {

// A decimal with one place, with the comma of Vietnamese texts.
std::string one_decimal(std::int64_t tenths, Language language) {
  const char* comma = language == Language::kVietnamese ? "," : ".";
  return std::to_string(tenths / 10) + comma + std::to_string(tenths % 10);
}

std::string field_text(const std::string& field, Language language) {
  static const std::map<std::string, std::pair<std::string, std::string>> kNames = {
      {"assignee_id", {"người", "person"}},       {"title", {"việc", "task"}},
      {"due_at", {"thời gian", "time"}},          {"unit_id", {"trách nhiệm", "responsibility"}},
      {"authority", {"thẩm quyền", "authority"}}, {"expected_result", {"kết quả", "result"}}};
  const auto& names = kNames.at(field);
  return language == Language::kVietnamese ? names.first : names.second;
}

std::string fields_text(const std::string& detail, Language language) {
  std::string out;
  std::size_t begin = 0;
  while (begin <= detail.size()) {
    const std::size_t end = std::min(detail.find(',', begin), detail.size());
    out += (out.empty() ? "" : ", ") + field_text(detail.substr(begin, end - begin), language);
    begin = end + 1;
  }
  return out;
}

std::string percent_text(std::int64_t millionths) {
  return std::to_string(millionths / 10'000) + " %";
}

std::int64_t share_used_percent(const Seen& s) {
  return 100 * std::min(used(s.f, s.calendar, s.x).ms, s.term->ms) / s.term->ms;
}

// "42 of 50": whole cases, of no more than it was learned from; never none and never all, for that
// is known of nothing that is still open.
struct Cases {
  explicit Cases(const forecast::Forecast& said)
      : of(said.cases >= 50   ? 50
           : said.cases >= 20 ? 20
                              : 10),
        late(std::clamp<std::int64_t>(std::llround(said.chance * static_cast<double>(of)), 1,
                                      of - 1)) {}
  std::int64_t of, late;
};

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : "; ") + word;
  return out;
}

constexpr std::size_t kNamedMost = 3;  // of the items that one waits for

class Sentence {
 public:
  Sentence(const Seen& seen, const Finding& finding, Language language)
      : s_(seen), finding_(finding), language_(language), vi_(language == Language::kVietnamese) {}

  std::string operator()(const Overdue&) const {
    return say("Quá hạn " + at(*s_.f.effective_due) + " mà chưa xong.",
               "Not finished by its due time, " + at(*s_.f.effective_due) + ".");
  }
  std::string operator()(const Blocked&) const {
    std::string vi, en;
    std::size_t count = 0;
    for (const Dependency& one : *s_.dependencies) {
      if (!holds_up(one.state) || ++count > kNamedMost) continue;
      const bool late = one.state == DependencyState::kOverdue;
      const Unit* unit = s_.policy.registry.unit(one.unit_id);
      const std::string of = unit == nullptr ? "" : " (" + unit->short_text() + ")";
      vi += (vi.empty() ? "" : ", ") + one.item_id + of + (late ? " quá hạn" : " dự báo trễ");
      en += (en.empty() ? "" : ", ") + one.item_id + of + (late ? " overdue" : " likely late");
    }
    if (count > kNamedMost) {
      const std::string more = std::to_string(count - kNamedMost);
      vi += " và " + more + " việc nữa";
      en += " and " + more + " more";
    }
    return say("Phải chờ việc khác đang trễ: " + vi + ".", "Waits for what is late: " + en + ".");
  }
  std::string operator()(const DueSoon&) const {
    const WorkTime rest = s_.calendar.between(s_.x, *s_.f.effective_due);
    if (rest.ms <= 0) {
      return say("Đã đến hạn " + at(*s_.f.effective_due) + " mà chưa xong.",
                 "Due " + at(*s_.f.effective_due) + " and not finished.");
    }
    const std::string left = work_text(rest, language_);
    return say("Còn " + left + " đến hạn " + at(*s_.f.effective_due) + ", chưa xong.",
               left + " left until it is due, " + at(*s_.f.effective_due) + ".");
  }
  std::string operator()(const BehindPlan&) const {
    const std::string done = std::to_string(std::min(*s_.f.facts.progress_percent, 100U)) + " %";
    const std::string time = std::to_string(share_used_percent(s_)) + " %";
    return say("Mới xong " + done + " khối lượng khi đã dùng " + time + " thời gian.",
               done + " done with " + time + " of the time used.");
  }
  std::string operator()(const OverInternalLimit& p) const {
    const std::string share =
        p.used.fixed ? work_text(*p.used.fixed, language_) : percent_text(p.used.share_millionths);
    const std::string whole = work_text(*s_.statutory, language_);
    return say("Đã dùng quá " + share + " thời hạn luật định (" + whole + ").",
               "More than " + share + " of the statutory time (" + whole + ") is used.");
  }
  std::string operator()(const StepOverdue&) const {
    const std::string name =
        s_.f.step->name.value_or("").empty() ? s_.f.step->code : *s_.f.step->name;
    return say("Bước “" + name + "” quá hạn của bước, " + at(*s_.f.step_due) + ".",
               "Step “" + name + "” is past its own due time, " + at(*s_.f.step_due) + ".");
  }
  std::string operator()(const Stalled& p) const {
    const std::string quiet = work_text(p.after, language_);
    return say("Không có cập nhật nào từ " + at(s_.f.last_event_at) + ", đã " + quiet + ".",
               "No update since " + at(s_.f.last_event_at) + ", for " + quiet + ".");
  }
  std::string operator()(const LikelyLate&) const {
    const Cases cases(*s_.forecast);
    const std::string late = std::to_string(cases.late), of = std::to_string(cases.of);
    const bool after = s_.forecast->expected > *s_.f.effective_due;
    const std::string end = at(s_.forecast->expected), due = at(*s_.f.effective_due);
    std::string because = joined(because_of(s_, language_));
    if (!because.empty()) because.insert(0, say("; vì ", "; because of: "));
    return say(late + " trong " + of + " việc như thế này đã trễ; dự kiến xong " + end +
                   (after ? ", sau hạn " : ", hạn ") + due + because + ".",
               late + " of " + of + " items like this were late; expected to be finished " + end +
                   (after ? ", after its due time " : ", due ") + due + because + ".");
  }
  std::string operator()(const NotAccepted& p) const {
    return say("Đã đăng ký quá " + work_text(p.after, language_) + " mà chưa được tiếp nhận.",
               "Registered for more than " + work_text(p.after, language_) + " and not accepted.");
  }
  std::string operator()(const NotReturned& p) const {
    return say(
        "Đã xử lý xong quá " + work_text(p.after, language_) + " mà chưa trả kết quả.",
        "Finished for more than " + work_text(p.after, language_) + ", result not returned.");
  }
  std::string operator()(const WaitingLong& p) const {
    if (s_.f.asked_at.size() >= p.asks) {
      const std::string n = std::to_string(s_.f.asked_at.size());
      return say("Đã yêu cầu bổ sung " + n + " lần.", "A supplement was asked " + n + " times.");
    }
    return say(
        "Tạm dừng từ " + at(s_.f.stop->begin) + ", đã quá " + work_text(p.after, language_) + ".",
        "Paused since " + at(s_.f.stop->begin) + ", for more than " +
            work_text(p.after, language_) + ".");
  }
  std::string operator()(const Unclear&) const {
    const std::string fields = fields_text(finding_.detail, language_);
    return say("Chưa đủ 6 rõ, còn thiếu: " + fields + ".",
               "Of the six clear fields these are missing: " + fields + ".");
  }
  std::string operator()(const Extended&) const {
    return say("Đã lùi hạn " + finding_.detail + " lần.",
               "The due time was moved later " + finding_.detail + " times.");
  }
  std::string operator()(const Reopened&) const {
    return say("Đã xong rồi lại mở, " + at(*s_.f.reopened_at) + ".",
               "Reopened after its end, " + at(*s_.f.reopened_at) + ".");
  }

 private:
  std::string say(std::string vi, std::string en) const {
    return vi_ ? std::move(vi) : std::move(en);
  }
  std::string at(Instant i) const { return vi_ ? format_vn(i) : format_local(i); }

  const Seen& s_;
  const Finding& finding_;
  Language language_;
  bool vi_;
};

// The figures of one rule, beside those that every alert has.
class Figures {
 public:
  Figures(const Seen& seen, const Finding& finding, std::vector<Evidence>& out)
      : s_(seen), finding_(finding), out_(out) {}

  void operator()(const Overdue&) { term(); }
  void operator()(const Blocked&) {
    std::vector<std::string> ids;
    for (const Dependency& one : *s_.dependencies) {
      if (holds_up(one.state)) ids.push_back(one.item_id);
    }
    text("blocked_by", joined(ids));
  }
  void operator()(const DueSoon& p) {
    term();
    minutes("remaining_working_minutes", s_.calendar.between(s_.x, *s_.f.effective_due));
    minutes("threshold_working_minutes", p.remaining.of(*s_.term));
  }
  void operator()(const BehindPlan&) {
    term();
    number("progress_percent", std::min(*s_.f.facts.progress_percent, 100U));
    number("time_used_percent", static_cast<double>(share_used_percent(s_)));
  }
  void operator()(const OverInternalLimit& p) {
    minutes("statutory_working_minutes", *s_.statutory);
    minutes("limit_working_minutes", p.used.of(*s_.statutory));
    minutes("used_working_minutes", used(s_.f, s_.calendar, s_.x));
  }
  void operator()(const StepOverdue&) {
    text("step", s_.f.step->code);
    instant("step_due_at", *s_.f.step_due);
  }
  void operator()(const Stalled& p) {
    instant("last_event_at", s_.f.last_event_at);
    minutes("threshold_working_minutes", p.after);
  }
  void operator()(const LikelyLate&) {
    const forecast::Forecast& said = *s_.forecast;
    number("chance_late", shown_chance(said.chance));
    number("cases", said.cases);
    if (s_.cut) number("cut", shown_chance(*s_.cut));
    instant("earliest_finish", said.earliest);
    instant("expected_finish", said.expected);
    instant("latest_finish", said.latest);
    const auto facts = because_of(s_, s_.policy.registry.ward.language);
    if (!facts.empty()) text("because", joined(facts));
  }
  void operator()(const NotAccepted& p) { minutes("threshold_working_minutes", p.after); }
  void operator()(const NotReturned& p) {
    instant("ended_at", *end_of(s_.f));
    minutes("threshold_working_minutes", p.after);
  }
  void operator()(const WaitingLong& p) {
    number("supplements_asked", static_cast<double>(s_.f.asked_at.size()));
    if (s_.f.stop) instant("stopped_at", s_.f.stop->begin);
    minutes("threshold_working_minutes", p.after);
  }
  void operator()(const Unclear&) { text("missing_field", finding_.detail); }
  void operator()(const Extended&) {
    number("moves", static_cast<double>(s_.f.extended_at.size()));
  }
  void operator()(const Reopened&) { instant("reopened_at", *s_.f.reopened_at); }

 private:
  void term() {
    if (s_.term) minutes("allowed_working_minutes", *s_.term);
    if (s_.f.original_due) instant("original_due_at", *s_.f.original_due);
  }
  void number(const char* name, double value) { out_.push_back({name, value}); }
  void minutes(const char* name, WorkTime t) { number(name, static_cast<double>(work_minutes(t))); }
  void text(const char* name, const std::string& value) { out_.push_back({name, value}); }
  void instant(const char* name, Instant value) { out_.push_back({name, value}); }

  const Seen& s_;
  const Finding& finding_;
  std::vector<Evidence>& out_;
};

}  // namespace

std::vector<Evidence> evidence_of(const RuleEntry& entry, const Seen& seen,
                                  const Finding& finding) {
  std::vector<Evidence> out;
  Figures figures(seen, finding, out);
  std::visit(figures, entry.params);
  const std::string& source = seen.f.frontier.source;  // whose word this rests on
  if (!source.empty()) out.push_back({"source", source});
  std::sort(out.begin(), out.end(),
            [](const Evidence& a, const Evidence& b) { return a.name < b.name; });
  return out;
}

std::string reason_of(const RuleEntry& entry, const Seen& seen, const Finding& finding,
                      Language language) {
  return std::visit(Sentence(seen, finding, language), entry.params);
}

std::string resolved_reason(AlertCause cause, Language language) {
  const bool vi = language == Language::kVietnamese;
  switch (cause) {
    case AlertCause::kCleared:
      return vi ? "Không còn như vậy nữa." : "The condition no longer holds.";
    case AlertCause::kClosed:
      return vi ? "Việc đã kết thúc." : "The item ended.";
    case AlertCause::kMoved:
      return vi ? "Việc đã chuyển sang đơn vị khác." : "The item went to another unit.";
    case AlertCause::kRetracted:
      return vi ? "Tin đến sau cho thấy cảnh báo này không đúng."
                : "A later event showed that it never held.";
    case AlertCause::kRuleChanged:
      return vi ? "Quy tắc đã thay đổi." : "The rule was changed.";
    case AlertCause::kNone:
      break;
  }
  return "";
}

std::string work_text(WorkTime t, Language language) {
  const bool vi = language == Language::kVietnamese;
  const std::int64_t minutes = std::max<std::int64_t>(t.ms, 0) / 60'000;
  if (t < WorkTime{2 * kWorkingDay.ms}) {
    const std::string hours = std::to_string(minutes / 60) + (vi ? " giờ" : " h");
    const std::string rest = std::to_string(minutes % 60) + (vi ? " phút" : " min");
    if (minutes % 60 == 0) return hours + (vi ? " làm việc" : " of working time");
    return (minutes < 60 ? rest : hours + " " + rest) + (vi ? " làm việc" : " of working time");
  }
  const std::int64_t tenths = t.ms * 10 / kWorkingDay.ms;
  const std::string n =
      tenths % 10 == 0 ? std::to_string(tenths / 10) : one_decimal(tenths, language);
  return n + (vi ? " ngày làm việc" : " working days");
}

}  // namespace kip
