#include "app/replay.h"

#include <algorithm>
#include <cstdio>

#include "app/dead.h"
#include "app/plain_json.h"
#include "contract/publish.h"
#include "runtime/embedded_log.h"
#include "runtime/shard.h"

namespace kip {
namespace {

std::optional<double> median(std::vector<double> values) {
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

class Judge {
 public:
  explicit Judge(const RuleSet& rules) {
    for (std::size_t i = 0; i < kRuleCount; ++i) {
      const auto rule = static_cast<RuleId>(i);
      if (runs_under_log(rule) && !rules.entries(rule).empty())
        figures.rules[std::string(rule_name(rule))];
    }
  }

  void see(const AlertChange& change) { alerts_.see(change); }

  ItemOutcome judge(const ItemState& item, Instant last_event) {
    const auto start = start_of(item.folded);
    const auto due = item.folded.effective_due;
    if (!start || !due || *due <= *start || *due > last_event) return {item, std::nullopt, {}};
    const auto end = end_of(item.folded);
    const bool late = !end || *end > *due;
    ++figures.judged;
    figures.late += late ? 1 : 0;
    ItemOutcome outcome{item, late, alerts_.of(item.item_id)};
    count(outcome, *due);
    return outcome;
  }

  void finish() {
    for (auto& [rule, f] : figures.rules) {
      const auto share = [](std::uint64_t a, std::uint64_t b) {
        return b == 0 ? std::nullopt
                      : std::optional(static_cast<double>(a) / static_cast<double>(b));
      };
      f.recall = share(f.late_flagged, figures.late);
      f.precision = share(f.late_flagged, f.flagged);
      f.lead_days_median = median(leads_[rule]);
    }
  }

  ReplayFigures figures;

 private:
  void count(const ItemOutcome& outcome, Instant due) {
    for (const auto& [rule, alerts] : outcome.alerts) {
      if (!alerts.first) continue;
      RuleFigures& f = figures.rules[std::string(rule_name(rule))];
      ++f.flagged;
      if (!*outcome.late) continue;
      ++f.late_flagged;
      leads_[std::string(rule_name(rule))].push_back(
          static_cast<double>((due - alerts.first->onset).count()) / 86'400'000.0);
    }
  }

  RaisedAlerts alerts_;
  std::map<std::string, std::vector<double>> leads_;
};

// How many records the shard has refused.
Result<std::uint64_t> run(Shard& shard, std::size_t records, const ReplayOptions& options,
                          Instant until) {
  std::uint64_t done = 0, refused = 0;
  for (;;) {
    auto progress = shard.step(until);
    if (!progress) return progress.error();
    done += progress->records;
    refused += progress->refused;
    if (options.progress) options.progress(done, records);
    if (progress->idle) break;
  }
  for (;;) {
    auto progress = shard.tick(until);
    if (!progress) return progress.error();
    if (progress->idle) return refused;
  }
}

}  // namespace

Result<ReplayFigures> replay(const ImportedLog& log, std::shared_ptr<const Policy> policy,
                             const ReplayOptions& options) {
  auto store = open_mem_store();
  auto embedded = EmbeddedLog::open(*store, 1);
  if (!embedded) return embedded.error();
  Instant last = kFarPast;
  std::vector<Appended> records;
  Judge judge(policy->rules);
  for (const Accepted& event : log.events) {
    if (event.what != Accepted::What::kEvent) continue;
    if (options.until && event.ingested_at > *options.until) {
      ++judge.figures.beyond_until;
      continue;
    }
    last = std::max(last, event.ingested_at);
    records.push_back({event.key, event.bytes});
  }
  if (Status appended = (*embedded)->append(records, {}); !appended) return appended.error();
  const std::size_t count = records.size();
  records.clear();
  records.shrink_to_fit();

  auto seam = (*embedded)->seam(0);
  ShardOptions shard_options;
  shard_options.clock = Clock::kLog;
  shard_options.on_alert = [&](const AlertChange& change) {
    judge.see(change);
    if (options.on_change) options.on_change(change);
    if (options.on_alert) options.on_alert(json_of(alert_event(change)));
  };
  Shard shard(*seam, *store, policy, shard_options);
  if (Status opened = shard.open(); !opened) return opened.error();
  const Instant until = options.until.value_or(last);
  auto refused = run(shard, count, options, until);
  if (!refused) return refused.error();
  judge.figures.events = count;
  judge.figures.refused_by_shard = *refused;
  judge.figures.refused = log.refused.size();
  if (options.on_refused) {
    const auto told =
        each_dead(*store, 0, [&](auto, const DeadLetter& letter) { options.on_refused(letter); });
    if (!told) return told.error();
  }

  std::optional<Error> damaged;
  const Status scanned =
      store->scan(Table::kItem, "", "", [&](std::string_view, std::string_view value) {
        auto item = decode_item(value);
        if (!item) {
          damaged = item.error();
          return false;
        }
        if (!exists(item->folded)) return true;
        ++judge.figures.items;
        const ItemOutcome outcome = judge.judge(*item, last);
        if (options.on_outcome) options.on_outcome(outcome);
        if (options.on_item) options.on_item(view_json(*item, *policy, until));
        return true;
      });
  if (!scanned) return scanned.error();
  if (damaged) return *damaged;
  judge.finish();
  return judge.figures;
}

std::string to_json(const ReplayFigures& f) {
  char text[256];
  std::snprintf(text, sizeof text,
                R"({"items":%llu,"judged":%llu,"late":%llu,"events":%llu,"refused":%llu,)"
                R"("refused_by_shard":%llu,"beyond_until":%llu,"rules":{)",
                static_cast<unsigned long long>(f.items), static_cast<unsigned long long>(f.judged),
                static_cast<unsigned long long>(f.late), static_cast<unsigned long long>(f.events),
                static_cast<unsigned long long>(f.refused),
                static_cast<unsigned long long>(f.refused_by_shard),
                static_cast<unsigned long long>(f.beyond_until));
  std::string out = text;
  bool first = true;
  for (const auto& [rule, r] : f.rules) {
    out += (first ? "\"" : ",\"") + rule + R"(":{"flagged":)" + std::to_string(r.flagged) +
           R"(,"late_flagged":)" + std::to_string(r.late_flagged) + R"(,"recall":)" +
           json_number(r.recall) + R"(,"precision":)" + json_number(r.precision) +
           R"(,"lead_days_median":)" + json_number(r.lead_days_median) + "}";
    first = false;
  }
  return out + "}}";
}

}  // namespace kip
