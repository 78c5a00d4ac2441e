// kip notifier: the desks on Kafka, and the messages that they decide.

#include <cstdio>
#include <memory>

#include "kip/role.h"

namespace kip {

void add_notifier(CLI::App& app, int& exit) {
  auto arguments = std::make_shared<RoleArguments>();
  arguments->roles.notifier = true;
  CLI::App* command = app.add_subcommand("notifier", "the messages to people, and their answers");
  add_role(*command, *arguments, "kip-notifier");
  add_data_to_write(*command, arguments->data);
  add_serving(*command, arguments->serving, "");
  command->callback([arguments, &exit] {
    if (arguments->clock == "log") {
      exit = fail(invalid("--clock log: in data's time nobody is told"), kUsage);
      return;
    }
    exit = run_role(*arguments);
  });
}

}  // namespace kip
