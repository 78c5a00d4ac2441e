// kip: the one executable. `kip COMMAND --help` tells the rest.

#include <cstdio>
#include <sstream>

#include "kip/commands.h"

namespace kip {

void add_common(CLI::App& command, CommonOptions& options) {
  command.add_option("--config", options.config,
                     "folder of the configuration (default: deploy/config or /etc/kip)");
  command
      .add_option("--calendar", options.calendar,
                  "working time: always, weekdays (the plain week) or config")
      ->check(CLI::IsMember({"always", "weekdays", "config"}));
  command
      .add_option("--registry", options.registry,
                  "open: every unit and source is known, titles are kept")
      ->check(CLI::IsMember({"open", "config"}));
  command.add_flag("--json", options.json, "figures as JSON on stdout");
}

int fail(const Error& error) {
  std::istringstream lines(error.message);
  for (std::string line; std::getline(lines, line);)
    std::fprintf(stderr, "kip: %s\n", line.c_str());
  return kFindings;
}

std::optional<Instant> parse_until(const std::string& text, int& exit) {
  if (text.empty()) return std::nullopt;
  auto at = parse_rfc3339(text);
  if (at) return *at;
  std::fprintf(stderr, "kip: --until: %s\n", at.error().message.c_str());
  exit = kUsage;
  return std::nullopt;
}

void add_version(CLI::App& app, int& exit) {
  app.add_subcommand("version", "print the version")->callback([&exit] {
    std::printf("kip %s\n", KIP_VERSION);
    exit = kDone;
  });
}

}  // namespace kip

int main(int argc, char** argv) {
  CLI::App app{
      "Kịp (\"in time\"): follows every task, dossier and petition of a ward and warns early of "
      "what will be late."};
  app.require_subcommand(1);
  int exit = kip::kDone;
  kip::add_up(app, exit);
  kip::add_import(app, exit);
  kip::add_replay(app, exit);
  kip::add_check(app, exit);
  kip::add_inspect(app, exit);
  kip::add_backup(app, exit);
  kip::add_sample(app, exit);
  kip::add_bench(app, exit);
  kip::add_version(app, exit);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? kip::kDone : kip::kUsage;
  }
  return exit;
}
