#include "rules/evaluate.h"

#include <algorithm>
#include <cmath>

#include "base/planted.h"

namespace kip {
namespace {

// Chances are compared in whole millionths: 0.6 - 0.1 is no fraction less than 0.5.
std::int64_t millionths(double chance) { return std::llround(chance * 1'000'000); }
constexpr std::int64_t kPercent = 10'000;

constexpr Millis kPast{1};  // "past" and "more than" hold one millisecond after the limit

// A limit that is read at `at`: it holds from `from` on.
Finding limit(Instant at, Instant onset, Instant from) {
  Finding found;
  found.onset = onset;
  found.holds = at >= from;
  if (!found.holds) found.next_look = from;
  return found;
}

class Evaluator {
 public:
  Evaluator(const Seen& seen, bool staying) : s_(seen), staying_(staying) {}

  Finding operator()(const Overdue&) const {
    if (!open() || !s_.f.effective_due) return {};
    const Instant from = *s_.f.effective_due + (KIP_BUG(kOverdueAtDue) ? Millis{0} : kPast);
    return at_x(*s_.f.effective_due, from);
  }

  // When it ends, or another one begins, time alone cannot say.
  Finding operator()(const Blocked&) const {
    if (!open() || !s_.dependencies) return {};
    Finding found;
    found.onset = kFarFuture;
    for (const Dependency& one : *s_.dependencies) {
      if (!holds_up(one.state)) continue;
      found.holds = true;
      found.onset = std::min(found.onset, std::max(one.since, one.asked));
    }
    return found.holds ? found : Finding{};
  }

  Finding operator()(const DueSoon& p) const {
    if (!open() || !s_.f.effective_due || !has_term()) return {};
    const Instant from = s_.calendar.back(*s_.f.effective_due, p.remaining.of(*s_.term));
    return at_x(from, from);
  }

  // 100 · min(used, allowed) >= (p + points) · allowed, in whole ms.
  Finding operator()(const BehindPlan& p) const {
    if (!open() || !s_.f.effective_due || !has_term() || !s_.f.facts.progress_percent) return {};
    const std::int64_t progress = std::min<std::int64_t>(*s_.f.facts.progress_percent, 100);
    const std::int64_t term = s_.term->ms;
    if (staying_) {
      const std::int64_t used_ms = std::min(used(s_.f, s_.calendar, s_.x).ms, term);
      if (100 * used_ms > (progress + p.resolve_points) * term) {
        Finding found;
        found.holds = true;
        return found;  // the onset is frozen
      }
    }
    const std::int64_t needed = (progress + p.raise_points) * term;
    if (needed > 100 * term) return {};
    const auto from = reach_used(s_.f, s_.calendar, WorkTime{(needed + 99) / 100});
    return from ? at_x(*from, *from) : Finding{};
  }

  Finding operator()(const OverInternalLimit& p) const {
    if (!open() || !s_.statutory) return {};
    const auto from = reach_used(s_.f, s_.calendar, p.used.of(*s_.statutory));
    return from ? at_x(*from, *from + kPast) : Finding{};
  }

  Finding operator()(const StepOverdue&) const {
    if (!open() || !s_.step_holds() || !s_.f.step_due) return {};
    return at_x(*s_.f.step_due, *s_.f.step_due + kPast);
  }

  Finding operator()(const Stalled& p) const {
    if (!open() || s_.f.stop) return {};
    const Instant from = s_.calendar.add(s_.f.last_event_at, p.after);
    return limit(s_.now, from, from);
  }

  // An alert is raised while there is time left to act and the clock runs; once open it stays for
  // as long as the chance does, and past the due, where it has come true. When the chance comes up
  // again time alone cannot say.
  Finding operator()(const LikelyLate& p) const {
    if (!open() || !s_.f.effective_due || !s_.forecast) return {};
    const std::int64_t chance = millionths(s_.forecast->chance);
    const std::int64_t from =
        std::max(p.minimum_percent * kPercent, millionths(s_.cut.value_or(0)));
    Finding found;
    found.onset = s_.forecast->at;
    if (staying_) {
      found.holds = s_.x > *s_.f.effective_due || chance >= from - p.resolve_points * kPercent;
    } else {
      found.holds = s_.cut && !s_.f.stop && s_.now <= *s_.f.effective_due && chance >= from;
    }
    return found;
  }

  Finding operator()(const NotAccepted& p) const {
    if (!open() || (s_.f.status != WorkStatus::kNone && s_.f.status != WorkStatus::kRegistered))
      return {};
    const Instant begin = s_.f.status_since.value_or(*s_.f.first_event_at);
    const Instant from = s_.calendar.add(s_.f.facts.submitted_at.value_or(begin), p.after);
    return limit(s_.now, from, from + kPast);
  }

  Finding operator()(const NotReturned& p) const {
    const auto end = end_of(s_.f);
    if (!exists(s_.f) || s_.f.kind != Kind::kDossier || s_.f.status != WorkStatus::kCompleted ||
        s_.f.facts.returned_at || !end) {
      return {};
    }
    const Instant from = s_.calendar.add(*end, p.after);
    return limit(s_.now, from, from + kPast);
  }

  Finding operator()(const WaitingLong& p) const {
    if (!open()) return {};
    std::optional<Instant> stood;
    if (s_.f.stop) stood = s_.calendar.add(s_.f.stop->begin, p.after);
    if (s_.f.asked_at.size() >= p.asks) {
      const Instant asked = s_.f.asked_at[p.asks - 1];
      Finding found;
      found.holds = true;
      found.onset = stood ? std::min(*stood, asked) : asked;
      return found;
    }
    return stood ? limit(s_.now, *stood, *stood + kPast) : Finding{};
  }

  Finding operator()(const Unclear& p) const {
    if (!open() || s_.f.kind == Kind::kDossier || s_.f.kind == Kind::kPetition) return {};
    const std::vector<std::string> missing = missing_fields(s_.f);
    if (missing.empty()) return {};
    const Instant from = s_.calendar.add(*s_.f.first_event_at, p.after);
    Finding found = limit(s_.now, from, from);
    for (const std::string& name : missing)
      found.detail += (found.detail.empty() ? "" : ",") + name;
    return found;
  }

  Finding operator()(const Extended& p) const {
    if (!open() || s_.f.extended_at.size() < p.moves) return {};
    const Instant from = s_.f.extended_at[p.moves - 1];
    Finding found = limit(s_.now, from, from);
    found.detail = std::to_string(s_.f.extended_at.size());
    return found;
  }

  Finding operator()(const Reopened&) const {
    if (!open() || !s_.f.reopened_at) return {};
    return limit(s_.now, *s_.f.reopened_at, *s_.f.reopened_at);
  }

 private:
  bool open() const { return exists(s_.f) && is_open(s_.f.status); }
  bool has_term() const { return s_.term && s_.term->ms > 0; }

  // Deadline rules are read at x: in a stop nothing new begins past its begin.
  Finding at_x(Instant onset, Instant from) const {
    Finding found = limit(s_.x, onset, from);
    if (s_.f.stop && found.next_look > s_.f.stop->begin) found.next_look = kFarFuture;
    return found;
  }

  const Seen& s_;
  bool staying_;
};

}  // namespace

Finding evaluate(const RuleEntry& entry, const Seen& seen, bool staying) {
  return std::visit(Evaluator(seen, staying), entry.params);
}

std::vector<std::string> missing_fields(const Folded& f) {
  std::vector<std::string> missing;
  const auto need = [&](const std::optional<std::string>& field, const char* name) {
    if (!field || field->empty()) missing.emplace_back(name);
  };
  need(f.facts.assignee_id, "assignee_id");
  need(f.facts.title, "title");
  if (!f.agreed_due) missing.emplace_back("due_at");
  need(f.facts.unit_id, "unit_id");
  need(f.facts.authority, "authority");
  need(f.facts.expected_result, "expected_result");
  return missing;
}

}  // namespace kip
