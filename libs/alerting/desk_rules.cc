#include "alerting/desk_rules.h"

#include "registry/read_parts.h"

namespace kip {
namespace {

constexpr std::int64_t kMillion = 1'000'000, kHourMs = 3'600'000;

void hours(Reader& r, const std::string& key, WorkTime& into) {
  if (const auto value = r.optional_millionths(key, "a number of hours", 1, 400 * kMillion))
    into = WorkTime{*value * (kHourMs / 1'000) / 1'000};
}

void minutes(Reader& r, const std::string& key, Millis& into, std::int64_t most) {
  if (const auto value = r.optional_integer(key, 0, most)) into = std::chrono::minutes{*value};
}

void time_of_day(Reader& r, const std::string& key, int& into) {
  const auto text = r.optional_text(key);
  if (!text) return;
  const auto minute = parse_minute_of_day(*text);
  if (!minute) r.wrong(key, "'" + *text + "' is no time of day such as 06:30");
  into = minute.value_or(into);
}

void links(Reader& r, DeskRules& rules) {
  if (const auto days = r.optional_integer("link_days", 1, 90))
    rules.link_days = static_cast<int>(*days);
  rules.answer_key_file = r.optional_text("answer_key_file").value_or("");
  rules.public_url = r.optional_text("public_url").value_or("");
  while (rules.public_url.ends_with('/')) rules.public_url.pop_back();
  const bool http =
      rules.public_url.starts_with("https://") || rules.public_url.starts_with("http://");
  if (!rules.public_url.empty() && !http)
    r.wrong("public_url", "must begin with https:// (or http:// inside one's own network)");
}

}  // namespace

DeskRules read_desk_rules(Reader root, const Registry& registry, const Directory& directory) {
  DeskRules rules;
  read_version(root);
  rules.shadow = root.has("mode") && root.choice("mode", {"live", "shadow"}) == 1;
  if (const auto person = root.optional_text("operator")) {
    rules.operator_person = *person;
    if (directory.person(*person) == nullptr)
      root.wrong("operator", "'" + *person + "' is nobody of people.yaml");
  }
  if (rules.shadow && rules.operator_person.empty())
    root.wrong("mode", "shadow needs an operator: everything goes to that person");
  if (const auto from = root.optional_text("live_from")) {
    const auto at = parse_rfc3339(*from);
    if (at) rules.live_from = *at;
    if (!at) root.wrong("live_from", at.error().message);
  }
  minutes(root, "group_wait_minutes", rules.group_wait, 480);
  minutes(root, "group_wait_critical_minutes", rules.group_wait_critical, 480);
  hours(root, "interval_hours", rules.interval);
  minutes(root, "interval_critical_minutes", rules.interval_critical, 480);
  if (const auto most = root.optional_integer("messages_per_day", 1, 100))
    rules.per_day = static_cast<int>(*most);
  hours(root, "escalate_after_hours", rules.escalate_after);
  hours(root, "remind_after_hours", rules.remind_after);
  hours(root, "hold_hours", rules.hold);
  hours(root, "help_within_hours", rules.help_within);
  hours(root, "short_term_hours", rules.short_term);
  if (root.has("counter_unit")) rules.counter_unit = read_unit(root, "counter_unit", registry);
  if (const auto breaks = root.optional_flag("critical_breaks_quiet"))
    rules.critical_breaks_quiet = *breaks;
  time_of_day(root, "wake", rules.wake_minute);
  time_of_day(root, "sleep", rules.sleep_minute);
  if (rules.wake_minute >= rules.sleep_minute) root.wrong("wake", "must be before 'sleep'");
  if (const auto flaps = root.optional_integer("flaps", 2, 100))
    rules.flaps = static_cast<int>(*flaps);
  minutes(root, "flap_window_minutes", rules.flap_window, 7 * 24 * 60);
  links(root, rules);
  if (const auto times = root.optional_integer("reschedules_max", 0, 9))
    rules.reschedules_max = static_cast<int>(*times);
  root.done();
  return rules;
}

}  // namespace kip
