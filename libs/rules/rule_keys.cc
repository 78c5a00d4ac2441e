#include "rules/rule_keys.h"

#include <algorithm>

namespace kip {
namespace {

// Without zeros at the end: 0.2, 24.
std::string decimal(std::int64_t value, std::int64_t unit, std::size_t places) {
  std::string rest = std::to_string(value % unit);
  rest.insert(0, places - rest.size(), '0');
  while (!rest.empty() && rest.back() == '0') rest.pop_back();
  return std::to_string(value / unit) + (rest.empty() ? "" : "." + rest);
}

std::string hours_text(WorkTime t) {
  // Hours have six decimals in rules.yaml and are cut to ms: three show what counts of them.
  return decimal(t.ms * 1000 / 3'600'000, 1000, 3);
}

RuleKey amount_key(const std::string& name, const Amount& amount) {
  if (amount.fixed) return {name + ".hours", hours_text(*amount.fixed)};
  return {name + ".share", decimal(amount.share_millionths, 1'000'000, 6)};
}

struct ParamKeys {
  using Keys = std::vector<RuleKey>;
  Keys operator()(const BehindPlan& p) const {
    return {{"raise_points", std::to_string(p.raise_points)},
            {"resolve_points", std::to_string(p.resolve_points)}};
  }
  Keys operator()(const Blocked&) const { return {}; }
  Keys operator()(const DueSoon& p) const { return {amount_key("remaining", p.remaining)}; }
  Keys operator()(const Extended& p) const { return {{"moves", std::to_string(p.moves)}}; }
  Keys operator()(const LikelyLate& p) const {
    return {{"minimum_percent", std::to_string(p.minimum_percent)},
            {"resolve_points", std::to_string(p.resolve_points)},
            {"share_percent", std::to_string(p.share_percent)},
            {"items", std::to_string(p.items)}};
  }
  Keys operator()(const NotAccepted& p) const { return {{"after_hours", hours_text(p.after)}}; }
  Keys operator()(const NotReturned& p) const { return {{"after_hours", hours_text(p.after)}}; }
  Keys operator()(const OverInternalLimit& p) const { return {amount_key("used", p.used)}; }
  Keys operator()(const Overdue&) const { return {}; }
  Keys operator()(const Reopened&) const { return {}; }
  Keys operator()(const Stalled& p) const { return {{"after_hours", hours_text(p.after)}}; }
  Keys operator()(const StepOverdue&) const { return {}; }
  Keys operator()(const Unclear& p) const { return {{"after_hours", hours_text(p.after)}}; }
  Keys operator()(const WaitingLong& p) const {
    return {{"after_hours", hours_text(p.after)}, {"asks", std::to_string(p.asks)}};
  }
};

void add_key(std::string& out, const std::string& name, const std::vector<std::string>& words) {
  if (words.empty()) return;
  out += (out.empty() ? "" : "; ") + name + ": ";
  for (const std::string& word : words) out += (&word == &words.front() ? "" : ", ") + word;
}

using Entries = std::vector<const RuleEntry*>;

bool same(const RuleEntry& a, const RuleEntry& b) { return a.version == b.version; }

// The selectors of `mine` that `other` has too, in the order in which they are tried.
std::vector<std::string> shared_selectors(const std::vector<RuleEntry>& mine,
                                          const std::vector<RuleEntry>& other) {
  std::vector<std::string> out;
  for (const RuleEntry& entry : mine) {
    const std::string when = selector_text(entry.when);
    const bool both = std::any_of(other.begin(), other.end(), [&](const RuleEntry& e) {
      return selector_text(e.when) == when;
    });
    if (both) out.push_back(when);
  }
  return out;
}

// Of `mine` those that `other` has not.
Entries left_over(const std::vector<RuleEntry>& mine, const std::vector<RuleEntry>& other) {
  Entries out;
  for (const RuleEntry& entry : mine) {
    const auto found = std::find_if(other.begin(), other.end(),
                                    [&](const RuleEntry& e) { return same(e, entry); });
    if (found == other.end()) out.push_back(&entry);
  }
  return out;
}

void compare_keys(const RuleEntry& before, const RuleEntry& after, std::vector<RuleChange>& out) {
  const auto old_keys = keys_of(before), new_keys = keys_of(after);
  const auto value_in = [](const std::vector<RuleKey>& keys, const std::string& name) {
    const auto found = std::find_if(keys.begin(), keys.end(),
                                    [&](const RuleKey& key) { return key.name == name; });
    return found == keys.end() ? std::string() : found->value;
  };
  const std::string when = selector_text(after.when);
  for (const RuleKey& key : old_keys) {
    const std::string value = value_in(new_keys, key.name);
    if (value != key.value) out.push_back({after.id(), when, key.name, key.value, value});
  }
  for (const RuleKey& key : new_keys) {
    if (value_in(old_keys, key.name).empty()) {
      out.push_back({after.id(), when, key.name, "", key.value});
    }
  }
}

std::string all_keys(const RuleEntry& entry) {
  std::string out;
  for (const RuleKey& key : keys_of(entry)) {
    out += (out.empty() ? "" : ", ") + key.name + " " + key.value;
  }
  return out;
}

void compare_rule(RuleId rule, const RuleSet& before, const RuleSet& after,
                  std::vector<RuleChange>& out) {
  const auto &olds = before.entries(rule), &news = after.entries(rule);
  const Entries gone = left_over(olds, news);
  Entries come = left_over(news, olds);
  for (const RuleEntry* entry : gone) {
    const std::string when = selector_text(entry->when);
    const auto twin = std::find_if(come.begin(), come.end(), [&](const RuleEntry* e) {
      return selector_text(e->when) == when;
    });
    if (twin == come.end()) {
      out.push_back({rule, when, "rule", all_keys(*entry), ""});
    } else {
      compare_keys(*entry, **twin, out);
      come.erase(twin);
    }
  }
  for (const RuleEntry* entry : come) {
    out.push_back({rule, selector_text(entry->when), "rule", "", all_keys(*entry)});
  }
  if (shared_selectors(olds, news) != shared_selectors(news, olds)) {
    out.push_back({rule, "", "order", "", ""});
  }
}

}  // namespace

std::vector<RuleKey> keys_of(const RuleEntry& entry) {
  std::vector<RuleKey> keys = {{"level", std::string(level_word(entry.level))}};
  for (RuleKey& key : std::visit(ParamKeys{}, entry.params)) keys.push_back(std::move(key));
  if (entry.minimum_hold.ms > 0) {
    keys.push_back({"minimum_hold_hours", hours_text(entry.minimum_hold)});
  }
  return keys;
}

std::string selector_text(const Selector& s) {
  std::string out;
  std::vector<std::string> kinds;
  for (const Kind kind : s.kinds) kinds.emplace_back(kind_word(kind));
  add_key(out, "kind", kinds);
  add_key(out, "unit", s.units);
  add_key(out, "field", s.fields);
  add_key(out, "procedure", s.procedures);
  if (s.focus) add_key(out, "focus", {*s.focus ? "true" : "false"});
  return out;
}

std::vector<RuleChange> rule_changes(const RuleSet& before, const RuleSet& after) {
  std::vector<RuleChange> out;
  for (std::size_t i = 0; i < kRuleCount; ++i) {
    compare_rule(static_cast<RuleId>(i), before, after, out);
  }
  return out;
}

}  // namespace kip
