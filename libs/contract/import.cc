#include "contract/import.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "contract/checks.h"
#include "contract/codes.h"
#include "contract/csv_log.h"
#include "contract/gzip.h"
#include "contract/json_reader.h"
#include "contract/json_text.h"

namespace kip {
namespace {

using Progress = std::function<void(std::uint64_t)>;

bool ends(std::string_view text, std::string_view with) {
  return text.size() >= with.size() && text.substr(text.size() - with.size()) == with;
}

bool is_json_lines(const std::string& file, std::string_view text) {
  if (ends(file, ".jsonl") || ends(file, ".jsonl.gz")) return true;
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{';
}

// A StampedEvent names one of its three bodies; a WorkEvent has no field of these names.
bool is_stamped(std::string_view line, const Limits& limits) {
  JsonText json(line, limits.json_depth_max);
  if (json.peek() != JsonType::kObject || !json.open('{')) return false;
  std::string name;
  while (json.more('}')) {
    if (!json.key(name)) return false;
    if (name == "event" || name == "indicator" || name == "report") return true;
    if (!json.skip(false)) return false;
  }
  return false;
}

Verdict check_stamped(std::string_view line, const DoorOptions& options) {
  if (line.size() > options.limits.event_bytes_max) {
    return {{},
            Refusal{code::kTooLarge, "body",
                    "the line has " + std::to_string(line.size()) +
                        " bytes; the limit event_bytes_max is " +
                        std::to_string(options.limits.event_bytes_max)}};
  }
  v1::StampedEvent stamped;
  auto read = read_json(line, {.depth_max = options.limits.json_depth_max}, stamped);
  if (read.refused) return {{}, std::move(read.refused)};
  if (stamped.channel().empty()) stamped.set_channel("import");
  Verdict verdict = admit(std::move(stamped), options);
  if (verdict.accepted) verdict.accepted->unknown_json_fields = read.unknown_fields;
  return verdict;
}

Verdict check_line(std::string_view line, const Door& door) {
  const DoorOptions& options = door.options();
  if (is_stamped(line, options.limits)) return check_stamped(line, options);
  Arrival arrival;
  arrival.body = line;
  arrival.headers = {{"content-type", "application/json"}};
  arrival.arrived_at_from_record = true;
  arrival.channel = "import";
  return door.check(arrival);
}

void read_json_lines(const std::string& file, std::string_view text, const Door& door,
                     const Progress& progress, ImportedLog& log) {
  constexpr std::uint64_t kLinesBetweenProgress = 4096;
  std::size_t at = 0;
  for (std::uint64_t number = 1; at < text.size(); ++number) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    at = end + 1;
    if (ends(line, "\r")) line.remove_suffix(1);
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    ++log.rows;
    Verdict verdict = check_line(line, door);
    if (verdict.accepted) log.events.push_back(std::move(*verdict.accepted));
    if (verdict.refused) {
      log.refused.push_back({file, number, std::move(*verdict.refused), std::string(line)});
    }
    if (number % kLinesBetweenProgress == 0) progress(at);
  }
}

Status read_log(const std::string& file, const Door& door, const Progress& progress,
                ImportedLog& log) {
  auto content = read_whole(file);
  if (!content) return content.error();
  std::string_view text = *content;
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    text.remove_prefix(kByteOrderMark.size());
  }
  // Told in bytes of the file on disk, which are known before it is unpacked.
  std::error_code error;
  const auto on_disk = static_cast<double>(std::filesystem::file_size(file, error));
  const double share = error || text.empty() ? 0 : on_disk / static_cast<double>(text.size());
  const Progress scaled = [&](std::uint64_t done) {
    progress(static_cast<std::uint64_t>(static_cast<double>(done) * share));
  };
  if (!is_json_lines(file, text)) return read_csv_log(file, text, door.options(), scaled, log);
  read_json_lines(file, text, door, scaled, log);
  return {};
}

}  // namespace

Result<ImportedLog> read_logs(const std::vector<std::string>& files, const Door& door,
                              const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  std::vector<std::uint64_t> sizes;
  std::uint64_t all = 0;
  for (const auto& file : files) {
    std::error_code error;
    const auto size = std::filesystem::file_size(file, error);
    sizes.push_back(error ? 0 : size);
    all += sizes.back();
  }
  ImportedLog log;
  std::uint64_t before = 0;
  const auto tell = [&](std::uint64_t done) {
    if (progress) progress(before + done, all);
  };
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (auto status = read_log(files[i], door, tell, log); !status) return status.error();
    tell(sizes[i]);
    before += sizes[i];
  }
  std::stable_sort(log.events.begin(), log.events.end(), [](const Accepted& a, const Accepted& b) {
    return a.ingested_at < b.ingested_at;
  });
  return log;
}

}  // namespace kip
