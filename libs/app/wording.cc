#include "app/wording.h"

#include "app/answer_link.h"
#include "app/totals.h"

namespace kip {

Delivery word_delivery(const Message& message, const Person& reader, const Policy& policy,
                       const NotifySetup& setup, const WordingSources& sources) {
  Wording wording{policy.registry, policy.directory, policy.calendars, setup.templates};
  wording.base_url = sources.base_url;
  wording.link = sources.link;
  if (!sources.link.empty()) wording.link_until = sources.link_until;
  if (message.kind != MessageKind::kTest) wording.data_as_of = message.at;  // a test knows of none
  wording.counts = message.digest.counts;
  wording.day_names = setup.day_names;
  wording.hold = setup.rules.hold;
  wording.language = reader.language;
  if (setup.rules.shadow) wording.would_go_to = message.person;
  Worded said = word_message(message, wording);
  Delivery delivery;
  delivery.subject = std::move(said.subject);
  delivery.text = std::move(said.text);
  delivery.html = std::move(said.html);
  delivery.fields = std::move(said.fields);
  delivery.language = reader.language == Language::kEnglish ? "en" : "vi";
  return delivery;
}

Result<Delivery> addressed(Delivery worded, const Message& message, const Person& person,
                           const ChannelOptions& channel) {
  const std::string address = address_on(channel, person);
  if (address.empty())
    return not_found("'" + person.id + "' has no address on channel '" + channel.name + "'");
  worded.key = message.id;
  worded.channel = channel.name;
  worded.recipients = {address};
  worded.at = message.at;
  if (channel.type == "sms") worded.text = worded.fields["sms"];
  if (channel.type == "zalo_oa") worded.text = worded.fields["zalo"];
  return worded;
}

Result<WordOf> words_with_link(const std::string& data, const DeskRules& rules) {
  auto opened = AnswerLinks::open(data, rules);
  if (!opened) return opened.error();
  return WordOf([links = *opened](const Message& message, const Person& reader, const Policy& ward,
                                  const NotifySetup& setup) {
    WordingSources sources;
    sources.base_url = setup.rules.public_url;
    // Who reads it in shadow is not whose answer it would be.
    if (!setup.rules.shadow) sources.link = links.link_of(message, setup.rules);
    sources.link_until = link_end(message, setup.rules.link_days);
    return word_delivery(message, reader, ward, setup, sources);
  });
}

UnitCountsOf counts_by_unit(const Store& store) {
  const auto totals = read_totals(store);
  if (!totals) return [](const std::string&) { return std::optional<UnitCounts>(); };
  return [units = states_by_unit(*totals)](const std::string& unit) {
    const auto found = units.find(unit);
    const StateCounts c = found == units.end() ? StateCounts{} : found->second;
    const auto n = [](std::int64_t count) { return static_cast<std::uint64_t>(count); };
    return std::optional(UnitCounts{n(c.overdue), n(c.at_risk), n(c.paused), n(c.on_track)});
  };
}

}  // namespace kip
