// kip engine: the shards of the partitions that the group gives this process.

#include <memory>

#include "kip/role.h"

namespace kip {

void add_engine(CLI::App& app, int& exit) {
  auto arguments = std::make_shared<RoleArguments>();
  arguments->roles.engine = true;
  CLI::App* command = app.add_subcommand("engine", "the shards on Kafka");
  add_role(*command, *arguments, "kip-engine");
  add_shards_on_kafka(*command, *arguments);
  add_data_to_write(*command, arguments->data);
  add_serving(*command, arguments->serving, "");
  command->add_flag("--drain", arguments->drain, "leave once all that is there is read and told");
  command->callback([arguments, &exit] { exit = run_role(*arguments); });
}

}  // namespace kip
