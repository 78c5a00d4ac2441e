#include "app/data_folder.h"

#include <algorithm>
#include <filesystem>

#include "runtime/format.h"
#include "store/union_store.h"

namespace kip {
namespace {

namespace fs = std::filesystem;

bool is_number(const std::string& name) {
  const auto digit = [](unsigned char c) { return c >= '0' && c <= '9'; };
  return !name.empty() && name.size() < 10 && std::all_of(name.begin(), name.end(), digit);
}

// What cannot be looked at may be there: whoever opens it is told why not.
bool may_be_there(const fs::path& path) {
  std::error_code failed;
  return fs::exists(path, failed) || failed;
}

// DIR/0, DIR/1 ...: the numbers, in order.
std::vector<std::uint32_t> partitions_in(const fs::path& dir) {
  std::vector<std::uint32_t> out;
  std::error_code failed;
  for (fs::directory_iterator at(dir, failed), end; !failed && at != end; at.increment(failed)) {
    const std::string name = at->path().filename().string();
    if (is_number(name) && may_be_there(at->path() / "db"))
      out.push_back(static_cast<std::uint32_t>(std::stoul(name)));
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

std::uint64_t state_format() { return kStateFormat; }

Result<std::unique_ptr<RocksStore>> open_data(const std::string& dir) {
  auto reader = RocksStore::open_reader(dir);
  if (!reader) return reader;
  if (Status readable = check_readable(**reader); !readable) return readable.error();
  return reader;
}

Result<DataView> view_data(const std::string& dir) {
  const fs::path folder(dir);
  DataView view;
  std::vector<std::shared_ptr<const Store>> all;
  if (!may_be_there(folder / "db")) {
    for (const std::uint32_t shard : partitions_in(folder)) {
      auto reader = open_data((folder / std::to_string(shard)).string());
      if (!reader) return reader.error();
      view.partitions.push_back({shard, std::move(*reader)});
      all.push_back(view.partitions.back().store);
    }
  }
  for (const char* const name : {kAlertsFolder, kDesksFolder}) {
    if (may_be_there(folder / "db") || !may_be_there(folder / name / "db")) continue;
    auto reader = RocksStore::open_reader((folder / name).string());
    if (!reader) return reader.error();
    all.push_back(std::move(*reader));
  }
  if (all.empty()) {
    auto reader = open_data(dir);
    if (!reader) return reader.error();
    view.store = std::move(*reader);
    return view;
  }
  view.on_kafka = true;
  view.store = open_union(std::move(all));
  return view;
}

Result<StoredOptions> stored_options(const Store& store) {
  auto calendar = store.get(Table::kMeta, "calendar");
  if (!calendar) return calendar.error();
  auto registry = store.get(Table::kMeta, "registry");
  if (!registry) return registry.error();
  if (!*calendar || !*registry) return not_found("there is no data of kip here");
  auto config = store.get(Table::kMeta, "config");
  if (!config) return config.error();
  return StoredOptions{config->value_or(""), **calendar, **registry};
}

Status remember(Store& store, const StoredOptions& options, const std::string& ward) {
  Batch batch;
  batch.put(Table::kMeta, "ward", ward);
  batch.put(Table::kMeta, "config", options.config);
  batch.put(Table::kMeta, "calendar", options.calendar);
  batch.put(Table::kMeta, "registry", options.registry);
  return store.write(batch, Durability::kSynced);
}

Status check_ward(const Store& store, const std::string& ward) {
  auto known = store.get(Table::kMeta, "ward");
  if (!known) return known.error();
  return same_ward(ward, known->value_or(ward));
}

Status same_ward(const std::string& now, const std::string& data) {
  if (now == data) return {};
  return invalid("kip.yaml: ward.id: '" + now + "' is another ward than '" + data +
                 "', whose data this is; the id never changes once there is data");
}

}  // namespace kip
