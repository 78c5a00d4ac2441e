#include "registry/read_parts.h"

#include <charconv>

namespace kip {

const std::vector<std::string> kKindNames = {"none", "task", "dossier", "petition", "project"};

void read_version(Reader& root) { root.integer("version", 1, 1); }

std::optional<LocalDay> read_optional_day(Reader& r, const std::string& key) {
  const auto text = r.optional_text(key);
  if (!text) return std::nullopt;
  const auto day = parse_day(*text);
  if (!day) r.wrong(key, "must be a day such as 2026-11-24, not '" + *text + "'");
  return day;
}

std::optional<LocalDay> read_day(Reader& r, const std::string& key) {
  if (!r.has(key)) r.wrong(key, "missing");
  return read_optional_day(r, key);
}

std::optional<int> parse_minute_of_day(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  int h = -1;
  int m = -1;
  const auto a = std::from_chars(text.data(), text.data() + 2, h);
  const auto b = std::from_chars(text.data() + 3, text.data() + 5, m);
  if (a.ec != std::errc() || b.ec != std::errc() || a.ptr != text.data() + 2 ||
      b.ptr != text.data() + 5) {
    return std::nullopt;
  }
  if (h < 0 || h > 24 || m < 0 || m > 59 || h * 60 + m > 24 * 60) return std::nullopt;
  return h * 60 + m;
}

std::string read_word(Reader& r, const std::string& key) {
  if (!r.has(key)) r.wrong(key, "missing");
  const auto text = r.optional_text(key);
  if (text && text->empty()) r.wrong(key, "must not be empty");
  return text.value_or("");
}

std::string read_id(Reader& r, const std::string& key, std::set<std::string>& met) {
  const std::string id = read_word(r, key);
  if (!id.empty() && !met.insert(id).second) r.wrong(key, "'" + id + "' stands twice");
  return id;
}

void judge_unit(Reader& r, const std::string& key, const std::string& id,
                const Registry& registry) {
  if (id.empty() || !registry.units_whole || registry.unit(id)) return;
  r.wrong(key, "'" + id + "' is no unit of units.yaml" + nearest_hint(id, registry.unit_ids()));
}

std::string read_unit(Reader& r, const std::string& key, const Registry& registry) {
  const std::string id = read_word(r, key);
  judge_unit(r, key, id, registry);
  return id;
}

}  // namespace kip
