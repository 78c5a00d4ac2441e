// The audit of what waits in the history of items (catching up): it is marked, or nobody folds it.

#include <optional>

#include "app/audit_parts.h"
#include "app/printable.h"
#include "contract/state.h"
#include "runtime/items.h"
#include "store/keys.h"

namespace kip {
namespace {

Result<bool> is_marked(const Store& store, const std::vector<std::uint32_t>& shards,
                       const std::string& item_id) {
  for (const std::uint32_t shard : shards) {
    auto row = store.get(Table::kTimer, keys::timer(shard, kWaitingLook, item_id));
    if (!row) return row.error();
    if (*row) return true;
  }
  return false;
}

Status audit_mark(const Store& store, const std::vector<std::uint32_t>& shards,
                  const std::string& item_id, Findings& findings) {
  auto value = store.get(Table::kItem, item_id);
  if (!value) return value.error();
  auto item = *value ? decode_item(**value) : Result<ItemState>(ItemState{});
  if (!item) return {};  // said already
  auto waits = history_waits(store, item_id, item->history_next);
  if (!waits) return waits.error();
  auto marked = is_marked(store, shards, item_id);
  if (!marked) return marked.error();
  if (*waits && !*marked)
    findings.add("việc " + printable(item_id, 200) +
                 ": lịch sử có sự kiện chờ mà không có hẹn giờ");
  return {};
}

}  // namespace

Status audit_marks(const Store& store, const std::vector<std::uint32_t>& shards,
                   Findings& findings) {
  std::string seen;
  Status done;
  const Status scanned =
      store.scan(Table::kHistory, "", "", [&](std::string_view key, std::string_view) {
        const std::string_view id = keys::history_item(key);
        if (id == seen) return true;
        seen = id;
        done = audit_mark(store, shards, seen, findings);
        return done.ok();
      });
  return done ? scanned : done;
}

}  // namespace kip
