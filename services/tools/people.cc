// kip people: a table of people into people.yaml, and who gets the messages of which unit.

#include "app/people.h"

#include <chrono>
#include <cstdio>
#include <memory>

#include "app/printable.h"
#include "kip/commands.h"

namespace kip {
namespace {

struct PeopleFlags {
  CommonOptions common;
  std::string file, at;
};

int run_people_import(const PeopleFlags& options) {
  if (Status there = config_there(options.common); !there) return fail_input(there.error());
  Problems problems;
  const auto text = import_people(options.common, options.file, problems);
  if (!text) return fail_input(text.error());
  for (const Problem& problem : problems) {
    std::fprintf(stderr, "%s\n", printable(to_string(problem)).c_str());
  }
  if (!*text) {
    std::fprintf(stderr, "%s: %zu lỗi\n", options.file.c_str(), problems.size());
    return kFindings;
  }
  std::fputs((*text)->c_str(), stdout);
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    return fail(unavailable("the output could not be written whole"), kStopped);
  }
  return kDone;
}

int run_people_list(const PeopleFlags& options) {
  Instant at = std::chrono::floor<Millis>(std::chrono::system_clock::now());
  if (!options.at.empty()) {
    auto given = parse_rfc3339(options.at);
    if (!given) return fail(invalid("--at: " + given.error().message), kUsage);
    at = *given;
  }
  auto policy = load_policy(options.common);
  if (!policy) return fail_input(policy.error());
  for (const DeskLine& line : desk_lines(**policy, at)) {
    if (options.common.json) {
      std::printf("%s\n", to_json(line).c_str());
      continue;
    }
    const std::string up = line.superior.empty() ? "không có cấp trên" : "↑ " + line.superior;
    std::printf("%-26s %-18s %s (%s)   %s\n", line.unit.c_str(), line.to.c_str(), line.role.c_str(),
                reason_words(line).c_str(), up.c_str());
  }
  const Instant next = (*policy)->directory.next_change(at);
  if (!options.common.json && next != kFarFuture) {
    std::printf("Lần thay đổi kế tiếp: %s\n", format_vn(next).c_str());
  }
  return kDone;
}

}  // namespace

void add_people(CLI::App& app, int& exit) {
  auto options = std::make_shared<PeopleFlags>();
  CLI::App* people = app.add_subcommand("people", "who gets the messages of which unit");
  people->require_subcommand(1);
  CLI::App* list =
      people->add_subcommand("list", "unit, who gets its messages and why, who is above");
  list->add_option("--config", options->common.config, "folder of the configuration");
  list->add_option("--at", options->at, "at this time (default: now)");
  list->add_flag("--json", options->common.json, "one JSON line each");
  list->callback([options, &exit] { exit = run_people_list(*options); });
  CLI::App* import = people->add_subcommand("import", "a table (XLSX) as people.yaml, to stdout");
  import->add_option("--config", options->common.config,
                     "folder of the configuration that it is held against");
  import
      ->add_option("FILE", options->file,
                   "the first sheet counts; its columns: mã, chức danh, "
                   "đơn vị, vai trò, email, điện thoại, …")
      ->required();
  import->callback([options, &exit] { exit = run_people_import(*options);
});
}  // namespace kip

}  // namespace kip
