#include "app/backtest.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <queue>
#include <unordered_map>
#include <unordered_set>

#include "forecast/figures.h"
#include "forecast/model.h"
#include "forecast/walk.h"

namespace kip {
namespace {

namespace fc = forecast;

std::uint64_t id_of(const std::string& item_id) { return fnv1a(item_id) * 0x9E3779B97F4A7C15ULL; }

// Work events in order of time, each once. An item that `without` names is left out.
Result<std::vector<Event>> events_of(const ImportedLog& log,
                                     const std::unordered_set<std::string>& without,
                                     fc::Known known) {
  std::vector<Event> events;
  std::unordered_set<std::string> met;
  for (const Accepted& accepted : log.events) {
    if (accepted.what != Accepted::What::kEvent || without.contains(accepted.key)) continue;
    const std::string id = accepted.key + '\n' + accepted.source + '\n' + accepted.event_id;
    if (!met.insert(id).second) continue;
    auto event = decode_stamped(accepted.bytes);
    if (!event) return event.error();
    events.push_back(std::move(*event));
  }
  fc::sort_events(events, known);
  return events;
}

// When the last of them happened.
Instant last_of(const std::vector<Event>& events) {
  Instant last = kFarPast;
  for (const Event& event : events) last = std::max(last, event.occurred_at);
  return last;
}

// Examples of items whose outcome is not known yet.
class Waiting {
 public:
  void look(const fc::Moment& m) {
    auto [at, added] = items_.try_emplace(m.item_id);
    at->second.push_back(
        {fc::features_at(m.trace, m.load, m.at), id_of(m.item_id), m.trace.received, false});
    if (added) dues_.emplace(m.trace.due, m.item_id);
  }

  // Moves those to `examples` whose due has come.
  void settle(const fc::Caseload& caseload, Instant now, std::vector<fc::Example>& examples) {
    while (!dues_.empty() && dues_.top().first <= now) {
      const std::string item_id = dues_.top().second;
      dues_.pop();
      const fc::Trace& item = *caseload.find(item_id);
      if (item.has_term() && item.due > now && !item.void_item) {  // moved meanwhile
        dues_.emplace(item.due, item_id);
        continue;
      }
      const fc::Outcome outcome = fc::outcome_of(item, now);
      const auto found = items_.find(item_id);
      for (fc::Example& e : found->second) {
        e.late = outcome.late;
        if (outcome.judged) examples.push_back(e);
      }
      settled_ += outcome.judged ? 1 : 0;
      items_.erase(found);
    }
  }
  std::uint64_t settled() const { return settled_; }

 private:
  using Due = std::pair<Instant, std::string>;
  std::unordered_map<std::string, std::vector<fc::Example>> items_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> dues_;
  std::uint64_t settled_ = 0;
};

std::vector<fc::Example> examples_of(const std::vector<Event>& events, fc::Known known) {
  std::vector<fc::Example> examples;
  if (events.empty()) return examples;
  Waiting waiting;
  const fc::Caseload end = fc::walk(
      events, fc::kKnotPoints, [&](const fc::Moment& m) { waiting.look(m); }, known);
  waiting.settle(end, last_of(events), examples);
  return examples;
}

// What was said of an item at a point.
struct Said {
  std::string item_id;
  Instant at{};
  double chance = 0, table = 0;
};

class Backtest {
 public:
  Backtest(const BacktestOptions& options, std::vector<fc::Example> examples)
      : options_(options), examples_(std::move(examples)) {
    learn();
    figures.train_items = learned_.items;
    figures.train_late = learned_.late;
    figures.enough_data = learned_.model != nullptr;
  }

  void look(const fc::Moment& m, std::uint64_t done, std::uint64_t all) {
    if (options_.online) {
      waiting_.settle(m.caseload, m.at, examples_);
      // A tenth more: newer items count at little cost.
      const std::uint64_t due = std::max<std::uint64_t>(20, learned_.items / 10);
      if (waiting_.settled() - settled_ >= due) learn();
      waiting_.look(m);
    }
    const auto point = std::find(fc::kPoints.begin(), fc::kPoints.end(), m.twelfths);
    if (point == fc::kPoints.end()) return;
    const fc::Features f = fc::features_at(m.trace, m.load, m.at);
    const double chance = learned_.model ? learned_.model->chance(f) : learned_.prior;
    const double table = learned_.model ? learned_.model->table_chance(f) : learned_.prior;
    said_[static_cast<std::size_t>(point - fc::kPoints.begin())].push_back(
        {m.item_id, m.at, chance, table});
    ++figures.scored;
    if (options_.on_score) options_.on_score({m.item_id, share_of(m.twelfths), m.at, chance});
    if (options_.progress) options_.progress(done, all);
  }

  // `tested`: the items of the test log; `last`: its last event.
  void judge(const fc::Caseload& end, const std::unordered_set<std::string>& tested, Instant last) {
    for (const std::string& item_id : tested) {
      const fc::Trace& item = *end.find(item_id);
      const fc::Outcome outcome = fc::outcome_of(item, last);
      figures.items += item.void_item ? 0 : 1;
      figures.judged += outcome.judged ? 1 : 0;
      figures.late += outcome.judged && outcome.late ? 1 : 0;
    }
    for (std::size_t i = 0; i < said_.size(); ++i) {
      std::vector<fc::Verdict> chances, table;
      for (const Said& said : said_[i]) {
        const fc::Trace& item = *end.find(said.item_id);
        const fc::Outcome outcome = fc::outcome_of(item, last);
        if (!outcome.judged || (item.ended && item.ended_at <= said.at)) continue;
        chances.push_back({said.chance, outcome.late});
        table.push_back({said.table, outcome.late});
      }
      PointFigures p;
      p.share = share_of(fc::kPoints[i]);
      p.open = chances.size();
      for (const fc::Verdict& v : chances) p.late += v.late ? 1 : 0;
      p.auc = fc::auc(chances);
      p.table_auc = fc::auc(table);
      p.brier = fc::brier(chances);
      p.table_brier = fc::brier(table);
      p.calibration_error = fc::calibration_error(chances);
      p.riskiest = fc::precision_of_riskiest(chances);
      figures.points.push_back(p);
    }
  }

  BacktestFigures figures;

 private:
  static double share_of(int twelfths) { return static_cast<double>(twelfths) / fc::kWhole; }

  void learn() {
    learned_ = fc::learn(examples_);
    settled_ = waiting_.settled();
    figures.models += learned_.model ? 1 : 0;
  }

  const BacktestOptions& options_;
  std::vector<fc::Example> examples_;
  fc::Learned learned_;
  Waiting waiting_;
  std::uint64_t settled_ = 0;
  std::array<std::vector<Said>, 3> said_;
};

std::unordered_set<std::string> items_of(const ImportedLog& log) {
  std::unordered_set<std::string> items;
  for (const Accepted& event : log.events) {
    if (event.what == Accepted::What::kEvent) items.insert(event.key);
  }
  return items;
}

}  // namespace

Result<BacktestFigures> backtest(const ImportedLog& train, const ImportedLog& test,
                                 const BacktestOptions& options) {
  const auto tested = items_of(test);
  const fc::Known known = options.recorded ? fc::Known::kRecorded : fc::Known::kOccurred;
  auto events = events_of(test, {}, known);
  if (!events) return events.error();
  auto older = events_of(train, tested, known);
  if (!older) return older.error();
  Backtest run(options, examples_of(*older, known));
  run.figures.refused = train.refused.size() + test.refused.size();
  const Instant last = last_of(*events);

  // The items of the train log are load beside those of the test log, as far as they are known.
  events->insert(events->end(), older->begin(), older->end());
  fc::sort_events(*events, known);
  std::uint64_t looks = 0;
  const std::uint64_t all = tested.size() * fc::kPoints.size();
  const auto& points = options.online ? fc::kKnotPoints : fc::kPoints;
  const auto look = [&](const fc::Moment& m) {
    if (tested.contains(m.item_id)) run.look(m, std::min(++looks, all), all);
  };
  const fc::Caseload end = fc::walk(*events, points, look, known);
  run.judge(end, tested, last);
  return run.figures;
}

namespace {

std::string json_number(const std::optional<double>& value) {
  if (!value) return "null";
  char text[32];
  std::snprintf(text, sizeof text, "%.4f", *value);
  return text;
}

}  // namespace

std::string to_json(const BacktestFigures& f) {
  const auto number = [](std::uint64_t n) { return std::to_string(n); };
  std::string out = R"({"items":)" + number(f.items) + R"(,"judged":)" + number(f.judged) +
                    R"(,"late":)" + number(f.late) + R"(,"train_items":)" + number(f.train_items) +
                    R"(,"train_late":)" + number(f.train_late) + R"(,"enough_data":)" +
                    (f.enough_data ? "true" : "false") + R"(,"models":)" + number(f.models) +
                    R"(,"refused":)" + number(f.refused) + R"(,"scored":)" + number(f.scored) +
                    R"(,"points":[)";
  for (const PointFigures& p : f.points) {
    if (&p != &f.points.front()) out += ",";
    char share[16];
    std::snprintf(share, sizeof share, "%g", p.share);
    out += R"({"point":)" + std::string(share) + R"(,"open":)" + number(p.open) + R"(,"late":)" +
           number(p.late) + R"(,"auc":)" + json_number(p.auc) + R"(,"table_auc":)" +
           json_number(p.table_auc) + R"(,"brier":)" + json_number(p.brier) + R"(,"table_brier":)" +
           json_number(p.table_brier) + R"(,"calibration_error":)" +
           json_number(p.calibration_error) + R"(,"riskiest_precision":)" +
           json_number(p.riskiest) + "}";
  }
  return out + "]}";
}

std::string csv_line(const Score& score) {
  std::string id(score.item_id);
  if (id.find_first_of(",\"\r\n") != std::string::npos) {
    std::string quoted = "\"";
    for (const char c : id) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    id = quoted + "\"";
  }
  char numbers[64];
  std::snprintf(numbers, sizeof numbers, ",%g,", score.share);
  id += numbers + format_rfc3339(score.at);
  std::snprintf(numbers, sizeof numbers, ",%.6f", score.chance);
  return id + numbers;
}

}  // namespace kip
