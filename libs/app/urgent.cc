#include "app/urgent.h"

#include <algorithm>
#include <array>

#include "rules/evaluate.h"
#include "rules/reason.h"

namespace kip {
namespace {

// Of what makes the item's state first, so that the sentence says why it stands where it does; of
// several the most telling.
std::string best_reason(const ItemState& item, const Seen& seen) {
  const auto rank = [](RuleId rule) { return std::pair(is_badge(rule), facts_of(rule).telling); };
  const OpenAlert* best = nullptr;
  for (const OpenAlert& alert : item.open) {
    // It stays open under overdue, but what it says is past.
    if (past_once_overdue(alert.rule) && word_of(item) == ItemWord::kOverdue) continue;
    if (!best || rank(alert.rule) < rank(best->rule)) best = &alert;
  }
  return best ? reason_now(*best, seen) : "";
}

bool more_urgent(const UrgentItem& a, const UrgentItem& b) {
  const auto key = [](const UrgentItem& item) {
    const std::int64_t left = item.due ? item.left.ms : INT64_MAX;
    return std::tuple(item.word != ItemWord::kOverdue, left, std::string_view(item.item_id));
  };
  return key(a) < key(b);
}

UrgentItem urgent_item(const ItemState& item, const Policy& policy, Instant now) {
  const Seen seen(item.folded, policy, now);
  UrgentItem out;
  out.item_id = item.item_id;
  out.unit = seen.unit;
  out.kind = item.folded.kind;
  out.word = word_of(item);
  out.due = item.folded.effective_due;
  if (out.due) out.left = seen.calendar.between(seen.x, *out.due);
  out.stopped = item.folded.stop.has_value();
  return out;
}

// Only what is shown pays for its words.
void add_words(const ItemState& item, const Policy& policy, Instant now, UrgentItem& out) {
  out.name = shown_name(item.folded, policy);
  out.reason = best_reason(item, Seen(item, policy, now));
}

void keep_best(std::vector<std::pair<UrgentItem, ItemState>>& best, std::size_t max) {
  const auto before = [](const auto& a, const auto& b) { return more_urgent(a.first, b.first); };
  std::sort(best.begin(), best.end(), before);
  if (best.size() > max) best.erase(best.begin() + static_cast<std::ptrdiff_t>(max), best.end());
}

}  // namespace

std::string reason_now(const OpenAlert& alert, const Seen& seen) {
  const RuleEntry* entry = seen.policy.rules.pick(alert.rule, seen.traits());
  if (!entry) return alert.reason;
  const Finding finding = evaluate(*entry, seen, true);
  if (!finding.holds) return alert.reason;
  return reason_of(*entry, seen, finding, seen.policy.registry.ward.language);
}

std::string shown_name(const Folded& f, const Policy& policy) {
  const bool own = f.kind == Kind::kTask || f.kind == Kind::kProject;
  if (own && !f.facts.title.value_or("").empty()) return *f.facts.title;
  return std::string(policy.registry.catalogue_name(f.facts.procedure_code.value_or("")));
}

UrgentItems scan_urgent(const Store& store, const Policy& policy, Instant now, std::size_t max) {
  UrgentItems out;
  std::vector<std::pair<UrgentItem, ItemState>> best;
  const Status scanned =
      store.scan(Table::kItem, "", "", [&](std::string_view, std::string_view value) {
        if (!has_open_alerts(value)) return true;
        auto item = decode_item(value);
        if (!item) {
          out.error = item.error();
          return false;
        }
        const ItemWord word = word_of(*item);
        if (word != ItemWord::kOverdue && word != ItemWord::kAtRisk) return true;
        UrgentItem urgent = urgent_item(*item, policy, now);
        best.emplace_back(std::move(urgent), std::move(*item));
        if (best.size() >= 2 * max + 100) keep_best(best, max);
        return true;
      });
  if (!scanned) out.error = scanned.error();
  keep_best(best, max);
  for (auto& [urgent, item] : best) {
    add_words(item, policy, now, urgent);
    out.items.push_back(std::move(urgent));
  }
  return out;
}

std::shared_ptr<const UrgentItems> UrgentBoard::read() {
  using std::chrono::steady_clock;
  const auto kept = [&](bool any_age) -> std::shared_ptr<const UrgentItems> {
    const std::scoped_lock lock(mutex_);
    return any_age || steady_clock::now() < good_until_ ? last_ : nullptr;
  };
  if (auto fresh = kept(false)) return fresh;
  std::unique_lock scan(scanning_, std::try_to_lock);
  if (!scan.owns_lock()) {
    if (auto old = kept(true)) return old;
    scan.lock();
    if (auto fresh = kept(false)) return fresh;
  }
  const auto began = steady_clock::now();
  auto found = std::make_shared<UrgentItems>(
      scan_urgent(*service_.view(), *service_.policy(), service_.now(), kItemsMax));
  // A tenth of one thread at most, however many items there are.
  const auto ended = steady_clock::now();
  const std::scoped_lock lock(mutex_);
  last_ = found;
  good_until_ =
      ended + std::max<steady_clock::duration>(std::chrono::seconds{1}, 10 * (ended - began));
  return found;
}

}  // namespace kip
