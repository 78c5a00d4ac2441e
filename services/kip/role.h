#pragma once
// A role on Kafka as a process of its own: its options, its signals, its HTTP.

#include <memory>
#include <string>

#include "app/kafka_service.h"
#include "kip/bell.h"
#include "kip/serving.h"

namespace kip {

struct RoleArguments {
  Roles roles;
  CommonOptions common;
  KafkaArguments kafka;
  ServingArguments serving;
  std::string data, clock = "wall", until, group, member;
  std::uint32_t commit_ms = 100;
  bool drain = false;
};

// What every role takes. `group`: the default consumer group; empty: it has none.
void add_role(CLI::App& command, RoleArguments& arguments, const std::string& group);
// What the roles that own shards take beside it.
void add_shards_on_kafka(CLI::App& command, RoleArguments& arguments);

// kUsage, said, or kDone and `options`, but for what is called back.
int role_options(const RoleArguments& arguments, KafkaServiceOptions& options);

// Waits until Kafka is there for these roles: none. Else the exit code, said: it refuses us, or the
// bell rang to stop. `reread`: it rang to reload meanwhile.
std::optional<int> await_roles(const KafkaServiceOptions& options, const Bell& bell, bool& reread);

// Until a signal or the service ends it; the exit code.
int run_role(const RoleArguments& arguments);

}  // namespace kip
