#pragma once
// One step of sending: the message of a channel that is due first is worded, sent, and what became
// of it is written down in one batch. What was sent and not written down (a kill in between) is
// sent again with the same key: at least once, never lost.
//
//   auto step = deliver_next(store, line, now);
//   wait_until(step->next);   // kFarFuture: nothing waits on this channel
//
// A channel belongs to one thread; different channels may be served by different threads.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "alerting/message.h"
#include "contract/desk_state.h"
#include "notify/channels.h"
#include "store/store.h"

namespace kip {

// By which channels a message may go, in order: where one refuses for good, the next is tried.
using ChannelsOf = std::function<std::vector<std::string>(const Message&)>;

// What a channel's messages need.
struct DeliveryLine {
  std::string channel;  // its name
  MessageChannel* send = nullptr;
  RetryLimits retry;
  // The message in words for this channel; an error: nobody can be reached by it.
  std::function<Result<Delivery>(const Message&)> word;
  ChannelsOf channels;
};

struct DeliveryStep {
  bool sent = false;                     // an attempt was made
  DeliveryRecord record;                 // what became of it
  std::optional<std::string> handed_to;  // the channel that is tried instead
  Instant next = kFarFuture;             // when the first one waiting is due
};

// `at_point`: for crash tests: "sent", "noted".
Result<DeliveryStep> deliver_next(Store& store, const DeliveryLine& line,
                                  const std::function<Instant()>& now,
                                  const std::function<void(std::string_view)>& at_point = {});

// What waits on a channel that is not among `served` (channels.yaml has it no more) is dead there,
// and goes by the next one that may have it.
Status leave_channels(Store& store, const std::vector<std::string>& served,
                      const ChannelsOf& channels, Instant now);

// What is dead goes on its way again, from the beginning. kNotFound: it is not dead.
Status send_again(Store& store, const std::string& message, const std::string& channel,
                  Instant now);

// Of one message, by channel.
Result<std::vector<DeliveryRecord>> deliveries_of(const Store& store, const std::string& message);

}  // namespace kip
