#pragma once
// The oracle: a slow, small program written from SEMANTICS alone, apart from the product's code. It
// says what the whole log of StampedEvents must lead to under `--clock log`: every AlertEvent of
// every item and every item's final view. Only the generated protobuf classes are shared with the
// product.

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "kip/v1/alert.pb.h"
#include "kip/v1/event.pb.h"
#include "kip/v1/view.pb.h"

namespace kip::oracle {

struct Procedure {
  std::string code;
  int channel = 0;  // IntakeChannel; 0: any channel (a row for the item's channel wins)
  std::int64_t from_ms = INT64_MIN;  // in force for items accepted in [from_ms, until_ms)
  std::int64_t until_ms = INT64_MAX;
  double value = 0;
  std::string unit;  // working_day, hour, day, same_day
};

struct Config {
  bool always = false;  // --calendar always: every instant is working time
  std::vector<std::pair<int, int>> office_minutes = {
      {450, 690}, {780, 1020}};      // of the local day, [open, close)
  std::map<std::string, bool> days;  // "2026-11-24" -> works? overrides Monday to Friday
  bool registry_open = true;         // every non-empty unit is known
  std::set<std::string> units;       // the known ones where it is not open
  std::vector<Procedure> procedures;
};

struct Result {
  std::map<std::string, std::vector<v1::AlertEvent>> alerts;  // by item, as they must be written
  std::map<std::string, v1::ItemView> items;                  // VOID items left out
  std::set<std::string> may_stay;  // of standing(): items whose behind_plan stays where it is open
};

// `log` is in log order; the record time of each is its ingested_at. All are kind `event` (no
// indicators, no reports). Time ends at t_end_ms: every item's timers up to it fire. In the alerts
// the oracle fills: alert_id, revision, change, level, changed_at, onset, cause, rule_id,
// subject_id, subject, unit_id, assignee_id, due_at, step_code. In the views: item_id, kind,
// status, state, unit_id, holder, assignee_id, step_code, received_at, original_due_at,
// agreed_due_at, due_at, completed_at, faults (sorted), open_alerts (by rule id; alert_id, rule_id,
// revision, level, onset, unit_id), badges (sorted), started_at, ended_at, extensions, events.
Result run(const Config& config, const std::vector<v1::StampedEvent>& log, std::int64_t t_end_ms);

// run() of a log that grows: an item goes on from what was read of it if that is how its records
// begin, else from nothing. So each answer is run()'s, whatever was asked before.
class Follower {
 public:
  explicit Follower(const Config& config);
  ~Follower();
  Result run(const std::vector<v1::StampedEvent>& log, std::int64_t t_end_ms);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// What holds at `now` by the fold of the whole log alone, as if every item were met for the first
// time: views whose open alerts have the onsets of the fold. `alerts` stays empty.
Result standing(const Config& config, const std::vector<v1::StampedEvent>& log,
                std::int64_t now_ms);

}  // namespace kip::oracle
