// kip ingest: Kafka in, checked and keyed events out.

#include <memory>

#include "kip/role.h"

namespace kip {

void add_ingest(CLI::App& app, int& exit) {
  auto arguments = std::make_shared<RoleArguments>();
  arguments->roles.ingest = true;
  CLI::App* command = app.add_subcommand("ingest", "Kafka in, checked and keyed events out");
  add_role(*command, *arguments, "kip-ingest");
  add_serving(*command, arguments->serving, "");
  command->callback([arguments, &exit] { exit = run_role(*arguments); });
}

}  // namespace kip
