#include "rules/policy.h"

#include "base/hash.h"

namespace kip {

const std::vector<std::string>& policy_files() {
  static const std::vector<std::string> kFiles = {
      "kip.yaml",        "units.yaml",   "sources.yaml", "calendar.yaml",
      "procedures.yaml", "targets.yaml", "rules.yaml"};
  return kFiles;
}

namespace {

// An open registry knows no name that could be wrong; of a file that could not be read nobody
// knows.
KnownNames names_of(const Registry& registry, bool open) {
  KnownNames names;
  if (!open && registry.units_whole) names.units = registry.unit_ids();
  if (!open && registry.procedures_whole) {
    names.fields = registry.fields();
    names.procedures = registry.procedure_codes();
  }
  return names;
}

}  // namespace

std::shared_ptr<const Policy> read_policy(const std::map<std::string, std::string>& texts,
                                          const PolicyOptions& options, Problems& problems) {
  const std::size_t before = problems.size();
  auto policy = std::make_shared<Policy>();
  Registry& registry = policy->registry;
  const auto open = [&](const std::string& file) -> Reader {
    const auto found = texts.find(file);
    return found == texts.end() ? Reader::missing(file, problems)
                                : Reader::parse(file, found->second, problems);
  };
  Reader ward = open("kip.yaml");
  registry.ward = read_ward(ward);
  read_units(open("units.yaml"), registry);
  read_sources(open("sources.yaml"), registry);
  read_procedures(open("procedures.yaml"), registry);
  read_targets(open("targets.yaml"), registry);
  registry.index();
  policy->calendars =
      read_calendar(open("calendar.yaml"), registry, options.calendar == CalendarMode::kConfig);
  if (options.calendar == CalendarMode::kAlways) policy->calendars = Calendars(Calendar::always());
  policy->rules = read_rules(open("rules.yaml"), names_of(registry, options.registry_open));
  judge_unit(ward, "duty_unit", registry.ward.duty_unit, registry);
  if (texts.contains(std::string(kPeopleFile))) {
    policy->directory =
        read_people(open(std::string(kPeopleFile)), registry, options.registry_open);
  }
  if (problems.size() > before) return nullptr;

  registry.open = options.registry_open;
  policy->fold.calendars = &policy->calendars;
  policy->fold.clock_stops = registry.ward.clock_stops;
  std::string all = std::to_string(static_cast<int>(options.calendar)) +
                    (options.registry_open ? "open" : "config");
  for (const std::string& file : policy_files()) {
    const auto& text = texts.at(file);
    all += "\n" + file + " " + std::to_string(text.size()) + "\n" + text;
  }
  policy->digest = hex(sha256(all));
  return policy;
}

std::shared_ptr<Policy> plain_policy(Calendar calendar) {
  auto policy = std::make_shared<Policy>();
  policy->registry.open = true;
  policy->registry.ward.id = "ho-nai";
  policy->calendars = Calendars(std::move(calendar));
  policy->rules = default_rules();
  policy->fold.calendars = &policy->calendars;
  policy->digest = "plain";
  return policy;
}

}  // namespace kip
