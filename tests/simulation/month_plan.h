#pragma once
// What really happens in the month: 400 lives at a time, and what their sources say of them. All
// from one seed; nothing of what the product tells changes a life.

#include <map>
#include <string>
#include <vector>

#include "kip/v1/event.pb.h"
#include "simulation/month_ward.h"
#include "simulation/rng.h"

namespace kip::sim::month {

enum class Role : std::uint8_t {
  kPlain,
  kStorm,       // one of those that fall due on one morning
  kNobody,      // ladder 1: overdue, nobody answers
  kOnLeave,     // ladder 2: overdue while the head is on leave, nobody answers
  kWarning,     // ladder 3: at risk only, nobody answers
  kAnswered,    // overdue, answered before it would go up
  kEndsBefore,  // overdue, over before it would go up
};

// The truth about one item.
struct Life {
  std::string id, unit, field, source;
  Kind kind{};
  Role role = Role::kPlain;
  Instant received, due, finished, over;  // due: the effective one at the end; over: COMPLETED
  WorkTime allowed;                       // to the first due
  bool slow = false, waited = false, moved_nearer = false, moved_later = false;
  bool withheld = false;  // that it is finished was said a day late, by the dead source
  bool late() const { return finished > due; }
};

struct Said {  // one event, when the source publishes it
  Instant at;
  std::string item, bytes;
};

struct Plan {
  std::uint64_t seed = 0;
  Dates dates;
  std::map<std::string, Life> lives;
  std::vector<Said> said;  // by `at`
};
Plan make_plan(std::uint64_t seed, const World& world);

// Inside of the plan.
class Teller {
 public:
  Teller(Plan& plan, const World& world, Life& life, Rng& rng)
      : plan_(plan), calendar_(world.calendar()), life_(life), rng_(rng) {}
  v1::WorkEvent& tell(Instant at, v1::WorkStatus status = v1::WORK_STATUS_UNSPECIFIED);
  void publish();

  Instant add(Instant t, double hours) const {
    return calendar_.add(t, WorkTime{static_cast<std::int64_t>(hours * 3'600'000)});
  }
  Instant back(Instant t, double hours) const {
    return calendar_.back(t, WorkTime{static_cast<std::int64_t>(hours * 3'600'000)});
  }
  double between(Instant a, Instant b) const {
    return static_cast<double>(calendar_.between(a, b).ms) / 3'600'000;
  }
  // Low and high in whole minutes; in hours.
  double some_hours(std::int64_t low, std::int64_t high) {
    return static_cast<double>(rng_.between(low, high)) / 60;
  }
  Rng& rng() { return rng_; }
  Life& life() { return life_; }
  const Calendar& calendar() const { return calendar_; }

 private:
  Instant published(Instant occurred);

  Plan& plan_;
  const Calendar& calendar_;
  Life& life_;
  Rng& rng_;
  std::vector<v1::WorkEvent> events_;
};

// Each tells one life from `received` on and sets what is true of it.
void live_dossier(Teller& teller, const Procedure& procedure);
void live_petition(Teller& teller, const Subject& subject);
void live_task(Teller& teller);
void live_project(Teller& teller);
// Received and due as given, finished then.
void live_given(Teller& teller, Instant due, Instant finished);

}  // namespace kip::sim::month
