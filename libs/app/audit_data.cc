// Which stores a folder holds.

#include <algorithm>
#include <filesystem>

#include "app/audit.h"
#include "store/joined_store.h"
#include "store/rocks_store.h"

namespace kip {
namespace {

namespace fs = std::filesystem;

bool is_number(const std::string& name) {
  const auto digit = [](unsigned char c) { return c >= '0' && c <= '9'; };
  return !name.empty() && name.size() < 10 && std::all_of(name.begin(), name.end(), digit);
}

// DIR/0, DIR/1 ...: the numbers, in order.
std::vector<std::uint32_t> partitions_in(const fs::path& dir) {
  std::vector<std::uint32_t> out;
  std::error_code failed;
  for (fs::directory_iterator at(dir, failed), end; !failed && at != end; at.increment(failed)) {
    const std::string name = at->path().filename().string();
    if (is_number(name) && fs::exists(at->path() / "db"))
      out.push_back(static_cast<std::uint32_t>(std::stoul(name)));
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

Result<AuditData> open_audit_data(const std::string& dir) {
  AuditData data;
  const auto partitions =
      fs::exists(fs::path(dir) / "db") ? std::vector<std::uint32_t>{} : partitions_in(dir);
  if (partitions.empty()) {
    auto reader = RocksStore::open_reader(dir);
    if (!reader) return reader.error();
    data.store = std::move(*reader);
    return data;
  }
  std::vector<const Store*> stores;
  for (const std::uint32_t shard : partitions) {
    auto reader = RocksStore::open_reader((fs::path(dir) / std::to_string(shard)).string());
    if (!reader) return reader.error();
    stores.push_back(reader->get());
    data.parts.push_back({shard, reader->get()});
    data.partitions.push_back(std::move(*reader));
  }
  data.store = join_stores(std::move(stores));
  return data;
}

}  // namespace kip
