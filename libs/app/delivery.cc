#include "app/delivery.h"

#include <algorithm>

#include "runtime/outbox.h"
#include "store/keys.h"

namespace kip {
namespace {

struct Due {
  std::string row;
  Instant at{};
  std::string message;
};

Result<std::optional<Due>> first_due(const Store& store, const std::string& channel) {
  std::optional<Due> due;
  const Status scanned =
      store.scan(Table::kOutbox, keys::pair(channel, ""), keys::pair_end(channel),
                 [&](std::string_view key, auto) {
                   const auto read = keys::read_outbox(key);
                   due = Due{std::string(key), read.at, std::string(read.message_id)};
                   return false;
                 });
  if (!scanned) return scanned.error();
  return due;
}

Result<DeliveryRecord> record_of(const Store& store, const std::string& message,
                                 const std::string& channel) {
  auto bytes = store.get(Table::kDelivery, keys::pair(message, channel));
  if (!bytes) return bytes.error();
  if (!*bytes) return not_found("no delivery of '" + message + "' on '" + channel + "'");
  return decode_delivery(**bytes);
}

// The channel after this one that has not had the message yet.
Result<std::optional<std::string>> next_channel(const Store& store, const Message& message,
                                                const std::string& after,
                                                const ChannelsOf& channels) {
  const auto all = channels(message);
  auto at = std::find(all.begin(), all.end(), after);
  for (at = at == all.end() ? all.begin() : at + 1; at != all.end(); ++at) {
    auto there = store.get(Table::kDelivery, keys::pair(message.id, *at));
    if (!there) return there.error();
    if (!*there) return std::optional(*at);
  }
  return std::optional<std::string>();
}

// Dead where it was, and on its way by the next channel; which one: none may have it any more.
Result<std::optional<std::string>> hand_over(const Store& store, const DeliveryRecord& dead,
                                             const Message& message, const ChannelsOf& channels,
                                             Instant now, Batch& batch) {
  put_delivery(batch, dead);
  auto other = next_channel(store, message, dead.channel, channels);
  if (other && *other) put_delivery(batch, fresh_delivery(message.id, **other, now));
  return other;
}

Result<Message> message_of(const Store& store, const std::string& id) {
  auto bytes = store.get(Table::kMessage, id);
  if (!bytes) return bytes.error();
  if (!*bytes) return corrupt("message '" + id + "' is to be sent and is not there");
  return decode_message(**bytes);
}

SendOutcome attempt(const DeliveryLine& line, const Message& message) {
  auto delivery = line.word(message);
  if (!delivery) return permanent("no_recipient", delivery.error().message);
  return line.send->send(*delivery);
}

}  // namespace

Result<DeliveryStep> deliver_next(Store& store, const DeliveryLine& line,
                                  const std::function<Instant()>& now,
                                  const std::function<void(std::string_view)>& at_point) {
  DeliveryStep step;
  auto due = first_due(store, line.channel);
  if (!due) return due.error();
  if (!*due) return step;
  step.next = (*due)->at;
  if (step.next > now()) return step;
  auto message = message_of(store, (*due)->message);
  if (!message) return message.error();
  auto record = record_of(store, message->id, line.channel);
  if (!record) return record.error();

  // A message that waited for us, not for the gateway, has its whole day yet.
  if (record->attempts == 0) record->first = now();
  const SendOutcome outcome = attempt(line, *message);
  if (at_point) at_point("sent");
  const Instant at = now();
  ++record->attempts;
  record->code = outcome.code;
  record->detail = outcome.detail;
  record->last = at;
  const int number = static_cast<int>(record->attempts);
  const NextAttempt next =
      next_attempt({message->id, number, record->first}, at, outcome, line.retry);
  Batch batch;
  batch.erase(Table::kOutbox, (*due)->row);
  record->next = next.at.value_or(at);
  record->state = next.at                                 ? DeliveryRecord::State::kPending
                  : next.reason == NextReason::kDelivered ? DeliveryRecord::State::kDelivered
                                                          : DeliveryRecord::State::kDead;
  if (record->state == DeliveryRecord::State::kDead) {
    auto other = hand_over(store, *record, *message, line.channels, at, batch);
    if (!other) return other.error();
    step.handed_to = *other;
  } else {
    put_delivery(batch, *record);
  }
  if (Status written = store.write(batch, Durability::kSynced); !written) return written.error();
  if (at_point) at_point("noted");
  step.sent = true;
  step.record = std::move(*record);
  step.next = at;  // look again at once
  return step;
}

Status leave_channels(Store& store, const std::vector<std::string>& served,
                      const ChannelsOf& channels, Instant now) {
  std::vector<Due> left;
  const Status scanned = store.scan(Table::kOutbox, "", "", [&](std::string_view key, auto) {
    const auto read = keys::read_outbox(key);
    if (std::find(served.begin(), served.end(), read.channel) == served.end())
      left.push_back({std::string(key), read.at, std::string(read.message_id)});
    return true;
  });
  if (!scanned) return scanned;
  for (const Due& due : left) {
    auto message = message_of(store, due.message);
    if (!message) return message.error();
    auto record = record_of(store, due.message, std::string(keys::read_outbox(due.row).channel));
    if (!record) return record.error();
    record->state = DeliveryRecord::State::kDead;
    record->code = "channel_gone";
    record->detail = "channels.yaml has no such channel any more";
    Batch batch;
    batch.erase(Table::kOutbox, due.row);
    auto other = hand_over(store, *record, *message, channels, now, batch);
    if (!other) return other.error();
    if (Status written = store.write(batch, Durability::kSynced); !written) return written;
  }
  return {};
}

Status send_again(Store& store, const std::string& message, const std::string& channel,
                  Instant now) {
  auto record = record_of(store, message, channel);
  if (!record) return record.error();
  if (record->state != DeliveryRecord::State::kDead)
    return not_found("the delivery of '" + message + "' on '" + channel + "' is not dead");
  Batch batch;
  put_delivery(batch, fresh_delivery(message, channel, now));
  return store.write(batch, Durability::kSynced);
}

Result<std::vector<DeliveryRecord>> deliveries_of(const Store& store, const std::string& message) {
  std::vector<DeliveryRecord> out;
  std::optional<Error> failed;
  const Status scanned =
      store.scan(Table::kDelivery, keys::pair(message, ""), keys::pair_end(message),
                 [&](std::string_view, std::string_view value) {
                   auto record = decode_delivery(value);
                   if (record) out.push_back(std::move(*record));
                   if (!record) failed = record.error();
                   return !failed;
                 });
  if (failed) return *failed;
  if (!scanned) return scanned.error();
  return out;
}

}  // namespace kip
