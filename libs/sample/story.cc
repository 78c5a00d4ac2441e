#include "sample/story.h"

#include <algorithm>
#include <boost/json/serialize.hpp>

namespace kip::sampling {

using boost::json::object;
using std::chrono::seconds;

std::uint64_t Rng::next() {
  std::uint64_t z = state_ += 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

std::int64_t Rng::whole(std::int64_t low, std::int64_t high) {
  if (high <= low) return low;
  return low + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(high - low + 1));
}

std::int64_t Rng::count(std::int64_t mean_thousandths) {
  const std::int64_t about = mean_thousandths * whole(800, 1200) / 1000;  // in its own statement:
  return (about + whole(0, 999)) / 1000;  // operands have no order of evaluation
}

std::size_t Rng::pick(const std::vector<std::int64_t>& weights) {
  std::int64_t sum = 0;
  for (const std::int64_t w : weights) sum += w;
  std::int64_t rest = whole(0, sum - 1);
  std::size_t i = 0;
  while (i + 1 < weights.size() && rest >= weights[i]) rest -= weights[i++];
  return i;
}

Instant Scene::leisure(LocalDay day, Rng& rng) const {
  const bool evening = calendar.is_working_day(day);
  return day_start(day) + seconds{evening ? rng.whole(17 * kHour + 600, 23 * kHour)
                                          : rng.whole(7 * kHour, 22 * kHour)};
}

Instant Scene::office(LocalDay day, Rng& rng) const {
  const Instant begin_of_day = day_start(day);
  const std::int64_t length = between(begin_of_day, day_start(day + std::chrono::days{1}));
  return add(begin_of_day, rng.whole(kMinute, std::max(kMinute, length - 12 * kMinute)));
}

std::string_view Scene::unit_or_any(std::string_view id) const {
  return registry.unit_known(id) || registry.units.empty() ? id : registry.units.front().id;
}

boost::json::string time_text(Instant at) { return boost::json::string(format_rfc3339(at)); }

std::string padded(std::int64_t number, int digits) {
  std::string text = std::to_string(number);
  const auto width = static_cast<std::size_t>(digits);
  return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

std::string officer(std::string_view unit, Rng& rng) {
  std::string tag;
  for (std::size_t i = 0; i < unit.size() && tag.size() < 3; ++i) {
    if (i == 0 || unit[i - 1] == '-') tag += unit[i];
  }
  return "cb-" + (tag.size() < 2 ? std::string(unit.substr(0, 2)) : tag) + "-" +
         padded(rng.whole(1, 5), 2);
}

std::int64_t working_pace(std::int64_t allowed, std::int64_t late_per_100k, Rng& rng) {
  if (rng.chance(late_per_100k)) {
    // Most are late by hours, a few by weeks: the cube of an even chance, up to 15 days or the
    // term.
    const std::int64_t part = rng.whole(1, 1000);
    const std::int64_t most = std::min(15 * kDay, allowed + kDay);
    return allowed + 10 * kMinute + most * part / 1000 * part / 1000 * part / 1000;
  }
  if (rng.chance(2'000)) return allowed / 1000 * rng.whole(800, 990);
  return allowed / 1000 * (rng.whole(240, 390) + rng.whole(240, 390));
}

Story::Story(Scene& scene, std::string item_id, const Genre& genre)
    : rng(scene.rng(item_id)), scene_(scene), item_id_(std::move(item_id)), genre_(genre) {}

object& Story::tell(Instant at, std::string_view status) {
  object event;
  event["event_id"] = item_id_ + "." + std::to_string(events_.size() + 1);
  event["source"] = genre_.source;
  event["item_id"] = item_id_;
  event["kind"] = "WORK_KIND_" + std::string(genre_.kind);
  event["occurred_at"] = time_text(at);
  // Numbers of 64 bits are texts in protobuf JSON.
  if (genre_.numbered) event["sequence"] = std::to_string(events_.size() + 1);
  if (!status.empty()) event["status"] = "WORK_STATUS_" + std::string(status);
  events_.emplace_back(at, std::move(event));
  return events_.back().second;
}

void Story::publish() {
  for (const auto& [occurred, event] : events_) {
    Instant published = occurred;
    if (rng.chance(500)) published = scene_.add(occurred, rng.whole(2 * kMinute, 3 * kHour));
    if (rng.chance(120)) published = scene_.add(occurred, rng.whole(4 * kHour, 3 * kDay));
    if (genre_.source == kProject.source && published > scene_.silent_from &&
        published <= scene_.silent_to) {
      published = scene_.silent_to + seconds{rng.whole(1, 40)};
    }
    put(published, occurred, event);
    if (rng.chance(63)) put(scene_.add(published, rng.whole(5, 2 * kHour)), occurred, event);
  }
}

void Story::put(Instant published, Instant occurred, const object& event) {
  if (published <= scene_.from || published > scene_.until) return;
  if (published == occurred) {
    scene_.lines.push_back({published, boost::json::serialize(event)});
    return;
  }
  const object stamped{
      {"event", event}, {"ingested_at", time_text(published)}, {"channel", "import"}};
  scene_.lines.push_back({published, boost::json::serialize(stamped)});
}

}  // namespace kip::sampling
