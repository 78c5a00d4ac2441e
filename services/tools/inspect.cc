// kip audit, kip trace: a look at data, also beside a running `up`.

#include <cstdio>
#include <memory>

#include "app/audit.h"
#include "app/engine.h"
#include "app/printable.h"
#include "app/trace.h"
#include "kip/commands.h"
#include "store/union_store.h"

namespace kip {
namespace {

constexpr std::uint64_t kDifferencesShownMax = 200;

struct InspectFlags {
  CommonOptions common;
  std::string data, item, at;
  CLI::App* command = nullptr;
};

// The policy that the data was last written with, where the command line does not say otherwise.
Result<std::shared_ptr<const Policy>> policy_of(const InspectFlags& options, const Store& store) {
  auto common = as_written(store);
  if (!common) return common.error();
  if (options.command->count("--config") > 0) common->config = options.common.config;
  if (options.command->count("--calendar") > 0) common->calendar = options.common.calendar;
  if (options.command->count("--registry") > 0) common->registry = options.common.registry;
  return load_policy(*common);
}

void print_audit(const AuditFigures& f) {
  if (f.waiting > 0) {
    std::printf("%s việc đang chờ xét (đuổi theo dữ liệu):", grouped(f.waiting).c_str());
    for (const std::string& id : f.waiting_ids) std::printf(" %s", printable(id, 60).c_str());
    std::printf("%s\n", f.waiting > f.waiting_ids.size() ? " …" : "");
  }
  const std::string gone =
      f.gone == 0 ? "" : " và " + grouped(f.gone) + " việc đã hủy, chỉ còn lịch sử";
  std::printf("%s việc%s; %s lần cảnh báo, %s việc dựng lại từ lịch sử, %s đã khép lại\n",
              grouped(f.items).c_str(), gone.c_str(), grouped(f.alerts).c_str(),
              grouped(f.refolded).c_str(), grouped(f.sealed).c_str());
  std::printf("  state   %s\n  totals  %s\n  alerts  %s\n", f.state_digest.c_str(),
              f.totals_digest.c_str(), f.alerts_digest.c_str());
  std::printf("Đối chiếu tổng số với đếm lại từng việc: %s\n",
              f.differences == 0 ? "khớp" : (grouped(f.differences) + " sai khác").c_str());
  if (!f.skipped.empty()) {
    std::printf("CHƯA kiểm tra trạng thái và số đếm của từng việc theo quy tắc (%s)\n",
                f.skipped.c_str());
  }
}

int run_audit(const InspectFlags& options) {
  auto data = view_data(options.data);
  if (!data) return fail_input(data.error());
  AuditOptions audit_options;
  // Without the table of alerts, which is read from the topic at its own pace.
  std::vector<std::shared_ptr<const Store>> stores;
  for (const DataView::Partition& partition : data->partitions) {
    audit_options.parts.push_back({partition.shard, partition.store.get()});
    stores.push_back(partition.store);
  }
  const auto store = stores.empty() ? data->store : open_union(std::move(stores));
  auto policy = policy_of(options, *data->store);
  // Without one the rest is looked at all the same; a folder that was named must be there.
  if (!policy && options.command->count("--config") > 0 && policy.error().code == Errc::kNotFound) {
    return fail(policy.error(), kUsage);
  }
  if (!policy) fail(policy.error());
  if (policy) audit_options.policy = *policy;
  std::uint64_t shown = 0;
  audit_options.on_difference = [&](const std::string& words) {
    if (++shown <= kDifferencesShownMax) std::fprintf(stderr, "sai khác: %s\n", words.c_str());
  };
  ProgressBar bar("đối chiếu");
  audit_options.progress = [&](std::uint64_t done, std::uint64_t all) { bar.show(done, all); };
  auto figures = audit(*store, audit_options);
  if (!figures) return fail_input(figures.error());
  bar.finish();
  if (shown > kDifferencesShownMax) {
    std::fprintf(stderr, "… và %s sai khác nữa\n", grouped(shown - kDifferencesShownMax).c_str());
  }
  if (!figures->skipped.empty()) {
    std::fprintf(stderr, "kip: states and counters were not held against the rules: %s\n",
                 figures->skipped.c_str());
  }
  if (options.common.json) {
    std::printf("%s\n", to_json(*figures).c_str());
  } else {
    print_audit(*figures);
  }
  return figures->differences == 0 && figures->skipped.empty() ? kDone : kFindings;
}

int run_trace(const InspectFlags& options) {
  std::optional<Instant> now;
  if (!options.at.empty()) {
    auto at = parse_rfc3339(options.at);
    if (!at) {
      std::fprintf(stderr, "kip: --at: %s\n", at.error().message.c_str());
      return kUsage;
    }
    now = *at;
  }
  auto data = view_data(options.data);
  if (!data) return fail_input(data.error());
  auto policy = policy_of(options, *data->store);
  if (!policy) return fail_input(policy.error());
  auto story = trace(*data->store, **policy, options.item, now);
  if (!story) return fail_input(story.error());
  if (!options.common.json) {
    std::fputs(trace_text(*story, **policy).c_str(), stdout);
    return kDone;
  }
  auto json = trace_json(*story, **policy);
  if (!json) return fail(json.error());
  std::printf("%s\n", json->c_str());
  return kDone;
}

std::shared_ptr<InspectFlags> add_command(CLI::App& app, const char* name, const char* help) {
  auto options = std::make_shared<InspectFlags>();
  options->command = app.add_subcommand(name, help);
  add_common(*options->command, options->common);
  options->command->add_option("--data", options->data, "the data of a ward")->required();
  return options;
}

}  // namespace

void add_inspect(CLI::App& app, int& exit) {
  auto audit = add_command(app, "audit", "does all that is stored agree? and its digests");
  audit->command->callback([audit, &exit] { exit = run_audit(*audit); });
  auto trace = add_command(app, "trace", "the story of one item: events, rules, alerts");
  trace->command->add_option("ITEM", trace->item, "the item's id")->required();
  trace->command->add_option("--at", trace->at, "figures as of this time (default: the data's)");
  trace->command->callback([trace, &exit] { exit = run_trace(*trace); });
  add_dead(app, exit);
}

}  // namespace kip
