// The parsers of kip.yaml, units.yaml, sources.yaml, procedures.yaml, targets.yaml and
// calendar.yaml.

#include <algorithm>
#include <charconv>
#include <set>

#include "registry/registry.h"

namespace kip {
namespace {

const std::vector<std::string> kKinds = {"none", "task", "dossier", "petition", "project"};

void version_1(Reader& root) { root.integer("version", 1, 1); }

std::int64_t minute_of_day(Reader& reader, const std::string& key) {
  const std::string text = reader.text(key);
  int h = -1;
  int m = -1;
  if (text.size() == 5 && text[2] == ':') {
    const auto a = std::from_chars(text.data(), text.data() + 2, h);
    const auto b = std::from_chars(text.data() + 3, text.data() + 5, m);
    if (a.ec != std::errc() || b.ec != std::errc() || a.ptr != text.data() + 2 ||
        b.ptr != text.data() + 5)
      h = -1;
  }
  if (h < 0 || h > 24 || m < 0 || m > 59 || h * 60 + m > 24 * 60) {
    reader.wrong(key, "must be a time of day such as \"07:30\", not '" + text + "'");
    return 0;
  }
  return h * 60 + m;
}

std::optional<LocalDay> day(Reader& reader, const std::string& key, bool required) {
  const auto text = required ? std::optional(reader.text(key)) : reader.optional_text(key);
  if (!text) return std::nullopt;
  const auto parsed = parse_day(*text);
  if (!parsed) reader.wrong(key, "must be a day such as 2026-11-24, not '" + *text + "'");
  return parsed;
}

// Ids stand once in their file.
void once(Reader& reader, std::set<std::string>& met, const std::string& id, const char* key) {
  if (id.empty()) {
    reader.wrong(key, "must not be empty");
  } else if (!met.insert(id).second) {
    reader.wrong(key, "'" + id + "' stands twice");
  }
}

std::uint8_t stop_bits(Reader& reader, const std::string& key, std::uint8_t standard) {
  static const std::vector<std::string> kWords = {"waiting", "waiting_for_supplement", "suspended",
                                                  "suspended_by_authority", "submitted"};
  const auto words = reader.optional_list(key);
  if (!words) return standard;
  std::uint8_t bits = 0;
  for (const std::string& word : *words) {
    const auto at = std::find(kWords.begin(), kWords.end(), word);
    if (at == kWords.end()) {
      reader.wrong(key, "'" + word + "' is no condition; nearest: " + nearest(word, kWords));
    } else {
      bits = static_cast<std::uint8_t>(bits | (1U << (at - kWords.begin())));
    }
  }
  return bits;
}

}  // namespace

std::optional<LocalDay> parse_day(std::string_view text) {
  const auto at = parse_rfc3339(std::string(text) + "T00:00:00Z");
  if (!at || text.size() != 10) return std::nullopt;
  return std::chrono::floor<std::chrono::days>(*at);
}

Ward read_ward(Reader root) {
  version_1(root);
  Ward ward;
  Reader w = root.section("ward");
  ward.id = w.text("id");
  ward.name = w.text("name");
  w.done();
  ward.language =
      root.choice("language", {"vi", "en"}) == 0 ? Language::kVietnamese : Language::kEnglish;
  ward.duty_unit = root.text("duty_unit");
  ward.history_days = static_cast<int>(root.integer("history_days", 1, 36500));
  if (auto stops = root.optional_section("clock_stops")) {
    for (std::size_t k = 1; k < kKinds.size(); ++k) {
      ward.clock_stops.at(k) = stop_bits(*stops, kKinds[k], ward.clock_stops.at(k));
    }
    ward.clock_stops[0] = ward.clock_stops[static_cast<std::size_t>(Kind::kTask)];
    stops->done();
  }
  root.done();
  return ward;
}

void read_units(Reader root, Registry& registry) {
  version_1(root);
  std::set<std::string> met;
  for (Reader& r : root.sections("units")) {
    Unit unit{.id = r.text("id"),
              .name = r.text("name"),
              .short_name = r.text("short"),
              .kind = {},
              .ward = {}};
    static const std::vector<std::string> kUnitKinds = {"government", "party", "front", "police",
                                                        "other"};
    unit.kind = kUnitKinds[r.choice("kind", kUnitKinds)];
    unit.ward = r.optional_text("ward").value_or("");
    const bool ascii = std::all_of(unit.id.begin(), unit.id.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
    if (!ascii) r.wrong("id", "'" + unit.id + "' may hold only a-z, 0-9 and -");
    if (unit.id == kUnassigned) r.wrong("id", "'unassigned' is the name of no unit");
    once(r, met, unit.id, "id");
    r.done();
    registry.units.push_back(std::move(unit));
  }
  root.done();
  registry.index();
}

void read_sources(Reader root, Registry& registry) {
  version_1(root);
  std::set<std::string> met;
  for (Reader& r : root.sections("sources")) {
    Source source{.id = r.text("id"), .name = r.text("name"), .titles_trusted = false};
    source.titles_trusted = r.choice("titles", {"dropped", "trusted"}) == 1;
    once(r, met, source.id, "id");
    r.done();
    registry.sources.push_back(std::move(source));
  }
  root.done();
}

namespace {

// The unit that a key names must be one of units.yaml.
std::string unit_of(Reader& r, const Registry& registry) {
  std::string id = r.text("unit");
  if (!id.empty() && !registry.unit(id)) {
    std::vector<std::string> ids;
    for (const Unit& u : registry.units) ids.push_back(u.id);
    const std::string near = nearest(id, ids);
    r.wrong("unit",
            "'" + id + "' is no unit of units.yaml" + (near.empty() ? "" : "; nearest: " + near));
  }
  return id;
}

Statutory read_statutory(Reader s) {
  Statutory out;
  out.unit =
      static_cast<Statutory::Unit>(s.choice("unit", {"working_day", "day", "hour", "same_day"}));
  const bool hours = out.unit == Statutory::Unit::kHours;
  if (!s.has("value")) s.wrong("value", "missing");
  out.millionths = s.optional_millionths("value", hours ? "a number of hours" : "a number of days",
                                         1, 1000LL * 1'000'000)
                       .value_or(1'000'000);
  s.done();
  return out;
}

Procedure read_procedure(Reader& r, const Registry& registry) {
  Procedure p;
  p.code = r.text("code");
  p.name = r.text("name");
  p.field = r.text("field");
  r.optional_text("field_code");
  p.unit = unit_of(r, registry);
  p.statutory = read_statutory(r.section("statutory"));
  if (r.has("channel"))
    p.channel = static_cast<Channel>(1 + r.choice("channel", {"counter", "online", "post"}));
  p.from = day(r, "from", false);
  p.until = day(r, "until", false);
  r.optional_flag("financial_obligation");
  r.optional_flag("site_visit");
  p.volume_weight = r.optional_number("volume_weight", 0, 1e6).value_or(0);
  for (Reader& s : r.optional_sections("steps")) {
    p.steps.push_back(
        {s.text("code"), s.text("name"), unit_of(s, registry), s.number("share", 0, 1)});
    s.done();
  }
  r.optional_text("source");
  r.optional_text("note");
  r.done();
  return p;
}

SubClockRule read_sub_clock(Reader& r) {
  static const std::vector<std::string> kMarks = {"submitted",   "received",         "accepted",
                                                  "completed",   "supplement_asked", "rejected",
                                                  "transferred", "returned"};
  SubClockRule rule;
  rule.kind = static_cast<Kind>(r.choice("kind", kKinds));
  rule.name = r.text("name");
  rule.label = r.text("label");
  if (!r.has("working_days")) r.wrong("working_days", "missing");
  rule.millionth_days =
      r.optional_millionths("working_days", "a number of days", 1, 1000LL * 1'000'000)
          .value_or(1'000'000);
  rule.from = static_cast<SubClockRule::Mark>(r.choice("from", kMarks));
  rule.to = static_cast<SubClockRule::Mark>(r.choice("to", kMarks));
  r.optional_text("source");
  r.done();
  return rule;
}

}  // namespace

void read_procedures(Reader root, Registry& registry) {
  version_1(root);
  std::set<std::string> met;
  for (Reader& r : root.sections("procedures")) {
    Procedure p = read_procedure(r, registry);
    const std::string from = p.from ? std::to_string(p.from->time_since_epoch().count()) : "";
    const std::string row = p.code + "|" + std::to_string(static_cast<int>(p.channel)) + "|" + from;
    if (p.code.empty()) {
      r.wrong("code", "must not be empty; a row without a code is left out of the file");
    } else if (!met.insert(row).second) {
      r.wrong("code", "'" + p.code + "' stands twice for the same channel and from");
    }
    registry.procedures.push_back(std::move(p));
  }
  std::set<std::string> subjects;
  for (Reader& r : root.optional_sections("subjects")) {
    Subject s{.code = r.text("code"),
              .name = r.text("name"),
              .unit = unit_of(r, registry),
              .field = r.text("field")};
    once(r, subjects, s.code, "code");
    r.done();
    registry.subjects.push_back(std::move(s));
  }
  for (Reader& r : root.optional_sections("sub_clocks"))
    registry.sub_clocks.push_back(read_sub_clock(r));
  root.done();
}

void read_targets(Reader root, Registry& registry) {
  version_1(root);
  Reader program = root.section("program");
  day(program, "start", true);
  day(program, "end", true);
  program.integer("days", 1, 10000);
  program.integer("maintain_until", 2000, 2200);
  program.done();
  std::set<std::string> met;
  for (Reader& r : root.sections("targets")) {
    Target t{.id = r.text("id"), .text = r.text("text"), .unit = r.text("unit"), .value = {}};
    once(r, met, t.id, "id");
    for (const char* key : {"section", "metric", "covered_by", "owner"}) r.text(key);
    r.choice("kind", {"ratio", "obligation"});
    r.choice("op", {">=", ">", "==", "report", "exists", "monitor", "pace"});
    t.value = r.optional_number("value", -1e18, 1e18);
    r.optional_list("data_needed");
    day(r, "due", true);
    r.optional_text("baseline");
    r.optional_text("note");
    r.done();
    registry.targets.push_back(std::move(t));
  }
  for (Reader& r : root.optional_sections("phases")) {
    r.integer("id", 1, 100);
    r.text("name");
    day(r, "start", false);
    r.text("end");
    r.optional_list("products");
    r.optional_text("note");
    r.done();
  }
  for (Reader& r : root.optional_sections("reports")) {
    for (const char* key : {"id", "basis", "author", "content"}) r.text(key);
    r.optional_list("every");
    r.optional_list("phases");
    r.optional_list("to");
    day(r, "due", false);
    r.done();
  }
  for (Reader& r : root.optional_sections("leads")) {
    r.text("part");
    r.text("topic");
    r.optional_list("units");
    r.done();
  }
  root.done();
}

namespace {

OfficeHours read_hours(Reader& root) {
  OfficeHours hours;
  hours.weekdays.clear();
  static const std::vector<std::string> kDays = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
  for (const std::string& word :
       root.optional_list("working_days").value_or(std::vector<std::string>{})) {
    const auto at = std::find(kDays.begin(), kDays.end(), word);
    if (at == kDays.end()) {
      root.wrong("working_days", "'" + word + "' is no weekday; nearest: " + nearest(word, kDays));
    } else {
      hours.weekdays.insert(static_cast<unsigned>(at - kDays.begin()));
    }
  }
  std::int64_t last = 0;
  for (Reader& r : root.sections("office_hours")) {
    const std::int64_t open = minute_of_day(r, "open");
    const std::int64_t close = minute_of_day(r, "close");
    if (open < last || close <= open) {
      r.wrong("open", "office hours must be in order and must not overlap");
    } else {
      hours.intervals.push_back({open * 60'000, close * 60'000});
      last = close;
    }
    r.done();
  }
  if (hours.weekdays.empty()) {
    root.wrong("working_days", "at least one day must be worked");
    hours.weekdays = {1, 2, 3, 4, 5};
  }
  if (hours.intervals.empty()) {
    root.wrong("office_hours", "at least one interval is needed");
    hours.intervals = {{0, 86'400'000}};
  }
  return hours;
}

std::map<LocalDay, bool> read_days(Reader& root, int first, int last) {
  std::map<LocalDay, bool> days;
  for (Reader& r : root.sections("days")) {
    const auto d = day(r, "date", true);
    const bool working = r.flag("working");
    const std::size_t kind =
        r.choice("kind", {"public_holiday", "compensatory", "swap_off", "makeup_workday"});
    if ((kind == 3) != working) r.wrong("working", "only a makeup_workday is worked");
    r.choice("verified", {"yes", "rule", "no"});
    r.text("name");
    r.optional_text("source");
    r.optional_text("note");
    if (d) {
      const int year = static_cast<int>(std::chrono::year_month_day{*d}.year());
      if (year < first || year > last) r.wrong("date", "lies outside first_year to last_year");
      if (!days.emplace(*d, working).second) r.wrong("date", "stands twice");
    }
    r.done();
  }
  return days;
}

}  // namespace

Calendars read_calendar(Reader root, const Registry& registry, bool holidays) {
  version_1(root);
  const OfficeHours hours = read_hours(root);
  const auto first = static_cast<int>(root.integer("first_year", 1976, 2199));
  const auto last = static_cast<int>(root.integer("last_year", first, 2199));
  const std::map<LocalDay, bool> days = read_days(root, first, last);
  std::map<std::string, std::map<LocalDay, bool>> closed;
  for (Reader& r : root.optional_sections("closures")) {
    const std::string unit = unit_of(r, registry);
    const auto from = day(r, "from", true);
    const auto to = day(r, "to", true);
    r.text("name");
    if (from && to && *from > *to) r.wrong("to", "lies before from");
    if (from && to && *to - *from > std::chrono::days{366}) {
      r.wrong("to", "a closure lasts a year at most");
    } else if (from && to) {
      for (LocalDay d = *from; d <= *to; d += std::chrono::days{1}) closed[unit][d] = false;
    }
    r.done();
  }
  if (auto reception = root.optional_section("reception")) {
    reception->text("day");
    minute_of_day(*reception, "open");
    minute_of_day(*reception, "close");
    reception->flag("enabled");
    reception->done();
  }
  root.done();
  if (!holidays) return Calendars(Calendar::office(hours, {}));
  Calendars calendars(Calendar::office(hours, days));
  for (auto& [unit, exceptions] : closed) {
    exceptions.insert(days.begin(), days.end());
    calendars.set(unit, Calendar::office(hours, exceptions));
  }
  calendars.set_years(first, last);
  return calendars;
}

}  // namespace kip
