#pragma once
// Inside of `sample`: the scene that all items share, and the story of one item, told event by
// event and then published with the faults of life (late, twice).
//
//   Story story(scene, "NV-012", kTask);
//   story.tell(at, "REGISTERED")["title"] = "...";
//   story.publish();
//
// Every item has a stream of chance of its own, drawn from the seed and its id: what one item does
// never moves another. Durations are whole seconds of working time. One thread.

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "calendar/calendar.h"
#include "registry/registry.h"

namespace kip::sampling {

constexpr std::int64_t kMinute = 60, kHour = 3600, kDay = 8 * kHour;

// splitmix64. No std::distributions: they differ between libraries.
class Rng {
 public:
  explicit Rng(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  std::int64_t whole(std::int64_t low, std::int64_t high);  // low..high, both included
  bool chance(std::int64_t per_100k) { return whole(0, 99'999) < per_100k; }
  std::int64_t count(std::int64_t mean_thousandths);  // about the mean, a fifth more or less
  // An index into a list of n, by weights.
  std::size_t pick(const std::vector<std::int64_t>& weights);
  template <typename T>
  const T& of(const std::vector<T>& list) {
    return list[static_cast<std::size_t>(whole(0, static_cast<std::int64_t>(list.size()) - 1))];
  }

 private:
  std::uint64_t state_;
};

struct Line {
  Instant published;
  std::string text;
};

struct Scene {
  const Registry& registry;
  const Calendar& calendar;
  std::uint64_t seed;
  Instant begin, end, from, until;  // begin: of the first day; lines of (from, until] are kept
  std::int64_t scale_thousandths;
  Instant silent_from, silent_to;  // the source of the projects sends nothing in between
  std::vector<Line> lines;

  Instant add(Instant t, std::int64_t seconds) const {
    return calendar.add(t, WorkTime{seconds * 1000});
  }
  std::int64_t between(Instant a, Instant b) const { return calendar.between(a, b).ms / 1000; }
  Rng rng(std::string_view what) const { return Rng(fnv1a(what, seed ^ 0x6b6970)); }
  LocalDay last_day() const { return local_day(until); }
  // An instant at which people write from home: any evening, and by day where the office rests.
  Instant leisure(LocalDay day, Rng& rng) const;
  Instant office(LocalDay day, Rng& rng) const;  // within the day's working time
  std::string_view unit_or_any(std::string_view id) const;
};

boost::json::string time_text(Instant at);
std::string padded(std::int64_t number, int digits);
// "cb-ht-03": one of a few officers of a unit; the tag is made of the unit's id.
std::string officer(std::string_view unit, Rng& rng);
// Of the allowed seconds, after how many it will be done: mostly before four fifths of them.
std::int64_t working_pace(std::int64_t allowed, std::int64_t late_per_100k, Rng& rng);

struct Genre {
  std::string_view kind, source;
  bool numbered;  // its source numbers the events of an item
};
inline constexpr Genre kDossier{"DOSSIER", "urn:kip:sample:motcua", false};
inline constexpr Genre kTask{"TASK", "urn:kip:sample:nhiemvu", true};
inline constexpr Genre kPetition{"PETITION", "urn:kip:sample:phananh", false};
inline constexpr Genre kProject{"PROJECT", "urn:kip:sample:congtrinh", true};

class Story {
 public:
  Story(Scene& scene, std::string item_id, const Genre& genre);

  // A new event, to be filled in before the next one is told; `status` may be empty.
  boost::json::object& tell(Instant at, std::string_view status = {});
  std::string last_id() const { return item_id_ + "." + std::to_string(events_.size()); }
  const std::string& item_id() const { return item_id_; }
  void publish();

  Rng rng;

 private:
  void put(Instant published, Instant occurred, const boost::json::object& event);

  Scene& scene_;
  std::string item_id_;
  const Genre& genre_;
  std::vector<std::pair<Instant, boost::json::object>> events_;
};

// The items of the whole stretch, in an order of their own.
void tell_dossiers(Scene& scene);
void tell_petitions(Scene& scene);
void tell_tasks(Scene& scene);
void tell_projects(Scene& scene);

}  // namespace kip::sampling
