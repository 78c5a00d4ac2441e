#include "simulation/month_heads.h"

namespace kip::sim::month {
namespace {

constexpr unsigned kAnswers = 85;  // of a hundred messages
constexpr unsigned kKept = 80;     // of a hundred promises

bool silent(Role role) {
  return role == Role::kNobody || role == Role::kOnLeave || role == Role::kWarning ||
         role == Role::kEndsBefore;
}

Answer answer_for(const Life& life, Instant at, const Calendar& calendar, Rng& rng) {
  Answer answer;
  answer.at = at;
  answer.channel = "link";
  if (life.finished <= at) {
    answer.what = Disposition::kDoneAtSource;
    return answer;
  }
  const std::uint64_t roll = rng.below(100);
  const WorkTime left = calendar.between(at, life.finished);
  if (life.role == Role::kAnswered || roll >= 10) {
    answer.what = Disposition::kMine;
    answer.plan = "plan";
    const bool keeps = life.role == Role::kAnswered || rng.chance(kKept) || left < work_hours(3);
    if (rng.chance(10) && life.role != Role::kAnswered) return answer;  // no date
    answer.promised_at = keeps ? calendar.add(life.finished, work_hours(2))
                               : calendar.add(at, WorkTime{left.ms / 2});
    return answer;
  }
  answer.what = roll < 6   ? Disposition::kNeedHelp
                : roll < 8 ? Disposition::kNotMine
                           : Disposition::kWrongData;
  if (answer.what == Disposition::kNeedHelp)
    answer.promised_at = calendar.add(life.finished, work_hours(2));
  return answer;
}

}  // namespace

std::vector<Reply> replies_to(const Message& message, const Plan& plan, const Calendar& calendar) {
  if (message.kind != MessageKind::kAlerts) return {};
  if (message.person == unit_row(kSilentUnit).head) return {};
  Rng rng(fnv1a(message.id, plan.seed));
  const bool answers = rng.chance(kAnswers);
  const Instant usual = calendar.add(message.at, WorkTime{rng.between(10, 300) * 60'000});
  std::vector<Reply> replies;
  for (std::size_t i = 0; i < message.entries.size(); ++i) {
    const AlertFacts& alert = message.entries[i].alert;
    const Life& life = plan.lives.at(alert.subject);
    if (silent(life.role)) continue;
    const bool scripted = life.role == Role::kAnswered;
    if (!answers && !scripted) continue;
    Reply reply;
    reply.at = scripted ? message.at + std::chrono::hours{1} : usual;
    reply.desk = message.desk;
    reply.news.answer = answer_for(life, reply.at, calendar, rng);
    reply.news.answer.id = message.id + "/" + std::to_string(i);
    reply.news.answer.person = message.person;
    reply.news.alert_ids = {alert.alert_id};
    replies.push_back(std::move(reply));
  }
  return replies;
}

}  // namespace kip::sim::month
