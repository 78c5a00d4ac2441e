#include "tools/backtest_rules.h"

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "app/rule_backtest.h"
#include "app/rule_page.h"
#include "app/rule_table.h"
#include "kip/commands.h"
#include "tools/outputs.h"
#include "tools/refused.h"

namespace kip {
namespace {

// One configuration over the log. The log is read anew for each: what its door lets in and makes of
// a row depends on the registry.
Result<RuleBacktest> backtest_with(const CommonOptions& common,
                                   const std::shared_ptr<const Policy>& policy,
                                   const RuleBacktestArguments& arguments,
                                   const std::optional<Instant>& until, Refused& refused) {
  const Door door(door_options(policy));
  ProgressBar reading("đọc     ");
  auto log = read_logs(arguments.files, door,
                       [&](std::uint64_t done, std::uint64_t all) { reading.show(done, all); });
  if (!log) return log.error();
  reading.finish();
  refused.rows(log->refused);
  ProgressBar foreseeing("dự báo  ");
  std::optional<ProgressBar> replaying;  // its time begins with it
  RuleBacktestOptions options;
  options.until = until;
  options.on_refused = [&](const DeadLetter& letter) { refused.letter(letter); };
  options.foreseeing = [&](std::uint64_t done, std::uint64_t all) { foreseeing.show(done, all); };
  options.progress = [&](std::uint64_t done, std::uint64_t all) {
    if (!replaying) {
      foreseeing.finish();
      replaying.emplace("phát lại");
    }
    replaying->show(done, all);
  };
  auto backtest = backtest_rules(*log, policy, options);
  if (!backtest) return backtest.error();
  if (replaying) replaying->finish();
  backtest->config = config_folder(common);
  return backtest;
}

// Of the files that make a policy, beside the rules, those whose text differs.
std::vector<std::string> other_files(const CommonOptions& a, const CommonOptions& b) {
  std::vector<std::string> out;
  for (const std::string& file : policy_files()) {
    if (file == "rules.yaml") continue;
    if (config_text(config_folder(a), file) != config_text(config_folder(b), file)) {
      out.push_back(file);
    }
  }
  return out;
}

// Both configurations over the files; false where `exit` says why not.
bool backtest_both(const RuleBacktestArguments& arguments, const std::optional<Instant>& until,
                   Backtests& out, int& exit) {
  const auto fails = [&](int code) {
    exit = code;
    return false;
  };
  CommonOptions against = arguments.common;
  against.config = arguments.against;
  std::error_code none;
  if (!against.config.empty() && !std::filesystem::is_directory(against.config, none)) {
    return fails(fail_input(not_found("--against: there is no folder '" + against.config + "'")));
  }
  auto policy = load_policy(arguments.common);
  if (!policy) return fails(fail_input(policy.error()));
  std::shared_ptr<const Policy> other;
  if (!against.config.empty()) {
    auto loaded = load_policy(against);
    if (!loaded) return fails(fail_input(loaded.error()));
    other = *loaded;
  }
  Refused refused;
  if (Status opened = refused.open(arguments.refused); !opened) {
    return fails(fail_argument(opened.error()));
  }
  auto after = backtest_with(arguments.common, *policy, arguments, until, refused);
  if (!after) return fails(fail_input(after.error()));
  out.after = *std::move(after);
  if (Status told = refused.tell(); !told) return fails(fail(told.error()));
  if (other) {
    Refused again(true);  // the same rows, unless the registry differs: the figures say how many
    auto before = backtest_with(against, other, arguments, until, again);
    if (!before) return fails(fail_input(before.error()));
    out.before = *std::move(before);
    out.other_files = other_files(arguments.common, against);
  }
  return true;
}

}  // namespace

int run_rule_backtest(const RuleBacktestArguments& arguments) {
  int exit = kDone;
  const auto until = parse_until(arguments.until, exit);
  if (exit != kDone) return exit;
  const Status fit = check_outputs({{"--html", arguments.html}, {"--refused", arguments.refused}},
                                   arguments.files);
  if (!fit) return fail_argument(fit.error());
  Backtests backtests;
  if (!backtest_both(arguments, until, backtests, exit)) return exit;
  if (!arguments.html.empty()) {  // an old page stays where there is no new one
    std::ofstream page(arguments.html, std::ios::binary | std::ios::trunc);
    if (!page) return fail_argument(invalid("--html: cannot write '" + arguments.html + "'"));
    page << page_of(backtests);
    page.close();
    if (page.fail()) return fail(unavailable("the page could not be written whole"));
  }
  if (arguments.common.json) {
    std::printf("%s\n", to_json(backtests).c_str());
  } else {
    std::fputs(table_text(backtests).c_str(), stdout);
  }
  return kDone;
}

}  // namespace kip
