#pragma once
// What the ward knows beside its events: its units, the systems that publish, the catalogue of
// procedures with their statutory times, the programme's targets. Read from deploy/config;
// immutable once read; any thread. Pure.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "calendar/calendar.h"
#include "config/reader.h"
#include "registry/source.h"
#include "workitem/fold.h"

namespace kip {

inline constexpr std::string_view kUnassigned =
    "unassigned";  // the unit of items whose unit nobody knows

// In the labels of metrics: whatever the directory does not name.
inline constexpr std::string_view kOther = "other";

enum class Language : std::uint8_t { kVietnamese, kEnglish };

struct Unit {
  std::string id, name, short_name, kind;
  std::string ward;  // empty: the installation's own
  // Where there is little room.
  const std::string& short_text() const { return short_name.empty() ? name : short_name; }
};

// kip.yaml
struct Ward {
  std::string id = "ward";
  std::string name;
  Language language = Language::kVietnamese;
  std::string duty_unit;  // the desk of items that are unassigned
  int history_days = 400;
  std::array<std::uint8_t, kKindCount> clock_stops = FoldRules{}.clock_stops;
};

// A statutory time (value in the unit's own measure, in millionths: 7.5 days are 7500000).
struct Statutory {
  enum class Unit : std::uint8_t { kWorkingDays, kDays, kHours, kSameDay };
  std::int64_t millionths = 0;
  Unit unit = Unit::kWorkingDays;
};

struct Procedure {
  std::string code, name, field, unit;
  Statutory statutory;
  Channel channel = Channel::kNone;     // none: any
  std::optional<LocalDay> from, until;  // in force [from, until) by the day of acceptance
  double volume_weight = 0;             // for sample data
  struct Part {
    std::string code, name, unit;
    double share = 0;
  };
  std::vector<Part> steps;
};

struct Subject {
  std::string code, name, unit, field;
};

// A limit inside the term (Quyết định 766/QĐ-TTg for petitions); shown, read by no rule.
struct SubClockRule {
  enum class Mark : std::uint8_t {
    kSubmitted,
    kReceived,
    kAccepted,
    kCompleted,
    kSupplementAsked,
    kRejected,
    kTransferred,
    kReturned
  };
  Kind kind = Kind::kNone;
  std::string name, label;
  std::int64_t millionth_days = 0;
  Mark from = Mark::kSubmitted, to = Mark::kCompleted;
};

struct Target {
  std::string id, text, unit;
  std::optional<double> value;
};

class Registry {
 public:
  Ward ward;
  std::vector<Unit> units;
  std::vector<Source> sources;
  SilenceRules silence;
  std::vector<Procedure> procedures;
  std::vector<Subject> subjects;
  std::vector<SubClockRule> sub_clocks;
  std::vector<Target> targets;
  bool open = false;  // --registry open: every unit and source is known, titles are kept
  // Every row of the file could be read, so that what refers to one can be judged.
  bool units_whole = false, procedures_whole = false;

  bool unit_known(std::string_view id) const;  // "" never is
  const Source* source(std::string_view id) const;
  bool source_trusted(std::string_view id) const;
  const Unit* unit(std::string_view id) const;
  std::vector<std::string> unit_ids() const;
  // What items may name of procedures.yaml: codes and fields of procedures and of subjects.
  std::vector<std::string> procedure_codes() const;
  std::vector<std::string> fields() const;
  // `id` where it is known, else "unassigned".
  std::string_view unit_or_unassigned(const std::optional<std::string>& id) const;
  std::string_view ward_of(std::string_view unit_id,
                           const std::optional<std::string>& ward_id) const;
  const Procedure* procedure(std::string_view code) const;  // any row of that code
  // The name shown where an item has no title of its own: of its procedure or subject; empty: none.
  std::string_view catalogue_name(std::string_view code) const;
  // The statutory time of an item that started at `start`; none: no row (SEMANTICS 8, 9.19).
  std::optional<WorkTime> statutory_time(const StatutoryKey& key, Instant start,
                                         const Calendar& calendar) const;

  void index();  // after the lists have changed
 private:
  std::map<std::string, std::size_t, std::less<>> unit_at_;
  std::map<std::string, std::size_t, std::less<>> source_at_;
  std::map<std::string, std::vector<std::size_t>, std::less<>> procedure_at_;
  std::map<std::string, std::size_t, std::less<>> subject_at_;
};

// The parsers of the config files; mistakes go into the reader's problems.
Ward read_ward(Reader root);                       // its duty_unit is not judged yet
void read_units(Reader root, Registry& registry);  // first: the others name its units
void read_sources(Reader root, Registry& registry);
void read_procedures(Reader root, Registry& registry);
void read_targets(Reader root, Registry& registry);
// calendar.yaml. `holidays` false: the plain week (`--calendar weekdays`).
Calendars read_calendar(Reader root, const Registry& registry, bool holidays);

// A problem where `id` stands for a unit and is none of units.yaml.
void judge_unit(Reader& r, const std::string& key, const std::string& id, const Registry& registry);

std::optional<LocalDay> parse_day(std::string_view text);  // "2026-11-24"

}  // namespace kip
