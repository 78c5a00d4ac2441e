// GET /v1/items, /v1/items/{id}: items as they are, and the whole story of one.

#include <algorithm>
#include <bit>
#include <map>
#include <set>

#include "app/api_parts.h"
#include "app/query.h"
#include "app/totals.h"
#include "app/trace.h"
#include "app/urgent.h"
#include "contract/publish.h"
#include "contract/state.h"
#include "rules/hours.h"
#include "store/keys.h"

namespace kip {
namespace {

std::vector<std::string> kind_words_all() {
  std::vector<std::string> words;
  for (int i = 0; i < kKindCount; ++i) words.emplace_back(kind_word(static_cast<Kind>(i)));
  return words;
}

std::vector<std::string> status_words_all() {
  std::vector<std::string> words;  // VOID items are nowhere
  for (int i = 0; i < kStatusCount - 1; ++i) {
    words.emplace_back(status_word(static_cast<WorkStatus>(i)));
  }
  return words;
}

struct ItemFilter {
  std::optional<std::string> unit, kind, state, holder, status;

  ItemFilter(Query& query, const Registry& registry)
      : unit(query.unit("unit", registry)),
        kind(query.word("kind", kind_words_all(), "WORK_KIND_")),
        state(query.word("state", {kStateWords.begin(), kStateWords.end()})),
        holder(query.unit("holder", registry)),
        status(query.word("status", status_words_all(), "WORK_STATUS_")) {}

  // Before it is decoded: false where it cannot fit.
  bool may_fit(std::string_view bytes) const {
    const bool alerted = state && (*state == "overdue" || *state == "at_risk");
    return !alerted || has_open_alerts(bytes);
  }

  bool fits(const ItemState& item, const Policy& policy, Instant now) const {
    const Folded& f = item.folded;
    if (!exists(f)) return false;
    if (kind && *kind != kind_word(f.kind)) return false;
    if (status && *status != status_word(f.status)) return false;
    if (state && *state != item_word(word_of(item))) return false;
    if (unit && *unit != policy.registry.unit_or_unassigned(f.facts.unit_id)) return false;
    return !holder || *holder == Seen(f, policy, now).holder;
  }
};

std::string instant_json(Instant at) { return "\"" + format_rfc3339(at) + "\""; }

// The events in fold order, each content once.
std::vector<TracedEvent> in_fold_order(std::vector<TracedEvent> events) {
  std::stable_sort(events.begin(), events.end(), [](const TracedEvent& a, const TracedEvent& b) {
    return order_key(a.event) < order_key(b.event);
  });
  const auto same = [](const TracedEvent& a, const TracedEvent& b) {
    return order_key(a.event) == order_key(b.event);
  };
  events.erase(std::unique(events.begin(), events.end(), same), events.end());
  return events;
}

Result<std::string> history_json(const std::vector<TracedEvent>& events) {
  std::string out = "[";
  for (const TracedEvent& traced : events) {
    auto event = stamped_json(traced.bytes);
    if (!event) return event.error();
    out += out.size() > 1 ? "," : "";
    out += traced.kept ? "{\"kept\":true," : "{\"kept\":false,";
    out += std::string_view(*event).substr(1);
  }
  return out + "]";
}

Result<std::string> alerts_json(const std::vector<std::string>& alerts) {
  std::string out = "[";
  for (const std::string& bytes : alerts) {
    auto alert = alert_json(bytes);
    if (!alert) return alert.error();
    out += (out.size() > 1 ? "," : "") + *alert;
  }
  return out + "]";
}

// Of each open alert: rule, the sentence as of now, the figures of its last revision, the next
// look.
std::string why_json(const Trace& story, const Policy& policy) {
  const Seen seen(story.item, policy, story.now);
  std::string out = "[";
  for (const OpenAlert& open : story.item.open) {
    v1::AlertEvent last;
    for (const std::string& bytes : story.alerts) {
      v1::AlertEvent alert;
      if (alert.ParseFromString(bytes) && alert.alert_id() == open.alert_id) last = alert;
    }
    std::string evidence;
    for (const v1::Evidence& e : last.evidence()) {
      evidence += (evidence.empty() ? "" : ",") + json_of(e);
    }
    out += out.size() > 1 ? ",{" : "{";
    out += "\"rule_id\":" + web::json_string(rule_name(open.rule)) +
           ",\"alert_id\":" + web::json_string(open.alert_id) +
           ",\"onset\":" + instant_json(open.onset) +
           ",\"reason\":" + web::json_string(reason_now(open, seen)) + ",\"evidence\":[" +
           evidence + "]";
    if (story.item.next_look != kFarFuture) {
      out += ",\"next_look_at\":" + instant_json(story.item.next_look);
    }
    out += "}";
  }
  return out + "]";
}

}  // namespace

// Whole minutes that add up: each part is cut where the sum so far is.
std::string hours_json(const Hours& hours) {
  std::string out = "[";
  WorkTime before;
  for (const HolderTime& h : hours.holders) {
    const WorkTime after = before + h.time;
    const auto minutes = std::to_string(work_minutes(after) - work_minutes(before));
    const std::string_view holder =
        h.kind == HolderKind::kUnit ? std::string_view(h.unit) : holder_word(h.kind);
    out += out.size() > 1 ? ",{" : "{";
    out += "\"holder\":" + web::json_string(holder) +
           ",\"kind\":" + web::json_string(holder_word(h.kind)) +
           ",\"working_minutes\":" + minutes + "}";
    before = after;
  }
  return out + "]";
}

namespace {

// `next`: where the next page begins; "": there is none.
web::Response page_of(const std::string& views, const std::string& next) {
  std::string body = "{\"items\":[" + views + "]";
  if (!next.empty()) body += ",\"next\":" + web::json_string(cursor_text(next));
  return web::json(200, body + "}");
}

// A place in the order of chances: the greatest first, of equal ones by id.
struct Rank {
  double chance = 0;
  std::string item_id;
  friend bool operator<(const Rank& a, const Rank& b) {
    return a.chance != b.chance ? a.chance > b.chance : a.item_id < b.item_id;
  }
};

// The chance's bits and the id: what was given comes back as it was.
std::string rank_text(const Rank& rank) {
  return keys::u64(std::bit_cast<std::uint64_t>(rank.chance)) + rank.item_id;
}
std::optional<Rank> rank_in(const std::string& text) {
  if (text.size() < 8) return std::nullopt;
  return Rank{std::bit_cast<double>(keys::read_u64(text)), text.substr(8)};
}

// Open items of which something is foreseen. All of them are looked at for each answer.
web::Response items_by_chance(Api& api, const ItemFilter& filter, std::size_t limit,
                              const std::optional<Rank>& after) {
  const auto policy = api.service.policy();
  const Instant now = api.service.now();
  std::map<Rank, std::string> best;  // with their views; one more than are shown
  std::optional<Error> damaged;
  const Status scanned =
      api.service.view()->scan(Table::kItem, "", "", [&](std::string_view, std::string_view value) {
        if (has_ended(value) || !filter.may_fit(value)) return true;
        auto item = decode_item(value);
        if (!item) {
          damaged = item.error();
          return false;
        }
        if (!item->forecast || !filter.fits(*item, *policy, now)) return true;
        const Rank rank{item->forecast->chance, item->item_id};
        if (after && !(*after < rank)) return true;
        if (best.size() > limit && !(rank < best.rbegin()->first)) return true;
        best.emplace(rank, view_json(*item, *policy, now));
        if (best.size() > limit + 1) best.erase(std::prev(best.end()));
        return true;
      });
  if (!scanned) return unreadable(scanned.error());
  if (damaged) return unreadable(*damaged);
  std::string next;
  if (best.size() > limit) {
    best.erase(std::prev(best.end()));
    next = rank_text(best.rbegin()->first);
  }
  std::string views;
  for (const auto& [rank, view] : best) views += (views.empty() ? "" : ",") + view;
  return page_of(views, next);
}

}  // namespace

web::Response get_items(Api& api, const web::Request& request) {
  const auto policy = api.service.policy();
  const Instant now = api.service.now();
  Query query(request, {"unit", "kind", "state", "holder", "status", "sort", "limit", "cursor"});
  const ItemFilter filter(query, policy->registry);
  const bool by_chance = query.word("sort", {"id", "chance"}) == "chance";
  const std::size_t limit = query.limit();
  const auto cursor = query.cursor();
  const auto after = by_chance && cursor ? rank_in(*cursor) : std::nullopt;
  if (by_chance && cursor && !after) query.wrong("cursor", "is of another order");
  if (auto refusal = query.refusal()) return *refusal;
  if (by_chance) return items_by_chance(api, filter, limit, after);
  std::string body, last, next;
  std::size_t found = 0, rows = 0;
  std::optional<Error> damaged;
  const std::string from = cursor ? *cursor + '\0' : "";
  const Status scanned = api.service.view()->scan(
      Table::kItem, from, "", [&](std::string_view key, std::string_view value) {
        if (++rows > kScanRowsMax) {
          next = last;
          return false;
        }
        if (filter.may_fit(value)) {
          auto item = decode_item(value);
          if (!item) {
            damaged = item.error();
            return false;
          }
          if (filter.fits(*item, *policy, now)) {
            if (found == limit) {
              next = last;
              return false;
            }
            body += (found++ == 0 ? "" : ",") + view_json(*item, *policy, now);
          }
        }
        last = key;
        return true;
      });
  if (!scanned) return unreadable(scanned.error());
  if (damaged) return unreadable(*damaged);
  return page_of(body, next);
}

web::Response get_item(Api& api, const web::Request& request) {
  const auto policy = api.service.policy();
  Query query(request, {});
  if (auto refusal = query.refusal()) return *refusal;
  auto story = trace(*api.service.view(), *policy, request.parameters.at(0), api.service.now());
  if (!story && story.error().code == Errc::kNotFound) {
    return web::problem(404, "No such item", story.error().message);
  }
  if (!story) return unreadable(story.error());
  story->events = in_fold_order(std::move(story->events));
  auto history = history_json(story->events);
  if (!history) return unreadable(history.error());
  auto alerts = alerts_json(story->alerts);
  if (!alerts) return unreadable(alerts.error());
  std::vector<Event> events;
  for (const TracedEvent& traced : story->events) events.push_back(traced.event);
  const Hours hours = hours_of(events, *policy, story->now);
  return web::json(200, "{\"item\":" + view_json(story->item, *policy, story->now) +
                            ",\"history\":" + *history + ",\"alerts\":" + *alerts +
                            ",\"notifications\":" + notifications_json(story->notifications) +
                            ",\"why\":" + why_json(*story, *policy) + ",\"hours\":" +
                            hours_json(hours) + ",\"now\":" + instant_json(story->now) + "}");
}

}  // namespace kip
