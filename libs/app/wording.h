#pragma once
// A message as it is delivered: in the words of its reader, with what only the running service
// knows. Any thread.

#include <optional>
#include <string>

#include "app/notify_setup.h"
#include "messages/wording.h"
#include "notify/delivery.h"
#include "rules/policy.h"
#include "runtime/desks.h"
#include "store/store.h"

namespace kip {

// Each may be empty.
struct WordingSources {
  std::string base_url;  // of Kịp's pages
  std::string link;      // to answer by
  std::optional<Instant> link_until;
};

// Who gets it and by which channel is the caller's.
Delivery word_delivery(const Message& message, const Person& reader, const Policy& policy,
                       const NotifySetup& setup, const WordingSources& sources);

// The same on its way to `person` over `channel`: under the message's key, to his address there, in
// the form that the channel has room for. kNotFound: he has no address on it.
Result<Delivery> addressed(Delivery worded, const Message& message, const Person& person,
                           const ChannelOptions& channel);

using WordOf =
    std::function<Delivery(const Message&, const Person&, const Policy&, const NotifySetup&)>;
// With a link to answer by, signed with the key that the rules name or DATA has; in shadow without.
Result<WordOf> words_with_link(const std::string& data, const DeskRules& rules);

// From the totals of a store, as they are now.
UnitCountsOf counts_by_unit(const Store& store);

}  // namespace kip
