// kip replay FILE...: what would have been warned, when, in virtual time.

#include "app/replay.h"

#include <cstdio>
#include <fstream>
#include <memory>

#include "kip/commands.h"

namespace kip {
namespace {

struct Options {
  CommonOptions common;
  std::vector<std::string> files;
  std::string until, alerts, items;
};

void print_refused(const ImportedLog& log) {
  std::size_t shown = 0;
  for (const RefusedRow& row : log.refused) {
    if (++shown > 20) {
      std::fprintf(stderr, "  ... %zu more\n", log.refused.size() - 20);
      break;
    }
    std::fprintf(stderr, "  refused %s:%llu: %s: %s\n", row.file.c_str(),
                 static_cast<unsigned long long>(row.row), row.refusal.field.c_str(),
                 row.refusal.reason.c_str());
  }
}

void print_table(const ReplayFigures& f) {
  std::printf("%s items, %s judged, %s late; %s events, %s refused\n\n", grouped(f.items).c_str(),
              grouped(f.judged).c_str(), grouped(f.late).c_str(), grouped(f.events).c_str(),
              grouped(f.refused).c_str());
  std::printf("%-22s %9s %9s %9s %7s %12s\n", "rule", "flagged", "late", "precision", "recall",
              "lead, days");
  for (const auto& [rule, r] : f.rules) {
    std::printf("%-22s %9s %9s %9.3f %7.3f %12.2f\n", rule.c_str(), grouped(r.flagged).c_str(),
                grouped(r.late_flagged).c_str(), r.precision, r.recall, r.lead_days_median);
  }
}

bool open_lines(const std::string& path, std::ofstream& out,
                std::function<void(std::string_view)>& sink) {
  if (path.empty()) return true;
  out.open(path, std::ios::binary | std::ios::trunc);
  sink = [&out](std::string_view line) { out << line << '\n'; };
  return out.good();
}

int run(const Options& options) {
  int exit = kDone;
  const auto until = parse_until(options.until, exit);
  if (exit != kDone) return exit;
  auto policy = load_policy(options.common);
  if (!policy) return fail(policy.error());
  const Door door(door_options(*policy));
  ProgressBar reading("đọc    ");
  auto log = read_logs(options.files, door,
                       [&](std::uint64_t done, std::uint64_t all) { reading.show(done, all); });
  if (!log) return fail(log.error());
  reading.finish();
  ReplayOptions replay_options;
  replay_options.until = until;
  std::ofstream alerts, items;
  if (!open_lines(options.alerts, alerts, replay_options.on_alert))
    return fail(invalid("cannot write " + options.alerts));
  if (!open_lines(options.items, items, replay_options.on_item))
    return fail(invalid("cannot write " + options.items));
  ProgressBar replaying("phát lại");
  replay_options.progress = [&](std::uint64_t done, std::uint64_t all) {
    replaying.show(done, all);
  };
  auto figures = replay(*log, *policy, replay_options);
  if (!figures) return fail(figures.error());
  replaying.finish();
  print_refused(*log);
  alerts.close();
  items.close();
  if ((!options.alerts.empty() && alerts.fail()) || (!options.items.empty() && items.fail()))
    return fail(invalid("the output could not be written whole"));
  if (options.common.json) {
    std::printf("%s\n", to_json(*figures).c_str());
  } else {
    print_table(*figures);
  }
  return kDone;
}

}  // namespace

void add_replay(CLI::App& app, int& exit) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "replay", "a whole log in virtual time: what would have been warned, when");
  add_common(*command, options->common);
  command->add_option("FILE", options->files, "CSV or JSON lines, plain or gzip")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("--until", options->until,
                      "where time ends (default: the log's last record)");
  command->add_option("--alerts", options->alerts, "write every AlertEvent as a JSON line");
  command->add_option("--items", options->items, "write every item's final view as a JSON line");
  command->callback([options, &exit] { exit = run(*options); });
}

}  // namespace kip
