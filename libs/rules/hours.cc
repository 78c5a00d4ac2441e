#include "rules/hours.h"

#include <algorithm>
#include <array>

#include "rules/item.h"

namespace kip {
namespace {

HolderTime holder_of(const Folded& f, const Policy& policy, Instant at) {
  HolderTime holder;
  if (f.status == WorkStatus::kWaiting && f.waiting_for) {
    if (*f.waiting_for == WaitingFor::kSupplement || *f.waiting_for == WaitingFor::kPayment) {
      holder.kind = HolderKind::kCitizen;
    } else if (*f.waiting_for == WaitingFor::kAgency) {
      holder.kind = HolderKind::kAgency;
    }
  } else if (f.status == WorkStatus::kSubmitted || f.status == WorkStatus::kSuspended) {
    holder.kind = HolderKind::kAssigner;
  }
  if (holder.kind == HolderKind::kUnit) holder.unit = Seen(f, policy, at).holder;
  return holder;
}

void add(HolderTime part, std::vector<HolderTime>& holders) {
  const auto same = std::find_if(holders.begin(), holders.end(), [&](const HolderTime& h) {
    return h.kind == part.kind && h.unit == part.unit;
  });
  if (same == holders.end()) {
    holders.push_back(std::move(part));
  } else {
    same->time = same->time + part.time;
  }
}

}  // namespace

std::string_view holder_word(HolderKind kind) {
  static constexpr std::array<std::string_view, 4> kWords = {"unit", "citizen", "agency",
                                                             "assigner"};
  return kWords.at(static_cast<std::size_t>(kind));
}

Hours hours_of(const std::vector<Event>& history, const Policy& policy, Instant now) {
  struct Turn {
    Instant from{};
    HolderTime holder;
  };
  const std::vector<const Event*> kept = kept_events(history);
  Folded f;
  std::vector<Turn> turns;
  for (const Event* event : kept) {
    apply(f, *event, policy.fold);
    turns.push_back({event->occurred_at, holder_of(f, policy, event->occurred_at)});
  }
  Hours hours;
  const auto start = start_of(f);
  if (!start || !exists(f)) return hours;
  const Instant end = end_of(f).value_or(now);
  const Calendar& calendar = policy.calendars.of(f.facts.unit_id.value_or(""));
  if (end <= *start) return hours;
  hours.sum = calendar.between(*start, end);
  turns.front().from = *start;
  for (std::size_t i = 0; i < turns.size(); ++i) {
    const Instant from = std::clamp(turns[i].from, *start, end);
    const Instant to = i + 1 < turns.size() ? std::clamp(turns[i + 1].from, *start, end) : end;
    if (to <= from) continue;
    turns[i].holder.time = calendar.between(from, to);
    add(std::move(turns[i].holder), hours.holders);
  }
  return hours;
}

}  // namespace kip
