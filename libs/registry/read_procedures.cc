// The parser of procedures.yaml.

#include <set>

#include "registry/read_parts.h"

namespace kip {
namespace {

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
  p.unit = read_unit(r, "unit", registry);
  p.statutory = read_statutory(r.section("statutory"));
  if (r.has("channel"))
    p.channel = static_cast<Channel>(1 + r.choice("channel", {"counter", "online", "post"}));
  p.from = read_optional_day(r, "from");
  p.until = read_optional_day(r, "until");
  r.optional_flag("financial_obligation");
  r.optional_flag("site_visit");
  p.volume_weight = r.optional_number("volume_weight", 0, 1e6).value_or(0);
  for (Reader& s : r.optional_sections("steps")) {
    p.steps.push_back(
        {s.text("code"), s.text("name"), read_unit(s, "unit", registry), s.number("share", 0, 1)});
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
  rule.kind = static_cast<Kind>(r.choice("kind", kKindNames));
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
  read_version(root);
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
    Subject s{.code = read_id(r, "code", subjects),
              .name = r.text("name"),
              .unit = read_unit(r, "unit", registry),
              .field = r.text("field")};
    r.done();
    registry.subjects.push_back(std::move(s));
  }
  for (Reader& r : root.optional_sections("sub_clocks"))
    registry.sub_clocks.push_back(read_sub_clock(r));
  root.done();
}

}  // namespace kip
