#pragma once
// The month in virtual time: real shards and real desks on one store in memory, stepped to the next
// instant at which anything can happen; and people who read their messages and answer.
//
//   Month month = run_month(plan, world, {.answers = true});

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "alerting/desk.h"
#include "rules/item.h"
#include "simulation/month_plan.h"

namespace kip::sim::month {

struct RunOptions {
  bool answers = true;
  bool forecasts = true;
};

// What the shards said of one alert, and when it stood in the log.
struct Known {
  AlertChange first;
  Instant raised, resolved = kFarFuture;
  // Raised again under the same id: the spans before.
  std::vector<std::pair<Instant, Instant>> before;
  bool open_at(Instant at) const;
};

struct Given {  // one answer
  Instant at;
  std::string desk, person, alert_id;
  Disposition what{};
};

struct Silence {  // as the machine of subjects had it
  std::string source;
  Instant until, from, to = kFarFuture;  // last heard before; noticed; back, and all heard
  bool told = false;                     // to a person
};

struct Noon {
  std::int64_t open = 0, at_risk = 0, overdue = 0;
};

struct Month {
  std::vector<Message> messages;  // as the outbox had them, in order; morning lists too
  std::map<std::string, Known> alerts;
  std::vector<Given> answers;                            // in order
  std::vector<Noon> noons;                               // of the working days that are measured
  std::map<std::string, std::vector<Decision>> journal;  // by alert id
  std::vector<Silence> silences;                         // in order
  std::uint64_t events = 0, refused = 0, steps = 0;
  std::uint64_t models = 0;  // learned and taken into use
};

Month run_month(const Plan& plan, const World& world, const RunOptions& options);

}  // namespace kip::sim::month
