#include "kip/serving.h"

#include <cstdio>

#include "app/check.h"

namespace kip {

void add_serving(CLI::App& command, ServingArguments& arguments, const std::string& http) {
  arguments.http = http;
  command.add_option("--http", arguments.http,
                     "address to serve (default " + (http.empty() ? "none" : http) + ")");
  command.add_option("--token-file", arguments.token_file,
                     "lines NAME TOKEN; needed for any address but loopback");
}

std::optional<Reloaded> reload(Service& service, const CommonOptions& common) {
  auto policy = load_policy(common);
  auto notify = policy ? load_notify(common, **policy) : policy.error();
  const std::shared_ptr<const Policy> old = service.policy();
  const Status taken = notify ? service.reload(*policy) : Status(notify.error());
  if (taken) {
    const bool same = (*policy)->digest == old->digest &&
                      (*policy)->directory.digest() == old->directory.digest();
    std::printf("Đã nạp lại cấu hình%s.\n", same ? ", không có gì khác" : "");
    if (common.calendar == "config") {
      const CheckFigures figures = check_config(common, service.now());
      for (const std::string& words : calendar_words(figures)) std::printf("  %s\n", words.c_str());
    }
  } else {
    std::printf("Cấu hình mới có lỗi, vẫn dùng cấu hình cũ:\n%s\n", taken.error().message.c_str());
  }
  std::fflush(stdout);
  if (!taken) return std::nullopt;
  return Reloaded{*policy, *notify};
}

}  // namespace kip
