#include "messages/apology.h"

#include <algorithm>

#include "messages/text.h"

namespace kip {
namespace {

using std::chrono::days;

constexpr int kLongestTimeOff = 40;  // days: a calendar of closures only must end too
constexpr std::size_t kNameMax = 200;

LocalDay working_day_after(LocalDay day, const Calendar& calendar) {
  LocalDay next = day + days{1};
  for (int i = 0; i < kLongestTimeOff && !calendar.is_working_day(next); ++i) next += days{1};
  return next;
}

// Working time of [from, to) in which the clock ran.
WorkTime run_time(const Folded& f, const Calendar& calendar, Instant from, Instant to) {
  WorkTime out = calendar.between(from, to);
  for (const Stop& stop : f.stops) {
    const Instant begin = std::max(stop.begin, from), end = std::min(stop.end, to);
    if (begin < end) out = out - calendar.between(begin, end);
  }
  return out;
}

// The rule of the header, but for first_day.
std::optional<NewDue> planned_anew(const Seen& seen, const Calendars& calendars) {
  const Folded& f = seen.f;
  if (f.stop || !seen.step_holds() || !f.step->started_at) return std::nullopt;
  const Instant began = *f.step->started_at;
  const WorkTime rest = run_time(f, seen.calendar, began, *f.effective_due);
  if (began > seen.now || rest.ms <= 0) return std::nullopt;
  const Instant end = seen.calendar.add(seen.now, rest);
  if (calendars.provisional(end)) return std::nullopt;
  return NewDue{local_day(end), rest, began};
}

std::string line(std::string_view text) { return shortened(plain_text(text), kNameMax); }

// The catalogue's name of the step, else what its source calls it.
std::string step_name(const Step& step, const Procedure* procedure) {
  if (procedure != nullptr) {
    for (const Procedure::Part& part : procedure->steps) {
      if (part.code == step.code) return line(part.name);
    }
  }
  return line(step.name.value_or(""));
}

std::string waiting_words(const Folded& f) {
  if (f.status == WorkStatus::kSuspended) return "hồ sơ đang tạm dừng giải quyết";
  if (f.status != WorkStatus::kWaiting) return "";
  switch (f.waiting_for.value_or(WaitingFor::kNone)) {
    case WaitingFor::kNone:
      return "hồ sơ đang chờ";
    case WaitingFor::kSupplement:
      return "hồ sơ đang chờ bổ sung, hoàn thiện";
    case WaitingFor::kPayment:
      return "hồ sơ đang chờ thực hiện nghĩa vụ tài chính";
    case WaitingFor::kAgency:
      return "hồ sơ đang chờ ý kiến của cơ quan có liên quan";
  }
  return "";
}

std::string reason_of(const Seen& seen, const Procedure* procedure) {
  std::string out = waiting_words(seen.f);
  if (!seen.step_holds()) return out;
  const std::string name = step_name(*seen.f.step, procedure);
  if (name.empty()) return out;
  out += (out.empty() ? "hồ sơ đang" : ",") + std::string(" ở khâu “") + name + "”";
  const Unit* holder = seen.policy.registry.unit(seen.holder);
  return holder == nullptr ? out : out + ", do " + line(holder->name) + " giải quyết";
}

// "Hồ Nai" of "phường Hồ Nai": place names of letters are the proper name alone (Nghị định
// 30/2020/NĐ-CP, Phụ lục I).
std::string place_of(const std::string& ward) {
  for (const std::string_view kind : {"phường ", "xã ", "đặc khu ", "Phường ", "Xã ", "Đặc khu "}) {
    if (ward.starts_with(kind)) return ward.substr(kind.size());
  }
  return ward;
}

// The police of a ward sign their own letters; those of its other units are the committee's.
std::string authority_of(const Registry& registry, std::string_view unit_id) {
  const std::string ward = line(registry.ward.name);
  const Unit* unit = registry.unit(unit_id);
  if (unit == nullptr || unit->kind != "police") return "Ủy ban nhân dân " + ward;
  const std::string place = place_of(ward), name = line(unit->name);
  const std::string kind = ward.substr(0, ward.size() - place.size());  // "phường "
  return !kind.empty() && (name + " ").ends_with(" " + kind) ? name + " " + place : name;
}

}  // namespace

std::optional<NoApology> no_apology(const ItemState& item) {
  const Folded& f = item.folded;
  if (f.kind != Kind::kDossier) return NoApology::kNoDossier;
  if (!exists(f) || !is_open(f.status)) return NoApology::kEnded;
  if (!f.effective_due) return NoApology::kNoAppointment;
  const ItemWord word = word_of(item);
  const bool late = word == ItemWord::kOverdue || word == ItemWord::kAtRisk;
  return late ? std::nullopt : std::optional(NoApology::kNotLate);
}

Apology apology_of(const ItemState& item, const Policy& policy, Instant now, int moves_max) {
  const Folded& f = item.folded;
  const Seen seen(f, policy, now);
  const Registry& registry = policy.registry;
  const std::string code = f.facts.procedure_code.value_or("");
  Apology letter;
  letter.item_id = item.item_id;
  letter.unit = seen.unit;
  letter.procedure = line(registry.catalogue_name(code));
  letter.authority = authority_of(registry, seen.unit);
  letter.place = place_of(line(registry.ward.name));
  const auto received = f.facts.received_at ? f.facts.received_at : f.first_accepted_at;
  if (received) letter.received = local_day(*received);
  letter.due = *f.effective_due;
  letter.old_due = f.agreed_due.value_or(letter.due);
  letter.provisional = policy.calendars.provisional(letter.due);
  letter.late = now > letter.due;
  letter.reason = reason_of(seen, registry.procedure(code));
  const LocalDay last =
      std::max({local_day(now), local_day(letter.due), local_day(letter.old_due)});
  letter.first_day = working_day_after(last, seen.calendar);
  letter.new_due = planned_anew(seen, policy.calendars);
  if (letter.new_due) letter.new_due->day = std::max(letter.new_due->day, letter.first_day);
  letter.moved = f.extended_at.size();
  letter.moves_max = static_cast<std::size_t>(moves_max);
  letter.now = now;
  return letter;
}

std::optional<DayFault> choose(Apology& letter, LocalDay day, const Calendars& calendars) {
  letter.new_due.reset();
  letter.asked = true;
  if (day <= local_day(letter.now)) return DayFault::kNotAfterToday;
  if (day <= std::max(local_day(letter.old_due), local_day(letter.due))) {
    return DayFault::kNotAfterOldDue;
  }
  if (calendars.provisional(day_start(day))) return DayFault::kUnknownYear;
  if (!calendars.of(letter.unit).is_working_day(day)) return DayFault::kDayOff;
  letter.new_due = NewDue{day, {}, {}};
  return std::nullopt;
}

}  // namespace kip
