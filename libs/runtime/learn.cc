#include "runtime/learn.h"

#include "base/hash.h"
#include "contract/chunks.h"
#include "contract/door.h"
#include "forecast/challenge.h"
#include "forecast/looked.h"
#include "forecast/walk.h"
#include "store/keys.h"

namespace kip {
namespace {

namespace fc = forecast;

// One in so many items is learned from.
Result<std::uint64_t> sample_of(const Store& store) {
  std::uint64_t items = 0;
  const Status scanned = store.scan(Table::kItem, "", "", [&](std::string_view, std::string_view) {
    ++items;
    return true;
  });
  if (!scanned) return scanned.error();
  return items / kLearnItemsMax + 1;
}

// The stored events of the items of the sample, in order of time.
Result<std::vector<Event>> events_of(const Store& store, std::uint64_t one_in) {
  std::vector<Event> events;
  std::optional<Error> failed;
  const Status scanned =
      store.scan(Table::kHistory, "", "", [&](std::string_view key, std::string_view value) {
        if (fnv1a(keys::history_item(key)) % one_in != 0) return true;
        auto chunk = decode_chunk(value);
        if (!chunk) failed = chunk.error();
        if (failed) return false;
        for (const std::string& bytes : *chunk) {
          auto event = decode_stamped(bytes);
          if (!event) failed = event.error();
          if (failed) return false;
          events.push_back(std::move(*event));
        }
        return true;
      });
  if (failed) return *failed;
  if (!scanned) return scanned.error();
  fc::sort_events(events);
  return events;
}

fc::Usual scaled(fc::Usual usual, double by) {
  for (auto* numbers : {&usual.units, &usual.owners}) {
    for (auto& [name, mean] : *numbers) mean *= by;
  }
  return usual;
}

struct Lookback {
  std::unique_ptr<fc::Looked> looked = std::make_unique<fc::Looked>();  // owns the examples
  fc::Looked::Examples examples;
  fc::Usual usual;
};

Result<Lookback> look_back(const Store& store, const Policy& policy, Instant now, double part) {
  auto one_in = sample_of(store);
  if (!one_in) return one_in.error();
  auto events = events_of(store, *one_in);
  if (!events) return events.error();
  Lookback out;
  fc::Looked& looked = *out.looked;
  const fc::Caseload end = fc::walk(
      *events, fc::kKnotPoints,
      [&](const fc::Moment& m) {
        if (m.at <= now) looked.look(m);
      },
      fc::Known::kOccurred, &policy.fold);
  looked.settle(end, now);
  looked.append_judged(end, now, out.examples);
  out.usual = scaled(end.usual(), static_cast<double>(*one_in) / part);
  return out;
}

fc::Lesson lesson_of(fc::Learned learned, fc::Usual usual, Instant now) {
  fc::Lesson lesson;
  lesson.learned_at = now;
  lesson.model = std::move(learned.model);
  lesson.items = learned.items;
  lesson.late = learned.late;
  lesson.usual = std::move(usual);
  lesson.id = lesson_id(lesson);
  return lesson;
}

}  // namespace

Result<Learning> learn(const Store& store, const Policy& policy,
                       const std::shared_ptr<const fc::Lesson>& in_use, Instant now, double part) {
  auto back = look_back(store, policy, now, part);
  if (!back) return back.error();
  fc::Challenge held = fc::challenge(back->examples, in_use ? in_use->model.get() : nullptr,
                                     in_use ? in_use->learned_at : kFarPast);
  Learning out;
  out.outcome = held.why;
  if (!held.wins || !held.learned.model) return out;
  out.lesson = lesson_of(std::move(held.learned), std::move(back->usual), now);
  return out;
}

Result<fc::Lesson> learn_unchallenged(const Store& store, const Policy& policy, Instant now) {
  auto back = look_back(store, policy, now, 1);
  if (!back) return back.error();
  fc::Learned learned = fc::learn(back->examples);
  if (!learned.model) return invalid("too few items have ended to learn from");
  return lesson_of(std::move(learned), std::move(back->usual), now);
}

}  // namespace kip
