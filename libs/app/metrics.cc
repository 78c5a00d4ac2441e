#include "app/metrics.h"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <sstream>

#include "app/metrics_parts.h"
#include "app/notifier.h"

namespace kip {
namespace {

using namespace metrics;

constexpr std::array<std::string_view, 6> kHorizons = {"today", "1d", "2d", "3d", "5d", "later"};

// Working days from today to the day it falls due, as a word.
std::string_view horizon_of(LocalDay due, LocalDay today, const Calendar& calendar) {
  int days = 0;
  for (LocalDay day = today; day < due && days <= 5;) {
    day += std::chrono::days{1};
    days += calendar.is_working_day(day) ? 1 : 0;
  }
  if (days <= 3) return kHorizons.at(static_cast<std::size_t>(days));
  return days <= 5 ? "5d" : "later";
}

class Scrape {
 public:
  Scrape(Api& api, const Policy& policy, const Totals& totals)
      : api_(api), policy_(policy), places_(policy.registry), totals_(totals) {}

  std::vector<MetricFamily> run() {
    if (api_.options.items) {  // only who owns shards tells of their items
      add_items();
      add_alerts();
      add_horizons();
      add_forecast(places_, totals_, api_.service.now(), families_);
    }
    add_sources();
    add_latency();
    add_process();
    add_requests();
    if (!api_.options.notifier) return std::move(families_);
    const auto notifier = notifier_of(api_);
    one("kip_has_desks", "1 while this process decides the messages; 0: it stands by.",
        MetricType::Gauge, notifier ? 1 : 0);
    if (notifier) add_messages(*notifier);
    return std::move(families_);
  }

 private:
  void keep(Family family) { families_.push_back(family.take()); }
  void one(const char* name, const char* help, MetricType type, double value) {
    Family family(name, help, type);
    family.add(Labels{}, value);
    keep(std::move(family));
  }

  void add_items() {
    Family items("kip_items", "Open items by the unit that answers for them and state.",
                 MetricType::Gauge);
    Family completed("kip_completed_items",
                     "Ended items; late and on time by date, as official rates count.",
                     MetricType::Gauge);
    Family provisional("kip_provisional_items",
                       "Open items due beyond the years of the calendar, by the plain week.",
                       MetricType::Gauge);
    for (const auto& [ward, unit] : places_.all) {
      const Labels place = {{"ward", ward}, {"unit", unit}};
      provisional.add(place, 0);
      for (int k = 0; k < kKindCount; ++k) {
        const std::string_view kind = kind_word(static_cast<Kind>(k));
        for (const std::string_view state : kStateWords) {
          items.add(with(place, "kind", kind, "state", state), 0);
        }
        for (const char* result : {"on_time", "late", "no_due", "not_counted"}) {
          completed.add(with(place, "kind", kind, "result", result), 0);
        }
      }
    }
    for (const auto& [name, count] : totals_) {
      const Counter c = parse_counter(name);
      const Labels place = places_.of(c.ward, c.unit);
      const auto value = static_cast<double>(count);
      if (c.metric == "items") {
        items.add(with(place, "kind", c.tail[0], "state", c.tail[1]), value);
      } else if (c.metric == "completed") {
        completed.add(with(place, "kind", c.tail[0], "result", c.tail[1]), value);
      } else if (c.metric == "provisional") {
        provisional.add(place, value);
      }
    }
    keep(std::move(items));
    keep(std::move(completed));
    keep(std::move(provisional));
  }

  void add_alerts() {
    Family alerts("kip_alerts", "Open alerts by the unit that they belong to.", MetricType::Gauge);
    Family by_rule("kip_alerts_by_rule", "Open alerts by rule.", MetricType::Gauge);
    for (const char* level : {"notice", "warning", "critical"}) {
      for (const auto& [ward, unit] : places_.all) {
        alerts.add({{"ward", ward}, {"unit", unit}, {"level", level}}, 0);
      }
      for (const std::string& ward : places_.wards) {
        for (std::size_t r = 0; r < kRuleCount; ++r) {
          const std::string rule(rule_name(static_cast<RuleId>(r)));
          by_rule.add({{"ward", ward}, {"rule", rule}, {"level", level}}, 0);
        }
      }
    }
    for (const auto& [name, count] : totals_) {
      const Counter c = parse_counter(name);
      const auto value = static_cast<double>(count);
      if (c.metric == "alerts") {
        alerts.add(with(places_.of(c.ward, c.unit), "level", c.tail[0]), value);
      } else if (c.metric == "rules") {
        by_rule.add(with({{"ward", places_.ward(c.ward)}}, "rule", c.unit, "level", c.tail[0]),
                    value);
      }
    }
    keep(std::move(alerts));
    keep(std::move(by_rule));
  }

  void add_horizons() {
    Family due("kip_items_at_risk_due",
               "Items at risk by working days to the day they fall due; what is past is today.",
               MetricType::Gauge);
    for (const auto& [ward, unit] : places_.all) {
      for (const std::string_view horizon : kHorizons) {
        due.add({{"ward", ward}, {"unit", unit}, {"horizon", std::string(horizon)}}, 0);
      }
    }
    const LocalDay today = local_day(api_.service.now());
    for (const auto& [name, count] : totals_) {
      const Counter c = parse_counter(name);
      const auto day = c.metric == "due" ? parse_day(c.tail[0]) : std::nullopt;
      if (!day) continue;
      const auto horizon = horizon_of(*day, today, policy_.calendars.of(c.unit));
      due.add(with(places_.of(c.ward, c.unit), "horizon", horizon), static_cast<double>(count));
    }
    keep(std::move(due));
  }

  void add_messages(const Notifier& notifier) {
    Family sent("kip_notifications_total",
                "Attempts to send a message since the start, by what became of them.",
                MetricType::Counter);
    const auto counts = notifier.counts();
    for (const ChannelOptions& channel : notifier.setup()->channels.channels) {
      for (const char* result : {"delivered", "retried", "dead"}) {
        const auto found = counts.find({channel.name, result});
        sent.add({{"channel", channel.name}, {"result", result}},
                 found == counts.end() ? 0 : static_cast<double>(found->second));
      }
    }
    keep(std::move(sent));
  }

  void add_sources() {
    Family events("kip_events_total",
                  "Events since the start: new to their item, repeats of what was there, or dead.",
                  MetricType::Counter);
    Family last("kip_source_last_event_timestamp_seconds",
                "When the newest event of a source came in; 0: none has yet.", MetricType::Gauge);
    const auto add = [&](const std::string& source, const SourceCount& count) {
      events.add({{"source", source}, {"result", "accepted"}}, static_cast<double>(count.accepted));
      events.add({{"source", source}, {"result", "duplicate"}},
                 static_cast<double>(count.duplicate));
      events.add({{"source", source}, {"result", "dead"}}, static_cast<double>(count.dead));
    };
    for (const Source& source : policy_.registry.sources) add(source.id, {});
    add(std::string(kOther), {});
    std::map<std::string, Instant> newest;
    for (const Source& source : policy_.registry.sources) newest[source.id] = Instant{};
    newest[std::string(kOther)] = Instant{};
    for (const auto& [id, count] : api_.service.sources()) {
      const std::string source = places_.source(id);
      add(source, count);
      if (!count.last_event) continue;
      auto [at, is_new] = newest.try_emplace(source, *count.last_event);
      at->second = std::max(at->second, *count.last_event);
    }
    Family silent("kip_source_silent",
                  "1: the source is silent, longer than it ever is, or back and not all heard.",
                  MetricType::Gauge);
    for (const auto& [id, phase] : api_.service.source_phases()) {
      const bool is = phase == SourcePhase::kSilent || phase == SourcePhase::kBack;
      silent.add({{"source", places_.source(id)}}, is ? 1 : 0);
    }
    keep(std::move(silent));
    for (const auto& [source, at] : newest) {
      last.add({{"source", source}}, static_cast<double>(ms_of(at)) / 1000);
    }
    keep(std::move(events));
    keep(std::move(last));
  }

  void add_latency() {
    Family event("kip_event_to_alert_seconds",
                 "From an event's arrival at the door to the commit of the alert that it brought, "
                 "in real seconds; nothing under --clock log.",
                 MetricType::Histogram);
    event.add(api_.service.probe().event_to_alert());
    Family timer("kip_timer_lateness_seconds",
                 "From the instant since which an alert holds to its commit, where time alone "
                 "raised it; what fell due while the service was down counts too.",
                 MetricType::Histogram);
    timer.add(api_.service.probe().timer_lateness());
    Family commit("kip_commit_seconds",
                  "How long a commit of a shard took, transaction and store together.",
                  MetricType::Histogram);
    commit.add(api_.service.probe().commit());
    keep(std::move(event));
    keep(std::move(timer));
    keep(std::move(commit));
  }

  void add_process() {
    Family catching("kip_catching_up", "1 while a shard reads what came before it was started.",
                    MetricType::Gauge);
    for (const ShardFigures& shard : api_.service.shards()) {
      catching.add({{"shard", std::to_string(shard.shard)}}, shard.catching_up ? 1 : 0);
    }
    keep(std::move(catching));
    Family lag("kip_consumer_lag", "Records of the log that its shard has not read yet.",
               MetricType::Gauge);
    for (const ShardFigures& shard : api_.service.shards()) {
      const std::uint64_t left = shard.reach.all - std::min(shard.reach.done, shard.reach.all);
      lag.add({{"topic", "kip.events.v1"}, {"partition", std::to_string(shard.shard)}},
              static_cast<double>(left));
    }
    for (const InputLag& input : api_.service.input_lags()) {
      lag.add({{"topic", input.topic}, {"partition", std::to_string(input.partition)}},
              static_cast<double>(input.records));
    }
    keep(std::move(lag));
    one("kip_clock_lag_seconds",
        "How far the clock is behind the data; time stands still meanwhile.", MetricType::Gauge,
        static_cast<double>(api_.service.clock_lag().count()) / 1000);
    const ServiceCounters& counters = api_.service.counters();
    one("kip_dead_letters_total", "Messages that were refused since the start.",
        MetricType::Counter, static_cast<double>(counters.refused));
    one("kip_unknown_json_fields_total", "Fields in JSON that the contract does not know.",
        MetricType::Counter, static_cast<double>(counters.unknown_fields));
    if (!api_.service.data().empty())
      one("kip_store_free_bytes", "Free space on the disk of the data.", MetricType::Gauge,
          static_cast<double>(api_.service.free_bytes()));
    add_ownership();
    Family build("kip_build_info", "The version that runs.", MetricType::Gauge);
    build.add({{"version", api_.options.version}}, 1);
    keep(std::move(build));
  }

  // On Kafka.
  void add_ownership() {
    const auto ownership = api_.service.ownership();
    if (!ownership) return;
    const auto shards = api_.service.shards();
    one("kip_owned_partitions", "Partitions whose shards run in this process.", MetricType::Gauge,
        static_cast<double>(shards.size()));
    Family restored("kip_restore_progress_ratio",
                    "How much of a shard's state has been brought here, 0 to 1.",
                    MetricType::Gauge);
    for (const ShardFigures& shard : shards) {
      restored.add({{"partition", std::to_string(shard.shard)}}, shard.restored.value_or(1));
    }
    keep(std::move(restored));
    one("kip_fenced_total", "Partitions that another process took over while this one held them.",
        MetricType::Counter, static_cast<double>(ownership->fenced));
    one("kip_shard_reopened_total", "Shards that failed and were opened anew.", MetricType::Counter,
        static_cast<double>(ownership->reopened));
  }

  void add_requests() {
    Family requests("kip_http_requests_total", "Answers by route since the start.",
                    MetricType::Counter);
    for (const auto& route : api_.counts) {
      for (const int status : {2, 4, 5}) {
        const auto count = route->by_class.at(static_cast<std::size_t>(status)).load();
        requests.add({{"method", route->method},
                      {"route", route->pattern},
                      {"code", std::to_string(status) + "xx"}},
                     static_cast<double>(count));
      }
    }
    keep(std::move(requests));
  }

  Api& api_;
  const Policy& policy_;
  Places places_;
  const Totals& totals_;
  std::vector<MetricFamily> families_;
};

}  // namespace

Result<std::string> metrics_text(Api& api) {
  auto totals = read_totals(*api.service.view());
  if (!totals) return totals.error();
  const auto policy = api.service.policy();
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, Scrape(api, *policy, *totals).run());
  return out.str();
}

web::Response get_metrics(Api& api, const web::Request& request) {
  if (auto refusal = Query(request, {}).refusal()) return *refusal;
  auto text = metrics_text(api);
  if (!text) return unreadable(text.error());
  return {200, "text/plain; version=0.0.4; charset=utf-8", std::move(*text), {}};
}

}  // namespace kip
