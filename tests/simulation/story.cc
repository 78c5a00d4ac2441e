#include "simulation/story.h"

#include <algorithm>

namespace kip::sim {
namespace {

using google::protobuf::Timestamp;

constexpr Ms kEdges[] = {  // of the day, where working time begins, ends or is judged
    7 * kHour,
    7 * kHour + 30 * kMinute,
    7 * kHour + 30 * kMinute - 1,
    11 * kHour,
    11 * kHour + 30 * kMinute,
    11 * kHour + 30 * kMinute + 1,
    12 * kHour,
    13 * kHour,
    13 * kHour + 30 * kMinute,
    15 * kHour,
    15 * kHour - 1,
    17 * kHour,
    17 * kHour - 1,
    17 * kHour + 1,
    0,
    kDay - 1,
    9 * kHour + 17 * kMinute + 3,
    22 * kHour + 1};

// One item's life as it is made up.
struct Life {
  std::string id;
  v1::WorkKind kind = v1::WORK_KIND_UNSPECIFIED;
  int status = 0;
  Ms now = 0;  // of the last event
  Ms due = 0;  // last said; 0: none
  int events = 0;
};

class Maker {
 public:
  Maker(Rng& rng, const World& world) : rng_(rng), world_(world) {}

  Story make() {
    base_ =
        midnight(rng_.of({"2026-08-20", "2026-11-16", "2026-11-23", "2026-12-28", "2027-02-01"}));
    sequences_ = static_cast<int>(rng_.below(3));
    tidy_ = rng_.chance(30);
    const auto items = static_cast<int>(rng_.between(1, 5));
    auto left = static_cast<int>(rng_.between(20, 60));
    for (int i = 0; i < items; ++i) {
      Life life;
      life.id = "HS-" + std::to_string(i);
      life.now = base_ + rng_.between(0, 5) * kDay;
      if (rng_.chance(95)) life.kind = static_cast<v1::WorkKind>(rng_.between(1, 4));
      const int share = i + 1 == items ? left : static_cast<int>(rng_.between(1, left / 2 + 1));
      left = std::max(1, left - share);
      for (int n = 0; n < share; ++n) add_event(life);
    }
    put_in_order();
    return std::move(story_);
  }

 private:
  // ---- times ----
  Ms instant_near(Ms at) {
    if (!palette_.empty() && rng_.chance(25)) return rng_.of(palette_);
    const Ms day = at - (at + kZone) % kDay;
    if (rng_.chance(60)) return day + kEdges[rng_.below(std::size(kEdges))];
    return day + static_cast<Ms>(rng_.below(kDay));
  }
  Ms later(Ms at) {
    switch (rng_.below(10)) {
      case 0:
        return at;
      case 1:
        return at + rng_.of<Ms>({1, 60'000, kHour - 1, kHour});
      case 2:
      case 3:
      case 4:
        return at + static_cast<Ms>(rng_.below(5 * kHour));
      case 5:
      case 6:
      case 7:
        return std::max(at, instant_near(at + kDay));
      case 8:
        return std::max(at, instant_near(at + rng_.between(1, 5) * kDay));
      default:
        return instant_near(at + rng_.between(-3, 12) * kDay);
    }
  }
  Ms due_from(Ms at) {
    if (rng_.chance(15)) return at + rng_.of<Ms>({0, 1, -1, kHour, 8 * kHour, -2 * kDay});
    const Ms due = instant_near(at + rng_.between(0, 15) * kDay);
    if (palette_.size() < 12) palette_.insert(palette_.end(), {due, due + 1});
    return due;
  }
  void put(Timestamp* to, Ms at) {
    set_ms(to, at);
    if (rng_.chance(4)) to->set_nanos(to->nanos() + static_cast<int>(rng_.below(1'000'000)));
  }

  // ---- events ----
  std::string unit() {
    return rng_.of<std::string>({"u.land", "u.land", "u.court", "u.far", "u.nobody", ""});
  }
  std::string person() { return rng_.of<std::string>({"an", "binh", "chi", ""}); }

  int next_status(int from) {
    if (!tidy_ && rng_.chance(20)) return static_cast<int>(rng_.between(1, 12));
    if (rng_.chance(2)) return v1::WORK_STATUS_VOID;
    switch (from) {
      case 0:
        return rng_.of<int>({1, 1, 2, 3});
      case 1:
        return rng_.of<int>({2, 2, 3, 8, 12});
      case 2:
        return rng_.of<int>({3, 3, 4, 5, 10});
      case 4:
      case 5:
        return rng_.of<int>({3, 3, 4, 5, 2, 6});
      case 6:
        return rng_.of<int>({7, 7, 3, 2, 6});
      case 7:
      case 8:
      case 9:
      case 11:
        return rng_.of<int>({3, 7, 7});
      case 10:
        return rng_.of<int>({3, 6, 6});
      default:
        return rng_.of<int>({4, 4, 5, 5, 10, 6, 9, 11, 3, 12});
    }
  }

  void say_status(Life& life, v1::WorkEvent& e, Ms at) {
    life.status = next_status(life.status);
    e.set_status(static_cast<v1::WorkStatus>(life.status));
    if (life.status == v1::WORK_STATUS_WAITING || rng_.chance(5)) {
      const int what = rng_.chance(65) ? 1 : static_cast<int>(rng_.between(0, 3));
      if (rng_.chance(85)) e.set_waiting_for(static_cast<v1::WaitingFor>(what));
    }
    if (life.status == v1::WORK_STATUS_SUSPENDED && rng_.chance(60)) say_authority(e);
    if (life.status == v1::WORK_STATUS_COMPLETED && rng_.chance(50)) {
      put(e.mutable_completed_at(), rng_.chance(60) ? at : instant_near(at - kDay));
    }
    if (life.status == v1::WORK_STATUS_RETURNED && rng_.chance(60))
      put(e.mutable_returned_at(), at);
  }
  void say_authority(v1::WorkEvent& e) {
    e.set_authority(rng_.of<std::string>({"12/QD-UBND", "12/QD-UBND", ""}));
  }
  void say_due(Life& life, v1::WorkEvent& e, Ms at) {
    Ms due = due_from(std::max(at, life.due));
    if (life.due != 0 && rng_.chance(25)) due = life.due;
    if (rng_.chance(25)) due = due_from(at);
    put(e.mutable_due_at(), life.due = due);
  }
  void say_step(v1::WorkEvent& e, Ms at) {
    auto& step = *e.mutable_step();
    step.set_code(rng_.of<std::string>({"s1", "s2", "s3", ""}));
    if (rng_.chance(60)) put(step.mutable_due_at(), due_from(at));
    if (rng_.chance(50)) step.set_unit_id(unit());
    if (rng_.chance(40)) step.set_assignee_id(person());
    if (rng_.chance(15)) put(step.mutable_completed_at(), at);
  }
  void say_clear(v1::WorkEvent& e) {
    for (auto n = rng_.between(1, 2); n > 0; --n) {
      e.add_clear(rng_.of<std::string>(
          {"status",           "step",         "due_at",      "due_at",       "waiting_for",
           "progress_percent", "unit_id",      "assignee_id", "title",        "authority",
           "received_at",      "completed_at", "returned_at", "submitted_at", "procedure_code",
           "channel",          "focus",        "kind",        "voids",        "bogus"}));
    }
  }
  void say_fact(v1::WorkEvent& e, Ms at) {
    switch (rng_.below(13)) {
      case 0:
        e.set_title(rng_.of<std::string>({"việc", "việc khác", ""}));
        break;
      case 1:
        e.set_assignee_id(person());
        break;
      case 2:
      case 3:
        e.set_unit_id(unit());
        break;
      case 4:
        say_authority(e);
        break;
      case 5:
        e.set_expected_result(rng_.of<std::string>({"bản vẽ", ""}));
        break;
      case 6:
        put(e.mutable_received_at(), rng_.chance(70) ? at : instant_near(at - kDay));
        break;
      case 7:
        put(e.mutable_submitted_at(), instant_near(at));
        break;
      case 8:
        put(e.mutable_returned_at(), instant_near(at));
        break;
      case 9:
        put(e.mutable_completed_at(), instant_near(at));
        break;
      case 10:
        e.set_focus(rng_.chance(60));
        break;
      case 11:
        e.set_procedure_code(rng_.of<std::string>(
            {"p.days", "p.days", "p.hours", "p.plain", "p.same", "p.none", ""}));
        if (rng_.chance(50)) e.set_channel(static_cast<v1::IntakeChannel>(rng_.between(0, 3)));
        break;
      default:
        e.set_channel(static_cast<v1::IntakeChannel>(rng_.between(0, 3)));
    }
  }
  void say_voids(v1::WorkEvent& e) {
    for (auto n = rng_.between(1, 2); n > 0; --n) {
      const auto made = static_cast<std::int64_t>(ids_);
      const auto which = rng_.chance(80) ? std::max<std::int64_t>(0, made - rng_.between(0, 8))
                                         : made + rng_.between(0, 6);
      e.add_voids("e" + std::to_string(which));
    }
    ++story_.voids;
  }
  void begin(Life& life, v1::WorkEvent& e, Ms at) {
    if (rng_.chance(70)) e.set_unit_id(unit());
    if (rng_.chance(70)) say_due(life, e, at);
    if (rng_.chance(40)) e.set_assignee_id(person());
    if (rng_.chance(50)) put(e.mutable_received_at(), at);
    if (life.kind == v1::WORK_KIND_DOSSIER || rng_.chance(20)) {
      e.set_procedure_code(
          rng_.of<std::string>({"p.days", "p.hours", "p.plain", "p.same", "p.none"}));
      if (rng_.chance(60)) e.set_channel(static_cast<v1::IntakeChannel>(rng_.between(1, 3)));
    } else if (rng_.chance(50)) {  // nearly clear: what is missing is soon said
      e.set_title("việc");
      e.set_authority("12/QD-UBND");
      e.set_expected_result("bản vẽ");
    }
    if (rng_.chance(40)) e.set_progress_percent(static_cast<unsigned>(rng_.below(30)));
    if (rng_.chance(90)) say_status(life, e, at);
  }
  void say_more(Life& life, v1::WorkEvent& e, Ms at) {
    if (rng_.chance(50)) say_status(life, e, at);
    if (rng_.chance(20)) say_due(life, e, at);
    if (rng_.chance(20)) say_step(e, at);
    if (rng_.chance(20)) e.set_progress_percent(static_cast<unsigned>(rng_.below(121)));
    if (rng_.chance(8)) say_clear(e);
    if (rng_.chance(8)) say_voids(e);
    if (rng_.chance(40)) say_fact(e, at);
    if (rng_.chance(5)) e.set_waiting_for(static_cast<v1::WaitingFor>(rng_.between(0, 3)));
  }

  void add_event(Life& life) {
    const Ms at = later(life.now);
    const bool late = rng_.chance(tidy_ ? 3 : 12);
    life.now = late ? life.now : at;
    v1::StampedEvent stamped;
    v1::WorkEvent& e = *stamped.mutable_event();
    e.set_item_id(life.id);
    e.set_source(rng_.of<std::string>({"/a", "/a", "/a", "/a", "/b", "/đ"}));
    const bool reused = ids_ > 0 && rng_.chance(3);
    e.set_event_id("e" + std::to_string(reused ? rng_.below(ids_) : ids_));
    if (!reused) ++ids_;
    const Ms occurred = late ? at - rng_.between(0, 4) * kDay - rng_.between(0, 2 * kHour) : at;
    put(e.mutable_occurred_at(), occurred);
    if (sequences_ == 1 || (sequences_ == 2 && rng_.chance(50)))
      e.set_sequence(ids_ - rng_.below(2));
    const bool says_kind = life.events == 0 || rng_.chance(30);
    if (says_kind) e.set_kind(rng_.chance(3) ? v1::WORK_KIND_TASK : life.kind);
    if (life.events++ == 0) {
      begin(life, e, occurred);
    } else {
      say_more(life, e, occurred);
    }
    if (!e.has_status() && rng_.chance(2)) e.set_status(v1::WORK_STATUS_UNSPECIFIED);
    if (rng_.chance(2)) e.GetReflection()->MutableUnknownFields(&e)->AddVarint(999, rng_.below(3));
    const bool unknown = !world_.config.registry_open && e.has_unit_id() &&
                         world_.config.units.count(e.unit_id()) == 0;
    if (unknown) stamped.add_faults("unknown_unit");
    if (rng_.chance(2)) stamped.add_faults("due_before_received");
    set_ms(stamped.mutable_ingested_at(), recorded(at, occurred));
    story_.log.push_back(std::move(stamped));
  }
  Ms recorded(Ms at, Ms occurred) {
    const Ms seen = std::max(at, occurred);
    switch (rng_.below(10)) {
      case 0:
        return seen + static_cast<Ms>(rng_.below(3 * kDay));
      case 1:
        return seen + static_cast<Ms>(rng_.below(4 * kHour));
      case 2:
        return seen - static_cast<Ms>(rng_.below(kDay));  // its clock goes ahead
      case 3:
        return std::max(seen, instant_near(seen));
      case 4:
      case 5:
        return seen + static_cast<Ms>(rng_.below(5 * kMinute));
      case 6:
        return seen + kHour - (seen + kZone) % kHour;  // whole hours: many at one time
      default:
        return seen;
    }
  }

  // ---- the log ----
  void put_in_order() {
    auto& log = story_.log;
    std::stable_sort(log.begin(), log.end(), [](const auto& a, const auto& b) {
      return ms(a.ingested_at()) < ms(b.ingested_at());
    });
    if (!tidy_ && rng_.chance(40)) {
      for (auto n = rng_.between(1, 8); n > 0 && log.size() > 1; --n) {
        const std::size_t i = rng_.below(log.size() - 1);
        std::swap(log[i], log[std::min(log.size() - 1, i + 1 + rng_.below(6))]);
      }
    }
    for (auto n = rng_.between(0, 4); n > 0; --n) {
      const std::size_t i = rng_.below(log.size());
      const std::size_t to = std::min(log.size(), i + 1 + (rng_.chance(60) ? 0 : rng_.below(20)));
      v1::StampedEvent again = log[i];
      if (rng_.chance(50)) {
        set_ms(again.mutable_ingested_at(), ms(log[to == log.size() ? to - 1 : to].ingested_at()));
      }
      log.insert(log.begin() + static_cast<std::ptrdiff_t>(to), std::move(again));
      ++story_.repeats;
    }
    std::map<std::string, Ms> latest;
    Ms last = 0;
    for (const auto& stamped : log) {
      const Ms at = ms(stamped.event().occurred_at());
      const auto [found, fresh] = latest.try_emplace(stamped.event().item_id(), at);
      if (at < found->second) ++story_.reorders;
      found->second = std::max(found->second, at);
      last = std::max(last, ms(stamped.ingested_at()));
    }
    story_.until = last + rng_.of<Ms>({0, 0, kHour, 3 * kDay, 12 * kDay, 45 * kDay});
  }

  Rng& rng_;
  const World& world_;
  Story story_;
  Ms base_ = 0;
  int sequences_ = 0;  // 0 none, 1 always, 2 now and then
  bool tidy_ = false;  // sources that behave well
  std::uint64_t ids_ = 0;
  std::vector<Ms> palette_;  // instants to meet again
};

}  // namespace

Story make_story(Rng& rng, const World& world) { return Maker(rng, world).make(); }

}  // namespace kip::sim
