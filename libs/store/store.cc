#include "store/store.h"

#include <array>
#include <utility>

#include "store/keys.h"

namespace kip {

std::string_view table_name(Table table) {
  // In the order of the enumeration. The names are on disk: never change one.
  static constexpr std::array<std::string_view, kTableCount> kNames = {
      "log",     "alerts",  "item",    "history", "timer",    "total",    "meta",
      "dead",    "reading", "backlog", "desk",    "message",  "delivery", "outbox",
      "journal", "answer",  "heard",   "subject", "forecast", "link"};
  const auto i = static_cast<std::size_t>(table);
  KIP_CHECK(i < kNames.size());
  return kNames.at(i);
}

void Batch::put(Table table, std::string key, std::string value) {
  bytes_ += key.size() + value.size();
  writes_.push_back({table, std::move(key), std::move(value), std::nullopt});
}

void Batch::erase(Table table, std::string key) {
  bytes_ += key.size();
  writes_.push_back({table, std::move(key), std::nullopt, std::nullopt});
}

void Batch::erase_range(Table table, std::string from, std::string until) {
  KIP_CHECK(!until.empty());
  // RocksDB takes a reversed range as damage of the batch, and only after the WAL has it.
  if (from >= until) return;
  bytes_ += from.size() + until.size();
  writes_.push_back({table, std::move(from), std::nullopt, std::move(until)});
}

void Batch::add(Write write) {
  bytes_ += write.key.size();
  for (const auto* text : {&write.value, &write.until}) bytes_ += *text ? (*text)->size() : 0;
  writes_.push_back(std::move(write));
}

void Batch::clear() {
  writes_.clear();
  bytes_ = 0;
}

Result<std::optional<std::uint64_t>> meta_number(const Store& store, const std::string& name) {
  auto value = store.get(Table::kMeta, name);
  if (!value) return value.error();
  if (!*value) return std::optional<std::uint64_t>();
  if ((*value)->size() != sizeof(std::uint64_t)) return corrupt("meta '" + name + "' is damaged");
  return std::optional(keys::read_u64(**value));
}

Result<std::optional<Instant>> meta_instant(const Store& store, const std::string& name) {
  auto ms = meta_number(store, name);
  if (!ms) return ms.error();
  if (!*ms) return std::optional<Instant>();
  return std::optional(instant_of(static_cast<std::int64_t>(**ms)));
}

}  // namespace kip
