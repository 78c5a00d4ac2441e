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

fc::Usual scaled(fc::Usual usual, std::uint64_t one_in) {
  for (auto* numbers : {&usual.units, &usual.owners}) {
    for (auto& [name, mean] : *numbers) mean *= static_cast<double>(one_in);
  }
  return usual;
}

}  // namespace

Result<Learning> learn(const Store& store, const Policy& policy,
                       const std::shared_ptr<const fc::Lesson>& in_use, Instant now) {
  auto one_in = sample_of(store);
  if (!one_in) return one_in.error();
  auto events = events_of(store, *one_in);
  if (!events) return events.error();
  fc::Looked looked;
  const fc::Caseload end = fc::walk(
      *events, fc::kKnotPoints,
      [&](const fc::Moment& m) {
        if (m.at <= now) looked.look(m);
      },
      fc::Known::kOccurred, &policy.fold);
  looked.settle(end, now);
  fc::Looked::Examples examples;
  looked.append_judged(end, now, examples);
  fc::Challenge held = fc::challenge(examples, in_use ? in_use->model.get() : nullptr,
                                     in_use ? in_use->learned_at : kFarPast);
  Learning out;
  out.outcome = held.why;
  if (!held.wins || !held.learned.model) return out;
  fc::Lesson& lesson = out.lesson.emplace();
  lesson.learned_at = now;
  lesson.model = std::move(held.learned.model);
  lesson.items = held.learned.items;
  lesson.late = held.learned.late;
  lesson.usual = scaled(end.usual(), *one_in);
  lesson.id = lesson_id(lesson);
  return out;
}

}  // namespace kip
