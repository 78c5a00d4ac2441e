// The audit of what waits to be folded (catching up).

#include <algorithm>
#include <set>

#include "app/audit_parts.h"
#include "app/printable.h"
#include "contract/chunks.h"
#include "contract/door.h"
#include "runtime/backlog.h"
#include "store/keys.h"

namespace kip {
namespace {

constexpr std::size_t kNamedMax = 10;

// What is wrong with a block; empty: nothing.
std::string fault_of(std::string_view key, std::string_view value,
                     const std::map<std::uint32_t, std::uint64_t>& positions) {
  if (key.size() != keys::backlog(0, 0, 0).size()) return "khóa hỏng";
  const auto [shard, bucket, first] = keys::read_backlog(key);
  const auto position = positions.find(shard);
  if (position == positions.end()) return "không thuộc phần nào";
  auto events = decode_backlog(value);
  if (!events || events->empty()) return "không đọc được";
  if (events->front().offset != first) return "khóa khác với sự kiện đầu";
  std::uint64_t least = 0;
  for (const WaitingEvent& event : *events) {
    const auto seen = glimpse_stamped(event.stamped);
    if (!seen) return "một sự kiện không đọc được";
    if (Backlog::bucket_of(seen->item_id) != bucket) return "một sự kiện nằm sai ngăn";
    if (event.offset < least) return "thứ tự sai";
    if (event.offset >= position->second) return "một sự kiện chưa được đọc tới";
    least = event.offset + 1;
  }
  return "";
}

}  // namespace

Status audit_backlog(const Store& store, const std::map<std::uint32_t, std::uint64_t>& positions,
                     Findings& findings, AuditFigures& figures) {
  bool readable = true;
  const Status scanned =
      store.scan(Table::kBacklog, "", "", [&](std::string_view key, std::string_view value) {
        const std::string fault = fault_of(key, value, positions);
        if (!fault.empty()) findings.add("sự kiện chờ: một khối " + fault);
        readable = readable && fault.empty();
        return true;
      });
  if (!scanned || !readable) return scanned;
  std::set<std::string> items;  // of a bucket
  std::uint32_t shard = 0, bucket = 0;
  const auto count = [&] {
    figures.waiting += items.size();
    for (const std::string& id : items) {
      if (figures.waiting_ids.size() < kNamedMax) figures.waiting_ids.push_back(id);
    }
    items.clear();
  };
  const Status visited = each_waiting(store, [&](std::uint32_t of, const Backlog::One& one) {
    const std::uint32_t in = Backlog::bucket_of(one.item_id);
    if (of != shard || in != bucket) count();
    shard = of;
    bucket = in;
    items.emplace(one.item_id);
    return true;
  });
  count();
  return visited;
}

}  // namespace kip
