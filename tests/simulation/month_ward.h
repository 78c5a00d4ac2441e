#pragma once
// The ward of the simulated month: six units, who heads them, who stands above, and when what
// happens to it. Its configuration is the shipped one but for the people.

#include <memory>
#include <string>
#include <string_view>

#include "alerting/desk_rules.h"
#include "rules/policy.h"

namespace kip::sim::month {

struct UnitRow {
  std::string_view id, head, deputy;
  int dossiers, petitions, tasks, projects;  // open at a time
};
inline constexpr UnitRow kUnits[] = {
    {"van-phong", "head-office", "deputy-office", 30, 15, 55, 0},
    {"kinh-te-ha-tang-do-thi", "head-economy", "deputy-economy", 55, 20, 20, 15},
    {"van-hoa-xa-hoi", "head-culture", "deputy-culture", 25, 12, 28, 5},
    {"tt-phuc-vu-hcc", "head-counter", "deputy-counter", 0, 6, 34, 0},
    {"cong-an", "head-police", "deputy-police", 0, 15, 30, 0},
    {"tram-y-te", "head-health", "deputy-health", 0, 5, 25, 5},
};
inline constexpr std::string_view kLeaders = "lanh-dao-ubnd", kChairman = "chairman",
                                  kVice = "vice-chairman";
inline constexpr std::string_view kViceField = "Đất đai";
inline constexpr std::string_view kSilentUnit = "kinh-te-ha-tang-do-thi";  // its head never answers
inline constexpr std::string_view kLeaveUnit = "van-hoa-xa-hoi";
inline constexpr std::string_view kStormUnit = "van-phong";
inline constexpr std::string_view kDeadSource = "urn:kip:sample:motcua";
inline constexpr int kStormItems = 60, kOpenItems = 400;

const UnitRow& unit_row(std::string_view unit);
// Who must be one step above by the plan of the ward: not asked of the directory.
std::string_view above(std::string_view person, std::string_view field);
bool is_leader(std::string_view person);

// The days of a seed: each of these stands in another week.
struct Dates {
  Instant warm_up, begin, end;  // events from, measured [begin, end)
  LocalDay leave_from, leave_until, dead, storm, ladders;
};
Dates dates_of(std::uint64_t seed);

struct Rulings {  // what else than the shipped configuration holds
  // due_soon of procedures of two to four working days: so many hours before the due. 0: as
  // shipped.
  int early_hours = 0;
  // Between two messages to one person, before others go, to a reminder; 0: as shipped.
  int interval_hours = 0, group_wait_minutes = 0, remind_hours = 0;
  // Nothing is grouped, held or capped.
  bool bare = false;
};

struct World {
  std::shared_ptr<const Policy> policy;
  DeskRules rules;
  const Calendar& calendar() const { return policy->calendars.common(); }
};
World make_world(const Dates& dates, const Rulings& rulings);

}  // namespace kip::sim::month
