#include "app/data_folder.h"

#include "runtime/format.h"

namespace kip {

std::uint64_t state_format() { return kStateFormat; }

Result<std::unique_ptr<RocksStore>> open_data(const std::string& dir) {
  auto reader = RocksStore::open_reader(dir);
  if (!reader) return reader;
  if (Status readable = check_readable(**reader); !readable) return readable.error();
  return reader;
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
