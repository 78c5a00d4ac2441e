#include "app/way_check.h"

#include <filesystem>
#include <future>

#include "app/wording.h"

namespace kip {
namespace {

constexpr std::chrono::milliseconds kLook{100};

Error unknown(const std::string& what, const std::string& name,
              const std::vector<std::string>& known) {
  return not_found("there is no " + what + " '" + name + "'" + nearest_hint(name, known));
}

bool lies_in_data(const ChannelOptions& channel) {
  const auto* outbox = std::get_if<OutboxOptions>(&channel.what);
  return outbox != nullptr && std::filesystem::path(outbox->folder).is_relative();
}

}  // namespace

SendOutcome send_watched(MessageChannel& channel, const Delivery& delivery,
                         const Waiting& waiting) {
  const auto began = std::chrono::steady_clock::now();
  auto answer = std::async(std::launch::async, [&] { return channel.send(delivery); });
  while (answer.wait_for(kLook) != std::future_status::ready) {
    const auto passed = std::chrono::steady_clock::now() - began;
    if (waiting) waiting(std::chrono::floor<std::chrono::milliseconds>(passed));
  }
  return answer.get();
}

Result<WayCheck> WayCheck::make(const Policy& policy, const NotifySetup& setup,
                                const WayCheckOptions& options) {
  WayCheck check(policy, setup);
  check.data_ = options.data;
  if (Status chosen = check.choose_reader(options); !chosen) return chosen.error();
  if (Status chosen = check.choose_ways(options); !chosen) return chosen.error();
  return check;
}

Status WayCheck::choose_reader(const WayCheckOptions& options) {
  const auto& registry = policy_->registry;
  if (registry.unit(options.unit) == nullptr && options.unit != kUnassigned)
    return unknown("unit", options.unit, registry.unit_ids());
  const Recipient to = policy_->directory.recipient(options.unit, options.at);
  if (to.person == nullptr)
    return unavailable("nobody receives the messages of '" + options.unit + "': see people.yaml");
  recipient_ = to.person;
  const DeskRules& rules = setup_->rules;
  const Person* reader = reader_of(rules, policy_->directory, recipient_->id);
  if (reader == nullptr)
    return unavailable("'" + rules.operator_person + "' is nobody of people.yaml");
  reader_ = *reader;
  reader_.language = options.language.value_or(reader->language);
  message_.kind = MessageKind::kTest;
  message_.desk = options.unit;
  message_.person = recipient_->id;
  if (to.on_behalf_of != nullptr) message_.on_behalf_of = to.on_behalf_of->id;
  message_.at = options.at;
  name_message(message_);
  return {};
}

Status WayCheck::choose_ways(const WayCheckOptions& options) {
  const ChannelsConfig& channels = setup_->channels;
  std::vector<std::string> names = channels_for(channels, &reader_);
  if (!options.channel.empty()) {
    std::vector<std::string> known;
    for (const ChannelOptions& channel : channels.channels) known.push_back(channel.name);
    if (channels.find(options.channel) == nullptr)
      return unknown("channel", options.channel, known);
    names = {options.channel};
  }
  if (names.empty()) return unavailable("channels.yaml names no channel");
  for (const std::string& name : names) {
    const ChannelOptions* channel = channels.find(name);
    if (lies_in_data(*channel) && data_.empty())
      return invalid("channel '" + name + "' writes into the data: name it with --data");
    ways_.push_back({channel, address_on(*channel, reader_)});
  }
  return {};
}

Result<Delivery> WayCheck::word(const Way& way) const {
  WordingSources sources;
  sources.base_url = setup_->rules.public_url;
  return addressed(word_delivery(message_, reader_, *policy_, *setup_, sources), message_, reader_,
                   *way.channel);
}

SendOutcome WayCheck::send(const Way& way, const Waiting& waiting) const {
  const auto delivery = word(way);
  if (!delivery) return permanent("no_recipient", delivery.error().message);
  const auto channel = make_channel(*way.channel, {.now = {}, .data_folder = data_});
  return send_watched(*channel, *delivery, waiting);
}

}  // namespace kip
