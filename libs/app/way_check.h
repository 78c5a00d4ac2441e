#pragma once
// Do messages reach whoever receives for a unit now? One message, marked as a test, by each channel
// that leads there; in shadow to the operator. It asks nothing of a store and is written down
// nowhere, so that it can be sent beside a running service.
//
//   auto check = WayCheck::make(*policy, *setup, {.unit = "van-phong", .at = now});
//   for (const auto& way : check->ways()) SendOutcome outcome = check->send(way, waiting);
//
// Policy and setup must outlive it. One thread.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "alerting/message.h"
#include "app/notify_setup.h"
#include "notify/delivery.h"

namespace kip {

struct WayCheckOptions {
  std::string unit;
  std::string channel;               // empty: each that leads to the recipient
  std::string data;                  // the folder that an outbox lies in; may be empty
  std::optional<Language> language;  // none: the reader's
  Instant at;
};

// Told again and again while a gateway lets us wait, and how long it has by now.
using Waiting = std::function<void(std::chrono::milliseconds)>;
SendOutcome send_watched(MessageChannel& channel, const Delivery& delivery, const Waiting& waiting);

class WayCheck {
 public:
  struct Way {
    const ChannelOptions* channel = nullptr;
    std::string address;  // empty: the reader has none there
  };

  // kNotFound: the unit or the channel is not there, and the nearest is named. kInvalid: an outbox
  // needs the folder of the data. kUnavailable: nobody receives for the unit, or no channel is set.
  static Result<WayCheck> make(const Policy& policy, const NotifySetup& setup,
                               const WayCheckOptions& options);

  const Person& recipient() const { return *recipient_; }
  const Person& reader() const { return reader_; }  // in shadow the operator
  const std::vector<Way>& ways() const { return ways_; }
  const Message& message() const { return message_; }
  Result<Delivery> word(const Way& way) const;
  // At most the channel's timeout and two seconds.
  SendOutcome send(const Way& way, const Waiting& waiting) const;

 private:
  WayCheck(const Policy& policy, const NotifySetup& setup) : policy_(&policy), setup_(&setup) {}
  Status choose_reader(const WayCheckOptions& options);
  Status choose_ways(const WayCheckOptions& options);

  const Policy* policy_;
  const NotifySetup* setup_;
  const Person* recipient_ = nullptr;
  Person reader_;
  Message message_;
  std::vector<Way> ways_;
  std::string data_;
};

}  // namespace kip
