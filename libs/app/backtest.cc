#include "app/backtest.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <unordered_map>
#include <unordered_set>

#include "app/plain_json.h"
#include "forecast/figures.h"
#include "forecast/looked.h"
#include "forecast/model.h"
#include "forecast/walk.h"

namespace kip {
namespace {

namespace fc = forecast;

// A CSV log has no word for a reopening: a row `received` behind the row `closed` is work that goes
// on, as `open` and `complete` are there (csv_log.h). Its finished_at says so too.
void keep_closed(const std::vector<Event*>& rows) {
  std::unordered_map<std::string_view, const Event*> closed;
  for (const Event* row : rows) {
    if (row->status != WorkStatus::kCompleted) continue;
    const auto [at, added] = closed.try_emplace(row->item_id, row);
    if (!added && order_of(*row) < order_of(*at->second)) at->second = row;
  }
  for (Event* row : rows) {
    const auto at = closed.find(row->item_id);
    if (row->status != WorkStatus::kAccepted || at == closed.end()) continue;
    if (order_of(*at->second) < order_of(*row)) row->status.reset();
  }
}

// Equal order keys are one event, known since its first arrival.
void drop_repeats(std::vector<Event>& sorted) {
  struct OfBytes {
    std::size_t operator()(const Sha256& content) const {
      std::size_t bytes = 0;
      std::memcpy(&bytes, content.data(), sizeof bytes);
      return bytes;
    }
  };
  std::unordered_set<Sha256, OfBytes> met;  // of all that the key is made of, and the item
  std::erase_if(sorted, [&](const Event& event) { return !met.insert(event.content).second; });
}

// Work events in order of time, each once. An item that `without` names is left out. Frees the
// bytes of the log on the way. `more`: so many will be added to them.
Result<std::vector<Event>> events_of(ImportedLog log,
                                     const std::unordered_set<std::string>& without,
                                     fc::Known known, std::size_t more) {
  std::vector<Event> events;
  std::vector<Event*> rows;
  events.reserve(log.events.size() + more);  // they are large, and `rows` points at them
  for (Accepted& accepted : log.events) {
    const std::string bytes = std::move(accepted.bytes);
    if (accepted.what != Accepted::What::kEvent || without.contains(accepted.key)) continue;
    auto event = decode_stamped(bytes);
    if (!event) return event.error();
    events.push_back(std::move(*event));
    if (accepted.csv_row) rows.push_back(&events.back());
  }
  keep_closed(rows);
  fc::sort_events(events, known);
  drop_repeats(events);
  return events;
}

// When the last of them happened.
Instant last_of(const std::vector<Event>& events) {
  Instant last = kFarPast;
  for (const Event& event : events) last = std::max(last, event.occurred_at);
  return last;
}

// What the train log as a whole teaches.
struct History {
  fc::Looked looked;  // owns the examples
  fc::Looked::Examples examples;
};

History history_of(const std::vector<Event>& events, fc::Known known) {
  History history;
  const fc::Caseload end = fc::walk(
      events, fc::kKnotPoints, [&](const fc::Moment& m) { history.looked.look(m); }, known);
  history.looked.settle(end, last_of(events));
  history.looked.append_judged(end, last_of(events), history.examples);
  return history;
}

// What was said of an item at a point.
struct Said {
  std::string item_id;
  Instant at{};
  double chance = 0, table = 0;
};

class Backtest {
 public:
  Backtest(const BacktestOptions& options, History history)
      : options_(options), history_(std::move(history)) {
    learn(history_.examples);
    figures.train_items = learned_.items;
    figures.train_late = learned_.late;
    figures.enough_data = learned_.model != nullptr;
  }

  void look(const fc::Moment& m) {
    if (options_.online) {
      learn_on(m.caseload, m.at);
      looked_.look(m);
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
  }

  // `tested`: the items of the test log; `last`: its last event.
  void judge(const fc::Caseload& end, const std::unordered_set<std::string>& tested, Instant last) {
    for (const std::string& item_id : tested) {
      const fc::Trace& item = *end.find(item_id);
      const fc::Outcome outcome = fc::outcome_of(item, last);
      figures.items += item.void_item || item.events == 0 ? 0 : 1;
      figures.judged += outcome.judged ? 1 : 0;
      figures.late += outcome.judged && outcome.late ? 1 : 0;
    }
    for (std::size_t i = 0; i < said_.size(); ++i) {
      std::vector<fc::Verdict> chances, table;
      for (const Said& said : said_[i]) {
        const fc::Trace& item = *end.find(said.item_id);
        const fc::Outcome outcome = fc::outcome_of(item, last);
        if (!outcome.judged || (item.ended && fc::end_of(item) <= said.at)) continue;
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

  void learn(const fc::Looked::Examples& examples) {
    learned_ = fc::learn(examples);
    figures.models += learned_.model ? 1 : 0;
  }

  void learn_on(const fc::Caseload& caseload, Instant now) {
    looked_.settle(caseload, now);
    // A tenth more: newer items count at little cost.
    const std::uint64_t due = std::max<std::uint64_t>(20, learned_.items / 10);
    if (looked_.settled() - settled_ < due) return;
    settled_ = looked_.settled();
    fc::Looked::Examples examples = history_.examples;
    looked_.append_judged(caseload, now, examples);
    learn(examples);
  }

  const BacktestOptions& options_;
  History history_;
  fc::Learned learned_;
  fc::Looked looked_;
  std::uint64_t settled_ = 0;  // when it was learned last
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

Result<BacktestFigures> backtest(ImportedLog train, ImportedLog test,
                                 const BacktestOptions& options) {
  const std::uint64_t refused = train.refused.size() + test.refused.size();
  const auto tested = items_of(test), trained = items_of(train);
  const fc::Known known = options.recorded ? fc::Known::kRecorded : fc::Known::kOccurred;
  auto events = events_of(std::move(test), {}, known, train.events.size());
  if (!events) return events.error();
  auto older = events_of(std::move(train), tested, known, 0);
  if (!older) return older.error();
  Backtest run(options, history_of(*older, known));
  run.figures.refused = refused;
  for (const std::string& item_id : trained) run.figures.both_items += tested.count(item_id);
  const Instant last = last_of(*events);

  // The items of the train log are load beside those of the test log, as far as they are known.
  std::move(older->begin(), older->end(), std::back_inserter(*events));
  *older = {};
  fc::sort_events(*events, known);
  std::uint64_t looks = 0;
  const auto& points = options.online ? fc::kKnotPoints : fc::kPoints;
  const std::uint64_t all = tested.size() * points.size();
  const auto look = [&](const fc::Moment& m) {
    if (!tested.contains(m.item_id)) return;
    run.look(m);
    if (options.progress) options.progress(std::min(++looks, all), all);
  };
  const fc::Caseload end = fc::walk(*events, points, look, known);
  run.judge(end, tested, last);
  return run.figures;
}

std::string to_json(const BacktestFigures& f) {
  const auto number = [](std::uint64_t n) { return std::to_string(n); };
  std::string out =
      R"({"items":)" + number(f.items) + R"(,"judged":)" + number(f.judged) + R"(,"late":)" +
      number(f.late) + R"(,"train_items":)" + number(f.train_items) + R"(,"train_late":)" +
      number(f.train_late) + R"(,"both_items":)" + number(f.both_items) + R"(,"enough_data":)" +
      (f.enough_data ? "true" : "false") + R"(,"models":)" + number(f.models) + R"(,"refused":)" +
      number(f.refused) + R"(,"scored":)" + number(f.scored) + R"(,"points":[)";
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
