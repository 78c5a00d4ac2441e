#pragma once
// What a month is held against. Each check names what it found wrong, in `wrong`; what it counted
// stands in its figures. Derived from the documents, not from the desk.

#include <map>
#include <string>
#include <vector>

#include "simulation/month_run.h"

namespace kip::sim::month {

struct Told {  // one entry of one message
  Instant at;
  std::string desk, person;
  Why why{};
  std::uint32_t revision = 0;
};

// The month, looked up from all sides.
class Ledger {
 public:
  Ledger(const Plan& plan, const World& world, const Month& month);

  const Plan& plan;
  const World& world;
  const Month& month;
  std::map<std::string, std::vector<Told>> told;             // by alert; lists apart
  std::map<std::string, std::vector<Given>> answers;         // by alert
  std::map<std::string, std::vector<Instant>> sent;          // by person, lists apart
  std::map<std::string, std::vector<const Known*>> overdue;  // by item

  void tell(const std::string& alert_id) const;  // all that is known of it, for a look by hand
  const Calendar& calendar() const { return world.calendar(); }
  bool measured(Instant at) const { return at >= plan.dates.begin && at < plan.dates.end; }
  const Life& life(const std::string& item) const { return plan.lives.at(item); }
  // By then its head had said of one of its alerts that help is wanted, or that it is not theirs.
  bool handed_up(const std::string& item, Instant at) const;
  bool overdue_at(const std::string& item, Instant at) const;
  // When desks act on what is ready then: `at`, or when the item's source is no longer silent. And
  // since when an overdue alert counts: since it was raised, or the same where it was held.
  Instant heard_by(const std::string& item, Instant at) const;
  Instant counts_from(const Known& known) const;
  // "LADDER-1 overdue": for people.
  std::string name(const std::string& alert_id) const;
};

struct Traffic {
  std::uint64_t messages = 0, entries = 0, lists = 0;
  std::uint64_t night = 0, outside_office = 0;
  std::uint64_t cleared = 0;     // entries about what was over before the office next opened
  std::uint64_t false_dead = 0;  // overdue entries about what was done in time, the source dead
  std::uint64_t false_dead_messages = 0, false_other = 0;
  std::vector<int> head_days, leader_days;  // messages of each day with at least one
};
Traffic traffic_of(const Ledger& ledger);

struct Early {
  std::uint64_t late = 0, counted = 0;        // late at the end; of these open for over 8 h before
  std::uint64_t by_message = 0, by_list = 0;  // told early enough, by lists alone
  std::uint64_t short_counted = 0, short_told = 0;  // of these terms under 40 h
  std::uint64_t slow = 0, items = 0, storm_late = 0;
  std::map<std::string, std::uint64_t> reasons;  // of the rest
};
Early early_of(const Ledger& ledger);

struct Ladders {
  std::uint64_t first_steps = 0, second_steps = 0, to_the_minute = 0, answered = 0, ended = 0;
  std::uint64_t warnings_listed = 0, left_out = 0;
  std::vector<std::string> tales;  // of the five that were set up
};
Ladders check_ladders(const Ledger& ledger, std::vector<std::string>& wrong);

void check_once(const Ledger& ledger, std::vector<std::string>& wrong);
void check_dropped(const Ledger& ledger, std::vector<std::string>& wrong);
// Desks show the worst: of an item that is overdue its head is not reminded of its warnings, and
// they are not in the superior's list. `messages`: those that would not have been.
void check_worst(const Ledger& ledger, std::vector<std::string>& wrong, std::uint64_t& messages);
// Only what is critical goes out outside office hours, and nothing at night.
void check_quiet(const Ledger& ledger, std::vector<std::string>& wrong);
// Six messages a person and day at most.
void check_most(const Ledger& ledger, std::vector<std::string>& wrong);
void check_people(const Ledger& ledger, std::vector<std::string>& wrong);

double median(std::vector<double> of);

}  // namespace kip::sim::month
