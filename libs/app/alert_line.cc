#include "app/alert_line.h"

#include "app/printable.h"
#include "rules/reason.h"

namespace kip {
namespace {

constexpr Language kLanguage = Language::kVietnamese;

// To `columns` characters of what is shown, two spaces at least after it: scripts tell columns so.
std::string padded(std::string text, std::size_t columns) {
  std::size_t shown = 0;
  for (const char c : text) shown += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  text.append(shown + 2 < columns ? columns - shown : 2, ' ');
  return text;
}

std::string_view word_of_rule(RuleId rule) {
  if (rule == RuleId::kOverdue) return "QUÁ HẠN";
  return makes_at_risk(rule) ? "NGUY CƠ TRỄ" : "ĐỂ BIẾT";
}

std::string unit_text(std::string_view unit_id, const Policy& policy) {
  if (unit_id == kUnassigned) return "chưa rõ";
  const Unit* unit = policy.registry.unit(unit_id);
  return unit && !unit->short_name.empty() ? unit->short_name : printable(unit_id, 40);
}

std::string clock_of(Instant at) {
  constexpr std::size_t kClock = 5;  // the end of "T2 23/11/2026, 09:42"
  const std::string time = format_vn(at);
  return time.substr(time.size() - kClock);
}

struct Line {
  std::string_view word, unit_id, item_id;
  std::string why;
};

std::string text_of(const Line& line, const Policy& policy) {
  return "  " + padded(std::string(line.word), 13) + padded(unit_text(line.unit_id, policy), 16) +
         padded(printable(line.item_id, 60), 25) + line.why;
}

// "xong trước hạn 3 giờ làm việc, đóng cảnh báo"; none where it was not finished in time.
std::optional<std::string> in_time(const AlertChange& change, const Policy& policy) {
  if (is_badge(change.rule) || !change.finished_at || !change.due_at) return std::nullopt;
  if (*change.finished_at > *change.due_at) return std::nullopt;
  const WorkTime left =
      policy.calendars.of(change.unit_id).between(*change.finished_at, *change.due_at);
  const std::string when =
      left.ms < 60'000 ? "xong đúng hạn" : "xong trước hạn " + work_text(left, kLanguage);
  return when + ", đóng cảnh báo";
}

}  // namespace

std::optional<std::string> alert_line(const AlertChange& change, const Policy& policy) {
  Line line{word_of_rule(change.rule), change.unit_id, change.item_id, ""};
  if (change.change == AlertChangeKind::kRaised) {
    line.why = printable(change.reason);
    return clock_of(change.detected_at) + text_of(line, policy);
  }
  if (change.change != AlertChangeKind::kResolved) return std::nullopt;
  const auto kept = in_time(change, policy);
  if (!kept) return std::nullopt;
  line.word = "kịp rồi";
  line.why = *kept;
  return clock_of(change.detected_at) + text_of(line, policy);
}

std::string urgent_line(const UrgentItem& item, const Policy& policy) {
  const bool late = item.word == ItemWord::kOverdue;
  std::string why = printable(item.reason);
  if (item.due) {
    const WorkTime amount = item.left.ms < 0 ? WorkTime{-item.left.ms} : item.left;
    why = (late ? "quá " : "còn ") + work_text(amount, kLanguage) + ", hạn " + format_vn(*item.due);
  }
  return text_of({late ? "QUÁ HẠN" : "NGUY CƠ TRỄ", item.unit, item.item_id, why}, policy);
}

}  // namespace kip
