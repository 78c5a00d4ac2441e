// The lives: what a dossier, a petition, a task, a project goes through. Shares and durations are
// those of the sample ward (libs/sample); as there, what is done on the same day is hardly ever
// late, land and building most, and so often that eight of a hundred are slow in all.

#include <algorithm>

#include "contract/proto_values.h"
#include "simulation/month_plan.h"

namespace kip::sim::month {
namespace {

constexpr double kDayHours = 8;
constexpr unsigned kSlowPercent = 12, kSlowQuickPercent = 1, kSlowHardPercent = 16;

void name_due(Teller& t, v1::WorkEvent& event, Instant due) {
  t.life().due = due;
  set_timestamp(due, *event.mutable_due_at());
}

v1::WorkEvent& receive(Teller& t, Instant due) {
  Life& life = t.life();
  v1::WorkEvent& e = t.tell(life.received, v1::WORK_STATUS_ACCEPTED);
  e.set_unit_id(life.unit);
  e.set_field(life.field);
  e.set_assignee_id("officer-" + std::to_string(t.rng().below(5)));
  set_timestamp(life.received, *e.mutable_received_at());
  name_due(t, e, due);
  life.allowed = t.calendar().between(life.received, due);
  return e;
}

// How many hours of work it takes: of the slow ones most are late by hours, a few by weeks.
double pace(Teller& t, double allowed, unsigned slow_percent = kSlowPercent) {
  Rng& rng = t.rng();
  t.life().slow = rng.chance(slow_percent);
  if (t.life().slow) {
    const double part = static_cast<double>(rng.between(1, 1000)) / 1000;
    return allowed + 1.0 / 6 + std::min(15 * kDayHours, allowed + kDayHours) * part * part * part;
  }
  if (rng.chance(10)) return allowed * static_cast<double>(rng.between(800, 990)) / 1000;
  return allowed * static_cast<double>(rng.between(240, 390) + rng.between(240, 390)) / 1000;
}

// Time goes by, with a note to the file every two days or so.
Instant work(Teller& t, Instant from, double length, const v1::WorkStep& step) {
  while (length > 16) {
    const double part =
        t.rng().chance(10) ? t.some_hours(25 * 60, 36 * 60) : t.some_hours(14 * 60, 23 * 60);
    if (part >= length) break;
    length -= part;
    from = t.add(from, part);
    *t.tell(from).mutable_step() = step;
  }
  return t.add(from, length);
}

v1::WorkStep step_of(std::string_view code, Instant started) {
  v1::WorkStep step;
  step.set_code(std::string(code));
  set_timestamp(started, *step.mutable_started_at());
  return step;
}

// The clock stands still, and what was left of the term is added again.
Instant wait(Teller& t, Instant at, std::int64_t hours_most) {
  t.life().waited = true;
  t.tell(at, v1::WORK_STATUS_WAITING).set_waiting_for(v1::WAITING_FOR_SUPPLEMENT);
  const double left = t.between(at, t.life().due);
  const Instant again = t.add(at, t.some_hours(3 * 60, hours_most * 60));
  v1::WorkEvent& e = t.tell(again, v1::WORK_STATUS_IN_PROGRESS);
  if (left > 0) name_due(t, e, t.add(again, left));
  return again;
}

void complete(Teller& t, Instant finished, Instant said) {
  v1::WorkEvent& e = t.tell(said, v1::WORK_STATUS_COMPLETED);
  set_timestamp(finished, *e.mutable_completed_at());
  t.life().finished = finished;
  t.life().over = said;
}

void hand_out(Teller& t, Instant at) {
  set_timestamp(at, *t.tell(at, v1::WORK_STATUS_RETURNED).mutable_returned_at());
}

// Reports of progress from `from` to `to`; who starts slowly lags behind at first.
// Of a focus item something is heard every other day at least, as a rule.
void report(Teller& t, Instant from, Instant to, std::int64_t gap_most, bool focus) {
  const double whole = std::max(t.between(from, to), 1.0);
  const bool slow_start = t.rng().chance(4);
  double most = 0;
  for (Instant at = from;;) {
    at = t.add(at, t.rng().chance(6) ? t.some_hours(25 * 60, 40 * 60)
                   : focus           ? t.some_hours(5 * 60, 15 * 60)
                                     : t.some_hours(12 * 60, gap_most * 60));
    if (at >= to) return;
    const double share = t.between(from, at) / whole;
    const double said = 100 * (slow_start ? share * share : share);
    most = std::clamp(said + static_cast<double>(t.rng().between(-2, 2)), most, 99.0);
    t.tell(at, v1::WORK_STATUS_IN_PROGRESS).set_progress_percent(static_cast<std::uint32_t>(most));
  }
}

// A new due on the way, by order; what is done does not change.
void move_due(Teller& t, Instant at, Instant due) {
  if (at <= t.life().received || due <= at) return;
  (due < t.life().due ? t.life().moved_nearer : t.life().moved_later) = true;
  v1::WorkEvent& e = t.tell(at);
  e.set_authority("QD 12");
  name_due(t, e, due);
}

v1::WorkEvent& receive_work(Teller& t, Instant due) {
  v1::WorkEvent& e = receive(t, due);
  e.set_title("work");
  e.set_authority("KL 7");
  e.set_expected_result("report");
  return e;
}

}  // namespace

void live_dossier(Teller& t, const Procedure& procedure) {
  Life& life = t.life();
  life.field = procedure.field;
  double allowed = kDayHours * static_cast<double>(procedure.statutory.millionths) / 1'000'000;
  if (procedure.statutory.unit == Statutory::Unit::kSameDay) {
    const LocalDay day = local_day(life.received);
    Instant close = t.calendar().day_close(day);
    if (life.received > close - std::chrono::hours{2})
      close = t.calendar().day_close(local_day(t.add(close, 1)));
    allowed = std::max(t.between(life.received, close), 1.0);
  }
  v1::WorkEvent& first = receive(t, t.add(life.received, allowed));
  first.set_procedure_code(procedure.code);
  first.set_channel(t.rng().chance(55) ? v1::INTAKE_CHANNEL_ONLINE : v1::INTAKE_CHANNEL_COUNTER);
  const bool quick = procedure.statutory.unit == Statutory::Unit::kSameDay;
  const bool hard = procedure.field == kViceField || procedure.field == "Hoạt động xây dựng";
  double active = pace(t, allowed,
                       quick  ? kSlowQuickPercent
                       : hard ? kSlowHardPercent
                              : kSlowPercent);
  if (allowed <= kDayHours && active < allowed * 0.8)
    active /= static_cast<double>(t.rng().between(1, 6));
  Instant at = work(t, life.received, active * 0.25, step_of("1", life.received));
  v1::WorkStep second = step_of("2", at);
  *t.tell(at, v1::WORK_STATUS_IN_PROGRESS).mutable_step() = second;
  if (allowed > kDayHours && t.rng().chance(procedure.unit == "van-phong" ? 7 : 17))
    at = wait(t, at, 100);
  const Instant finished_now = t.add(at, active * 0.75);
  // Who sees that it will be late may name another day; half of them not late enough.
  const Instant asked = t.back(life.due, 0.5);
  const bool asks = finished_now > life.due && asked > at && t.rng().chance(20);
  const double over = t.between(life.due, finished_now);
  if (asks) move_due(t, asked, t.add(life.due, t.rng().chance(50) ? over + kDayHours : over / 2));
  at = work(t, at, active * 0.75, second);
  complete(t, at, at);
  hand_out(t, t.add(at, t.rng().chance(5) ? t.some_hours(540, 1800) : t.some_hours(4, 360)));
}

void live_petition(Teller& t, const Subject& subject) {
  Life& life = t.life();
  life.field = subject.field;
  const bool on_the_spot = subject.unit == "cong-an" || subject.field == "Hạ tầng" ||
                           subject.field == "Môi trường" || subject.field == "Đô thị";
  double allowed = kDayHours * 15;
  if (t.rng().chance(3)) {
    allowed = kDayHours;
  } else if (on_the_spot && t.rng().chance(70)) {
    allowed = kDayHours * static_cast<double>(t.rng().between(5, 7));
  }
  receive(t, t.add(life.received, allowed)).set_procedure_code(subject.code);
  const double active = pace(t, allowed);
  Instant at = work(t, life.received, active * 0.1, step_of("phan-cong", life.received));
  v1::WorkStep second = step_of("xac-minh", at);
  *t.tell(at, v1::WORK_STATUS_IN_PROGRESS).mutable_step() = second;
  if (t.rng().chance(4)) at = wait(t, at, 60);
  at = work(t, at, active * 0.65, second);
  v1::WorkStep third = step_of("tra-loi", at);
  *t.tell(at, v1::WORK_STATUS_IN_PROGRESS).mutable_step() = third;
  at = work(t, at, active * 0.25, third);
  complete(t, at, at);
  hand_out(t, t.add(at, t.some_hours(60, 960)));
}

void live_task(Teller& t) {
  Life& life = t.life();
  static const std::vector<int> kTerms = {5, 5, 7, 7, 10, 10, 10, 15, 15, 15, 22, 22, 30};
  const double days = t.rng().of(kTerms);
  const Instant due = t.calendar().day_close(local_day(t.add(life.received, days * kDayHours)));
  v1::WorkEvent& first = receive_work(t, due);
  first.set_procedure_code("nhiem-vu");
  const bool focus = t.rng().chance(10);
  first.set_focus(focus);
  const double allowed = static_cast<double>(life.allowed.ms) / 3'600'000;
  const double active = pace(t, allowed);
  const Instant done = t.add(life.received, active);
  report(t, life.received, done, allowed > 240 ? 24 : 18, focus);
  if (t.rng().chance(3)) {  // wanted sooner
    const Instant at = t.add(life.received, active / 2);
    move_due(t, at, t.add(at, t.between(at, due) * 0.4));
  } else if (life.slow && t.rng().chance(25)) {
    move_due(t, t.back(due, t.some_hours(180, 840)), t.add(due, t.between(due, done) / 2 + 1));
  }
  t.tell(done, v1::WORK_STATUS_SUBMITTED).set_progress_percent(100);
  complete(t, done, t.add(done, t.some_hours(60, 840)));
}

void live_project(Teller& t) {
  Life& life = t.life();
  const auto days = static_cast<double>(t.rng().between(20, 45));
  const Instant due = t.calendar().day_close(local_day(t.add(life.received, days * kDayHours)));
  const bool focus = t.rng().chance(30);
  receive_work(t, due).set_focus(focus);
  const double active = pace(t, static_cast<double>(life.allowed.ms) / 3'600'000);
  const Instant done = t.add(life.received, active);
  report(t, life.received, done, 20, focus);
  if (life.slow && t.rng().chance(50)) move_due(t, t.back(due, 5), t.add(done, 6 * kDayHours));
  complete(t, done, done);
}

void live_given(Teller& t, Instant due, Instant finished) {
  receive(t, due);
  Instant at = t.add(t.life().received, 2);
  const v1::WorkStep step = step_of("1", at);
  *t.tell(at, v1::WORK_STATUS_IN_PROGRESS).mutable_step() = step;
  work(t, at, std::max(0.0, t.between(at, finished) - 2), step);
  complete(t, finished, finished);
  hand_out(t, t.add(finished, 1));
}

}  // namespace kip::sim::month
