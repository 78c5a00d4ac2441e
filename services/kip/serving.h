#pragma once
// What the services that answer over HTTP share: --http and --token-file, and what a reload says.

#include <memory>
#include <optional>
#include <string>

#include "app/notify_setup.h"
#include "app/serving.h"
#include "kip/commands.h"

namespace kip {

// `http`: the default address; empty: none is served unless asked for.
void add_serving(CLI::App& command, ServingArguments& arguments, const std::string& http);

// Reads the configuration again; the new one where it was taken, none where the old one stays. Says
// which on stdout.
struct Reloaded {
  std::shared_ptr<const Policy> policy;
  std::shared_ptr<const NotifySetup> notify;
};
std::optional<Reloaded> reload(Service& service, const CommonOptions& common);

}  // namespace kip
