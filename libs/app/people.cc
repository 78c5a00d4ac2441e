#include "app/people.h"

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <map>

#include "directory/people_table.h"
#include "directory/xlsx.h"

namespace kip {
namespace {

namespace fs = std::filesystem;

// One byte more than may be, so that what is too long is seen to be.
Result<std::string> bytes_of(const std::string& path) {
  std::error_code ec;
  if (!fs::is_regular_file(path, ec)) return not_found("there is no file '" + path + "'");
  std::ifstream in(path, std::ios::binary);
  std::string bytes(kXlsxBytesMax + 1, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (in.bad() || !in.is_open()) return not_found("'" + path + "' cannot be read");
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  return bytes;
}

std::string id_of(const Person* person) { return person ? person->id : ""; }

}  // namespace

Result<std::optional<std::string>> import_people(const CommonOptions& options,
                                                 const std::string& file, Problems& problems) {
  const auto bytes = bytes_of(file);
  if (!bytes) return bytes.error();
  const auto policy = load_policy(options, problems, People::kLeftOut);
  if (!policy) return std::optional<std::string>();
  const std::string name = fs::path(file).filename().string();
  return people_from_xlsx(name, *bytes, policy->registry, policy->registry.open, problems);
}

DeskLine desk_line(const Policy& policy, const std::string& unit, Instant at) {
  const Recipient to = policy.directory.recipient(unit, at);
  return {.unit = unit,
          .to = id_of(to.person),
          .role = to.person ? to.person->role : "",
          .reason = std::string(reason_word(to.reason)),
          .instead_of = id_of(to.on_behalf_of),
          .superior = id_of(policy.directory.superior(unit, "", at).person)};
}

std::vector<DeskLine> desk_lines(const Policy& policy, Instant at) {
  std::vector<std::string> units = policy.registry.unit_ids();
  units.emplace_back(kUnassigned);
  std::vector<DeskLine> out;
  for (const std::string& unit : units) out.push_back(desk_line(policy, unit, at));
  return out;
}

std::string reason_words(const DeskLine& line) {
  static const std::map<std::string, std::string> kWords = {{"head", "trưởng"},
                                                            {"deputy", "phó, chưa có trưởng"},
                                                            {"substitute", "thay"},
                                                            {"duty_office", "trực ban nhận thay"},
                                                            {"nobody", "không ai nhận"}};
  const std::string& words = kWords.at(line.reason);
  if (line.instead_of.empty()) return words;
  return line.reason == "substitute" ? words + " " + line.instead_of
                                     : words + ", thay " + line.instead_of;
}

std::string to_json(const DeskLine& line) {
  return boost::json::serialize(boost::json::object{{"unit", line.unit},
                                                    {"to", line.to},
                                                    {"role", line.role},
                                                    {"reason", line.reason},
                                                    {"on_behalf_of", line.instead_of},
                                                    {"superior", line.superior}});
}

}  // namespace kip
