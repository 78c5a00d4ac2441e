#pragma once
// Messages as the operator reads them: whom they went to, what they said of which alerts, and what
// became of them on each channel. Reads one state of the store; any thread.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "alerting/message.h"
#include "base/result.h"
#include "contract/desk_state.h"
#include "store/store.h"

namespace kip {

struct SentMessage {
  Message message;
  std::vector<DeliveryRecord> deliveries;  // by channel
  bool dead() const;                       // no channel has taken it, and none will
};

// All, by time, then id.
Result<std::vector<SentMessage>> list_messages(const Store& store);
// A line of JSON: id, at, kind, desk, person, level, alerts [{alert_id, revision, why}], deliveries
// [{channel, state, attempts, code, detail, at}]. What is absent is left out.
std::string message_json(const SentMessage& sent);

}  // namespace kip
