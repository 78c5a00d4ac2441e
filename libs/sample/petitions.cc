// Petitions: what people report, from the subjects of the catalogue.

#include <chrono>

#include "sample/story.h"

namespace kip::sampling {
namespace {

using boost::json::object;
using std::chrono::days;

constexpr std::int64_t kADay = 3'900, kARestDay = 1'100;  // thousandths

// Law gives 15 working days; what a look on the spot settles gets less.
std::int64_t allowed_days(const Subject& subject, bool urgent, Rng& rng) {
  if (urgent) return 1;
  const bool on_the_spot = subject.unit == "cong-an" || subject.field == "Hạ tầng" ||
                           subject.field == "Môi trường" || subject.field == "Đô thị";
  return on_the_spot && rng.chance(70'000) ? rng.whole(5, 7) : 15;
}

// From the acceptance on, in three steps.
void handle(Scene& scene, Story& story, const Subject& subject, Instant t, bool urgent) {
  Rng& rng = story.rng;
  const std::int64_t allowed = allowed_days(subject, urgent, rng) * kDay;
  Instant due = scene.add(t, allowed);
  const std::int64_t active = working_pace(allowed, 3'600, rng);
  object& accepted = story.tell(t, "ACCEPTED");
  accepted["received_at"] = time_text(t);
  accepted["due_at"] = time_text(due);
  accepted["unit_id"] = subject.unit;
  if (urgent) accepted["urgent"] = true;
  struct Part {
    std::string_view code, name;
    std::int64_t share;
  };
  static constexpr Part kParts[] = {{"phan-cong", "Phân công", 10},
                                    {"xac-minh", "Xác minh, xử lý", 65},
                                    {"tra-loi", "Trả lời", 25}};
  const std::string who = officer(subject.unit, rng);
  for (const Part& part : kParts) {
    const object step{{"code", part.code}, {"name", part.name}, {"started_at", time_text(t)}};
    object& e = story.tell(t, "IN_PROGRESS");
    e["step"] = step;
    if (part.code == "xac-minh") e["assignee_id"] = who;
    if (part.code == "xac-minh" && rng.chance(4'000)) {
      story.tell(t, "WAITING")["waiting_for"] = "WAITING_FOR_SUPPLEMENT";
      const std::int64_t left = scene.between(t, due);
      t = scene.add(t, rng.whole(4, 60) * kHour);
      object& answered = story.tell(t, "IN_PROGRESS");
      if (left > 0) answered["due_at"] = time_text(due = scene.add(t, left));
    }
    std::int64_t rest = active * part.share / 100;
    for (; rest > 22 * kHour; rest -= 15 * kHour) {
      t = scene.add(t, 15 * kHour - rng.whole(0, 50) * kMinute);
      story.tell(t)["step"] = step;
    }
    t = scene.add(t, rest);
  }
  story.tell(t, "COMPLETED")["completed_at"] = time_text(t);
  t = scene.add(t, rng.whole(kHour, 2 * kDay));
  object& published = story.tell(t, "RETURNED");
  published["returned_at"] = time_text(t);
  if (rng.chance(25'000)) published["satisfaction"] = 6 - rng.pick({0, 45, 30, 14, 6, 5});
}

void petition(Scene& scene, std::string code, Instant submitted, bool from_home) {
  Story story(scene, std::move(code), kPetition);
  Rng& rng = story.rng;
  const Subject& subject = rng.of(scene.registry.subjects);
  object& e = story.tell(submitted, "REGISTERED");
  e["submitted_at"] = time_text(submitted);
  e["procedure_code"] = subject.code;
  e["field"] = subject.field;
  e["area_id"] = "kp-" + padded(rng.whole(1, 12), 2);
  e["channel"] = from_home || rng.chance(50'000) ? "INTAKE_CHANNEL_ONLINE"
                 : rng.chance(90'000)            ? "INTAKE_CHANNEL_COUNTER"
                                                 : "INTAKE_CHANNEL_POST";
  const std::int64_t first_look = rng.chance(4'000) ? rng.whole(9, 14) : rng.whole(1, 6);
  const Instant t = scene.add(submitted, first_look * kHour - rng.whole(0, 55) * kMinute);
  if (rng.chance(6'000)) {
    story.tell(t, rng.chance(70'000) ? "TRANSFERRED" : "REJECTED");
  } else {
    handle(scene, story, subject, t, rng.chance(3'000));
  }
  story.publish();
}

}  // namespace

void tell_petitions(Scene& scene) {
  if (scene.registry.subjects.empty()) return;
  using std::chrono::year_month_day;
  const LocalDay first = local_day(scene.begin);
  auto year = year_month_day{first}.year();
  // The first year was under way when the sample begins.
  const auto gone = (first - LocalDay{year / std::chrono::January / 1}).count();
  std::int64_t number = gone * 3 * scene.scale_thousandths / 1000;
  for (LocalDay day = first; day <= scene.last_day(); day += days{1}) {
    if (const auto now = year_month_day{day}.year(); now != year) {
      year = now;
      number = 0;
    }
    const std::string year_text = padded(static_cast<int>(year) % 100, 2);
    Rng rng = scene.rng("petitions " + std::to_string(day.time_since_epoch().count()));
    const bool rest = !scene.calendar.is_working_day(day);
    auto n = rng.count((rest ? kARestDay : kADay) * scene.scale_thousandths / 1000);
    for (; n > 0; --n) {
      const bool from_home = rest || rng.chance(45'000);
      const Instant at = from_home ? scene.leisure(day, rng) : scene.office(day, rng);
      petition(scene, "PA-" + year_text + "-" + padded(++number, 4), at, from_home);
    }
  }
}

}  // namespace kip::sampling
