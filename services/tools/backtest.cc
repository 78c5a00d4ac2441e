// kip backtest --train A --test B: how well the forecast would have told late items apart; and
// kip backtest FILE...: how well the rules did (backtest_rules.h).

#include "app/backtest.h"

#include <cstdio>
#include <fstream>
#include <memory>

#include "kip/commands.h"
#include "tools/backtest_rules.h"
#include "tools/outputs.h"
#include "tools/refused.h"

namespace kip {
namespace {

struct BacktestFlags {
  std::vector<std::string> train, test;
  std::string scores, refused;
  bool online = false, recorded = false, json = false;
};

void print_table(const BacktestFigures& f, bool online) {
  std::printf("%s items, %s judged, %s late; learned from %s items, %s late",
              grouped(f.items).c_str(), grouped(f.judged).c_str(), grouped(f.late).c_str(),
              grouped(f.train_items).c_str(), grouped(f.train_late).c_str());
  if (f.refused > 0) std::printf("; %s rows refused", grouped(f.refused).c_str());
  if (online) std::printf("; %s models", grouped(f.models).c_str());
  std::printf("\n");
  if (f.both_items > 0) {
    std::printf("%s items stand in both logs: not learned from\n", grouped(f.both_items).c_str());
  }
  if (!f.enough_data) {
    std::printf("not enough data to learn from%s: every chance is the share of late items\n",
                online ? " at first" : "");
  }
  std::printf("\n%-9s %8s %8s %7s %7s %7s %7s %12s %12s\n", "time used", "open", "late", "AUC",
              "table", "Brier", "table", "calibration", "riskiest 5th");
  for (const PointFigures& p : f.points) {
    std::printf("%7.0f %% %8s %8s %7s %7s %7s %7s %12s %12s\n", p.share * 100,
                grouped(p.open).c_str(), grouped(p.late).c_str(), decimal(p.auc, 3).c_str(),
                decimal(p.table_auc, 3).c_str(), decimal(p.brier, 3).c_str(),
                decimal(p.table_brier, 3).c_str(), decimal(p.calibration_error, 3).c_str(),
                decimal(p.riskiest, 3).c_str());
  }
}

Result<ImportedLog> read(const char* label, const std::vector<std::string>& files,
                         const Door& door) {
  ProgressBar reading(label);
  auto log = read_logs(files, door,
                       [&](std::uint64_t done, std::uint64_t all) { reading.show(done, all); });
  if (log) reading.finish();
  return log;
}

int run_backtest(const BacktestFlags& options) {
  std::vector<std::string> inputs = options.train;
  inputs.insert(inputs.end(), options.test.begin(), options.test.end());
  const Status fit =
      check_outputs({{"--scores", options.scores}, {"--refused", options.refused}}, inputs);
  if (!fit) return fail_argument(fit.error());
  BacktestOptions backtest_options;
  backtest_options.online = options.online;
  backtest_options.recorded = options.recorded;
  Refused refused;
  if (Status opened = refused.open(options.refused); !opened) return fail_argument(opened.error());
  // Logs of other places are read as they are: no unit, no source has to be known here.
  const Door door{DoorOptions{}};
  auto train = read("học     ", options.train, door);
  if (!train) return fail_input(train.error());
  auto test = read("đọc     ", options.test, door);
  if (!test) return fail_input(test.error());
  refused.rows(train->refused);
  refused.rows(test->refused);
  std::ofstream scores;
  if (!options.scores.empty()) {  // an old one is emptied when all is read, not before
    scores.open(options.scores, std::ios::binary | std::ios::trunc);
    if (!scores) return fail_argument(invalid("--scores: cannot write '" + options.scores + "'"));
    scores << kScoresHeader << '\n';
    backtest_options.on_score = [&](const Score& score) { scores << csv_line(score) << '\n'; };
  }
  ProgressBar asking("dự báo  ");
  backtest_options.progress = [&](std::uint64_t done, std::uint64_t all) {
    asking.show(done, all);
  };
  auto figures = backtest(std::move(*train), std::move(*test), backtest_options);
  if (!figures) return fail(figures.error());
  asking.finish();
  if (Status told = refused.tell(); !told) return fail(told.error());
  scores.close();
  if (!options.scores.empty() && scores.fail()) {
    return fail(invalid("the output could not be written whole"));
  }
  if (options.json) {
    std::printf("%s\n", to_json(*figures).c_str());
  } else {
    print_table(*figures, options.online);
  }
  return kDone;
}

// The options of one form, which the other knows nothing of.
struct FlagForm {
  std::string words;  // what the form is
  std::vector<CLI::Option*> needed, others;
  const CLI::Option* given() const {
    for (const auto* options : {&needed, &others}) {
      for (const CLI::Option* option : *options) {
        if (option->count() > 0) return option;
      }
    }
    return nullptr;
  }
};

// kInvalid: what was given is no whole form, or of both.
Status check_form(const FlagForm& forecast, const FlagForm& rules, bool& of_rules) {
  of_rules = rules.needed.front()->count() > 0;
  const FlagForm &chosen = of_rules ? rules : forecast, &other = of_rules ? forecast : rules;
  if (!chosen.given()) return invalid("name either " + rules.words + ", or " + forecast.words);
  if (const CLI::Option* stray = other.given()) {
    return invalid(stray->get_name() + " is of the other form: either " + rules.words + ", or " +
                   forecast.words);
  }
  for (const CLI::Option* option : chosen.needed) {
    if (option->count() == 0) return invalid(option->get_name() + " is required");
  }
  return {};
}

FlagForm add_forecast(CLI::App& command, BacktestFlags& options) {
  FlagForm form{"--train A --test B (how right the forecast was)", {}, {}};
  form.needed = {
      command
          .add_option("--train", options.train, "learn from it: CSV or JSON lines, plain or gzip")
          ->check(CLI::ExistingFile),
      command
          .add_option("--test", options.test, "ask about its items at 25, 50, 75 % of their time")
          ->check(CLI::ExistingFile)};
  form.others = {command.add_option("--scores", options.scores,
                                    "write item_id,point,scored_at,probability as CSV"),
                 command.add_flag("--online", options.online,
                                  "learn too from items of --test whose due has come by then"),
                 command.add_flag("--recorded", options.recorded,
                                  "an event is known from its recorded_at on, not from when it "
                                  "happened")};
  return form;
}

FlagForm add_rules(CLI::App& command, RuleBacktestArguments& arguments) {
  FlagForm form{"FILE... (how right the rules were)", {}, {}};
  form.needed = {command
                     .add_option("FILE", arguments.files,
                                 "replay it with the rules: CSV or JSON lines, plain or gzip")
                     ->check(CLI::ExistingFile)};
  add_common(command, arguments.common);
  form.others = {command.add_option("--against", arguments.against,
                                    "folder of another configuration: what --config gains and "
                                    "loses against it"),
                 command.add_option("--until", arguments.until,
                                    "where time ends (default: the log's last record)"),
                 command.add_option("--html", arguments.html, "write it as one page with curves")};
  for (const char* name : {"--config", "--calendar", "--registry"}) {
    form.others.push_back(command.get_option(name));
  }
  return form;
}

}  // namespace

void add_backtest(CLI::App& app, int& exit) {
  auto options = std::make_shared<BacktestFlags>();
  auto arguments = std::make_shared<RuleBacktestArguments>();
  CLI::App* command = app.add_subcommand(
      "backtest",
      "a log that is over: is one rule file better than another (FILE... --against DIR); or how "
      "right the forecast was (--train, --test)");
  const FlagForm rules = add_rules(*command, *arguments);
  const FlagForm forecast = add_forecast(*command, *options);
  command->add_option("--refused", options->refused, kRefusedHelp);
  command->callback([=, &exit] {
    bool of_rules = false;
    if (Status fit = check_form(forecast, rules, of_rules); !fit) {
      exit = fail_argument(fit.error());
      return;
    }
    options->json = arguments->common.json;
    arguments->refused = options->refused;
    exit = of_rules ? run_rule_backtest(*arguments) : run_backtest(*options);
  });
}

}  // namespace kip
