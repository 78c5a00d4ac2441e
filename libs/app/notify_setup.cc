#include "app/notify_setup.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/message_templates.h"
#include "messages/wording.h"

namespace kip {
namespace {

namespace fs = std::filesystem;

std::string folder_of(const CommonOptions& options) {
  return options.config.empty() ? default_config() : options.config;
}

std::optional<std::string> text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

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

std::shared_ptr<const NotifySetup> load_notify(const CommonOptions& options, const Policy& policy,
                                               Problems& problems) {
  const fs::path folder = folder_of(options);
  auto setup = std::make_shared<NotifySetup>();
  const std::size_t before = problems.size();
  const std::string notify(kNotifyFile), channels(kChannelsFile);
  if (const auto text = text_of(folder / notify))
    setup->rules = read_desk_rules(Reader::parse((folder / notify).string(), *text, problems),
                                   policy.registry, policy.directory);
  if (std::string& key = setup->rules.answer_key_file; !key.empty()) key = (folder / key).string();
  const auto text = text_of(folder / channels);
  const std::string outbox_only = "version: 1\nchannels:\n  - {name: outbox, type: outbox}\n";
  setup->channels = read_channels(
      Reader::parse((folder / channels).string(), text.value_or(outbox_only), problems),
      folder.string());
  setup->templates = load_templates(folder.string(), problems);
  if (const auto calendar = text_of(folder / "calendar.yaml"))
    setup->day_names = day_names(*calendar);
  return problems.size() == before ? setup : nullptr;
}

Result<std::shared_ptr<const NotifySetup>> load_notify(const CommonOptions& options,
                                                       const Policy& policy) {
  Problems problems;
  if (auto setup = load_notify(options, policy, problems)) return setup;
  std::string all;
  for (const Problem& problem : problems) all += (all.empty() ? "" : "\n") + to_string(problem);
  return invalid(all);
}

std::string address_on(const ChannelOptions& channel, const Person& person) {
  if (channel.type == "smtp") return person.email;
  if (channel.type == "sms" || channel.type == "zalo_zns") return person.phone;
  if (channel.type == "zalo_oa") return person.zalo;
  if (channel.type == "outbox" && !person.email.empty()) return person.email;
  return person.id;
}

std::vector<std::string> channels_for(const ChannelsConfig& channels, const Person* person) {
  std::vector<std::string> out;
  const auto add = [&](const ChannelOptions& channel) {
    if (std::find(out.begin(), out.end(), channel.name) == out.end()) out.push_back(channel.name);
  };
  if (person != nullptr) {
    for (const Way way : person->channels) {
      for (const ChannelOptions& channel : channels.channels) {
        if (serves(channel, way) && !address_on(channel, *person).empty()) add(channel);
      }
    }
  }
  for (const char* type : {"webhook", "outbox"}) {
    for (const ChannelOptions& channel : channels.channels) {
      if (channel.type == type) add(channel);
    }
  }
  if (out.empty() && !channels.channels.empty()) add(channels.channels.front());
  return out;
}

}  // namespace kip
