#include "app/notify_setup.h"

#include <algorithm>
#include <filesystem>

#include "app/message_templates.h"
#include "messages/wording.h"

namespace kip {
namespace {

namespace fs = std::filesystem;

bool serves(const ChannelOptions& channel, Way way) {
  switch (way) {
    case Way::kEmail:
      return channel.type == "smtp";
    case Way::kZalo:
      return channel.type == "zalo_zns" || channel.type == "zalo_oa";
    case Way::kSms:
      return channel.type == "sms";
  }
  return false;
}

}  // namespace

void SharedSetup::set(std::shared_ptr<const NotifySetup> setup) {
  const std::scoped_lock lock(mutex_);
  setup_ = std::move(setup);
}

std::shared_ptr<const NotifySetup> SharedSetup::get() const {
  const std::scoped_lock lock(mutex_);
  return setup_;
}

std::shared_ptr<const NotifySetup> load_notify(const CommonOptions& options, const Policy& policy,
                                               Problems& problems) {
  const std::string folder = config_folder(options);
  const auto read = [&](std::string_view file, const std::string& text) {
    return Reader::parse((fs::path(folder) / file).string(), text, problems);
  };
  auto setup = std::make_shared<NotifySetup>();
  const std::size_t before = problems.size();
  if (const auto text = config_text(folder, kNotifyFile))
    setup->rules = read_desk_rules(read(kNotifyFile, *text), policy.registry, policy.directory);
  if (std::string& key = setup->rules.answer_key_file; !key.empty())
    key = (fs::path(folder) / key).string();
  const std::string outbox_only = "version: 1\nchannels:\n  - {name: outbox, type: outbox}\n";
  const auto channels = config_text(folder, kChannelsFile);
  setup->channels = read_channels(read(kChannelsFile, channels.value_or(outbox_only)), folder);
  setup->templates = load_templates(folder, problems);
  if (const auto calendar = config_text(folder, "calendar.yaml"))
    setup->day_names = day_names(*calendar);
  return problems.size() == before ? setup : nullptr;
}

Result<std::shared_ptr<const NotifySetup>> load_notify(const CommonOptions& options,
                                                       const Policy& policy) {
  Problems problems;
  if (auto setup = load_notify(options, policy, problems)) return setup;
  return mistakes(problems);
}

std::string address_on(const ChannelOptions& channel, const Person& person) {
  if (channel.type == "smtp") return person.email;
  if (channel.type == "sms" || channel.type == "zalo_zns") return person.phone;
  if (channel.type == "zalo_oa") return person.zalo;
  const auto* hook = std::get_if<WebhookOptions>(&channel.what);
  if (hook != nullptr && hook->recipient != RecipientForm::kAsIs) return person.phone;
  if (channel.type == "outbox" && !person.email.empty()) return person.email;
  return person.id;
}

const Person* reader_of(const DeskRules& rules, const Directory& directory,
                        const std::string& person) {
  return directory.person(rules.shadow ? rules.operator_person : person);
}

std::vector<std::string> channels_for(const ChannelsConfig& channels, const Person* person) {
  std::vector<std::string> out;
  const auto reaches = [&](const ChannelOptions& channel) {
    return person == nullptr || !address_on(channel, *person).empty();
  };
  const auto add = [&](const ChannelOptions& channel) {
    if (std::find(out.begin(), out.end(), channel.name) == out.end()) out.push_back(channel.name);
  };
  if (person != nullptr) {
    for (const Way way : person->channels) {
      for (const ChannelOptions& channel : channels.channels) {
        if (serves(channel, way) && reaches(channel)) add(channel);
      }
    }
  }
  for (const char* type : {"webhook", "alertmanager", "outbox"}) {
    for (const ChannelOptions& channel : channels.channels) {
      if (channel.type == type && reaches(channel)) add(channel);
    }
  }
  if (out.empty() && !channels.channels.empty()) add(channels.channels.front());
  return out;
}

}  // namespace kip
