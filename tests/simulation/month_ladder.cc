// The ladders of escalation, as the issue and SEMANTICS 4 have them: a critical alert that nobody
// answers goes one step up 4 working hours after whoever has it was told, and again after 4 more; a
// warning never goes up, it stands in the superior's next morning list; an answer or the end stops
// it. When a message may go at the latest is counted here anew: the group wait of 2 minutes, half
// an hour between two messages, six a day, not before 06:30 nor after 21:00.

#include <algorithm>

#include "simulation/month_check.h"

namespace kip::sim::month {
namespace {

using std::chrono::days;
using std::chrono::minutes;

constexpr WorkTime kStep = work_hours(4);
constexpr minutes kGroup{2}, kApart{30}, kWake{6 * 60 + 30}, kSleep{21 * 60};
constexpr std::ptrdiff_t kPerDay = 6;

class Ladder {
 public:
  Ladder(const Ledger& ledger, std::vector<std::string>& wrong, Ladders& out)
      : ledger_(ledger), wrong_(wrong), out_(out) {}

  void run() {
    for (const auto& [id, known] : ledger_.month.alerts) {
      if (!ledger_.told.contains(id) || !known.before.empty()) continue;
      if (known.raised < ledger_.plan.dates.begin) continue;
      id_ = &id;
      known_ = &known;
      split();
      if (known.first.rule == RuleId::kOverdue) {
        critical();
      } else {
        warning();
      }
    }
  }

 private:
  std::string_view field() const { return ledger_.life(known_->first.item_id).field; }
  Instant after(Instant at) const { return ledger_.calendar().add(at, kStep); }
  bool ends_within(Instant at) const { return at < ledger_.plan.dates.end - days{1}; }

  void fail(const std::string& what, Instant at) {
    wrong_.push_back("ladder of " + ledger_.name(*id_) + " at " + format_local(at) + ": " + what);
  }

  // Who was told below and above, and what was answered where.
  void split() {
    below_.clear();
    above_.clear();
    answered_below_.clear();
    answered_above_.clear();
    handed_ = false;
    for (const Told& told : ledger_.told.at(*id_)) {
      (told.desk == kLeaders ? above_ : below_).push_back(told);
      handed_ = handed_ || told.why == Why::kHandedOver;
    }
    const auto found = ledger_.answers.find(*id_);
    if (found == ledger_.answers.end()) return;
    for (const Given& given : found->second) {
      (given.desk == kLeaders ? answered_above_ : answered_below_).push_back(given.at);
      // It goes up because of what was answered: another way.
      if (given.what == Disposition::kNeedHelp || given.what == Disposition::kNotMine)
        handed_ = true;
    }
  }

  // Nothing goes up while the item's source is silent (SEMANTICS 4).
  Instant heard(Instant at) const { return ledger_.heard_by(known_->first.item_id, at); }

  // The first of `instants` after `at`.
  static Instant next(const std::vector<Instant>& instants, Instant at) {
    Instant first = kFarFuture;
    for (const Instant one : instants) {
      if (one > at) first = std::min(first, one);
    }
    return first;
  }

  static Instant awake(Instant at) {
    const Instant day = day_start(local_day(at));
    if (at < day + kWake) return day + kWake;
    return at < day + kSleep ? at : day + days{1} + kWake;
  }

  // The latest instant at which what was ready then may be sent, before which `sent` went out.
  Instant latest(const std::string& person, Instant ready, Instant sent) const {
    const std::vector<Instant>& all = ledger_.sent.at(person);
    const auto here = std::lower_bound(all.begin(), all.end(), sent);
    Instant at = ready + kGroup;
    if (here != all.begin()) at = std::max(at, *std::prev(here) + kApart);
    for (;;) {
      at = awake(at);
      const LocalDay day = local_day(at);
      const auto used =
          std::count_if(all.begin(), here, [&](Instant one) { return local_day(one) == day; });
      if (used < kPerDay) return at;
      at = day_start(day + days{1});
    }
  }

  // `told` must have come once it was ready, no earlier and as soon as may be.
  void in_time(const Told& told, Instant ready) {
    if (told.at < ready) return fail("too early, ready " + format_local(ready), told.at);
    const Instant last = latest(told.person, ready, told.at);
    if (told.at > last) return fail("too late, latest " + format_local(last), told.at);
    if (told.at <= ready + kGroup) ++out_.to_the_minute;
  }

  const Told* first_above(std::string_view person, Instant from) const {
    for (const Told& told : above_) {
      if (told.person == person && told.at >= from && told.why == Why::kEscalated) return &told;
    }
    return nullptr;
  }

  void critical() {
    if (below_.empty()) return fail("nobody of the unit was told first", above_.front().at);
    // What is wanted of one of its alerts is wanted of the item: the one that speaks went up.
    if (handed_ || ledger_.handed_up(known_->first.item_id, known_->resolved)) {
      ++out_.left_out;
      return;
    }
    in_time(below_.front(), ledger_.counts_from(*known_));
    std::vector<Instant> begins;  // each time its head hears of it anew
    for (const Told& told : below_) {
      if (told.why == Why::kFirst || told.why == Why::kPromiseBroken || told.why == Why::kHoldOver)
        begins.push_back(told.at);
    }
    for (const Told& told : above_) not_too_early(told, begins);
    for (const Instant begin : begins) climb(begin, next(begins, begin));
  }

  // Whatever goes up has been with the one below for 4 working hours, unanswered.
  void not_too_early(const Told& told, const std::vector<Instant>& begins) {
    if (told.why != Why::kEscalated) return;
    const auto fits = [&](Instant base, const std::vector<Instant>& answers) {
      return after(base) <= told.at && next(answers, base) > after(base);
    };
    const bool from_below = above(unit_row(known_->first.unit_id).head, field()) == told.person &&
                            std::any_of(begins.begin(), begins.end(), [&](Instant begin) {
                              return fits(begin, answered_below_);
                            });
    const bool from_vice = std::any_of(above_.begin(), above_.end(), [&](const Told& vice) {
      return vice.person == kVice && told.person == kChairman && fits(vice.at, answered_above_);
    });
    if (!from_below && !from_vice) fail("went up to " + told.person + " for no reason", told.at);
  }

  void climb(Instant begin, Instant until) {
    const Instant answered = next(answered_below_, begin);
    const Instant stop = std::min({answered, known_->resolved, until});
    Instant ready = heard(after(begin));
    if (ready >= stop) {
      ++(answered < known_->resolved ? out_.answered : out_.ended);
      return;
    }
    std::string_view who = above(unit_row(known_->first.unit_id).head, field());
    for (std::uint64_t* steps : {&out_.first_steps, &out_.second_steps}) {
      if (who.empty() || ready >= stop || !ends_within(ready)) return;
      const Told* told = first_above(who, ready);
      if (told == nullptr || told->at >= stop) {
        // Stopped while it was collected or held?
        const Instant halt = std::min(stop, next(answered_above_, ready));
        if (latest(std::string(who), ready, halt) < halt)
          fail("did not go up to " + std::string(who) + ", ready then", ready);
        return;
      }
      in_time(*told, ready);
      ++*steps;
      if (next(answered_above_, told->at) <= after(told->at)) return;
      ready = heard(after(told->at));
      who = above(who, field());
    }
  }

  // Its head was told of it, or again, and did not answer within 4 working hours before `at`. Once
  // in the list it stays there while it is open.
  bool unanswered_by(Instant at) const {
    return std::any_of(below_.begin(), below_.end(), [&](const Told& told) {
      return after(told.at) <= at && next(answered_below_, told.at) > after(told.at);
    });
  }

  // From then on its overdue alert says it all (SEMANTICS 9.6), and what was answered to its
  // warnings is void: check_worst counts what is still told of them.
  bool was_overdue(Instant at) const {
    const auto found = ledger_.overdue.find(known_->first.item_id);
    return found != ledger_.overdue.end() &&
           std::any_of(found->second.begin(), found->second.end(), [&](const Known* known) {
             return ledger_.counts_from(*known) <= at || !known->before.empty();
           });
  }

  void warning() {
    for (const Told& told : above_) {
      if (!ledger_.handed_up(known_->first.item_id, told.at))
        fail("a warning went up to " + told.person, told.at);
    }
    if (!above_.empty()) return;
    if (handed_ || below_.front().desk != known_->first.unit_id) {
      ++out_.left_out;
      return;
    }
    const Instant ready = heard(after(below_.front().at));
    const std::string_view who = above(unit_row(known_->first.unit_id).head, field());
    const Instant stop = std::min(next(answered_below_, below_.front().at), known_->resolved);
    Instant list = day_start(local_day(ready)) + minutes{7 * 60 + 30};
    while (list < ready || !ledger_.calendar().is_working_day(local_day(list))) list += days{1};
    for (const Message& m : ledger_.month.messages) {
      if (m.kind != MessageKind::kDigest || m.person != who || m.desk != kLeaders) continue;
      const bool there =
          std::any_of(m.digest.below.begin(), m.digest.below.end(),
                      [&](const MessageEntry& e) { return e.alert.alert_id == *id_; });
      if (there && !was_overdue(m.at) && !unanswered_by(m.at))
        fail("in the list of " + m.person + " too early", m.at);
      if (m.at != list || ready >= stop || list >= known_->resolved) continue;
      if (!there && !was_overdue(m.at)) fail("not in the next list of " + m.person, m.at);
      if (there) ++out_.warnings_listed;
    }
  }

  const Ledger& ledger_;
  std::vector<std::string>& wrong_;
  Ladders& out_;
  const std::string* id_ = nullptr;
  const Known* known_ = nullptr;
  std::vector<Told> below_, above_;
  std::vector<Instant> answered_below_, answered_above_;
  bool handed_ = false;
};

// "overdue 09:10: head-economy 09:12, vice-chairman 14:44, ..." of an item that was set up.
std::string tale(const Ledger& ledger, const std::string& item, const char* rule) {
  std::string out;
  for (const auto& [id, known] : ledger.month.alerts) {
    if (known.first.item_id != item || rule_name(known.first.rule) != rule) continue;
    out += item + " " + rule + " " + format_local(known.raised) + ":";
    const auto found = ledger.told.find(id);
    if (found == ledger.told.end()) return out + " nobody";
    for (const Told& told : found->second)
      out += " " + told.person + " " + std::string(why_word(told.why)) + " " +
             format_local(told.at).substr(5) + ",";
    out.back() = ';';
    for (const Message& m : ledger.month.messages) {
      if (known.first.rule == RuleId::kOverdue) break;
      for (const MessageEntry& e : m.digest.below) {
        if (e.alert.alert_id == id)
          out += " list of " + m.person + " " + format_local(m.at).substr(5) + ";";
      }
    }
    out += " over " + format_local(known.resolved).substr(5);
  }
  return out;
}

// Of the items that were set up: who was told, in order, reminders apart.
void expect_told(const Ledger& ledger, const char* item, const char* rule,
                 const std::vector<std::string_view>& want, std::vector<std::string>& wrong,
                 Ladders& out) {
  out.tales.push_back(tale(ledger, item, rule));
  std::vector<std::string_view> told;
  for (const auto& [id, known] : ledger.month.alerts) {
    if (known.first.item_id != item || rule_name(known.first.rule) != rule) continue;
    const auto found = ledger.told.find(id);
    if (found == ledger.told.end()) continue;
    for (const Told& one : found->second) {
      if (one.why == Why::kFirst || one.why == Why::kEscalated) told.push_back(one.person);
    }
  }
  if (told != want) wrong.push_back("not who had to be told: " + out.tales.back());
}

}  // namespace

Ladders check_ladders(const Ledger& ledger, std::vector<std::string>& wrong) {
  Ladders out;
  Ladder(ledger, wrong, out).run();
  const auto head = [](std::string_view unit) { return unit_row(unit).head; };
  expect_told(ledger, "LADDER-1", "overdue", {head(kSilentUnit), kVice, kChairman}, wrong, out);
  expect_told(ledger, "LADDER-2", "overdue", {unit_row(kLeaveUnit).deputy, kChairman}, wrong, out);
  expect_told(ledger, "LADDER-3", "due_soon", {head("tt-phuc-vu-hcc")}, wrong, out);
  if (out.warnings_listed == 0) wrong.push_back("no warning stood in a superior's list");
  expect_told(ledger, "LADDER-4", "overdue", {head("cong-an")}, wrong, out);
  expect_told(ledger, "LADDER-5", "overdue", {head("tram-y-te")}, wrong, out);
  return out;
}

}  // namespace kip::sim::month
