#include "notify/channels.h"

#include <filesystem>

namespace kip {

const ChannelOptions* ChannelsConfig::find(std::string_view name) const {
  for (const ChannelOptions& channel : channels) {
    if (channel.name == name) return &channel;
  }
  return nullptr;
}

std::unique_ptr<MessageChannel> make_channel(const ChannelOptions& options,
                                             const ChannelEnvironment& environment) {
  if (const auto* outbox = std::get_if<OutboxOptions>(&options.what)) {
    OutboxOptions placed = *outbox;
    placed.folder = (std::filesystem::path(environment.data_folder) / placed.folder).string();
    return make_outbox(std::move(placed));
  }
  if (const auto* smtp = std::get_if<SmtpOptions>(&options.what))
    return make_smtp(*smtp, options.reach);
  if (const auto* alerts = std::get_if<AlertmanagerOptions>(&options.what))
    return make_alertmanager(*alerts, options.reach);
  auto now = environment.now ? environment.now : [] {
    return std::chrono::floor<Millis>(std::chrono::system_clock::now());
  };
  return make_webhook(std::get<WebhookOptions>(options.what), options.reach, std::move(now));
}

}  // namespace kip
