#include "rules/fact_words.h"

#include <algorithm>
#include <cmath>

namespace kip {
namespace {

using forecast::Group;
using forecast::Number;

struct Both {
  std::string vi, en;
};

constexpr double kHourMs = 3'600'000;
constexpr double kDayMs = 8 * kHourMs;

Both time(double ms) {
  const auto hours = std::llround(ms / kHourMs);
  if (hours < 1) return {"dưới 1 giờ làm việc", "less than 1 working hour"};
  if (hours == 1) return {"1 giờ làm việc", "1 working hour"};
  if (hours < 16) {
    const std::string n = std::to_string(hours);
    return {n + " giờ làm việc", n + " working hours"};
  }
  const std::string days = std::to_string(std::llround(ms / kDayMs));
  return {days + " ngày làm việc", days + " working days"};
}

Both decimal(double value) {
  const auto tenths = std::llround(std::max(value, 0.0) * 10);
  const std::string whole = std::to_string(tenths / 10);
  if (tenths % 10 == 0) return {whole, whole};
  const std::string rest = std::to_string(tenths % 10);
  return {whole + "," + rest, whole + "." + rest};
}

Both percent(double share) {
  const std::string text = std::to_string(std::llround(share * 100)) + " %";
  return {text, text};
}

Both times(double value) {
  const std::string n = std::to_string(std::llround(value));
  return {n + " lần", n == "1" ? "once" : n + " times"};
}

// An amount with words around it.
struct Around {
  const char *vi_before, *vi_after, *en_before, *en_after;
};
Both said(const Both& amount, const Around& words) {
  return {words.vi_before + amount.vi + words.vi_after,
          words.en_before + amount.en + words.en_after};
}

Both counted(double value, const char* vi, const char* en, const char* vi_none,
             const char* en_none) {
  if (std::llround(value) == 0) return {vi_none, en_none};
  return said(times(value), {vi, "", en, ""});
}

Both load(double value, const char* vi, const char* en) {
  const Both n = decimal(value);
  return {std::string(vi) + " đang giữ " + n.vi + " lần số việc thường có",
          std::string(en) + " holds " + n.en + " times the usual number of items"};
}

// `term`: in ms, of what is a share of it.
Both number_words(Number number, double v, double term) {
  switch (number) {
    case Number::kTermDays:
      return said(time(v * kDayMs), {"được giao trong ", "", "", " allowed in all"});
    case Number::kIdleShare:
      return said(time(v * term), {"đã ", " không có gì mới", "nothing new for ", ""});
    case Number::kIdleOfLife:
      return said(percent(v), {"không có gì mới trong ", " thời gian từ lúc bắt đầu",
                               "nothing new for ", " of its time so far"});
    case Number::kGapMax:
      return said(time(v * term), {"có lúc ", " không có gì mới", "once nothing new for ", ""});
    case Number::kGapFirst:
      return said(time(v * term), {"lần cập nhật đầu và lần thứ hai cách nhau ", "", "",
                                   " between its first update and its second"});
    case Number::kEvents:
      return counted(v, "đã cập nhật ", "updated ", "chưa cập nhật lần nào", "never updated");
    case Number::kEventsPerDay:
      return said(decimal(v),
                  {"mỗi ngày làm việc ", " lần cập nhật", "", " updates a working day"});
    case Number::kSteps:
      return said(decimal(v), {"đã qua ", " bước", "steps so far: ", ""});
    case Number::kReturns:
      return counted(v, "bị trả lại ", "sent back ", "chưa bị trả lại", "not sent back");
    case Number::kHandovers:
      return counted(v, "đổi người giữ ", "handed over ", "chưa đổi người giữ", "not handed over");
    case Number::kWaits:
      return counted(v, "tạm dừng ", "paused ", "chưa tạm dừng lần nào", "never paused");
    case Number::kWaiting:
      return v > 0 ? Both{"đang tạm dừng", "paused now"} : Both{"không tạm dừng", "not paused"};
    case Number::kLoadUnit:
      return load(v, "đơn vị", "its unit");
    case Number::kLoadOwner:
      return load(v, "người xử lý", "its officer");
    case Number::kNoUnit:
      return v > 0 ? Both{"chưa rõ đơn vị", "no unit yet"} : Both{"đã rõ đơn vị", "has a unit"};
    case Number::kNoOwner:
      return v > 0 ? Both{"chưa giao cho ai", "nobody assigned"}
                   : Both{"đã giao người xử lý", "somebody assigned"};
    case Number::kShare:
    case Number::kElapsedDays:
    case Number::kWeekday:
    case Number::kWeekdayReceived:
    case Number::kWeekdayDue:
    case Number::kHourReceived:
      return {};
  }
  return {};
}

bool of_term(Number number) {
  return number == Number::kIdleShare || number == Number::kGapMax || number == Number::kGapFirst;
}

// Whose record it is.
Both group_name(Group group) {
  switch (group) {
    case Group::kFamily:
      return {"việc của nhóm thủ tục này", "items of this group of procedures"};
    case Group::kProcedure:
      return {"việc cùng thủ tục", "items of this procedure"};
    case Group::kProcedureUnit:
      return {"việc cùng thủ tục ở đơn vị này", "items of this procedure in this unit"};
    case Group::kProcedureStep:
      return {"việc cùng thủ tục ở bước này", "items of this procedure at this step"};
    case Group::kProcedureStepUnit:
      return {"việc cùng thủ tục, cùng đơn vị ở bước này",
              "items of this procedure and unit at this step"};
    case Group::kUnit:
      return {"việc của đơn vị này", "items of this unit"};
    case Group::kOwner:
      return {"việc của người đang giữ", "items of its officer"};
    case Group::kFirstOwner:
      return {"việc của người nhận đầu tiên", "items of its first officer"};
    case Group::kStepFamily:
      return {"việc ở các bước cùng loại", "items at steps of this kind"};
    case Group::kStep:
      return {"việc ở bước này", "items at this step"};
    case Group::kAll:
      return {};
  }
  return {};
}

Both words(const forecast::Fact& fact, WorkTime term) {
  if (fact.number) {
    if (of_term(*fact.number) && term.ms <= 0) return {};
    return number_words(*fact.number, fact.value, static_cast<double>(term.ms));
  }
  if (!fact.group) return {};
  const Both name = group_name(*fact.group);
  if (name.vi.empty()) return {};
  const std::string late = percent(fact.value).vi;
  return {name.vi + ": " + late + " trễ", name.en + ": " + late + " late"};
}

}  // namespace

std::string fact_words(const forecast::Fact& fact, WorkTime term, Language language) {
  const Both both = words(fact, term);
  return language == Language::kVietnamese ? both.vi : both.en;
}

std::vector<std::string> because_of(const Seen& seen, Language language) {
  std::vector<std::string> out;
  if (!seen.forecast) return out;
  const bool termed = seen.start && seen.f.effective_due;
  const WorkTime term =
      termed ? seen.policy.calendars.common().between(*seen.start, *seen.f.effective_due)
             : WorkTime{};
  const std::size_t count =
      std::min<std::size_t>(seen.forecast->facts_count, seen.forecast->facts.size());
  for (std::size_t i = 0; i < count; ++i) {
    std::string text = fact_words(seen.forecast->facts[i], term, language);
    if (!text.empty()) out.push_back(std::move(text));
  }
  return out;
}

double shown_chance(double chance) { return std::round(chance * 1000) / 1000; }

}  // namespace kip
