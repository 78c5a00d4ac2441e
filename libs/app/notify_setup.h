#pragma once
// What messages need beside the policy: how desks speak (notify.yaml), in which words (messages/)
// and by which channels (channels.yaml). Read as one checked whole; a file that is missing means
// its defaults.

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "alerting/desk_rules.h"
#include "app/setup.h"
#include "messages/templates.h"
#include "notify/channels.h"

namespace kip {

inline constexpr std::string_view kChannelsFile = "channels.yaml";

struct NotifySetup {
  DeskRules rules;
  ChannelsConfig channels;  // an outbox where no file says otherwise
  Templates templates;
  std::map<LocalDay, std::string> day_names;  // of days off
};

// The one of a running process: a reload takes another's place. Any thread.
class SharedSetup {
 public:
  void set(std::shared_ptr<const NotifySetup> setup);
  std::shared_ptr<const NotifySetup> get() const;  // never null

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const NotifySetup> setup_ = std::make_shared<NotifySetup>();
};

std::shared_ptr<const NotifySetup> load_notify(const CommonOptions& options, const Policy& policy,
                                               Problems& problems);
// On mistakes kInvalid with all of them, one a line.
Result<std::shared_ptr<const NotifySetup>> load_notify(const CommonOptions& options,
                                                       const Policy& policy);

// Who reads what is for that person: in shadow the operator. None: nobody of people.yaml.
const Person* reader_of(const DeskRules& rules, const Directory& directory,
                        const std::string& person);
// By which channels a person is reached, in the order in which they are tried: his own ways as far
// as channels serve them, then webhooks, Alertmanagers, outboxes. Never empty where there is any
// channel.
std::vector<std::string> channels_for(const ChannelsConfig& channels, const Person* person);
// What the channel calls him: mail address, phone, user id. Empty: it does not reach him.
std::string address_on(const ChannelOptions& channel, const Person& person);

}  // namespace kip
