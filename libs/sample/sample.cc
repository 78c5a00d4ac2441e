#include "sample/sample.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <cmath>

#include "sample/story.h"

namespace kip {
namespace {

using boost::json::object;
using namespace sampling;
using std::chrono::days;

constexpr int kBreakEveryDays = 30;

// The first instant of the day so many months before.
Instant first_instant(Instant end, int months) {
  using namespace std::chrono;
  const year_month_day today{local_day(end)};
  const year_month month = year_month{today.year(), today.month()} - std::chrono::months{months};
  const year_month_day same{month.year(), month.month(), today.day()};
  return day_start(same.ok() ? LocalDay{same} : LocalDay{month / last});
}

// A line that the door refuses, each in a way of its own.
std::string broken(std::int64_t n, Instant at) {
  const std::string number = std::to_string(n + 1);
  object e{{"event_id", "loi-" + number},
           {"source", kDossier.source},
           {"item_id", "H19.99-LOI-" + padded(n + 1, 4)},
           {"kind", "WORK_KIND_DOSSIER"},
           {"occurred_at", time_text(at)},
           {"status", "WORK_STATUS_IN_PROGRESS"}};
  switch (n % 12) {
    case 0:
      e["status"] = "WORK_STATUS_DA_XONG";
      break;
    case 1:
      e.erase("item_id");
      break;
    case 2:
      e["occurred_at"] = time_text(at + days{40});
      return boost::json::serialize(
          object{{"event", e}, {"ingested_at", time_text(at)}, {"channel", "import"}});
    case 3: {
      const std::string whole = boost::json::serialize(e);
      return whole.substr(0, whole.size() / 2);
    }
    case 4:
      e["occurred_at"] = "23/11/2026 09:00";
      break;
    case 5:
      e["kind"] = "HO_SO";
      break;
    case 6:
      e["progress_percent"] = -5;
      break;
    case 7:
      e.erase("event_id");
      break;
    case 8:
      e["item_id"] = "H19.99-" + std::string(220, '0');
      break;
    case 9:
      e["due_at"] = "2026-13-45T09:00:00Z";
      break;
    case 10:
      e["authority"] = std::string(1500, 'x');
      break;
    default:
      e["source"] = "";
      break;
  }
  return boost::json::serialize(e);
}

void tell_broken(Scene& scene) {
  std::int64_t n = 0;
  for (LocalDay day = local_day(scene.begin) + days{kBreakEveryDays / 2}; day <= scene.last_day();
       day += days{kBreakEveryDays}, ++n) {
    Rng rng = scene.rng("broken " + std::to_string(n));
    const Instant at = scene.add(day_start(day), rng.whole(kHour, 7 * kHour));
    if (at > scene.from && at <= scene.until) scene.lines.push_back({at, broken(n, at)});
  }
}

}  // namespace

void write_sample(const SampleOptions& options, const Registry& registry, const Calendar& calendar,
                  const std::function<void(std::string_view line)>& sink) {
  KIP_CHECK(options.months > 0 && options.scale > 0 && options.scale <= 1000);
  const Instant end = std::chrono::floor<std::chrono::seconds>(options.end);
  const Instant begin = first_instant(end, options.months);
  Scene scene{.registry = registry,
              .calendar = calendar,
              .seed = options.seed,
              .begin = begin,
              .end = end,
              .from = options.from.value_or(begin - Millis{1}),
              .until = options.until.value_or(options.end),
              .scale_thousandths = std::max<std::int64_t>(std::llround(options.scale * 1000), 1),
              // Nine working hours without a word are told a few minutes after `end`.
              .silent_from = calendar.back(end + std::chrono::minutes{5}, work_hours(9)),
              .silent_to = calendar.add(end, work_hours(4)),
              .lines = {}};
  tell_dossiers(scene);
  tell_petitions(scene);
  tell_tasks(scene);
  tell_projects(scene);
  tell_broken(scene);
  // What was told first goes first among equals, whatever stretch is asked for.
  std::stable_sort(scene.lines.begin(), scene.lines.end(),
                   [](const Line& a, const Line& b) { return a.published < b.published; });
  for (const Line& line : scene.lines) sink(line.text);
}

}  // namespace kip
