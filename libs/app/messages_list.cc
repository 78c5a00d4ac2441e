#include "app/messages_list.h"

#include <algorithm>
#include <boost/json.hpp>
#include <tuple>

#include "app/delivery.h"

namespace kip {
namespace {

std::string_view kind_word(MessageKind kind) {
  switch (kind) {
    case MessageKind::kAlerts:
      return "alerts";
    case MessageKind::kDigest:
      return "digest";
    case MessageKind::kTest:
      return "test";
  }
  return "";
}

}  // namespace

bool SentMessage::dead() const {
  return std::all_of(deliveries.begin(), deliveries.end(), [](const DeliveryRecord& d) {
    return d.state == DeliveryRecord::State::kDead;
  });
}

Result<std::vector<SentMessage>> list_messages(const Store& store) {
  std::vector<SentMessage> out;
  std::optional<Error> failed;
  const Status scanned =
      store.scan(Table::kMessage, "", "", [&](std::string_view, std::string_view value) {
        auto message = decode_message(value);
        auto deliveries = message ? deliveries_of(store, message->id) : message.error();
        if (!deliveries) failed = deliveries.error();
        if (deliveries) out.push_back({std::move(*message), std::move(*deliveries)});
        return !failed;
      });
  if (failed) return *failed;
  if (!scanned) return scanned.error();
  std::sort(out.begin(), out.end(), [](const SentMessage& a, const SentMessage& b) {
    return std::tie(a.message.at, a.message.id) < std::tie(b.message.at, b.message.id);
  });
  return out;
}

std::string message_json(const SentMessage& sent) {
  const Message& m = sent.message;
  boost::json::object out = {{"id", m.id},
                             {"at", format_rfc3339(m.at)},
                             {"kind", kind_word(m.kind)},
                             {"desk", m.desk},
                             {"person", m.person}};
  if (m.level != AlertLevel::kNone) out["level"] = level_word(m.level);
  boost::json::array alerts, deliveries;
  for (const auto* entries : {&m.entries, &m.digest.open, &m.digest.below}) {
    for (const MessageEntry& entry : *entries) {
      alerts.push_back(boost::json::object{{"alert_id", entry.alert.alert_id},
                                           {"revision", entry.alert.revision},
                                           {"why", why_word(entry.why)}});
    }
  }
  for (const DeliveryRecord& d : sent.deliveries) {
    boost::json::object one = {
        {"channel", d.channel}, {"state", state_word(d.state)}, {"attempts", d.attempts}};
    if (!d.code.empty()) one["code"] = d.code;
    if (!d.detail.empty()) one["detail"] = d.detail;
    if (d.attempts > 0) one["at"] = format_rfc3339(d.last);
    deliveries.push_back(std::move(one));
  }
  out["alerts"] = std::move(alerts);
  out["deliveries"] = std::move(deliveries);
  return boost::json::serialize(out);
}

}  // namespace kip
