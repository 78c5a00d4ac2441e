#include "simulation/month_plan.h"

#include <algorithm>
#include <set>

#include "contract/proto_values.h"
#include "support/office.h"

namespace kip::sim::month {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::string_view kSources[] = {"", "urn:kip:sample:nhiemvu", kDeadSource,
                                         "urn:kip:sample:phananh", "urn:kip:sample:congtrinh"};

class Planner {
 public:
  Planner(Plan& plan, const World& world) : plan_(plan), world_(world) {}

  void run() {
    for (const UnitRow& unit : kUnits) {
      for (int i = 0; i < unit.tasks; ++i) slot(unit, Kind::kTask, i);
      for (int i = 0; i < unit.dossiers; ++i) slot(unit, Kind::kDossier, i);
      for (int i = 0; i < unit.petitions; ++i) slot(unit, Kind::kPetition, i);
      for (int i = 0; i < unit.projects; ++i) slot(unit, Kind::kProject, i);
    }
    ladders();
    std::stable_sort(plan_.said.begin(), plan_.said.end(),
                     [](const Said& a, const Said& b) { return a.at < b.at; });
  }

 private:
  // A place on the ward's desk: when one item is over the next one comes.
  void slot(const UnitRow& unit, Kind kind, int number) {
    const std::string name =
        std::string(unit.id) + "/" + std::string(kind_word(kind)) + "/" + std::to_string(number);
    Rng rng(fnv1a(name, plan_.seed));
    const bool in_storm = unit.id == kStormUnit && storm_left_ > 0;
    const Instant storm_due = day_start(plan_.dates.storm) + hours{10};
    const Instant storm_from = world_.calendar().back(storm_due, work_hours(rng.between(44, 70)));
    if (in_storm) --storm_left_;
    bool stormed = !in_storm;
    Instant at =
        world_.calendar().add(plan_.dates.warm_up, WorkTime{rng.between(0, 80 * 3'600'000)});
    for (int n = 0; at < plan_.dates.end; ++n) {
      Life life = begin(name + "/" + std::to_string(n), unit.id, kind, at);
      const Rng before = rng;
      const std::size_t mark = plan_.said.size();
      if (stormed || at < storm_from) one(life, unit, rng);
      if (!stormed && (at >= storm_from || life.over > storm_from)) {
        plan_.said.resize(mark);  // it would be in the way
        rng = before;
        life = begin(life.id, unit.id, Kind::kDossier, at);
        storm_item(life, storm_due, rng);
        stormed = true;
      }
      at = world_.calendar().add(life.over, WorkTime{rng.between(5, 120) * 60'000});
      plan_.lives.emplace(life.id, std::move(life));
    }
  }

  Life begin(std::string id, std::string_view unit, Kind kind, Instant at) const {
    Life life;
    life.id = std::move(id);
    life.unit = unit;
    life.kind = kind;
    life.source = kSources[static_cast<std::size_t>(kind)];
    life.received = at;
    return life;
  }

  void one(Life& life, const UnitRow& unit, Rng& rng) {
    Teller teller(plan_, world_, life, rng);
    const Registry& registry = world_.policy->registry;
    switch (life.kind) {
      case Kind::kDossier:
        live_dossier(teller, procedure_of(unit.id, rng));
        break;
      case Kind::kPetition: {
        std::vector<const Subject*> fit;
        for (const Subject& s : registry.subjects) {
          if (s.unit == unit.id) fit.push_back(&s);
        }
        live_petition(teller, fit.empty() ? rng.of(registry.subjects) : *rng.of(fit));
        break;
      }
      case Kind::kProject:
        live_project(teller);
        break;
      case Kind::kTask:
      case Kind::kNone:
        live_task(teller);
        break;
    }
    teller.publish();
  }

  const Procedure& procedure_of(std::string_view unit, Rng& rng) const {
    std::vector<const Procedure*> fit;
    for (const Procedure& p : world_.policy->registry.procedures) {
      if (p.unit != unit) continue;
      for (int i = 0; i < static_cast<int>(p.volume_weight); ++i) fit.push_back(&p);
    }
    return *rng.of(fit);
  }

  void storm_item(Life& life, Instant due, Rng& rng) {
    life.role = Role::kStorm;
    life.field = "Hộ tịch";
    Teller teller(plan_, world_, life, rng);
    const bool in_time = rng.chance(50);
    const double by = static_cast<double>(rng.between(10, in_time ? 110 : 420)) / 60;
    live_given(teller, due, in_time ? teller.back(due, by) : teller.add(due, by));
    teller.publish();
  }

  void ladder(const char* id, Role role, std::string_view unit, std::string_view field, Instant due,
              double late_hours) {
    Rng rng(fnv1a(id, plan_.seed));
    Life life = begin(id, unit, Kind::kPetition, world_.calendar().back(due, work_hours(80)));
    life.role = role;
    life.field = field;
    Teller teller(plan_, world_, life, rng);
    live_given(teller, due,
               late_hours > 0 ? teller.add(due, late_hours) : teller.back(due, -late_hours));
    teller.publish();
    plan_.lives.emplace(life.id, std::move(life));
  }

  void ladders() {
    const Instant day = day_start(plan_.dates.ladders);
    const Instant leave = day_start(plan_.dates.leave_from + days{2});
    ladder("LADDER-1", Role::kNobody, kSilentUnit, kViceField, day + hours{9} + minutes{10}, 30);
    ladder("LADDER-2", Role::kOnLeave, kLeaveUnit, "Bảo trợ xã hội",
           leave + hours{10} + minutes{20}, 20);
    // At risk from 16 working hours before its due on: since 08:10.
    ladder("LADDER-3", Role::kWarning, "tt-phuc-vu-hcc", "",
           world_.calendar().add(day + hours{8} + minutes{10}, work_hours(16)), -0.5);
    ladder("LADDER-4", Role::kAnswered, "cong-an", "", day + hours{8} + minutes{30}, 14);
    ladder("LADDER-5", Role::kEndsBefore, "tram-y-te", "", day + hours{13} + minutes{20}, 2);
  }

  Plan& plan_;
  const World& world_;
  int storm_left_ = kStormItems;
};

}  // namespace

v1::WorkEvent& Teller::tell(Instant at, v1::WorkStatus status) {
  v1::WorkEvent& e = events_.emplace_back();
  e.set_event_id(life_.id + "." + std::to_string(events_.size()));
  e.set_source(life_.source);
  e.set_item_id(life_.id);
  e.set_kind(to_proto(life_.kind));
  set_timestamp(at, *e.mutable_occurred_at());
  if (status != v1::WORK_STATUS_UNSPECIFIED) e.set_status(status);
  return e;
}

// Most at once, some within the hour, few later; projects are sent at night.
Instant Teller::published(Instant occurred) {
  Instant at = occurred + seconds{rng_.between(0, 90)};
  if (life_.kind == Kind::kProject) {
    at = day_start(local_day(occurred)) + hours{22} + minutes{15};
  } else if (rng_.chance(5)) {
    at = occurred + minutes{rng_.between(5, 60)};
  } else if (rng_.chance(1)) {
    at = occurred + minutes{rng_.between(60, 360)};
  }
  const Instant dead = day_start(plan_.dates.dead);
  if (life_.source == kDeadSource && at >= dead && at < dead + days{1}) at += days{1};
  return at;
}

void Teller::publish() {
  for (v1::WorkEvent& e : events_) {
    const Instant at = published(instant_of(e.occurred_at()));
    if (e.status() == v1::WORK_STATUS_COMPLETED && at >= life_.over + hours{20} &&
        life_.source == kDeadSource)
      life_.withheld = true;
    v1::StampedEvent stamped;
    set_timestamp(at, *stamped.mutable_ingested_at());
    stamped.set_channel("http");
    *stamped.mutable_event() = std::move(e);
    plan_.said.push_back({at, life_.id, stamped.SerializeAsString()});
  }
  events_.clear();
}

Plan make_plan(std::uint64_t seed, const World& world) {
  Plan plan;
  plan.seed = seed;
  plan.dates = dates_of(seed);
  Planner(plan, world).run();
  return plan;
}

}  // namespace kip::sim::month
