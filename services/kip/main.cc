// kip: the one executable. `kip COMMAND --help` tells the rest.

#include <cstdio>
#include <filesystem>
#include <memory>
#include <sstream>

#include "app/data_folder.h"
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

CLI::Option* add_kafka(CLI::App& command, KafkaArguments& arguments, CLI::App* group) {
  CLI::Option* brokers = (group == nullptr ? command : *group)
                             .add_option("--kafka", arguments.brokers, "HOST:PORT,... of Kafka");
  command
      .add_option("--kafka-config", arguments.settings,
                  "kafka.yaml: TLS, user and password, what may be tuned")
      ->needs(brokers);
  return brokers;
}

CLI::Option* add_data_to_write(CLI::App& command, std::string& data) {
  const auto no_file = [](const std::string& path) -> std::string {
    std::error_code ec;
    const bool there = std::filesystem::exists(path, ec);
    if (path.empty()) return "no folder is named";
    return there && !std::filesystem::is_directory(path, ec) ? "'" + path + "' is no folder" : "";
  };
  return command.add_option("--data", data, "folder of the data")
      ->required()
      ->check(CLI::Validator(no_file, "", ""));
}

int fail(const Error& error, int exit) {
  std::istringstream lines(error.message);
  for (std::string line; std::getline(lines, line);)
    std::fprintf(stderr, "kip: %s\n", line.c_str());
  return exit;
}

int fail_input(const Error& error) {
  return fail(error, error.code == Errc::kNotFound ? kUsage : kFindings);
}

int fail_argument(const Error& error) {
  const bool usage = error.code == Errc::kNotFound || error.code == Errc::kInvalid;
  return fail(error, usage ? kUsage : kFindings);
}

std::optional<Instant> parse_until(const std::string& text, int& exit) {
  if (text.empty()) return std::nullopt;
  auto at = parse_rfc3339(text);
  if (at) return *at;
  std::fprintf(stderr, "kip: --until: %s\n", at.error().message.c_str());
  exit = kUsage;
  return std::nullopt;
}

int set_clock(const std::string& clock, const std::string& until, EngineOptions& options) {
  int exit = kDone;
  options.until = parse_until(until, exit);
  if (exit != kDone) return exit;
  auto spec = parse_clock(clock);
  if (!spec) return fail(spec.error(), kUsage);
  options.clock = *spec;
  if (options.until && spec->kind != ClockSpec::Kind::kLog) {
    return fail(invalid("--until needs --clock log: under --clock " + clock + " time has no end"),
                kUsage);
  }
  return kDone;
}

const CLI::App* command_named(CLI::App& app, const std::string& name) {
  const auto found = app.get_subcommands([&](CLI::App* c) { return c->get_name() == name; });
  return found.empty() ? nullptr : found.front();
}

int no_command(const std::string& name) {
  return fail(invalid("there is no command '" + name + "': see kip help"), kUsage);
}

// Its own, whatever else was on the command line.
std::string help_of(const CLI::App& app, const std::string& before) {
  return app.get_formatter()->make_help(&app, before + app.get_name(), CLI::AppFormatMode::Normal);
}

void add_version(CLI::App& app, int& exit) {
  app.set_version_flag("--version", "kip " KIP_VERSION, "print the version");
  CLI::App* version = app.add_subcommand("version", "print the version");
  auto json = std::make_shared<bool>(false);
  version->add_flag("--json", *json, "as JSON");
  version->callback([json, &exit] {
    exit = kDone;
    if (*json) {
      std::printf("{\"version\":\"%s\",\"state_format\":%llu}\n", KIP_VERSION,
                  static_cast<unsigned long long>(state_format()));
    } else {
      std::printf("kip %s\n", KIP_VERSION);
    }
  });
  CLI::App* help = app.add_subcommand("help", "what a command takes");
  auto name = std::make_shared<std::string>();
  help->add_option("COMMAND", *name, "one of them (default: all)");
  help->callback([name, &app, &exit] {
    const CLI::App* of = name->empty() ? &app : command_named(app, *name);
    exit = of == nullptr ? no_command(*name) : kDone;
    if (of != nullptr) std::fputs(help_of(*of, name->empty() ? "" : "kip ").c_str(), stdout);
  });
}

}  // namespace kip

int main(int argc, char** argv) {
  CLI::App app{
      "Kịp (\"in time\"): follows every task, dossier and petition of a ward and warns early of "
      "what will be late.",
      "kip"};
  app.require_subcommand(1);
  int exit = kip::kDone;
  kip::add_up(app, exit);
  kip::add_import(app, exit);
  kip::add_replay(app, exit);
  kip::add_backtest(app, exit);
  kip::add_check(app, exit);
  kip::add_people(app, exit);
  kip::add_messages(app, exit);
  kip::add_test_message(app, exit);
  kip::add_inspect(app, exit);
  kip::add_backup(app, exit);
  kip::add_sample(app, exit);
  kip::add_bench(app, exit);
  kip::add_version(app, exit);
#ifdef KIP_KAFKA
  kip::add_topics(app, exit);
  kip::add_ingest(app, exit);
  kip::add_engine(app, exit);
  kip::add_gateway(app, exit);
  kip::add_notifier(app, exit);
#endif
  const std::string first = argc < 2 ? "" : argv[1];
  if (first.empty()) {
    std::fputs(kip::help_of(app, "").c_str(), stderr);
    return kip::kUsage;
  }
  if (first.front() != '-' && kip::command_named(app, first) == nullptr) {
    return kip::no_command(first);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? kip::kDone : kip::kUsage;
  }
  return exit;
}
