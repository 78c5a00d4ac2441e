// The audit of table alerts: the log of revisions, its index by item, and what the items remember.

#include <map>
#include <optional>

#include "app/audit_parts.h"
#include "app/printable.h"
#include "contract/publish.h"
#include "contract/state.h"
#include "runtime/embedded_log.h"
#include "runtime/subjects.h"
#include "store/keys.h"

namespace kip {
namespace {

constexpr std::size_t kLogKeyBytes = 12;  // shard:u32 offset:u64

std::string index_from() { return keys::u32(kAlertIndex); }

struct Revision {
  std::string content;  // without detected_at
  AlertChangeKind change{};
  AlertLevel level{};
  Instant changed_at{}, onset{};
};

// The revisions of one item by alert id and number.
using Revisions = std::map<std::string, std::multimap<std::uint32_t, Revision>>;

Instant instant(const google::protobuf::Timestamp& t) {
  return instant_of(t.seconds() * 1000 + t.nanos() / 1'000'000);
}

class AlertAudit {
 public:
  AlertAudit(const Store& store, Findings& findings, AuditFigures& figures)
      : store_(store), findings_(findings), figures_(figures) {}

  // The log of revisions of all shards: digest, gaps, and each row's place in the index.
  Status log(std::uint32_t shards) {
    DigestSum sum;
    std::uint32_t shard = 0;
    std::uint64_t next = 0;
    std::optional<Error> failed;
    const Status scanned = store_.scan(
        Table::kAlerts, "", index_from(), [&](std::string_view key, std::string_view value) {
          findings_.step();
          ++figures_.alerts;
          sum.add(sha256(comparable_alert(value)));
          if (keys::read_u32(key) != shard) next = 0;
          shard = keys::read_u32(key);
          const std::uint64_t offset = keys::log_offset(key);
          const std::string place =
              "sổ cảnh báo (phần " + std::to_string(shard) + ") dòng " + std::to_string(offset);
          if (shard >= alert_logs(shards)) findings_.add(place + ": không có phần này");
          if (offset != next) {
            findings_.add(place + ": trước nó thiếu " + std::to_string(offset - next) + " dòng");
          }
          next = offset + 1;
          if (Status done = check_indexed(key, value, place); !done) failed = done.error();
          return !failed;
        });
    if (failed) return *failed;
    figures_.alerts_digest = sum.text();
    return scanned;
  }

  // The index, item by item.
  Status items() {
    auto sources = stored_sources(store_);
    if (!sources) return sources.error();
    sources_ = std::move(*sources);
    std::string item_id;
    std::vector<std::string> rows;
    std::optional<Error> failed;
    const auto flush = [&] {
      if (rows.empty()) return;
      if (Status done = check_group(item_id, rows); !done) failed = done.error();
      rows.clear();
    };
    const Status scanned =
        store_.scan(Table::kAlerts, index_from(), "", [&](std::string_view key, std::string_view) {
          findings_.step();
          if (key.size() < 4 + 1 + kLogKeyBytes) {
            findings_.add("mục lục cảnh báo: một khóa hỏng");
            return true;
          }
          const std::string_view id = key.substr(4, key.size() - 4 - 1 - kLogKeyBytes);
          if (id != item_id) flush();
          item_id = id;
          rows.emplace_back(key.substr(key.size() - kLogKeyBytes));
          return !failed;
        });
    if (!scanned) return scanned;
    flush();
    return failed ? Status(*failed) : Status{};
  }

 private:
  Status check_indexed(std::string_view key, std::string_view value, const std::string& place) {
    v1::AlertEvent alert;
    if (!alert.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
      findings_.add(place + ": không đọc được");
      return {};
    }
    auto row = store_.get(Table::kAlerts, alerts_of_prefix(alert.subject_id()) + std::string(key));
    if (!row) return row.error();
    if (!*row) findings_.add(place + ": mục lục theo việc không có nó");
    return {};
  }

  Status check_group(const std::string& item_id, const std::vector<std::string>& rows) {
    const std::string name = "việc " + printable(item_id, 200);
    Revisions revisions, of_source;
    for (const std::string& row : rows) {
      auto value = store_.get(Table::kAlerts, row);
      if (!value) return value.error();
      if (!*value) {
        findings_.add(name + ": mục lục chỉ tới một cảnh báo không còn");
        continue;
      }
      v1::AlertEvent alert;
      if (!alert.ParseFromString(**value)) continue;  // told by the log's own pass
      if (alert.subject_id() != item_id) findings_.add(name + ": mục lục chỉ tới việc khác");
      const bool source = alert.subject() == v1::ALERT_SUBJECT_SOURCE;
      (source ? of_source : revisions)[alert.alert_id()].emplace(
          alert.revision(), Revision{.content = comparable_alert(**value),
                                     .change = static_cast<AlertChangeKind>(alert.change()),
                                     .level = static_cast<AlertLevel>(alert.level()),
                                     .changed_at = instant(alert.changed_at()),
                                     .onset = instant(alert.onset())});
    }
    if (!of_source.empty()) check_source(item_id, of_source);
    if (revisions.empty()) return {};
    auto stored = store_.get(Table::kItem, item_id);
    if (!stored) return stored.error();
    if (!*stored) {
      findings_.add(name + ": có cảnh báo mà không có việc");
      return {};
    }
    auto item = decode_item(**stored);
    if (item) check_item(name, *item, revisions);
    return {};
  }

  void check_source(const std::string& id, const Revisions& revisions) {
    const auto found = sources_.find(id);
    const SourceState* source = found == sources_.end() ? nullptr : &found->second;
    for (const auto& [alert_id, all] : revisions) {
      const std::string alert =
          "nguồn " + printable(id, 200) + ", cảnh báo " + printable(alert_id, 64);
      check_numbers(alert, all);
      const auto& [number, last] = *all.rbegin();
      const bool open = source != nullptr && source->told() && source->alert_id == alert_id;
      const bool resolved = last.change == AlertChangeKind::kResolved;
      if (open == resolved) findings_.add(alert + ": sổ và trạng thái nguồn khác nhau");
      if (open && source->revision != number) findings_.add(alert + ": sổ khác số lần của nguồn");
    }
  }

  void check_item(const std::string& name, const ItemState& item, const Revisions& revisions) {
    for (const auto& [id, all] : revisions) {
      const std::string alert = name + ", cảnh báo " + printable(id, 64);
      check_numbers(alert, all);
      const auto track = item.ever.find(id);
      const auto& [number, last] = *all.rbegin();
      if (track == item.ever.end()) {
        findings_.add(alert + ": việc không ghi nhận cảnh báo này");
      } else if (track->second.revision != number || track->second.changed_at != last.changed_at) {
        findings_.add(alert + ": lần cuối trong sổ là " + std::to_string(number) + ", việc ghi " +
                      std::to_string(track->second.revision));
      }
      check_open(alert, item, id, last);
    }
    for (const auto& [id, track] : item.ever) {
      if (revisions.contains(id)) continue;
      findings_.add(name + ", cảnh báo " + printable(id, 64) + ": việc ghi " +
                    std::to_string(track.revision) + " lần, sổ không có lần nào");
    }
    for (const OpenAlert& open : item.open) {
      if (revisions.contains(open.alert_id)) continue;
      findings_.add(name + ", cảnh báo " + printable(open.alert_id, 64) +
                    ": đang mở mà sổ không có");
    }
  }

  void check_numbers(const std::string& alert, const std::multimap<std::uint32_t, Revision>& all) {
    std::uint32_t expected = 1;
    for (auto it = all.begin(); it != all.end(); it = all.upper_bound(it->first)) {
      if (it->first != expected) {
        findings_.add(alert + ": thiếu lần " + std::to_string(expected) + " trước lần " +
                      std::to_string(it->first));
      }
      expected = it->first + 1;
      const auto [from, until] = all.equal_range(it->first);
      if (std::next(from) == until) continue;
      bool same = true;
      for (auto each = from; each != until; ++each) {
        same = same && each->second.content == from->second.content;
      }
      findings_.add(alert + ": lần " + std::to_string(it->first) +
                    (same ? " có hai dòng như nhau" : " có hai nội dung"));
    }
  }

  void check_open(const std::string& alert, const ItemState& item, const std::string& id,
                  const Revision& last) {
    const OpenAlert* open = nullptr;
    for (const OpenAlert& each : item.open) {
      if (each.alert_id == id) open = &each;
    }
    const bool resolved = last.change == AlertChangeKind::kResolved;
    if (resolved == (open != nullptr)) {
      findings_.add(alert +
                    (open ? ": sổ đã đóng, việc ghi còn mở" : ": sổ còn mở, việc ghi đã đóng"));
    } else if (open && (open->level != last.level || open->onset != last.onset)) {
      findings_.add(alert + ": mức hoặc lúc bắt đầu khác với việc ghi");
    }
  }

  const Store& store_;
  Findings& findings_;
  AuditFigures& figures_;
  std::map<std::string, SourceState> sources_;  // by id
};

}  // namespace

Status audit_alerts(const Store& store, std::uint32_t shards, Findings& findings,
                    AuditFigures& figures) {
  AlertAudit alerts(store, findings, figures);
  if (Status done = alerts.log(shards); !done) return done;
  return alerts.items();
}

bool has_alert_rows(const Store& store, std::string_view item_id) {
  const std::string prefix = alerts_of_prefix(item_id);
  bool any = false;
  const Status scanned =
      store.scan(Table::kAlerts, prefix, "", [&](std::string_view key, std::string_view) {
        any = key.starts_with(prefix);
        return false;
      });
  return any || !scanned;  // a store that cannot be read is told by the alerts' own pass
}

}  // namespace kip
