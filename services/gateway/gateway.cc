// kip gateway: HTTP in, checked and keyed events on Kafka out.

#include <memory>

#include "kip/role.h"

namespace kip {

void add_gateway(CLI::App& app, int& exit) {
  auto arguments = std::make_shared<RoleArguments>();
  arguments->roles.gateway = true;
  CLI::App* command = app.add_subcommand("gateway", "HTTP in, checked and keyed events out");
  add_role(*command, *arguments, "");
  add_serving(*command, arguments->serving, "127.0.0.1:8080");
  command->callback([arguments, &exit] { exit = run_role(*arguments); });
}

}  // namespace kip
