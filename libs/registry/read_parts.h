#pragma once
// What the parsers of the config files share. A mistake goes into the reader's problems. Pure.

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "registry/registry.h"

namespace kip {

extern const std::vector<std::string> kKindNames;  // as in the files, in the order of Kind

void read_version(Reader& root);
std::optional<LocalDay> read_day(Reader& r, const std::string& key);  // must be there
std::optional<LocalDay> read_optional_day(Reader& r, const std::string& key);
std::optional<int> parse_minute_of_day(std::string_view text);  // "07:30"; up to "24:00"
std::string read_word(Reader& r, const std::string& key);       // a text that is not empty
// A word that stands once in its list; `met` holds those before it.
std::string read_id(Reader& r, const std::string& key, std::set<std::string>& met);
// The id of a unit of units.yaml.
std::string read_unit(Reader& r, const std::string& key, const Registry& registry);

}  // namespace kip
