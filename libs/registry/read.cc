// The parsers of kip.yaml, units.yaml and sources.yaml.

#include <algorithm>
#include <set>

#include "base/ascii.h"
#include "registry/read_parts.h"

namespace kip {
namespace {

std::uint8_t stop_bits(Reader& reader, const std::string& key, std::uint8_t standard) {
  static const std::vector<std::string> kWords = {"waiting", "waiting_for_supplement", "suspended",
                                                  "suspended_by_authority", "submitted"};
  const auto words = reader.optional_list(key);
  if (!words) return standard;
  std::uint8_t bits = 0;
  for (const std::string& word : *words) {
    const auto at = std::find(kWords.begin(), kWords.end(), word);
    if (at == kWords.end()) {
      reader.wrong(key, "'" + word + "' is no condition" + nearest_hint(word, kWords));
    } else {
      bits = static_cast<std::uint8_t>(bits | (1U << (at - kWords.begin())));
    }
  }
  return bits;
}

void not_the_rest(Reader& reader, const std::string& key, const std::string& id) {
  if (id == kOther) reader.wrong(key, "'other' stands in metrics for all that has no name here");
}

// Wards are a part of the names of counters.
void judge_ward(Reader& reader, const std::string& key, const std::string& id) {
  not_the_rest(reader, key, id);
  if (id.find('|') != std::string::npos) reader.wrong(key, "'" + id + "' may not hold |");
}

void read_silence(Reader& r, SilenceRules& rules) {
  const auto hours = [&](const char* key, double least, WorkTime& into) {
    if (const auto n = r.optional_number(key, least, 400))
      into = WorkTime{static_cast<std::int64_t>(*n * 3'600'000)};
  };
  hours("after_hours", 0.5, rules.after);
  hours("settle_hours", 0, rules.settle);
  hours("settle_most_hours", 0, rules.settle_most);
  if (const auto n = r.optional_number("by_chance", 1e-9, 0.05)) rules.silent = *n;
  r.done();
}

}  // namespace

std::optional<LocalDay> parse_day(std::string_view text) {
  const auto at = parse_rfc3339(std::string(text) + "T00:00:00Z");
  if (!at || text.size() != 10) return std::nullopt;
  return std::chrono::floor<std::chrono::days>(*at);
}

Ward read_ward(Reader root) {
  read_version(root);
  Ward ward;
  Reader w = root.section("ward");
  ward.id = read_word(w, "id");
  judge_ward(w, "id", ward.id);
  ward.name = w.text("name");
  w.done();
  ward.language =
      root.choice("language", {"vi", "en"}) == 0 ? Language::kVietnamese : Language::kEnglish;
  ward.duty_unit = read_word(root, "duty_unit");
  ward.history_days = static_cast<int>(root.integer("history_days", 1, 36500));
  if (auto stops = root.optional_section("clock_stops")) {
    for (std::size_t k = 1; k < kKindNames.size(); ++k) {
      ward.clock_stops.at(k) = stop_bits(*stops, kKindNames[k], ward.clock_stops.at(k));
    }
    ward.clock_stops[0] = ward.clock_stops[static_cast<std::size_t>(Kind::kTask)];
    stops->done();
  }
  root.done();
  return ward;
}

void read_units(Reader root, Registry& registry) {
  std::vector<Reader> rows = root.sections("units");
  if (rows.empty() && root.sound()) root.wrong("units", "at least one unit is needed");
  registry.units_whole = root.sound();
  read_version(root);
  std::set<std::string> met;
  for (Reader& r : rows) {
    Unit unit{.id = read_id(r, "id", met),
              .name = r.text("name"),
              .short_name = r.text("short"),
              .kind = {},
              .ward = {}};
    static const std::vector<std::string> kUnitKinds = {"government", "party", "front", "police",
                                                        "other"};
    unit.kind = kUnitKinds[r.choice("kind", kUnitKinds)];
    unit.ward = r.optional_text("ward").value_or("");
    judge_ward(r, "ward", unit.ward);
    const bool ascii = std::all_of(unit.id.begin(), unit.id.end(),
                                   [](char c) { return is_small(c) || is_digit(c) || c == '-'; });
    if (!ascii) r.wrong("id", "'" + unit.id + "' may hold only a-z, 0-9 and -");
    if (unit.id == kUnassigned) r.wrong("id", "'unassigned' is the name of no unit");
    not_the_rest(r, "id", unit.id);
    r.done();
    registry.units_whole = registry.units_whole && !unit.id.empty();
    registry.units.push_back(std::move(unit));
  }
  root.done();
  registry.index();
}

void read_sources(Reader root, Registry& registry) {
  read_version(root);
  std::set<std::string> met;
  for (Reader& r : root.sections("sources")) {
    Source source;
    source.id = read_id(r, "id", met);
    source.name = r.text("name");
    not_the_rest(r, "id", source.id);
    source.titles_trusted = r.choice("titles", {"dropped", "trusted"}) == 1;
    source.watched = r.optional_flag("watched").value_or(true);
    source.unit = r.optional_text("unit").value_or("");
    if (!source.unit.empty()) judge_unit(r, "unit", source.unit, registry);
    r.done();
    registry.sources.push_back(std::move(source));
  }
  if (auto section = root.optional_section("silence")) read_silence(*section, registry.silence);
  root.done();
}

}  // namespace kip
