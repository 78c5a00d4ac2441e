#include "forecast/challenge.h"

#include <algorithm>
#include <cstdio>
#include <unordered_map>

#include "forecast/figures.h"

namespace kip::forecast {
namespace {

using Examples = std::vector<const Example*>;

struct Known {
  Instant at{};
  bool late = false;
};
using Items = std::unordered_map<std::uint64_t, Known>;

// From when on items are held out. None: there are none.
std::optional<Instant> held_out_from(const Items& items, const Model* in_use, Instant learned_at) {
  std::vector<Instant> fresh;
  for (const auto& [id, known] : items) {
    if (in_use == nullptr || known.at > learned_at) fresh.push_back(known.at);
  }
  if (fresh.empty()) return std::nullopt;
  std::sort(fresh.begin(), fresh.end());
  return fresh[in_use != nullptr ? fresh.size() / 2 : fresh.size() * 4 / 5];
}

template <typename Chance>
std::vector<Verdict> verdicts(const Examples& examples, const Chance& chance) {
  std::vector<Verdict> all;
  all.reserve(examples.size());
  for (const Example* e : examples) all.push_back({chance(e->features), e->late});
  return all;
}

double late_share(const Examples& examples) {
  const auto late =
      std::count_if(examples.begin(), examples.end(), [](const Example* e) { return e->late; });
  return static_cast<double>(late) / static_cast<double>(examples.size());
}

std::string sentence(const Challenge& c, bool in_use) {
  char text[200];
  std::snprintf(text, sizeof text,
                "%s: on the newest %llu items its Brier score is %.4f against %.4f of %s.",
                c.wins ? "The new model is better" : "The new model is no better",
                static_cast<unsigned long long>(c.held_out_items), *c.brier_new, *c.brier_old,
                in_use ? "the one in use" : "the share of late ones before");
  return text;
}

}  // namespace

Challenge challenge(const std::vector<const Example*>& examples, const Model* in_use,
                    Instant in_use_learned_at) {
  Items items;
  for (const Example* e : examples) items.try_emplace(e->item, Known{e->known, e->late});
  const std::optional<Instant> from = held_out_from(items, in_use, in_use_learned_at);
  Challenge c;
  std::uint64_t late = 0;
  for (const auto& [id, known] : items) {
    if (!from || known.at < *from) continue;
    ++c.held_out_items;
    late += known.late ? 1 : 0;
  }
  if (c.held_out_items < kHeldOutMin || late < kHeldOutOfEachMin ||
      c.held_out_items - late < kHeldOutOfEachMin) {
    c.why = "Too few have ended since: " + std::to_string(c.held_out_items) +
            " items to judge by, " + std::to_string(late) + " of them late.";
    return c;
  }
  Examples older, held_out;
  for (const Example* e : examples) {
    (items.at(e->item).at < *from ? older : held_out).push_back(e);
  }
  const Learned candidate = learn(older);
  if (!candidate.model) {
    c.why = "Too few have ended before to learn from: " + std::to_string(candidate.items) +
            " items, " + std::to_string(candidate.late) + " of them late.";
    return c;
  }
  const auto by_new =
      verdicts(held_out, [&](const Features& f) { return candidate.model->chance(f); });
  const double share = late_share(older);
  const auto by_old = verdicts(
      held_out, [&](const Features& f) { return in_use != nullptr ? in_use->chance(f) : share; });
  c.brier_new = brier(by_new);
  c.brier_old = brier(by_old);
  c.auc_new = auc(by_new);
  if (in_use != nullptr) c.auc_old = auc(by_old);
  c.wins = *c.brier_new < *c.brier_old;
  c.why = sentence(c, in_use != nullptr);
  if (c.wins) c.learned = learn(examples);  // it has more than the candidate, which was enough
  return c;
}

}  // namespace kip::forecast
