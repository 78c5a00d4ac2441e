// What a desk takes. Nothing is told here: that is settle_desk().

#include "alerting/desk.h"

#include <algorithm>
#include <array>

#include "alerting/desk_parts.h"

namespace kip {
namespace {

constexpr std::size_t kAnswersSeen = 200;

std::string flap_key(const AlertFacts& facts) {
  std::string key = facts.subject;
  return key.append(1, '|').append(facts.rule);
}

// Raised so often lately that telling it each time would say nothing.
bool flaps(Desk& desk, const AlertFacts& facts, const DeskRules& rules, Instant now) {
  std::vector<Instant>& raised = desk.flaps[flap_key(facts)];
  std::erase_if(raised, [&](Instant at) { return at + rules.flap_window <= now; });
  raised.push_back(now);
  return std::ssize(raised) >= rules.flaps;
}

// The answer to another alert of the same item that mutes this one too: it is no worse.
const DeskAlert* muted_by(const Desk& desk, const DeskAlert& alert) {
  for (const auto& [id, other] : desk.alerts) {
    if (other.answer && same_subject(other.facts, alert.facts) && id != alert.facts.alert_id &&
        other.facts.level >= alert.facts.level)
      return &other;
  }
  return nullptr;
}

void raise(Desk& desk, const AlertFacts& facts, Instant now, const Office& office,
           DeskEffects& effects) {
  DeskAlert& alert = desk.alerts[facts.alert_id];
  alert = {};
  alert.facts = facts;
  alert.pending_since = now;
  const auto& live_from = office.rules.live_from;
  if (flaps(desk, facts, office.rules, now)) return decide(alert, Why::kFlapping, now, effects);
  if (!worth_a_message(facts)) return decide(alert, Why::kDigestOnly, now, effects);
  if (live_from && (now < *live_from || facts.changed_at < *live_from))
    return decide(alert, Why::kBeforeLive, now, effects);
  if (const DeskAlert* other = muted_by(desk, alert)) {
    alert.answer = other->answer;
    alert.handed_up = true;  // by the other
    alert.muted_until = other->muted_until;
    return decide(alert, Why::kMuted, now, effects);
  }
  want(alert, Why::kFirst, now);
}

void end(Desk& desk, const std::string& id, Instant now, DeskEffects& effects) {
  const auto found = desk.alerts.find(id);
  if (found == desk.alerts.end()) return;
  DeskAlert& alert = found->second;
  decide(alert, alert.told.empty() && alert.pending ? Why::kDropped : Why::kResolved, now, effects);
  for (const TellingRecord& told : alert.told) {
    std::vector<AlertFacts>& over = desk.mailboxes[told.person].resolved;
    const bool there = std::any_of(over.begin(), over.end(),
                                   [&](const AlertFacts& f) { return f.alert_id == id; });
    if (!there) over.push_back(alert.facts);
  }
  tell_above(alert, desk.unit, DeskNote::What::kResolved, effects);
  desk.alerts.erase(found);
}

}  // namespace

std::string_view disposition_word(Disposition what) {
  static constexpr std::array<std::string_view, 6> kWords = {
      "", "mine", "need_help", "not_mine", "done_at_source", "wrong_data"};
  return kWords.at(static_cast<std::size_t>(what));
}

bool worth_a_message(const AlertFacts& facts) {
  if (facts.focus) return true;
  if (facts.subject_kind != 'i') return facts.level > AlertLevel::kNotice;
  const auto rule = rule_named(facts.rule);
  return !rule || !is_badge(*rule);
}

void decide(DeskAlert& alert, Why why, Instant now, DeskEffects& effects) {
  alert.last = why;
  effects.decisions.push_back({alert.facts.alert_id, alert.facts.revision, "", "", why, now});
}

void worsen(Desk& desk, const AlertFacts& facts) {
  for (auto& [id, other] : desk.alerts) {
    if (same_subject(other.facts, facts) && other.facts.level < facts.level) other.answer.reset();
  }
}

void want(DeskAlert& alert, Why why, Instant now) {
  if (!alert.pending) alert.pending_since = now;
  alert.pending = why;
}

void tell_above(const DeskAlert& alert, const std::string& unit, DeskNote::What what,
                DeskEffects& effects) {
  for (const std::string& to : alert.above) {
    DeskNote note;
    note.what = what;
    note.to = to;
    note.from = unit;
    note.facts = alert.facts;
    effects.notes.push_back(std::move(note));
  }
}

void take_alert(Desk& desk, const AlertNews& news, Instant now, const Office& office,
                DeskEffects& effects) {
  const std::string& id = news.facts.alert_id;
  const auto found = desk.alerts.find(id);
  // A revision that has been taken: the log told it twice.
  if (found != desk.alerts.end() && news.facts.revision <= found->second.facts.revision) return;
  switch (news.change) {
    case AlertChangeKind::kResolved:
      return end(desk, id, now, effects);
    case AlertChangeKind::kRaised:
      raise(desk, news.facts, now, office, effects);
      if (!rests_on_old_data(news.facts, office.silences)) worsen(desk, news.facts);
      return;
    case AlertChangeKind::kLevel:
    case AlertChangeKind::kUpdated:
      break;
  }
  if (found == desk.alerts.end()) return;
  DeskAlert& alert = found->second;
  const bool worse = news.facts.level > alert.facts.level;
  alert.facts = news.facts;
  const bool listed = alert.told.empty() && alert.last == Why::kDigestOnly;
  if (worse && listed && worth_a_message(alert.facts)) {
    want(alert, Why::kFirst, now);
  } else if (worse && (!alert.told.empty() || alert.answer)) {
    alert.answer.reset();
    want(alert, Why::kLevelRose, now);
    worsen(desk, news.facts);
  } else if (!alert.told.empty()) {
    alert.updated = true;
  }
}

Instant muted_until(const Answer& answer, const AlertFacts& facts, const Office& office) {
  const Calendar& calendar = office.calendars.of(facts.unit_id);
  switch (answer.what) {
    case Disposition::kMine:
      if (answer.promised_at && *answer.promised_at > answer.at) return *answer.promised_at;
      if (facts.due_at && *facts.due_at > answer.at) return *facts.due_at;
      break;
    case Disposition::kNeedHelp:
      if (answer.promised_at && *answer.promised_at > answer.at) return *answer.promised_at;
      return calendar.add(answer.at, office.rules.help_within);
    case Disposition::kNotMine:
    case Disposition::kDoneAtSource:
    case Disposition::kWrongData:
    case Disposition::kNone:
      break;
  }
  return calendar.add(answer.at, office.rules.hold);
}

void take_answer(Desk& desk, const AnswerNews& news, Instant now, const Office& office,
                 DeskEffects& effects) {
  const Answer& answer = news.answer;
  const auto seen = std::find(desk.answers_seen.begin(), desk.answers_seen.end(), answer.id);
  if (seen != desk.answers_seen.end() || answer.what == Disposition::kNone) return;
  desk.answers_seen.push_back(answer.id);
  if (desk.answers_seen.size() > kAnswersSeen) desk.answers_seen.erase(desk.answers_seen.begin());
  for (const std::string& id : news.alert_ids) {
    const auto found = desk.alerts.find(id);
    if (found == desk.alerts.end()) continue;  // it is over: an answer reopens nothing
    DeskAlert& alert = found->second;
    if (alert.answer && alert.answer->at > answer.at) continue;  // a later one came first
    alert.answer = answer;
    alert.asked.reset();
    alert.handed_up = false;
    alert.muted_until = muted_until(answer, alert.facts, office);
    alert.broken.reset();
    alert.pending.reset();
    decide(alert, Why::kMuted, now, effects);
    tell_above(alert, desk.unit, DeskNote::What::kAnswered, effects);
  }
}

namespace {

// He has been told of it for this reason, as bad as it is, and has not answered: he is reminded.
bool is_repeat(const DeskAlert& alert, const DeskNote& note) {
  if (alert.list_only || alert.answer || alert.from_unit != note.from) return false;
  return std::any_of(alert.told.begin(), alert.told.end(), [&](const TellingRecord& told) {
    return told.person == note.addressee && told.why == note.why &&
           told.level == note.facts.level && told.at >= alert.way_up_from;
  });
}

}  // namespace

void take_note(Desk& desk, const DeskNote& note, Instant now, DeskEffects& effects) {
  const std::string& id = note.facts.alert_id;
  const auto found = desk.alerts.find(id);
  switch (note.what) {
    case DeskNote::What::kResolved:
      return end(desk, id, now, effects);
    case DeskNote::What::kAnswered:
      if (found == desk.alerts.end()) return;
      found->second.list_only = true;  // it is in hand below; the morning list still has it
      found->second.pending.reset();
      return;
    case DeskNote::What::kPassUp:
    case DeskNote::What::kList:
      break;
  }
  const bool known = found != desk.alerts.end();
  if (known && !found->second.list_only && note.why == Why::kEscalated) return;
  DeskAlert& alert = desk.alerts[id];
  if (!known) alert = {};
  alert.facts = note.facts;
  if (note.what == DeskNote::What::kPassUp && is_repeat(alert, note)) {
    alert.updated = true;
    return;
  }
  alert.from_unit = note.from;
  alert.addressee = note.addressee;
  alert.told_below = note.told_below;
  alert.list_only = note.what == DeskNote::What::kList;
  if (alert.list_only) return decide(alert, Why::kDigestOnly, now, effects);
  alert.answer.reset();
  want(alert, note.why, now);
}

const Answer* help_wanted(const DeskAlert& alert) {
  if (alert.answer && alert.answer->what == Disposition::kNeedHelp) return &*alert.answer;
  return alert.asked ? &*alert.asked : nullptr;
}

}  // namespace kip
