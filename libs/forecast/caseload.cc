#include "forecast/caseload.h"

namespace kip::forecast {

void Caseload::move(Table& table, Name before, Name after) {
  if (before == after) return;
  if (before != 0) --table[before].open;
  if (after == 0) return;
  Hands& hands = table[after];
  ++hands.open;
  ++hands.came;
  hands.open_sum += static_cast<double>(hands.open);
}

double Caseload::relative(const Table& table, Name name) {
  const auto found = table.find(name);
  if (name == 0 || found == table.end() || found->second.came == 0) return 0;
  const Hands& hands = found->second;
  return relative_load(static_cast<double>(hands.open), hands.usual());
}

void Caseload::moved(const Trace& before, const Trace& after) {
  move(units_, before.open() ? before.unit : 0, after.open() ? after.unit : 0);
  move(owners_, before.open() ? before.owner : 0, after.open() ? after.owner : 0);
}

const Trace& Caseload::see(const Event& event) {
  Trace& item = items_[event.item_id];
  const Trace before = item;
  kip::forecast::see(item, event);
  moved(before, item);
  return item;
}

const Trace& Caseload::put(const std::string& item_id, const Trace& trace) {
  Trace& item = items_[item_id];
  moved(item, trace);
  item = trace;
  return item;
}

const Trace* Caseload::find(const std::string& item_id) const {
  const auto found = items_.find(item_id);
  return found == items_.end() ? nullptr : &found->second;
}

Load Caseload::load_of(const Trace& item) const {
  return {relative(units_, item.unit), relative(owners_, item.owner)};
}

Usual Caseload::usual() const {
  Usual out;
  for (const auto& [name, hands] : units_) out.units[name] = hands.usual();
  for (const auto& [name, hands] : owners_) out.owners[name] = hands.usual();
  return out;
}

}  // namespace kip::forecast
