#include "app/doorstep.h"

#include <utility>

#include "contract/cloudevents.h"

namespace kip {

Checked check_message(const Door& door, Submission message, Instant now, bool from_record) {
  Arrival arrival;
  if (message.body) arrival.body = *message.body;
  arrival.headers = message.headers;
  arrival.lane = message.lane;
  arrival.arrived_at = now;
  arrival.arrived_at_from_record = from_record;
  arrival.channel = message.channel;
  arrival.principal = message.principal;
  Verdict verdict = door.check(arrival);
  if (!verdict.accepted) {
    std::string source = source_named(arrival, door.options().limits);
    Checked checked = refuse_message(std::move(message), *verdict.refused, now);
    checked.letter.source = source;
    checked.source = std::move(source);
    return checked;
  }
  Checked checked;
  checked.outcome.accepted = std::move(verdict.accepted);
  return checked;
}

Checked refuse_message(Submission message, const Refusal& refusal, Instant now) {
  Checked checked;
  checked.outcome.kind = Outcome::Kind::kRefused;
  checked.outcome.refusal = refusal;
  DeadLetter& letter = checked.letter;
  letter.value = std::move(message.body);
  letter.key = std::move(message.key);
  letter.headers = std::move(message.headers);
  letter.refusal = refusal;
  letter.at = now;
  letter.channel = std::move(message.channel);
  letter.principal = std::move(message.principal);
  return checked;
}

void count(ServiceCounters& counters, SourceTally& sources, const Checked& checked) {
  const auto& accepted = checked.outcome.accepted;
  SourceCount count;
  if (!accepted) {
    ++counters.refused;
    count.dead = 1;
    sources.add(checked.source, count);
    return;
  }
  ++counters.accepted;
  counters.unknown_fields += accepted->unknown_json_fields;
  count.last_event = accepted->ingested_at;
  sources.add(accepted->source, count);
}

}  // namespace kip
