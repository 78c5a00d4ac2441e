#include "rules/ruleset.h"

#include <algorithm>

#include "base/hash.h"

namespace kip {
namespace {

template <std::size_t... I>
constexpr bool each_in_its_place(std::index_sequence<I...>) {
  return ((static_cast<std::size_t>(std::variant_alternative_t<I, RuleParams>::kId) == I) && ...);
}
static_assert(std::variant_size_v<RuleParams> == kRuleCount);
static_assert(each_in_its_place(std::make_index_sequence<kRuleCount>()));
template <typename T>
bool any_of(const std::vector<T>& wanted, const auto& value) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

std::optional<WorkTime> optional_hours(Reader& r, const std::string& key) {
  const auto millionths = r.optional_millionths(key, "a number of hours", 1, 10'000LL * 1'000'000);
  if (!millionths) return std::nullopt;
  return WorkTime{*millionths * 3'600'000 / 1'000'000};
}

WorkTime hours(Reader& r, const std::string& key) {
  if (!r.has(key)) r.wrong(key, "missing");
  return optional_hours(r, key).value_or(work_hours(1));
}

Amount amount(Reader r) {
  Amount out;
  if (r.has("share") == r.has("hours")) r.wrong("share", "either share or hours, one of them");
  out.share_millionths = r.optional_millionths("share", "a share", 0, 1'000'000).value_or(0);
  if (r.has("hours")) out.fixed = hours(r, "hours");
  r.done();
  return out;
}

std::uint32_t count(Reader& r, const std::string& key) {
  return static_cast<std::uint32_t>(r.integer(key, 1, 100));
}

RuleParams read_params(RuleId rule, Reader& r) {
  switch (rule) {
    case RuleId::kBehindPlan: {
      BehindPlan p{static_cast<int>(r.integer("raise_points", 1, 100)),
                   static_cast<int>(r.integer("resolve_points", 0, 100))};
      if (p.resolve_points > p.raise_points)
        r.wrong("resolve_points", "must not be above raise_points");
      return p;
    }
    case RuleId::kBlocked:
      return Blocked{};
    case RuleId::kDueSoon:
      return DueSoon{amount(r.section("remaining"))};
    case RuleId::kExtended:
      return Extended{count(r, "moves")};
    case RuleId::kLikelyLate: {
      LikelyLate p{static_cast<int>(r.integer("minimum_percent", 1, 99)),
                   static_cast<int>(r.integer("resolve_points", 0, 98)),
                   static_cast<int>(r.integer("share_percent", 1, 99)), count(r, "items")};
      if (r.sound() && p.resolve_points >= p.minimum_percent)
        r.wrong("resolve_points", "must be below minimum_percent");
      return p;
    }
    case RuleId::kNotAccepted:
      return NotAccepted{hours(r, "after_hours")};
    case RuleId::kNotReturned:
      return NotReturned{hours(r, "after_hours")};
    case RuleId::kOverInternalLimit:
      return OverInternalLimit{amount(r.section("used"))};
    case RuleId::kOverdue:
      return Overdue{};
    case RuleId::kReopened:
      return Reopened{};
    case RuleId::kStalled:
      return Stalled{hours(r, "after_hours")};
    case RuleId::kStepOverdue:
      return StepOverdue{};
    case RuleId::kUnclear:
      return Unclear{hours(r, "after_hours")};
    case RuleId::kWaitingLong:
      return WaitingLong{hours(r, "after_hours"), count(r, "asks")};
  }
  return Overdue{};
}

std::vector<std::string> read_names(Reader& r, const std::string& key,
                                    const std::optional<std::vector<std::string>>& known,
                                    const std::string& what) {
  std::vector<std::string> words = r.optional_list(key).value_or(std::vector<std::string>{});
  for (const std::string& word : words) {
    if (!known || std::find(known->begin(), known->end(), word) != known->end()) continue;
    r.wrong(key, "'" + word + "' is no " + what + nearest_hint(word, *known));
  }
  return words;
}

Selector read_selector(Reader r, const KnownNames& known) {
  static const std::vector<std::string> kKinds = {"none", "task", "dossier", "petition", "project"};
  for (const char* key : {"kind", "unit", "field", "procedure", "focus"}) {
    // It would fit every item.
    if (r.has_nothing(key)) r.wrong(key, "must not be empty; without the key any fits");
  }
  Selector s;
  for (const std::string& word : read_names(r, "kind", kKinds, "kind")) {
    const auto at = std::find(kKinds.begin(), kKinds.end(), word);
    if (at != kKinds.end()) s.kinds.push_back(static_cast<Kind>(at - kKinds.begin()));
  }
  s.units = read_names(r, "unit", known.units, "unit of units.yaml");
  s.fields = read_names(r, "field", known.fields, "field of procedures.yaml");
  s.procedures =
      read_names(r, "procedure", known.procedures, "procedure and no subject of procedures.yaml");
  s.focus = r.optional_flag("focus");
  r.done();
  return s;
}

template <typename T>
bool holds_all(const std::vector<T>& wide, const std::vector<T>& narrow) {
  if (wide.empty()) return true;
  const auto in_wide = [&](const T& value) { return any_of(wide, value); };
  return !narrow.empty() && std::all_of(narrow.begin(), narrow.end(), in_wide);
}

// Whatever fits `narrow` fits `wide`.
bool fits_all(const Selector& wide, const Selector& narrow) {
  return holds_all(wide.kinds, narrow.kinds) && holds_all(wide.units, narrow.units) &&
         holds_all(wide.fields, narrow.fields) && holds_all(wide.procedures, narrow.procedures) &&
         (!wide.focus || wide.focus == narrow.focus);
}

// The entries of a rule that were read so far, and where they stand.
struct Earlier {
  Selector when;
  int line;
};

// An entry counts only for what no earlier one fits.
void judge_reach(Reader& r, const Selector& when, std::vector<Earlier>& earlier) {
  const auto hides = [&](const Earlier& e) { return fits_all(e.when, when); };
  const auto found = std::find_if(earlier.begin(), earlier.end(), hides);
  if (found != earlier.end()) {
    r.wrong(r.has("when") ? "when" : "rule", "never counts: the entry in line " +
                                                 std::to_string(found->line) +
                                                 " comes first and fits all that this one fits");
  }
  earlier.push_back({when, r.line()});
}

std::string normal_form(const Amount& a) {
  return a.fixed ? "ms=" + std::to_string(a.fixed->ms)
                 : "share=" + std::to_string(a.share_millionths);
}

struct ParamsText {
  std::string operator()(const BehindPlan& p) const {
    return std::to_string(p.raise_points) + "/" + std::to_string(p.resolve_points);
  }
  std::string operator()(const Blocked&) const { return ""; }
  std::string operator()(const DueSoon& p) const { return normal_form(p.remaining); }
  std::string operator()(const Extended& p) const { return std::to_string(p.moves); }
  std::string operator()(const LikelyLate& p) const {
    return std::to_string(p.minimum_percent) + "/" + std::to_string(p.resolve_points) + "/" +
           std::to_string(p.share_percent) + "/" + std::to_string(p.items);
  }
  std::string operator()(const NotAccepted& p) const { return std::to_string(p.after.ms); }
  std::string operator()(const NotReturned& p) const { return std::to_string(p.after.ms); }
  std::string operator()(const OverInternalLimit& p) const { return normal_form(p.used); }
  std::string operator()(const Overdue&) const { return ""; }
  std::string operator()(const Reopened&) const { return ""; }
  std::string operator()(const Stalled& p) const { return std::to_string(p.after.ms); }
  std::string operator()(const StepOverdue&) const { return ""; }
  std::string operator()(const Unclear& p) const { return std::to_string(p.after.ms); }
  std::string operator()(const WaitingLong& p) const {
    return std::to_string(p.after.ms) + "/" + std::to_string(p.asks);
  }
};

std::string comma_list(const std::vector<std::string>& list) {
  std::string out;
  for (const auto& entry : list) out += entry + ",";
  return out;
}

// rule|level|parameters|kinds|units|fields|procedures|focus, and |hold where there is one
std::uint32_t version_of(const RuleEntry& e) {
  std::string kinds;
  for (const Kind kind : e.when.kinds) kinds += std::string(kind_word(kind)) + ",";
  std::string text = std::string(rule_name(e.id())) + "|" + std::string(level_word(e.level)) + "|" +
                     std::visit(ParamsText{}, e.params) + "|" + kinds + "|" +
                     comma_list(e.when.units) + "|" + comma_list(e.when.fields) + "|" +
                     comma_list(e.when.procedures) + "|" +
                     (e.when.focus ? (*e.when.focus ? "focus" : "no focus") : "");
  if (e.minimum_hold.ms > 0) text += "|" + std::to_string(e.minimum_hold.ms);
  const Sha256 hash = sha256(text);
  return static_cast<std::uint32_t>(hash[0]) << 24 | static_cast<std::uint32_t>(hash[1]) << 16 |
         static_cast<std::uint32_t>(hash[2]) << 8 | hash[3];
}

}  // namespace

WorkTime Amount::of(WorkTime whole) const {
  if (fixed) return *fixed;
  // In two parts, since whole * share need not fit 64 bits.
  constexpr std::int64_t kMillion = 1'000'000;
  return WorkTime{whole.ms / kMillion * share_millionths +
                  whole.ms % kMillion * share_millionths / kMillion};
}

bool fits(const Selector& s, const Traits& t) {
  return any_of(s.kinds, t.kind) && any_of(s.units, t.unit) && any_of(s.fields, t.field) &&
         any_of(s.procedures, t.procedure) && (!s.focus || *s.focus == t.focus);
}

void RuleSet::add(RuleEntry entry) {
  entry.version = version_of(entry);
  entries_.at(static_cast<std::size_t>(entry.id())).push_back(std::move(entry));
  ++count_;
}

const RuleEntry* RuleSet::pick(RuleId rule, const Traits& traits) const {
  for (const RuleEntry& entry : entries_.at(static_cast<std::size_t>(rule))) {
    if (fits(entry.when, traits)) return &entry;
  }
  return nullptr;
}

RuleSet read_rules(Reader root, const KnownNames& known) {
  root.integer("version", 1, 1);
  std::vector<std::string> names;
  for (std::size_t r = 0; r < kRuleCount; ++r)
    names.emplace_back(rule_name(static_cast<RuleId>(r)));
  RuleSet rules;
  std::array<std::vector<Earlier>, kRuleCount> earlier;
  for (Reader& r : root.sections("rules")) {
    RuleEntry entry;
    r.choice("rule", names);
    const auto rule = rule_named(r.optional_text("rule").value_or(""));
    if (!rule) continue;  // what else it holds cannot be judged
    bool judged = true;   // what a mistake left of a selector fits too much
    if (r.has_nothing("when")) {
      r.wrong("when", "must not be empty; without it the entry fits every item");
      judged = false;
    } else if (auto when = r.optional_section("when")) {
      entry.when = read_selector(*when, known);
      judged = when->sound();
    }
    if (judged) judge_reach(r, entry.when, earlier.at(static_cast<std::size_t>(*rule)));
    entry.level = static_cast<AlertLevel>(1 + r.choice("level", {"notice", "warning", "critical"}));
    entry.params = read_params(*rule, r);
    entry.minimum_hold = optional_hours(r, "minimum_hold_hours").value_or(WorkTime{});
    r.done();
    rules.add(std::move(entry));
  }
  root.done();
  return rules;
}

RuleSet default_rules() {
  const auto entry = [](RuleParams params, AlertLevel level,
                        std::optional<bool> focus = std::nullopt) {
    RuleEntry e;
    e.params = params;
    e.level = level;
    e.when.focus = focus;
    return e;
  };
  RuleSet rules;
  rules.add(entry(Overdue{}, AlertLevel::kCritical));
  rules.add(entry(DueSoon{Amount{200'000, {}}}, AlertLevel::kWarning));
  rules.add(entry(BehindPlan{}, AlertLevel::kWarning));
  rules.add(entry(LikelyLate{}, AlertLevel::kWarning));
  rules.add(entry(Blocked{}, AlertLevel::kWarning));
  rules.add(entry(OverInternalLimit{Amount{700'000, {}}}, AlertLevel::kNotice));
  rules.add(entry(StepOverdue{}, AlertLevel::kWarning));
  rules.add(entry(Stalled{work_hours(16)}, AlertLevel::kWarning, true));
  rules.add(entry(Stalled{work_hours(24)}, AlertLevel::kWarning));
  rules.add(entry(NotAccepted{work_hours(8)}, AlertLevel::kWarning));
  rules.add(entry(NotReturned{work_hours(8)}, AlertLevel::kNotice));
  rules.add(entry(WaitingLong{work_hours(80), 2}, AlertLevel::kWarning));
  rules.add(entry(Unclear{work_hours(8)}, AlertLevel::kNotice));
  rules.add(entry(Extended{2}, AlertLevel::kWarning));
  rules.add(entry(Reopened{}, AlertLevel::kNotice));
  return rules;
}

}  // namespace kip
