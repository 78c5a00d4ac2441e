// What a desk tells, and when it looks again.

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "alerting/desk_parts.h"
#include "alerting/speakers.h"

namespace kip {
namespace {

class Settling {
 public:
  Settling(Desk& desk, Instant now, const Office& office, DeskEffects& effects)
      : desk_(desk),
        now_(now),
        office_(office),
        directory_(office.directory),
        rules_(office.rules),
        silences_(office.silences),
        calendar_(office.calendars.of(desk.unit)),
        effects_(effects),
        speakers_(desk, office.silences) {}

  Instant run() {
    look(directory_.next_change(now_));
    go_live();
    heard_again();
    for (auto& [id, alert] : desk_.alerts) {
      if (alert.list_only) continue;
      if (speakers_.overshadowed(alert)) {
        take_off_list(alert);
        if (alert.pending == Why::kReminder) alert.pending.reset();
        continue;
      }
      end_of_mute(alert);
      end_of_flapping(alert);
      hand_over(alert);
      remind(alert);
      pass_to_counter(alert);
    }
    tell();
    for (auto& [id, alert] : desk_.alerts) {
      if (alert.list_only) continue;
      pass_answer_up(alert);
      if (!speakers_.overshadowed(alert)) pass_up(alert);
    }
    if (desk_.live) look(write_morning_lists(desk_, now_, office_, effects_));
    return next_;
  }

 private:
  void look(Instant at) {
    if (at > now_) next_ = std::min(next_, at);
  }

  // Held back, and its source is back: it is as if it came now.
  void heard_again() {
    for (auto& [id, alert] : desk_.alerts) {
      if (alert.last != Why::kStaleData || speakers_.waits_for_source(alert)) continue;
      decide(alert, Why::kWaiting, now_, effects_);
      worsen(desk_, alert.facts);
    }
  }

  using Subject = std::pair<char, std::string_view>;
  static Subject subject_of(const AlertFacts& facts) { return {facts.subject_kind, facts.subject}; }

  // Elsewhere, too, the worse one stands for it.
  void take_off_list(DeskAlert& alert) {
    if (alert.answer || alert.above.empty()) return;
    alert.listed_above = false;
    tell_above(alert, desk_.unit, DeskNote::What::kResolved, effects_);
    alert.above.clear();
  }

  void go_live() {
    if (desk_.live) return;
    if (rules_.live_from && now_ < *rules_.live_from) return look(*rules_.live_from);
    desk_.live = true;
    if (!rules_.live_from) return;
    for (auto& [id, alert] : desk_.alerts) {
      const bool late = alert.facts.level == AlertLevel::kCritical && worth_a_message(alert.facts);
      if (late && alert.from_unit.empty() && alert.told.empty() && !alert.answer)
        want(alert, Why::kLiveStart, now_);
    }
  }

  void end_of_mute(DeskAlert& alert) {
    if (!alert.answer) return;
    if (now_ < alert.muted_until) return look(alert.muted_until);
    const bool promised =
        alert.answer->what == Disposition::kMine || alert.answer->what == Disposition::kNeedHelp;
    if (promised) alert.broken = alert.muted_until;
    alert.passed_up = false;  // it may go up again, not before the time for an answer
    alert.way_up_from = now_;
    alert.answer.reset();
    want(alert, promised ? Why::kPromiseBroken : Why::kHoldOver, now_);
  }

  void end_of_flapping(DeskAlert& alert) {
    if (alert.last != Why::kFlapping || alert.pending || !alert.told.empty()) return;
    const Instant calm = alert.pending_since + rules_.flap_window;
    if (now_ < calm) return look(calm);
    alert.last = Why::kDigestOnly;
    if (!worth_a_message(alert.facts)) return;
    alert.pending_since = now_;
    alert.pending = Why::kFirst;
  }

  bool told_to(const DeskAlert& alert, const Person* person, Instant since = kFarPast) const {
    return std::any_of(alert.told.begin(), alert.told.end(), [&](const TellingRecord& told) {
      return told.person == person->id && told.at >= since;
    });
  }

  // Somebody else answers for the unit than those who were told.
  void hand_over(DeskAlert& alert) {
    if (alert.told.empty() || alert.pending || alert.answer || !alert.from_unit.empty()) return;
    const auto to = recipients(alert);
    const bool known = std::any_of(to.begin(), to.end(),
                                   [&](const Recipient& r) { return told_to(alert, r.person); });
    if (!to.empty() && !known) want(alert, Why::kHandedOver, now_);
  }

  void remind(DeskAlert& alert) {
    if (alert.told.empty() || alert.pending || alert.answer || speakers_.is_silent(alert)) return;
    const Instant at = calendar_.add(alert.told.back().at, rules_.remind_after);
    if (now_ < at) return look(at);
    want(alert, Why::kReminder, now_);
  }

  bool is_short(const AlertFacts& facts) const {
    return facts.allowed && *facts.allowed <= rules_.short_term && !rules_.counter_unit.empty() &&
           facts.level < AlertLevel::kCritical;
  }

  static bool knows(const DeskAlert& alert, const std::string& unit) {
    return std::find(alert.above.begin(), alert.above.end(), unit) != alert.above.end();
  }

  // To its desk, so that whoever reads there is disturbed as seldom as others.
  void pass_to_counter(DeskAlert& alert) {
    const std::string& counter = rules_.counter_unit;
    if (!is_short(alert.facts) || !alert.from_unit.empty() || counter == desk_.unit ||
        alert.pending != Why::kFirst || knows(alert, counter))
      return;
    const Person* reader = directory_.recipient(counter, now_).person;
    if (reader == nullptr) return;
    alert.above.push_back(counter);
    effects_.notes.push_back({DeskNote::What::kPassUp, counter, desk_.unit, alert.facts,
                              Why::kShortTerm, reader->id, now_});
    if (!recipients(alert).empty()) return;
    alert.pending.reset();
    decide_once(alert, Why::kShortTerm);
  }

  // Of an alert; those who do not exist are left out.
  std::vector<Recipient> recipients(const DeskAlert& alert) const {
    std::vector<Recipient> out;
    const auto add = [&](const Recipient& to) {
      const bool there = std::any_of(out.begin(), out.end(),
                                     [&](const Recipient& r) { return r.person == to.person; });
      if (to.person != nullptr && !there) out.push_back(to);
    };
    if (const Person* person = directory_.person(alert.addressee)) {
      add({person, RecipientReason::kSuperior, nullptr, Charge::kNone});
    } else if (is_short(alert.facts)) {
      if (const Person* officer = directory_.person(alert.facts.assignee_id))
        add({officer, RecipientReason::kHead, nullptr, Charge::kNone});
      // The counter's desk tells its own people.
      if (!out.empty() || knows(alert, rules_.counter_unit)) return out;
    }
    if (out.empty()) add(directory_.recipient(desk_.unit, now_));
    return out;
  }

  struct Bundle {
    Recipient to;
    std::vector<DeskAlert*> alerts;
    std::set<Subject> subjects;  // of them
    Instant since = kFarFuture;
    bool critical = false;
    std::optional<Instant> last_call;  // a working day before the first due, if that is to come
  };

  void tell() {
    if (!desk_.live) return;
    std::map<std::string, Bundle> bundles;  // by person
    for (auto& [id, alert] : desk_.alerts) {
      if (!alert.pending || alert.list_only) continue;
      if (speakers_.waits_for_source(alert)) {
        decide_once(alert, Why::kStaleData);
        continue;
      }
      const auto to = recipients(alert);
      if (to.empty()) decide_once(alert, Why::kNobody);
      if (speakers_.overshadowed(alert)) continue;
      for (const Recipient& one : to) {
        if (told_to(alert, one.person, alert.pending_since)) continue;
        Bundle& bundle = bundles[one.person->id];
        bundle.to = one;
        bundle.alerts.push_back(&alert);
        bundle.subjects.insert(subject_of(alert.facts));
        bundle.since = std::min(bundle.since, alert.pending_since);
        bundle.critical = bundle.critical || alert.facts.level == AlertLevel::kCritical;
        if (!alert.facts.due_at) continue;
        const Instant day_before = calendar_.back(*alert.facts.due_at, kWorkingDay);
        if (day_before > alert.pending_since)
          bundle.last_call = std::min(bundle.last_call.value_or(kFarFuture), day_before);
      }
    }
    for (auto& [person, bundle] : bundles) {
      Why why = Why::kWaiting;
      const Instant at = earliest(bundle, why);
      if (at <= now_) {
        send(bundle);
      } else {
        look(at);
        for (DeskAlert* alert : bundle.alerts) decide_once(*alert, why);
      }
    }
  }

  // When the bundle may go; `why` it does not go at once.
  Instant earliest(const Bundle& bundle, Why& why) {
    const Mailbox& box = desk_.mailboxes[bundle.to.person->id];
    const bool critical = bundle.critical;
    Instant at = bundle.since + (critical ? rules_.group_wait_critical : rules_.group_wait);
    at = std::max(at, now_);  // nobody may have looked when it was ready
    if (box.last_sent) {
      Instant apart = critical ? *box.last_sent + rules_.interval_critical
                               : calendar_.add(*box.last_sent, rules_.interval);
      // The distance takes nobody's last working day.
      if (!critical && bundle.last_call) apart = std::min(apart, *bundle.last_call);
      at = std::max(at, apart);
    }
    for (;;) {
      const Instant awake = end_of_quiet(*bundle.to.person, at, critical, calendar_, rules_);
      if (awake > at) why = Why::kHeld;
      at = awake;
      const LocalDay day = local_day(at);
      if (day_number(day) != box.day || box.sent < rules_.per_day) return at;
      why = Why::kCapped;
      at = day_start(day + std::chrono::days{1});
    }
  }

  // What changed since it was told; what a worse one of its item overshadows, with that one.
  bool goes_along(const DeskAlert& alert, const Bundle& bundle, const Person& person) const {
    if (!alert.pending) return alert.updated && !alert.answer && told_to(alert, &person);
    return speakers_.overshadowed(alert) && !told_to(alert, &person, alert.pending_since) &&
           bundle.subjects.contains(subject_of(alert.facts));
  }

  void send(const Bundle& bundle) {
    const Person& person = *bundle.to.person;
    std::vector<DeskAlert*> told = bundle.alerts;
    Message message;
    for (DeskAlert* alert : told) {
      const bool is_first = *alert->pending == Why::kFirst && is_short(alert->facts);
      message.entries.push_back(
          entry_of(*alert, is_first ? Why::kShortTerm : *alert->pending, silences_));
    }
    for (auto& [id, alert] : desk_.alerts) {  // what goes along
      if (alert.list_only || !goes_along(alert, bundle, person)) continue;
      message.entries.push_back(entry_of(alert, alert.pending.value_or(Why::kUpdated), silences_));
      told.push_back(&alert);
    }
    sort_entries(message.entries);
    message.kind = MessageKind::kAlerts;
    message.person = person.id;
    if (bundle.to.on_behalf_of != nullptr) message.on_behalf_of = bundle.to.on_behalf_of->id;
    message.level = message.entries.front().alert.level;
    if (bundle.critical) {
      const DeskAlert& worst = **std::find_if(told.begin(), told.end(), [](const DeskAlert* a) {
        return a->facts.level == AlertLevel::kCritical;
      });
      if (const Person* above = above_of(worst, &person).person) {
        message.answer_by = calendar_.add(now_, rules_.escalate_after);
        message.goes_up_to = above->id;
      }
    }
    say(std::move(message), desk_, now_, effects_);
    const Message& sent = effects_.messages.back();
    for (const MessageEntry& entry : sent.entries) note_told(sent, entry);
    Mailbox& box = desk_.mailboxes[person.id];
    const std::int64_t today = day_number(local_day(now_));
    box.sent = box.day == today ? box.sent + 1 : 1;
    box.day = today;
    box.last_sent = now_;
  }

  void note_told(const Message& message, const MessageEntry& entry) {
    DeskAlert& alert = desk_.alerts.at(entry.alert.alert_id);
    alert.told.push_back({message.person, message.id, now_, alert.facts.level, entry.why});
    alert.updated = false;
    alert.last = entry.why;
    effects_.decisions.push_back(
        {alert.facts.alert_id, alert.facts.revision, message.person, message.id, entry.why, now_});
    if (!alert.pending) return;
    const auto to = recipients(alert);
    const bool all = std::all_of(to.begin(), to.end(), [&](const Recipient& r) {
      return told_to(alert, r.person, alert.pending_since);
    });
    if (all) alert.pending.reset();
  }

  Recipient above_of(const DeskAlert& alert, const Person* told) const {
    if (!alert.addressee.empty() && told != nullptr)
      return directory_.superior_of(*told, alert.facts.field, now_);
    return directory_.superior(desk_.unit, alert.facts.field, now_);
  }

  // Since when whoever answers for it knows how bad it is.
  static Instant known_since(const DeskAlert& alert) {
    Instant since = alert.told.back().at;
    for (const TellingRecord& told : alert.told) {
      if (told.person == alert.told.back().person && told.level == alert.facts.level &&
          told.at >= alert.way_up_from)
        since = std::min(since, told.at);
    }
    return since;
  }

  void pass_up(DeskAlert& alert) {
    if (alert.told.empty() || alert.pending || alert.answer || alert.passed_up) return;
    if (speakers_.is_silent(alert)) return;
    const bool critical = alert.facts.level == AlertLevel::kCritical;
    if (!critical && (alert.listed_above || !alert.from_unit.empty())) return;
    const Instant since = known_since(alert);
    const Instant at = calendar_.add(since, rules_.escalate_after);
    if (now_ < at) return look(at);
    const Person* above = above_of(alert, directory_.person(alert.told.back().person)).person;
    (critical ? alert.passed_up : alert.listed_above) = true;
    if (above == nullptr) return;
    hand_up(alert, *above, critical ? DeskNote::What::kPassUp : DeskNote::What::kList,
            critical ? Why::kEscalated : Why::kDigestOnly, since);
  }

  void pass_answer_up(DeskAlert& alert) {
    if (!alert.answer || alert.handed_up) return;
    const bool help = alert.answer->what == Disposition::kNeedHelp;
    if (!help && alert.answer->what != Disposition::kNotMine) return;
    alert.handed_up = true;
    const Person* to = directory_.person(alert.answer->whose);
    if (to == nullptr) to = above_of(alert, directory_.person(alert.answer->person)).person;
    if (to == nullptr) return;
    hand_up(speakers_.of(alert), *to, DeskNote::What::kPassUp,
            help ? Why::kHelpWanted : Why::kNotMine, alert.answer->at);
  }

  void hand_up(DeskAlert& alert, const Person& to, DeskNote::What what, Why why, Instant since) {
    if (to.unit == desk_.unit) {  // a step up at the same desk
      if (what == DeskNote::What::kList) return;
      if (alert.from_unit.empty()) alert.from_unit = desk_.unit;
      alert.addressee = to.id;
      alert.told_below = since;
      alert.passed_up = false;
      if (why == Why::kHelpWanted && alert.answer) alert.asked = std::move(alert.answer);
      alert.answer.reset();
      want(alert, why, now_);
      look(now_ + Millis{1});
      return;
    }
    if (std::find(alert.above.begin(), alert.above.end(), to.unit) == alert.above.end())
      alert.above.push_back(to.unit);
    effects_.notes.push_back({what, to.unit, desk_.unit, alert.facts, why, to.id, since});
  }

  void decide_once(DeskAlert& alert, Why why) {
    if (alert.last != why) decide(alert, why, now_, effects_);
  }

  Desk& desk_;
  Instant now_;
  const Office& office_;
  const Directory& directory_;
  const DeskRules& rules_;
  const Silences& silences_;
  const Calendar& calendar_;
  DeskEffects& effects_;
  const Speakers speakers_;
  Instant next_ = kFarFuture;
};

}  // namespace

Instant settle_desk(Desk& desk, Instant now, const Office& office, DeskEffects& effects) {
  return Settling(desk, now, office, effects).run();
}

}  // namespace kip
