// The parser of procedures.yaml.

#include <map>
#include <set>
#include <utility>

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
  if (out.unit == Statutory::Unit::kSameDay && out.millionths != 1'000'000) {
    s.wrong("value", "must be 1 where the unit is same_day, not '" + s.text("value") + "'");
  }
  s.done();
  return out;
}

Procedure read_procedure(Reader& r, const Registry& registry) {
  Procedure p;
  p.code = r.text("code");
  if (p.code.empty() && r.sound()) {
    r.wrong("code", "must not be empty; a row without a code is left out of the file");
  }
  p.name = r.text("name");
  p.field = r.text("field");
  r.optional_text("field_code");
  p.unit = read_unit(r, "unit", registry);
  p.statutory = read_statutory(r.section("statutory"));
  if (r.has("channel"))
    p.channel = static_cast<Channel>(1 + r.choice("channel", {"counter", "online", "post"}));
  p.from = read_optional_day(r, "from");
  p.until = read_optional_day(r, "until");
  if (p.from && p.until && *p.from >= *p.until) {
    r.wrong("until", "must lie after from; it is the first day on which the row no longer counts");
  }
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

// Both would count for one item: the lookup takes the first, whichever was meant. (A row of a
// channel wins over one of any.)
bool ambiguous(const Procedure& a, const Procedure& b) {
  const auto ends_before = [](const Procedure& x, const Procedure& y) {
    return x.until && y.from && *x.until <= *y.from;
  };
  return a.channel == b.channel && !ends_before(a, b) && !ends_before(b, a);
}

void read_rows(Reader& root, Registry& registry) {
  struct Placed {
    Procedure row;
    int line;
  };
  std::map<std::string, std::vector<Placed>> met;
  std::vector<Reader> rows = root.sections("procedures");
  registry.procedures_whole = root.sound();
  for (Reader& r : rows) {
    Procedure p = read_procedure(r, registry);
    if (p.code.empty() || p.field.empty()) registry.procedures_whole = false;
    if (!p.code.empty() && r.sound()) {
      std::vector<Placed>& others = met[p.code];
      for (const Placed& other : others) {
        if (!ambiguous(other.row, p)) continue;
        r.wrong("code", "'" + p.code + "' stands in line " + std::to_string(other.line) +
                            " too, for the same channel and days: end one of them with until");
        break;
      }
      others.push_back({p, r.line()});
    }
    registry.procedures.push_back(std::move(p));
  }
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
  if (r.sound() && rule.from == rule.to) r.wrong("to", "must be another mark than from");
  return rule;
}

}  // namespace

void read_procedures(Reader root, Registry& registry) {
  read_rows(root, registry);
  read_version(root);
  std::set<std::string> subjects;
  for (Reader& r : root.optional_sections("subjects")) {
    Subject s{.code = read_id(r, "code", subjects),
              .name = r.text("name"),
              .unit = read_unit(r, "unit", registry),
              .field = r.text("field")};
    r.done();
    registry.procedures_whole = registry.procedures_whole && !s.code.empty() && !s.field.empty();
    registry.subjects.push_back(std::move(s));
  }
  std::set<std::pair<Kind, std::string>> clocks;
  for (Reader& r : root.optional_sections("sub_clocks")) {
    SubClockRule rule = read_sub_clock(r);
    if (r.sound() && !clocks.insert({rule.kind, rule.name}).second) {
      r.wrong("name", "'" + rule.name + "' stands twice for the same kind");
    }
    registry.sub_clocks.push_back(std::move(rule));
  }
  root.done();
}

}  // namespace kip
