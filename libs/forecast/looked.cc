#include "forecast/looked.h"

#include "base/hash.h"

namespace kip::forecast {
namespace {

std::uint64_t id_of(const std::string& item_id) { return fnv1a(item_id) * 0x9E3779B97F4A7C15ULL; }

}  // namespace

void Looked::look(const Moment& m) {
  measure_ = m.measure;
  Item& item = items_[m.item_id];
  if (item.examples.size() == 8) item.examples.reserve(kKnots);  // and not twice as many
  item.examples.push_back(
      {features_at(m.trace, m.load, m.at, m.measure), id_of(m.item_id), m.trace.received});
  if (!item.queued) dues_.emplace(m.trace.due, m.item_id);
  item.queued = true;
}

void Looked::settle(const Caseload& caseload, Instant now) {
  while (!dues_.empty() && dues_.top().first <= now) {
    const std::string item_id = dues_.top().second;
    dues_.pop();
    const Trace& trace = *caseload.find(item_id);
    if (trace.has_term() && trace.due > now && !trace.void_item) {  // moved meanwhile
      dues_.emplace(trace.due, item_id);
      continue;
    }
    const auto found = items_.find(item_id);
    found->second.queued = false;
    if (found->second.settled || !outcome_of(trace, now, measure_).judged) continue;
    found->second.settled = true;
    settled_.push_back(&*found);
  }
}

void Looked::append_judged(const Caseload& caseload, Instant now, Examples& examples) {
  for (auto* entry : settled_) {
    const Outcome outcome = outcome_of(*caseload.find(entry->first), now, measure_);
    if (!outcome.judged) continue;
    for (Example& e : entry->second.examples) {
      e.late = outcome.late;
      e.ended = outcome.ended;
      e.finish_share = outcome.finish_share;
      e.known = outcome.known;
      examples.push_back(&e);
    }
  }
}

}  // namespace kip::forecast
