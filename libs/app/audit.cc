#include "app/audit.h"

#include <algorithm>
#include <map>

#include "app/audit_parts.h"
#include "app/printable.h"
#include "base/hash.h"
#include "contract/door.h"
#include "contract/state.h"
#include "rules/settle.h"
#include "runtime/backlog.h"
#include "runtime/embedded_log.h"
#include "runtime/items.h"
#include "store/keys.h"

namespace kip {
namespace {

std::string count_text(std::int64_t n) { return std::to_string(n); }

// What two runs over the same input share, whatever was settled together: see audit.h.
std::string shared_state(const ItemState& item) {
  ItemState plain = item;
  plain.ever.clear();
  for (OpenAlert& open : plain.open) {
    OpenAlert kept;
    kept.rule = open.rule;
    kept.unit_id = open.unit_id;
    kept.level = open.level;
    open = std::move(kept);
  }
  return comparable_item(plain);
}

using Counts = std::map<std::string, std::int64_t>;

class Audit {
 public:
  Audit(const Store& store, const AuditOptions& options)
      : store_(store),
        parts_(options.parts),
        policy_(options.policy),
        findings_(options, figures_) {}

  Result<AuditFigures> run() {
    for (const auto part : {&Audit::frame, &Audit::expect, &Audit::items, &Audit::timers,
                            &Audit::backlog, &Audit::totals, &Audit::logs, &Audit::alerts}) {
      if (Status done = (this->*part)(); !done) return done.error();
    }
    return figures_;
  }

 private:
  Status frame() {
    if (parts_.empty()) {
      auto shards = stored_shards(store_);
      if (!shards) return shards.error();
      if (!*shards) return not_found("there is no data of kip here");
      for (std::uint32_t shard = 0; shard < **shards; ++shard) recount_[shard];
    }
    for (const AuditPart& part : parts_) recount_[part.shard];
    figures_.shards = static_cast<std::uint32_t>(recount_.size());
    if (!policy_) figures_.skipped = "no configuration";
    for (const auto& [shard, counters] : recount_) {
      if (!policy_) break;
      auto digest = store_.get(Table::kMeta, "policy/" + std::to_string(shard));
      if (!digest) return digest.error();
      if (!*digest || **digest == policy_->digest) continue;
      const bool under_way = (*digest)->starts_with(policy_->digest + "\n");
      figures_.skipped = under_way ? "the data is still being settled under this configuration"
                                   : "the data was settled under another configuration";
      policy_ = nullptr;
    }
    if (!policy_) figures_.not_checked = {"states", "counters"};
    return {};
  }

  Status expect() {
    std::uint64_t rows = 0;
    for (const Table table : {Table::kItem, Table::kTimer, Table::kAlerts}) {
      const Status scanned = store_.scan(table, "", "", [&](std::string_view, std::string_view) {
        ++rows;
        return true;
      });
      if (!scanned) return scanned;
    }
    findings_.expect(rows);
    return {};
  }

  Status items() {
    Sha256 chain{};
    std::optional<Error> failed;
    const Status scanned =
        store_.scan(Table::kItem, "", "", [&](std::string_view key, std::string_view value) {
          findings_.step();
          auto item = decode_item(value);
          if (!item) {
            findings_.add(name(key) + ": không đọc được: " + item.error().message);
            return true;
          }
          if (item->item_id != key) findings_.add(name(key) + ": mã lưu bên trong khác với khóa");
          item->item_id = key;
          if (exists(item->folded)) {
            ++figures_.items;
            std::string link(bytes_of(chain));
            link += keys::u64(key.size());
            link += key;
            link += shared_state(*item);
            chain = sha256(link);
          } else {
            ++figures_.gone;
          }
          if (Status done = check_item(*item); !done) failed = done.error();
          return !failed;
        });
    if (failed) return *failed;
    figures_.state_digest = hex(chain);
    return scanned;
  }

  // Embedded the id says it, on Kafka the partition that has it: one alone.
  Result<std::uint32_t> shard_with(const std::string& item_id) {
    if (parts_.empty()) return shard_of(item_id, figures_.shards);
    std::optional<std::uint32_t> found;
    for (const AuditPart& part : parts_) {
      auto row = part.store->get(Table::kItem, item_id);
      if (!row) return row.error();
      if (!*row) continue;
      if (found) findings_.add(name(item_id) + ": ở hai phần cùng lúc");
      if (!found) found = part.shard;
    }
    return found.value_or(0);
  }

  Status check_item(const ItemState& item) {
    const auto found = shard_with(item.item_id);
    if (!found) return found.error();
    const std::uint32_t shard = *found;
    for (const std::string& counter : item.counted) ++recount_[shard][counter];
    figures_.sealed += item.sealed ? 1 : 0;
    if (item.dirty) dirty_.push_back(item.item_id);
    if (policy_ && !item.dirty && counters_of(item, *policy_) != item.counted) {
      findings_.add(name(item.item_id) + ": các số đếm đã ghi khác với trạng thái của nó");
    }
    if (item.next_look != kFarFuture) {
      auto row = store_.get(Table::kTimer, keys::timer(shard, item.next_look, item.item_id));
      if (!row) return row.error();
      if (*row) ++looks_met_;
      if (!*row) {
        findings_.add(name(item.item_id) + ": thiếu hẹn giờ lúc " + format_vn(item.next_look));
      }
    }
    if (parts_.empty() && !item.ever.empty() && !has_alert_rows(store_, item.item_id)) {
      findings_.add(name(item.item_id) + ": có " + std::to_string(item.ever.size()) +
                    " cảnh báo mà sổ cảnh báo không có dòng nào");
    }
    return item.sealed ? Status{} : check_history(item);
  }

  Status check_history(const ItemState& item) {
    auto stored = read_history(store_, item.item_id);
    if (!stored && stored.error().code == Errc::kCorrupt) {
      findings_.add(name(item.item_id) + ": lịch sử không đọc được: " + stored.error().message);
      return {};
    }
    if (!stored) return stored.error();
    if (stored->size() != item.history_events) {
      findings_.add(name(item.item_id) + ": lịch sử có " + std::to_string(stored->size()) +
                    " sự kiện, trạng thái ghi " + std::to_string(item.history_events));
    }
    std::vector<Event> events;
    for (const std::string& bytes : *stored) {
      auto event = decode_stamped(bytes);
      if (!event || event->item_id != item.item_id) {
        findings_.add(name(item.item_id) + ": một sự kiện trong lịch sử " +
                      (event ? "là của việc khác" : "không đọc được"));
        return {};
      }
      events.push_back(std::move(*event));
    }
    if (!policy_) return {};
    ++figures_.refolded;
    if (fold(events, policy_->fold) == item.folded) return {};
    findings_.add(name(item.item_id) + ": trạng thái khác với kết quả dựng lại từ lịch sử");
    return {};
  }

  // As many rows as items have found theirs: then each row is somebody's. Else look at each.
  Status timers() {
    std::uint64_t rows = 0;
    std::vector<std::string> all;
    const Status scanned =
        store_.scan(Table::kTimer, "", "", [&](std::string_view, std::string_view) {
          ++rows;
          findings_.step();
          return true;
        });
    if (!scanned || rows == looks_met_) return scanned;
    std::optional<Error> failed;
    const Status again =
        store_.scan(Table::kTimer, "", "", [&](std::string_view row, std::string_view) {
          if (Status done = timer(keys::read_timer(row)); !done) failed = done.error();
          return !failed;
        });
    if (failed) return *failed;
    return again;
  }

  Status timer(const keys::TimerKey& timer) {
    auto value = store_.get(Table::kItem, timer.item_id);
    if (!value) return value.error();
    auto item = *value ? decode_item(**value) : not_found("");
    if (*value && !item) return {};  // said already
    const auto shard = shard_with(std::string(timer.item_id));
    if (item && (item->next_look != timer.at || !shard || timer.shard != *shard)) {
      findings_.add(name(timer.item_id) + ": hẹn giờ thừa lúc " + format_vn(timer.at));
    }
    if (!*value) findings_.add(name(timer.item_id) + ": có hẹn giờ mà không có việc");
    return {};
  }

  Status backlog() {
    std::map<std::uint32_t, std::uint64_t> positions;
    for (const auto& [shard, counters] : recount_) {
      auto stored = store_.get(Table::kMeta, position_key(shard));
      if (!stored) return stored.error();
      positions[shard] = *stored && (*stored)->size() == 8 ? keys::read_u64(**stored) : 0;
    }
    if (Status done = audit_backlog(store_, positions, findings_, figures_); !done) return done;
    for (const std::string& id : dirty_) {
      auto waits = waiting_of(store_, id);
      if (waits && waits->empty()) findings_.add(name(id) + ": chờ xét mà không có sự kiện chờ");
    }
    return {};
  }

  Status totals() {
    std::map<std::string, std::int64_t> sums;
    std::map<std::uint32_t, Counts> stored;
    const Status scanned =
        store_.scan(Table::kTotal, "", "", [&](std::string_view key, std::string_view value) {
          const std::uint32_t shard = key.size() < 4 ? UINT32_MAX : keys::read_u32(key);
          if (!recount_.contains(shard) || value.size() != 8) {
            findings_.add("tổng số: một dòng không thuộc phần nào hoặc hỏng");
            return true;
          }
          const auto count = static_cast<std::int64_t>(keys::read_u64(value));
          const std::string counter(key.substr(4));
          stored[shard][counter] = count;
          sums[counter] += count;
          return true;
        });
    if (!scanned) return scanned;
    for (const auto& [shard, counts] : recount_) compare_totals(shard, stored[shard], counts);
    std::string text;
    for (const auto& [counter, count] : sums) {
      if (count != 0) text += counter + '\0' + count_text(count) + '\n';
    }
    figures_.totals_digest = hex(sha256(text));
    return {};
  }

  void compare_totals(std::uint32_t shard, const Counts& stored, const Counts& recount) {
    std::map<std::string, std::pair<std::int64_t, std::int64_t>> both;
    for (const auto& [counter, count] : stored) both[counter].first = count;
    for (const auto& [counter, count] : recount) both[counter].second = count;
    for (const auto& [counter, counts] : both) {
      if (counts.first == counts.second) continue;
      findings_.add("tổng số " + printable(counter) + " (phần " + std::to_string(shard) +
                    "): ghi " + count_text(counts.first) + ", đếm lại " +
                    count_text(counts.second));
    }
  }

  Status logs() {
    for (const auto& [shard, counters] : recount_) {
      auto stored = store_.get(Table::kMeta, position_key(shard));
      if (!stored) return stored.error();
      const std::uint64_t position =
          *stored && (*stored)->size() == 8 ? keys::read_u64(**stored) : 0;
      figures_.positions.push_back(position);
      if (!parts_.empty()) {
        figures_.ends.push_back(position);
        continue;
      }
      std::uint64_t rows = 0;
      std::uint64_t first = 0;
      std::uint64_t next = 0;
      const Status scanned = store_.scan(Table::kLog, keys::log(shard, 0), keys::u32(shard + 1),
                                         [&](std::string_view key, std::string_view) {
                                           next = keys::log_offset(key) + 1;
                                           if (rows++ == 0) first = next - 1;
                                           return true;
                                         });
      if (!scanned) return scanned;
      figures_.ends.push_back(std::max(next, position));
      const std::string log = "sổ vào (phần " + std::to_string(shard) + "): ";
      if (position > next || (rows > 0 && position < first)) {
        findings_.add(log + "vị trí " + std::to_string(position) + " nằm ngoài " +
                      std::to_string(first) + ".." + std::to_string(next));
      }
      if (rows != next - first) {
        findings_.add(log + "thiếu " + std::to_string(next - first - rows) + " bản ghi ở giữa");
      }
    }
    return {};
  }

  Status alerts() {
    if (!parts_.empty()) return {};
    return audit_alerts(store_, figures_.shards, findings_, figures_);
  }

  static std::string name(std::string_view item_id) { return "việc " + printable(item_id, 200); }

  const Store& store_;
  const std::vector<AuditPart>& parts_;
  std::shared_ptr<const Policy> policy_;
  AuditFigures figures_;
  Findings findings_;
  std::map<std::uint32_t, Counts> recount_;  // of every shard that is here
  std::uint64_t looks_met_ = 0;
  std::vector<std::string> dirty_;  // folded in part: the rest of them waits
};

}  // namespace

void DigestSum::add(const Sha256& digest) {
  unsigned carry = 0;
  for (std::size_t i = sum_.size(); i-- > 0;) {
    carry += static_cast<unsigned>(sum_[i]) + digest[i];
    sum_[i] = static_cast<unsigned char>(carry & 0xffU);
    carry >>= 8;
  }
}

std::string DigestSum::text() const { return hex(sum_); }

Result<AuditFigures> audit(const Store& store, const AuditOptions& options) {
  return Audit(store, options).run();
}

std::string to_json(const AuditFigures& f) {
  const auto quoted = [](const std::string& text) { return "\"" + text + "\""; };
  const auto list = [](const std::vector<std::uint64_t>& numbers) {
    std::string out;
    for (const std::uint64_t n : numbers) out += (out.empty() ? "" : ",") + std::to_string(n);
    return "[" + out + "]";
  };
  std::string not_checked;
  for (const std::string& part : f.not_checked)
    not_checked += (not_checked.empty() ? "" : ",") + quoted(part);
  return R"({"items":)" + std::to_string(f.items) + R"(,"void":)" + std::to_string(f.gone) +
         R"(,"state_digest":)" + quoted(f.state_digest) + R"(,"totals_digest":)" +
         quoted(f.totals_digest) + R"(,"alerts_digest":)" + quoted(f.alerts_digest) +
         R"(,"differences":)" + std::to_string(f.differences) + R"(,"alerts":)" +
         std::to_string(f.alerts) + R"(,"refolded":)" + std::to_string(f.refolded) +
         R"(,"sealed":)" + std::to_string(f.sealed) + R"(,"waiting":)" + std::to_string(f.waiting) +
         R"(,"skipped":)" + quoted(f.skipped) + R"(,"not_checked":[)" + not_checked + "]" +
         R"(,"positions":)" + list(f.positions) + R"(,"ends":)" + list(f.ends) + "}";
}

}  // namespace kip
