#include "registry/registry.h"

namespace kip {

void Registry::index() {
  unit_at_.clear();
  source_at_.clear();
  procedure_at_.clear();
  subject_at_.clear();
  for (std::size_t i = 0; i < units.size(); ++i) unit_at_.emplace(units[i].id, i);
  for (std::size_t i = 0; i < sources.size(); ++i) source_at_.emplace(sources[i].id, i);
  for (std::size_t i = 0; i < procedures.size(); ++i)
    procedure_at_[procedures[i].code].push_back(i);
  for (std::size_t i = 0; i < subjects.size(); ++i) subject_at_.emplace(subjects[i].code, i);
}

const Unit* Registry::unit(std::string_view id) const {
  const auto found = unit_at_.find(id);
  return found == unit_at_.end() ? nullptr : &units[found->second];
}

std::vector<std::string> Registry::unit_ids() const {
  std::vector<std::string> ids;
  for (const Unit& unit : units) ids.push_back(unit.id);
  return ids;
}

std::vector<std::string> Registry::procedure_codes() const {
  std::vector<std::string> codes;
  for (const Procedure& row : procedures) codes.push_back(row.code);
  for (const Subject& row : subjects) codes.push_back(row.code);
  return codes;
}

std::vector<std::string> Registry::fields() const {
  std::vector<std::string> fields;
  for (const Procedure& row : procedures) fields.push_back(row.field);
  for (const Subject& row : subjects) fields.push_back(row.field);
  return fields;
}

bool Registry::unit_known(std::string_view id) const {
  return !id.empty() && (open || unit_at_.contains(id));
}

const Source* Registry::source(std::string_view id) const {
  const auto found = source_at_.find(id);
  return found == source_at_.end() ? nullptr : &sources[found->second];
}

bool Registry::source_trusted(std::string_view id) const {
  const Source* known = source(id);
  return known != nullptr && known->titles_trusted;
}

std::string_view Registry::unit_or_unassigned(const std::optional<std::string>& id) const {
  return id && unit_known(*id) ? std::string_view(*id) : kUnassigned;
}

std::string_view Registry::ward_of(std::string_view unit_id,
                                   const std::optional<std::string>& ward_id) const {
  if (const Unit* known = unit(unit_id)) return known->ward.empty() ? ward.id : known->ward;
  return ward_id && !ward_id->empty() ? std::string_view(*ward_id) : ward.id;
}

const Procedure* Registry::procedure(std::string_view code) const {
  const auto found = procedure_at_.find(code);
  return found == procedure_at_.end() ? nullptr : &procedures[found->second.front()];
}

std::string_view Registry::catalogue_name(std::string_view code) const {
  if (const Procedure* found = procedure(code)) return found->name;
  const auto subject = subject_at_.find(code);
  return subject == subject_at_.end() ? std::string_view()
                                      : std::string_view(subjects[subject->second].name);
}

namespace {

constexpr std::int64_t kMillionth = 1'000'000;
constexpr std::int64_t kHourMs = 3'600'000;

// "n ngày": start + n · 24 h, moved from a rest day on to the same time of the next working day.
Instant calendar_days_on(Instant start, std::int64_t millionths, const Calendar& calendar) {
  Instant at = start + Millis{millionths * 24 * kHourMs / kMillionth};
  while (!calendar.is_working_day(local_day(at))) at += std::chrono::days{1};
  return at;
}

// Taken before 15:00 on a working day: by its close; else by the close of the next working day.
Instant same_day_end(Instant start, const Calendar& calendar) {
  LocalDay day = local_day(start);
  if (calendar.is_working_day(day) && start < day_start(day) + std::chrono::hours{15})
    return calendar.day_close(day);
  do day += std::chrono::days{1};
  while (!calendar.is_working_day(day));
  return calendar.day_close(day);
}

}  // namespace

std::optional<WorkTime> Registry::statutory_time(const StatutoryKey& key, Instant start,
                                                 const Calendar& calendar) const {
  const auto rows = procedure_at_.find(key.procedure_code);
  if (rows == procedure_at_.end()) return std::nullopt;
  const LocalDay day = local_day(key.accepted_at);
  const Procedure* best = nullptr;
  for (const std::size_t i : rows->second) {
    const Procedure& row = procedures[i];
    if ((row.from && day < *row.from) || (row.until && day >= *row.until)) continue;
    if (row.channel != Channel::kNone && row.channel != key.channel) continue;
    if (!best || (best->channel == Channel::kNone && row.channel != Channel::kNone)) best = &row;
  }
  if (!best) return std::nullopt;
  const std::int64_t n = best->statutory.millionths;
  switch (best->statutory.unit) {
    case Statutory::Unit::kWorkingDays:
      return WorkTime{n * kWorkingDay.ms / kMillionth};
    case Statutory::Unit::kHours:
      return WorkTime{n * kHourMs / kMillionth};
    case Statutory::Unit::kDays:
      return calendar.between(start, calendar_days_on(start, n, calendar));
    case Statutory::Unit::kSameDay:
      return calendar.between(start, same_day_end(start, calendar));
  }
  return std::nullopt;
}

}  // namespace kip
