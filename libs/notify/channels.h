#pragma once
// channels.yaml: how messages leave the machine. The file says itself what each key means
// (deploy/config/channels.yaml).
//
//   Problems problems;
//   ChannelsConfig config = read_channels(Reader::parse("channels.yaml", text, problems), folder);
//   if (problems.empty()) auto email = make_channel(*config.find("email"), environment);
//
// Every mistake goes into the reader's problems, with file, line and key, as those of the other
// files do; what is worth a word and no mistake (a secret that others may read) into `remarks`.
// Secrets stand in files alone, relative names beside channels.yaml; they are read anew at each
// attempt, so that a new password needs no restart. Reading looks at these files and changes
// nothing.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/reader.h"
#include "notify/alertmanager.h"
#include "notify/delivery.h"
#include "notify/outbox.h"
#include "notify/schedule.h"
#include "notify/smtp.h"
#include "notify/webhook.h"

namespace kip {

struct ChannelOptions {
  std::string name;  // a label of metrics: a-z, 0-9, - and _
  std::string type;  // as in the file
  NetworkReach reach;
  RetryLimits retry;
  std::variant<OutboxOptions, SmtpOptions, WebhookOptions, AlertmanagerOptions> what;
};

struct ChannelsConfig {
  std::vector<ChannelOptions> channels;  // in the order of the file
  Problems remarks;
  const ChannelOptions* find(std::string_view name) const;
};

// `folder`: where channels.yaml lies.
ChannelsConfig read_channels(Reader root, const std::string& folder);

struct ChannelEnvironment {
  std::function<Instant()> now;  // for signatures and tokens; none: the system's clock
  std::string data_folder;       // a relative folder of an outbox lies in it
};

// Connects to nothing yet.
std::unique_ptr<MessageChannel> make_channel(const ChannelOptions& options,
                                             const ChannelEnvironment& environment);

}  // namespace kip
