#include "messages/words.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "rules/rule.h"

namespace kip {
namespace {

std::string padded(std::int64_t n) {
  const std::string text = std::to_string(n);
  return text.size() < 2 ? "0" + text : text;
}

unsigned weekday_of(LocalDay day) { return std::chrono::weekday{day}.c_encoding(); }

int year_of(LocalDay day) { return static_cast<int>(std::chrono::year_month_day{day}.year()); }

std::int64_t minutes_of(WorkTime t) { return std::max<std::int64_t>(t.ms, 0) / 60'000; }

bool in_hours(WorkTime t) { return t < WorkTime{2 * kWorkingDay.ms}; }

std::string_view english_label(RuleId rule) {
  static constexpr std::array<std::string_view, kRuleCount> kLabels = {
      "behind plan",
      "waits for a late item",
      "due soon",
      "due moved several times",
      "likely late",
      "not accepted",
      "result not returned",
      "past the internal limit",
      "overdue",
      "reopened",
      "no update",
      "step overdue",
      "six clear fields incomplete",
      "waiting long"};
  return kLabels.at(static_cast<std::size_t>(rule));
}

}  // namespace

std::string Words::time(Instant at) const {
  const auto minutes = (at - day_start(local_day(at))).count() / 60'000;
  return padded(minutes / 60) + ":" + padded(minutes % 60);
}

std::string Words::date(LocalDay day) const {
  const std::chrono::year_month_day d{day};
  const std::string text =
      padded(static_cast<unsigned>(d.day())) + "/" + padded(static_cast<unsigned>(d.month()));
  const int year = year_of(day);
  return year == year_of(local_day(now_)) ? text : text + "/" + std::to_string(year);
}

std::string Words::day(LocalDay day) const {
  static constexpr std::array<std::string_view, 7> kVi = {"CN", "T2", "T3", "T4", "T5", "T6", "T7"};
  static constexpr std::array<std::string_view, 7> kEn = {"Sun", "Mon", "Tue", "Wed",
                                                          "Thu", "Fri", "Sat"};
  return say(kVi.at(weekday_of(day)), kEn.at(weekday_of(day))) + " " + date(day);
}

std::string Words::day_time(Instant at) const { return day(local_day(at)) + ", " + time(at); }

std::string Words::full(Instant at) const {
  const LocalDay of = local_day(at);
  const bool said = year_of(of) != year_of(local_day(now_));
  return day(of) + (said ? "" : "/" + std::to_string(year_of(of))) + ", " + time(at);
}

std::string Words::soon(Instant at) const {
  if (local_day(at) != local_day(now_)) return day_time(at);
  return time(at) + say(" hôm nay", " today");
}

std::string Words::weekday(LocalDay day) const {
  static constexpr std::array<std::string_view, 7> kVi = {"Chủ nhật", "thứ Hai", "thứ Ba", "thứ Tư",
                                                          "thứ Năm",  "thứ Sáu", "thứ Bảy"};
  static constexpr std::array<std::string_view, 7> kEn = {
      "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
  return say(kVi.at(weekday_of(day)), kEn.at(weekday_of(day)));
}

std::string Words::age(Instant at) const {
  const std::int64_t minutes = (now_ - at).count() / 60'000;
  const auto ago = [&](std::int64_t n, std::string_view vi, std::string_view en) {
    const std::string unit = say(vi, en) + (vietnamese() || n == 1 ? "" : "s");
    return number(static_cast<std::uint64_t>(n)) + " " + unit + say(" trước", " ago");
  };
  if (minutes < 1) return say("vừa xong", "just now");
  if (minutes < 60) return ago(minutes, "phút", "minute");
  if (minutes < 48 * 60) return ago(minutes / 60, "giờ", "hour");
  return ago(minutes / (24 * 60), "ngày", "day");
}

std::string Words::one_decimal(std::int64_t tenths) const {
  return number(static_cast<std::uint64_t>(tenths / 10)) + say(",", ".") +
         std::to_string(tenths % 10);
}

std::string Words::work(WorkTime t) const {
  if (!in_hours(t)) {
    const std::string days = one_decimal(t.ms * 10 / kWorkingDay.ms);
    return days + say(" ngày làm việc", " working days");
  }
  const std::int64_t minutes = minutes_of(t);
  const std::string hours = std::to_string(minutes / 60) + say(" giờ", " h");
  if (minutes < 60) return std::to_string(minutes) + say(" phút", " min");
  if (minutes % 60 == 0) return hours;
  return hours + " " + padded(minutes % 60) + say(" phút", " min");
}

std::string Words::work_short(WorkTime t) const {
  if (!in_hours(t)) return one_decimal(t.ms * 10 / kWorkingDay.ms) + say(" ngày", " days");
  const std::int64_t minutes = minutes_of(t);
  if (minutes < 60) return work(t);
  const std::string hours = std::to_string(minutes / 60) + say("g", "h");
  return minutes % 60 == 0 ? hours : hours + padded(minutes % 60);
}

std::string Words::number(std::uint64_t n) const {
  std::string digits = std::to_string(n);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), say(".", ","));
  }
  return digits;
}

std::string Words::items(std::uint64_t n) const {
  return number(n) + say(" việc", n == 1 ? " item" : " items");
}

std::string Words::quoted(std::string_view text) const { return "“" + std::string(text) + "”"; }

std::string Words::listed(const std::vector<std::string>& words) const {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? say(" và ", " and ") : ", ";
    out += quoted(words[i]);
  }
  return out;
}

std::string Words::kind(Kind kind, char subject_kind) const {
  switch (subject_kind) {
    case 'n':
      return say("Chỉ tiêu", "Indicator");
    case 's':
      return say("Nguồn dữ liệu", "Source");
    case 'u':
      return say("Đơn vị", "Unit");
    default:
      break;
  }
  switch (kind) {
    case Kind::kTask:
      return say("Nhiệm vụ", "Task");
    case Kind::kDossier:
      return say("Hồ sơ", "Dossier");
    case Kind::kPetition:
      return say("Phản ánh", "Petition");
    case Kind::kProject:
      return say("Công trình", "Project");
    case Kind::kNone:
      break;
  }
  return say("Việc", "Item");
}

std::string Words::rule(std::string_view name) const {
  const auto id = rule_named(name);
  if (!id) {
    // Of the machine of subjects (SEMANTICS 5).
    if (name == "source_silent") return say("nguồn im lặng", "source silent");
    if (name == "unit_behind_target") return say("đơn vị chưa đạt chỉ tiêu", "unit behind target");
    if (name.starts_with("indicator_")) return say("chỉ tiêu có nguy cơ không đạt", "indicator");
    return std::string(name);
  }
  return std::string(vietnamese() ? rule_label(*id) : english_label(*id));
}

}  // namespace kip
