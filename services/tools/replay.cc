// kip replay FILE...: what would have been warned, when, in virtual time.

#include "app/replay.h"

#include <cstdio>
#include <fstream>
#include <memory>

#include "kip/commands.h"
#include "tools/outputs.h"
#include "tools/refused.h"

namespace kip {
namespace {

struct ReplayFlags {
  CommonOptions common;
  std::vector<std::string> files;
  std::string until, alerts, items, refused;
};

void print_table(const ReplayFigures& f) {
  std::printf("%s items, %s judged, %s late; %s events, %s refused", grouped(f.items).c_str(),
              grouped(f.judged).c_str(), grouped(f.late).c_str(), grouped(f.events).c_str(),
              grouped(f.refused).c_str());
  if (f.refused_by_shard > 0)
    std::printf(", %s of items sealed or full", grouped(f.refused_by_shard).c_str());
  if (f.beyond_until > 0) std::printf(", %s after --until", grouped(f.beyond_until).c_str());
  std::printf("\n\n");
  std::printf("%-22s %9s %9s %9s %7s %12s\n", "rule", "flagged", "late", "precision", "recall",
              "lead, days");
  for (const auto& [rule, r] : f.rules) {
    std::printf("%-22s %9s %9s %9s %7s %12s\n", rule.c_str(), grouped(r.flagged).c_str(),
                grouped(r.late_flagged).c_str(), decimal(r.precision, 3).c_str(),
                decimal(r.recall, 3).c_str(), decimal(r.lead_days_median, 2).c_str());
  }
}

bool open_lines(const std::string& path, std::ofstream& out,
                std::function<void(std::string_view)>& sink) {
  if (path.empty()) return true;
  out.open(path, std::ios::binary | std::ios::trunc);
  sink = [&out](std::string_view line) { out << line << '\n'; };
  return out.good();
}

// Where the lines of --alerts and --items go. stdout is the figures' alone.
Status open_outputs(const ReplayFlags& options, std::ofstream& alerts, std::ofstream& items,
                    ReplayOptions& to) {
  const Status fit = check_outputs(
      {{"--alerts", options.alerts}, {"--items", options.items}, {"--refused", options.refused}},
      options.files);
  if (!fit) return fit;
  if (!open_lines(options.alerts, alerts, to.on_alert)) {
    return invalid("--alerts: cannot write '" + options.alerts + "'");
  }
  if (!open_lines(options.items, items, to.on_item)) {
    return invalid("--items: cannot write '" + options.items + "'");
  }
  return {};
}

int run_replay(const ReplayFlags& options) {
  int exit = kDone;
  ReplayOptions replay_options;
  replay_options.until = parse_until(options.until, exit);
  if (exit != kDone) return exit;
  auto policy = load_policy(options.common);
  if (!policy) return fail_input(policy.error());
  std::ofstream alerts, items;
  if (Status opened = open_outputs(options, alerts, items, replay_options); !opened) {
    return fail_argument(opened.error());
  }
  Refused refused;
  if (Status opened = refused.open(options.refused); !opened) return fail_argument(opened.error());
  const Door door(door_options(*policy));
  ProgressBar reading("đọc    ");
  auto log = read_logs(options.files, door,
                       [&](std::uint64_t done, std::uint64_t all) { reading.show(done, all); });
  if (!log) return fail_input(log.error());
  reading.finish();
  ProgressBar replaying("phát lại");
  replay_options.progress = [&](std::uint64_t done, std::uint64_t all) {
    replaying.show(done, all);
  };
  refused.rows(log->refused);
  replay_options.on_refused = [&](const DeadLetter& letter) { refused.letter(letter); };
  auto figures = replay(*log, *policy, replay_options);
  if (!figures) return fail(figures.error());
  replaying.finish();
  if (Status told = refused.tell(); !told) return fail(told.error());
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
  auto options = std::make_shared<ReplayFlags>();
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
  command->add_option("--refused", options->refused, kRefusedHelp);
  command->callback([options, &exit] { exit = run_replay(*options); });
}

}  // namespace kip
