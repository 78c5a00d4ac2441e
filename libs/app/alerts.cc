// GET /v1/alerts: everything that was ever said, newest first, or what holds now.

#include <algorithm>

#include "app/api_parts.h"
#include "app/query.h"
#include "contract/publish.h"
#include "runtime/embedded_log.h"
#include "runtime/subjects.h"
#include "store/keys.h"

namespace kip {
namespace {

struct AlertFilter {
  std::optional<std::string> unit, rule, level, item;

  AlertFilter(Query& query, const Registry& registry)
      : unit(query.unit("unit", registry)),
        rule(query.word("rule", rule_names())),
        level(query.word("level", {"notice", "warning", "critical"}, "ALERT_LEVEL_")),
        item(query.text("item")) {}

  static std::vector<std::string> rule_names() {
    std::vector<std::string> names;
    for (std::size_t r = 0; r < kRuleCount; ++r) {
      names.emplace_back(rule_name(static_cast<RuleId>(r)));
    }
    names.emplace_back(kSourceSilent);
    return names;
  }

  bool fits(const v1::AlertEvent& a) const {
    return (!unit || *unit == a.unit_id()) && (!rule || *rule == a.rule_id()) &&
           (!level || *level == level_word(static_cast<AlertLevel>(a.level())));
  }
  bool fits(const SourceState& s) const {
    return s.told() && (!unit || *unit == s.unit) && (!rule || *rule == kSourceSilent) &&
           (!level || *level == level_word(s.level)) && (!item || *item == s.id);
  }
  bool fits(const OpenAlert& a) const {
    return (!unit || *unit == a.unit_id) && (!rule || *rule == rule_name(a.rule)) &&
           (!level || *level == level_word(a.level));
  }
};

// One page as it grows.
struct Page {
  std::size_t limit = 0;
  std::size_t found = 0;
  std::size_t rows = 0;
  std::string body, next;
  std::optional<Error> error;

  void add(const v1::AlertEvent& alert) { body += (found++ == 0 ? "" : ",") + json_of(alert); }
  web::Response answer() const {
    if (error) return unreadable(*error);
    std::string out = "{\"alerts\":[" + body + "]";
    if (!next.empty()) out += ",\"next\":" + web::json_string(cursor_text(next));
    return web::json(200, out + "}");
  }
};

Result<std::optional<v1::AlertEvent>> alert_at(const Store& store, std::string_view key) {
  auto bytes = store.get(Table::kAlerts, key);
  if (!bytes) return bytes.error();
  if (!*bytes) return std::optional<v1::AlertEvent>();
  v1::AlertEvent alert;
  if (!alert.ParseFromString(**bytes)) return corrupt("stored bytes are no kip.v1.AlertEvent");
  return std::optional(std::move(alert));
}

// The rows of one item in table alerts, in the order in which they were written.
Result<std::vector<std::string>> keys_of_item(const Store& store, std::string_view item_id) {
  const std::string prefix = alerts_of_prefix(item_id);
  std::string until = prefix;
  until.back() = '\1';
  std::vector<std::string> keys;
  const Status scanned =
      store.scan(Table::kAlerts, prefix, until, [&](std::string_view key, std::string_view) {
        keys.emplace_back(key.substr(prefix.size()));
        return true;
      });
  if (!scanned) return scanned.error();
  return keys;
}

// The last revision of an alert among the rows of its item or source.
void add_last(const Store& store, const std::vector<std::string>& keys, const std::string& alert_id,
              Page& page) {
  for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
    auto alert = alert_at(store, *key);
    if (!alert) {
      page.error = alert.error();
      return;
    }
    if (!*alert || (*alert)->alert_id() != alert_id) continue;
    page.add(**alert);
    return;
  }
}

// Behind those of the items. Cursor: 0x00, how many were on earlier pages.
void list_open_sources(const Store& store, const AlertFilter& filter, const std::string& cursor,
                       Page& page) {
  const std::size_t skip = cursor.empty() ? 0 : std::strtoul(cursor.c_str() + 1, nullptr, 10);
  auto sources = stored_sources(store);
  if (!sources) {
    page.error = sources.error();
    return;
  }
  std::size_t index = 0;
  for (const auto& [id, source] : *sources) {
    if (!filter.fits(source) || index++ < skip) continue;
    if (page.found == page.limit) {
      page.next = std::string(1, '\0') + std::to_string(index - 1);
      return;
    }
    auto keys = keys_of_item(store, id);
    if (!keys) page.error = keys.error();
    if (keys) add_last(store, *keys, source.alert_id, page);
    if (page.error) return;
  }
}

// The last revision of each open alert of an item, from the `skip`th on.
void add_open(const Store& store, const ItemState& item, const AlertFilter& filter,
              std::size_t skip, Page& page) {
  auto keys = keys_of_item(store, item.item_id);
  if (!keys) {
    page.error = keys.error();
    return;
  }
  std::size_t index = 0;
  for (const OpenAlert& open : item.open) {
    if (!filter.fits(open)) continue;
    if (index++ < skip) continue;
    if (page.found == page.limit) {
      page.next = item.item_id + '\0' + std::to_string(index - 1);
      return;
    }
    add_last(store, *keys, open.alert_id, page);
    if (page.error) return;
  }
}

// Cursor: the item, 0x00, how many of its alerts were on earlier pages; or no 0x00: all of them.
void list_open(const Store& store, const AlertFilter& filter, const std::string& cursor,
               Page& page) {
  if (cursor.starts_with('\0')) return list_open_sources(store, filter, cursor, page);
  const std::size_t mark = cursor.find('\0');
  const std::string first = cursor.substr(0, mark);
  const std::size_t skip =
      mark == std::string::npos ? 0 : std::strtoul(cursor.c_str() + mark + 1, nullptr, 10);
  std::string from = mark == std::string::npos && !cursor.empty() ? first + '\0' : first;
  std::string until;
  if (filter.item) {
    from = *filter.item;
    until = *filter.item + '\0';
  }
  std::string last = first;
  const Status scanned =
      store.scan(Table::kItem, from, until, [&](std::string_view key, std::string_view value) {
        if (++page.rows > kScanRowsMax) {
          page.next = last;
          return false;
        }
        if (has_open_alerts(value)) {
          auto item = decode_item(value);
          if (!item) {
            page.error = item.error();
            return false;
          }
          add_open(store, *item, filter, key == first ? skip : 0, page);
        }
        last = key;
        return !page.error && page.next.empty();
      });
  if (!scanned) page.error = scanned.error();
  if (!page.error && page.next.empty()) list_open_sources(store, filter, "", page);
}

// Newest first over all shards: each shard's rows are read backwards, the newest head goes first.
// Cursor: a number a shard, where its part begins.
class Backwards {
 public:
  Backwards(const Store& store, std::uint32_t shards) : store_(store), heads_(shards) {}

  Status start(const std::string& cursor) {
    const char* at = cursor.c_str();
    for (std::uint32_t shard = 0; shard < heads_.size(); ++shard) {
      if (!cursor.empty()) {
        char* end = nullptr;
        heads_[shard].end = std::strtoull(at, &end, 10);
        if (end == at) return invalid("the cursor is of other data");
        at = end + (*end == '.' ? 1 : 0);
      }
      auto last = store_.last_key(Table::kAlerts, keys::log(shard, 0), keys::u32(shard + 1));
      if (!last) return last.error();
      const std::uint64_t stored = *last ? keys::log_offset(**last) + 1 : 0;
      heads_[shard].end = cursor.empty() ? stored : std::min(stored, heads_[shard].end);
    }
    return {};
  }

  // None: the end.
  Result<std::optional<v1::AlertEvent>> next() {
    Head* newest = nullptr;
    for (std::uint32_t shard = 0; shard < heads_.size(); ++shard) {
      Head& head = heads_[shard];
      if (!head.alert && head.end > 0) {
        auto last =
            store_.last_key(Table::kAlerts, keys::log(shard, 0), keys::log(shard, head.end));
        if (!last) return last.error();
        head.end = *last ? keys::log_offset(**last) + 1 : 0;  // numbers may have gaps
        auto alert = *last ? alert_at(store_, **last) : std::optional<v1::AlertEvent>();
        if (!alert) return alert.error();
        head.alert = std::move(*alert);
      }
      if (head.alert && (!newest || newer(*head.alert, *newest->alert))) newest = &head;
    }
    if (!newest) return std::optional<v1::AlertEvent>();
    --newest->end;
    return std::exchange(newest->alert, std::nullopt);
  }

  std::string cursor() const {
    std::string out;
    for (const Head& head : heads_) out += (out.empty() ? "" : ".") + std::to_string(head.end);
    return out;
  }

 private:
  struct Head {
    std::uint64_t end = 0;                // the offset after the row that comes next
    std::optional<v1::AlertEvent> alert;  // that row
  };
  static bool newer(const v1::AlertEvent& a, const v1::AlertEvent& b) {
    const auto at = [](const v1::AlertEvent& e) {
      return std::pair(e.detected_at().seconds(), e.detected_at().nanos());
    };
    return at(a) > at(b);
  }
  const Store& store_;
  std::vector<Head> heads_;
};

void list_all(const Store& store, std::uint32_t shards, const AlertFilter& filter,
              const std::string& cursor, Page& page) {
  Backwards rows(store, shards);
  if (Status started = rows.start(cursor); !started) {
    page.error = started.error();
    return;
  }
  for (;;) {
    const std::string here = rows.cursor();
    auto alert = rows.next();
    if (!alert) {
      page.error = alert.error();
      return;
    }
    if (!*alert) return;
    const bool fits = filter.fits(**alert);
    if (++page.rows > kScanRowsMax || (fits && page.found == page.limit)) {
      page.next = here;
      return;
    }
    if (fits) page.add(**alert);
  }
}

// Of one item, by its index. Cursor: the key of the last row that was looked at.
void list_of_item(const Store& store, const AlertFilter& filter, const std::string& cursor,
                  Page& page) {
  auto keys = keys_of_item(store, *filter.item);
  if (!keys) {
    page.error = keys.error();
    return;
  }
  std::string last;
  for (auto key = keys->rbegin(); key != keys->rend(); ++key) {
    if (!cursor.empty() && *key >= cursor) continue;
    auto alert = alert_at(store, *key);
    if (!alert) {
      page.error = alert.error();
      return;
    }
    if (*alert && filter.fits(**alert)) {
      if (page.found == page.limit) {
        page.next = last;
        return;
      }
      page.add(**alert);
    }
    last = *key;
  }
}

}  // namespace

web::Response get_alerts(Api& api, const web::Request& request) {
  const auto policy = api.service.policy();
  Query query(request, {"unit", "rule", "level", "item", "state", "limit", "cursor"});
  const AlertFilter filter(query, policy->registry);
  const std::string state = query.word("state", {"all", "open"}).value_or("all");
  Page page;
  page.limit = query.limit();
  const std::string cursor = query.cursor().value_or("");
  if (auto refusal = query.refusal()) return *refusal;
  const auto view = api.service.view();
  const Store& store = *view;
  if (state == "open") {
    list_open(store, filter, cursor, page);
  } else if (filter.item) {
    list_of_item(store, filter, cursor, page);
  } else {
    list_all(store, api.service.alert_parts(), filter, cursor, page);
  }
  if (page.error && page.error->code == Errc::kInvalid) {
    query.wrong("cursor", page.error->message);
    return *query.refusal();
  }
  return page.answer();
}

}  // namespace kip
