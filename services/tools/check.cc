// kip check: is the configuration whole, and what of it is only an estimate?

#include "app/check.h"

#include <cstdio>
#include <memory>

#include "kip/commands.h"

namespace kip {
namespace {

struct CheckFlags {
  CommonOptions common;
  std::string at;
};

void print(const CheckFigures& f) {
  for (const Problem& problem : f.problems) std::printf("%s\n", to_string(problem).c_str());
  if (!f.problems.empty()) {
    std::printf("%s: %zu lỗi\n", f.dir.c_str(), f.problems.size());
    return;
  }
  const auto n = [](std::uint64_t count) { return grouped(count); };
  std::printf("%s\n  Cấu hình   %s quy tắc, %s thủ tục, %s chỉ tiêu, %s đơn vị, %s nguồn   ok\n",
              f.dir.c_str(), n(f.rules).c_str(), n(f.procedures).c_str(), n(f.targets).c_str(),
              n(f.units).c_str(), n(f.sources).c_str());
  const char* title = "  Danh bạ    ";
  for (const std::string& words : people_words(f)) {
    std::printf("%s%s\n", title, words.c_str());
    title = "             ";
  }
  std::printf("  Lịch       %s ngày nghỉ và làm bù %d-%d; %s suy từ luật, %s ước tính   ok\n",
              n(f.days).c_str(), f.first_year, f.last_year, n(f.days_from_rule).c_str(),
              n(f.days_estimated).c_str());
  for (const std::string& day : f.estimated)
    std::printf("             ước tính: %s\n", day.c_str());
  if (f.years_end_soon) std::printf("             %s\n", calendar_words(f).front().c_str());
  if (f.procedures_unverified > 0) {
    std::printf("  Thủ tục    %s thời hạn chưa kiểm chứng\n", n(f.procedures_unverified).c_str());
  }
}

int run_check(const CheckFlags& options) {
  Instant at = std::chrono::floor<Millis>(std::chrono::system_clock::now());
  if (!options.at.empty()) {
    auto given = parse_rfc3339(options.at);
    if (!given) {
      std::fprintf(stderr, "kip: --at: %s\n", given.error().message.c_str());
      return kUsage;
    }
    at = *given;
  }
  if (Status there = config_there(options.common); !there) return fail_input(there.error());
  const CheckFigures figures = check_config(options.common, at);
  if (options.common.json) {
    std::printf("%s\n", to_json(figures).c_str());
  } else {
    print(figures);
  }
  return figures.problems.empty() ? kDone : kFindings;
}

}  // namespace

void add_check(CLI::App& app, int& exit) {
  auto options = std::make_shared<CheckFlags>();
  CLI::App* command =
      app.add_subcommand("check", "is the configuration right? all mistakes at once");
  add_common(*command, options->common);
  command->add_option("--at", options->at, "look at the year after this time (default: now)");
  command->callback([options, &exit] { exit = run_check(*options); });
}

}  // namespace kip
